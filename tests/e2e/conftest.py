"""One running product and one browser for all journeys; every test has its own people and its own address."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.product import Product, chromium, new_product
from tests.fakes.yahoo_server import YahooServer

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
]
_addresses = (f"10.{a}.{b}.{c}" for a, b, c in itertools.product(range(1, 200), range(250), range(1, 250)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e/" in str(item.path):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def yahoo() -> Iterator[YahooServer]:
    with YahooServer() as server:
        yield server


@pytest.fixture(autouse=True)
def yahoo_is_up(yahoo: YahooServer) -> Iterator[None]:
    yield
    yahoo.down = False


@pytest.fixture(scope="session")
def product(yahoo: YahooServer) -> Iterator[Product]:
    with tempfile.TemporaryDirectory(prefix="sigmasight-e2e-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        running = new_product(Path(folder) / "data", yahoo.url)
        running.start()
        yield running
        running.stop()
        assert [line for line in running.lines if '"level": "error"' in line] == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def new_context(browser: Browser, product: Product) -> Iterator[Callable[..., BrowserContext]]:
    """A fresh person's browser at `size`; console errors and broken requests fail the test."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def make(size: dict[str, int] = DESKTOP, dark: bool = False) -> BrowserContext:
        phone = size["width"] < 640
        context = browser.new_context(
            base_url=product.url,
            viewport=size,
            has_touch=phone,
            is_mobile=phone,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            extra_http_headers={"X-Forwarded-For": next(_addresses)},
        )
        context.on("weberror", lambda error: complaints.append(f"error in page: {error.error}"))
        context.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
    assert complaints == []


def _is_complaint(message) -> bool:
    """Failed requests are logged by the browser as errors too; the ones a test provokes are answers like 400 or 409."""
    return message.type == "error" and "the server responded with a status of 4" not in message.text


@pytest.fixture(params=[DESKTOP, PHONE], ids=["1440", "390"])
def page(request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(request.param).new_page()
