"""Assembles the web process: pages, event gate, REST app, security headers."""

from functools import partial

from sigmasight_ui.api.headers import SecurityHeaders
from sigmasight_ui.core.config import load_settings
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.frontend import STATIC
from sigmasight_ui.ui.gate import Gate
from sigmasight_ui.ui.landing.page import landing
from sigmasight_ui.ui.page_paths import PagePaths
from sigmasight_ui.ui.web_app import create_app

PAGES = (landing,)

settings = load_settings()
app = create_app(
    PAGES,
    gate=Gate(scope.resolve),
    wrappers=[
        partial(PagePaths, pages=PAGES, session_cookie=settings.session_cookie),
        partial(SecurityHeaders, public_url=settings.public_url, static_dir=STATIC),
    ],
)
