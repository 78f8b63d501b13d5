"""The Reflex app with everything every page needs: styles, client behaviour, document head."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import reflex as rx
from reflex_base.vars.function import ArgsFunctionOperation
from reflex_components_core.base.error_boundary import ErrorBoundary
from starlette.applications import Starlette
from starlette.types import ASGIApp

from sigmasight_ui.ui.kit.button import link
from sigmasight_ui.ui.kit.script import head_script
from sigmasight_ui.ui.problems import hide_raw_events, on_backend_exception, on_frontend_exception
from sigmasight_ui.ui.shell.not_found import not_found
from sigmasight_ui.ui.shell.page import Page
from sigmasight_ui.ui.socket_frames import SocketFrames

AsgiWrapper = Callable[[ASGIApp], ASGIApp]


def create_app(
    pages: Sequence[Page], *, gate: rx.Middleware, wrappers: Sequence[Starlette | AsgiWrapper] = ()
) -> rx.App:
    """`wrappers` go round Reflex from the inside out: the REST app, then what rewrites paths and adds headers."""
    hide_raw_events()
    app = rx.App(
        stylesheets=["/tokens.css", "/app.css"],
        head_components=_head(),
        reset_style=False,
        toaster=None,
        app_wraps={(55, "ErrorBoundary"): _error_boundary},
        html_lang="en",
        backend_exception_handler=on_backend_exception,
        frontend_exception_handler=on_frontend_exception,
        api_transformer=[*wrappers, SocketFrames],
    )
    app.add_middleware(gate)
    for page in (*pages, not_found):
        page.add_to(app)
    return app


def _error_boundary(_stateful: bool) -> rx.Component:
    """Reflex's own shows the stack trace and its logo; ours goes to the log and says what to do."""
    shown = rx.Var.create(
        rx.el.main(
            rx.el.h1("This page stopped working"),
            rx.el.p("Nothing you saved is lost. The fault is on our side and has been reported.", class_name="intro"),
            rx.el.p(link("Reload the page", "", leaves_app=True), class_name="mt-4"),
            class_name="narrow",
        )
    )
    return ErrorBoundary.create(fallback_render=ArgsFunctionOperation.create(("_error",), shown))


def _head() -> list[rx.Component]:
    return [
        rx.el.meta(name="viewport", content="width=device-width, initial-scale=1, viewport-fit=cover"),
        rx.el.link(
            rel="preload",
            href="/fonts/inter-ui.woff2",
            cross_origin="anonymous",
            custom_attrs={"as": "font", "type": "font/woff2"},
        ),
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.link(rel="manifest", href="/manifest.webmanifest"),
        head_script("kit.js"),
    ]
