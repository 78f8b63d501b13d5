"""The REST application: every route, one shape for every refusal, and nothing cached that is somebody's own."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from sigmasight_ui.api import browser, errors, health
from sigmasight_ui.api.middleware import NotCached, SmallBodies
from sigmasight_ui.api.routes import (
    analytics,
    auth,
    batch,
    data,
    equity_changes,
    import_presets,
    imports,
    onboarding,
    portfolios,
    positions,
    receipts,
    scenarios,
    what_if,
)
from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.errors import not_found

PREFIX = "/api/v1"
NOUNS = (
    onboarding,
    auth,
    portfolios,
    positions,
    imports,
    import_presets,
    equity_changes,
    batch,
    analytics,
    scenarios,
    receipts,
    what_if,
    data,
)
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_STREAMED = (f"{PREFIX}/onboarding/create-portfolio", f"{PREFIX}/onboarding/uploads", f"{PREFIX}/imports")


def create_api(get_services: Callable[[], Services]) -> FastAPI:
    """`get_services` is asked on every request, so that the application can be made before the database is there."""
    app = FastAPI(
        title="SigmaSight",
        version="1",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # both viewers load their scripts from other hosts
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.services = get_services
    errors.install(app)
    for noun in NOUNS:
        app.include_router(noun.router, prefix=PREFIX)
    app.include_router(health.router)
    app.include_router(browser.router)
    _answer_the_rest(app)
    app.add_middleware(SmallBodies, but=_STREAMED)
    app.add_middleware(NotCached)
    return app


def _answer_the_rest(app: FastAPI) -> None:
    """Unknown addresses below /api get our envelope: without this the web app mounted behind would answer a page."""
    known = list(app.router.routes)

    def unknown(request: Request) -> None:
        allowed = [method for method in _METHODS if _leads_somewhere(known, request.scope, method)]
        if allowed:
            raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
        raise not_found()

    app.add_api_route("/api/{path:path}", unknown, methods=list(_METHODS), include_in_schema=False)


def _leads_somewhere(routes: list[BaseRoute], scope: Scope, method: str) -> bool:
    return any(route.matches({**scope, "method": method})[0] is Match.FULL for route in routes)
