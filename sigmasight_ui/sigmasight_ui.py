"""Assembles the web process: pages, event gate, REST app, security headers."""

import atexit
from functools import cache, partial
from threading import Lock

from sigmasight_ui.api.app import create_api
from sigmasight_ui.api.forwarded import OneForwardedFor
from sigmasight_ui.api.headers import SecurityHeaders
from sigmasight_ui.api.request_headers import LeanHeaders
from sigmasight_ui.bootstrap import Services, start_services
from sigmasight_ui.core.config import load_settings
from sigmasight_ui.core.process import settle
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.auth.claim import claim
from sigmasight_ui.ui.auth.login import login
from sigmasight_ui.ui.auth.register import register
from sigmasight_ui.ui.dashboard.page import dashboard
from sigmasight_ui.ui.frontend import STATIC
from sigmasight_ui.ui.gate import Gate
from sigmasight_ui.ui.imports.review_page import review
from sigmasight_ui.ui.landing.page import landing
from sigmasight_ui.ui.onboarding.progress import progress
from sigmasight_ui.ui.onboarding.upload import upload
from sigmasight_ui.ui.page_paths import PagePaths
from sigmasight_ui.ui.portfolios.detail_page import portfolio
from sigmasight_ui.ui.portfolios.entry_page import add_positions
from sigmasight_ui.ui.portfolios.list_page import portfolios
from sigmasight_ui.ui.risk.page import risk
from sigmasight_ui.ui.settings.page import settings as settings_page
from sigmasight_ui.ui.socket_rate import SocketRate
from sigmasight_ui.ui.web_app import create_app

PAGES = (
    landing, register, login, claim, upload, progress, review, dashboard, risk, portfolios, portfolio, add_positions,
    settings_page,
)  # fmt: skip

settings = load_settings()


_one_at_a_time = Lock()


def services() -> Services:
    """Joined at the first request; the build, which imports this module too, needs no database."""
    with _one_at_a_time:  # two first requests at once must not join twice
        return _joined()


@cache
def _joined() -> Services:
    built, database = start_services(settings)
    atexit.register(database.close)
    atexit.register(built.db.close)
    settle()
    return built


scope.install(services)
app = create_app(
    PAGES,
    gate=Gate(scope.resolve),
    wrappers=[
        create_api(services),
        partial(PagePaths, pages=PAGES, settings=settings),
        partial(SocketRate, trusted_proxies=settings.trusted_proxies),
        OneForwardedFor,
        LeanHeaders,
        partial(SecurityHeaders, public_url=settings.public_url, static_dir=STATIC),
    ],
)
