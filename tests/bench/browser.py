"""What a person at a screen waits for, measured in Chromium."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.bench.figure import Figure, Peer, timed
from tests.bench.people import new_address, sign_up
from tests.e2e.conftest import ARGUMENTS, DESKTOP
from tests.e2e.people import csv_file, fill_upload, good_rows, ready, register
from tests.e2e.product import Product, chromium
from tests.e2e.test_risk_page import CARDS

# Presses the nth of some buttons and resolves with the milliseconds until the watched region of the page is another.
_CLICK_TO_DOM = """
([buttons, number, region]) => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error('nothing changed')), 5000)
  const button = document.querySelectorAll(buttons)[number]
  const watched = document.querySelector(region)
  const began = performance.now()
  new MutationObserver((_, observer) => {
    observer.disconnect()
    resolve(performance.now() - began)
  }).observe(watched, {subtree: true, childList: true, characterData: true, attributes: true})
  button.click()
})
"""
# The same through nothing but the browser: a listener that changes the text of an element.
_PLAIN_CLICK = """
() => new Promise(resolve => {
  const button = document.body.appendChild(document.createElement('button'))
  button.addEventListener('click', () => setTimeout(() => { button.textContent += '.' }))
  const began = performance.now()
  new MutationObserver(() => {
    resolve(performance.now() - began)
    button.remove()
  }).observe(button, {childList: true, characterData: true})
  button.click()
})
"""
# On the risk page, nothing loads any more and all of these cards are there.
_ALL_CARDS = """
cards => location.pathname.startsWith('/risk') && document.querySelector('[data-ready=true]')
  && cards.every(name => document.querySelector(`section#${name}`)) && !document.querySelector('main .skeleton')
"""
_accounts = (f"Account {number}" for number in itertools.count(1))


@contextmanager
def launched() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


def first_page(product: Product, browser: Browser) -> list[Figure]:
    return [_page_weight(product, browser, path) for path in ("/", "/login")]


def upload_to_figures(product: Product, browser: Browser, folder: Path) -> Figure:
    """The first upload of each way fetches prices and compiles queries; it does not count."""
    context = visitor(product, browser)
    register(context.new_page())
    file = csv_file(folder, good_rows(25))
    samples = [_upload(context.new_page(), file) for _ in range(13)][1:]
    context.close()
    program, content = sign_up(product), file.read_bytes()
    without_page = [timed(lambda: program.create_with_figures(content)) for _ in range(6)][1:]
    note = (
        "from the click on “Upload portfolio” until value, beta and volatility stand on the progress page: 25 "
        "positions, a year of prices already stored, every phase of the run. Peer: the same by a program, which asks "
        "for the status every 20 ms where the page asks twice a second."
    )
    return Figure("Click on “Upload portfolio” to figures", "s", samples, 3, note=note,
                  peer=Peer("the same over REST", median(without_page)))  # fmt: skip


def upload_to_risk(product: Product, browser: Browser, folder: Path) -> Figure:
    """Everybody is new, so that no card of another portfolio can be taken for one of this."""
    file, samples = csv_file(folder, good_rows(25)), []
    for _ in range(7):
        page = visitor(product, browser).new_page()
        register(page)
        fill_upload(page, file)
        began = perf_counter()
        page.get_by_role("button", name="Upload portfolio").click()
        page.locator("#first-figures").wait_for(timeout=60_000)
        page.get_by_role("link", name="View risk").click()
        page.wait_for_function(_ALL_CARDS, arg=CARDS, polling=20)
        samples.append(perf_counter() - began)
        page.context.close()
    note = (
        "from the same click through the whole run, “View risk” clicked as soon as it has ended, until every card of "
        "that page has its figures: 25 positions, a year of prices already stored."
    )
    return Figure("Click on “Upload portfolio” to all figures on the risk page", "s", samples[1:], 3, note=note)


def click_to_dom(product: Product, browser: Browser, folder: Path) -> list[Figure]:
    """The dashboard of 25 positions: each click is an event, a look into the database, an answer, a render."""
    page = visitor(product, browser).new_page()
    register(page)
    _upload(page.context.new_page(), csv_file(folder, good_rows(25)))
    page.goto("/dashboard")
    ready(page)
    expect(page.locator("#holdings tbody tr").first).to_be_visible()
    sorting = _clicks(page, "#holdings th .sort", "#holdings tbody")
    choosing = _clicks(page, "[aria-label=Range] button", ".lead-chart")
    peer = Peer("plain JavaScript", median(page.evaluate(_PLAIN_CLICK) for _ in range(40)))
    page.context.close()
    note = (
        "on the dashboard of 25 positions, inside the page: from the click until the table is another. Event over the "
        "socket, session and rows from the database, render. Peer: a listener that changes a text."
    )
    return [
        Figure("Click to DOM: sort holdings", "ms", sorting, 20, note=note, peer=peer),
        Figure("Click to DOM: range of the chart", "ms", choosing, 20, note="the same for the chart.", peer=peer),
    ]


def _clicks(page: Page, buttons: str, region: str) -> list[float]:
    """The first two of the buttons in turn; not faster than people click."""
    samples = []
    for number in range(82):
        samples.append(page.evaluate(_CLICK_TO_DOM, [buttons, number % 2, region]))
        page.wait_for_timeout(100)
    return samples[2:]


def _page_weight(product: Product, browser: Browser, path: str) -> Figure:
    gzip, count = _transferred(product, browser, path, "gzip")
    brotli, _ = _transferred(product, browser, path, "br")
    note = (
        f"all {count} answers to a browser with an empty cache, with their headers: document, scripts, styles, font, "
        f"icon. With Brotli, which browsers ask for, {brotli:.0f} KB."
    )
    return Figure(f"Transferred for {path}, gzip", "KB", [gzip], 200, judged="median", note=note)


def _transferred(product: Product, browser: Browser, path: str, encoding: str) -> tuple[float, int]:
    """KB of 1,000 bytes, and the number of answers."""
    page = visitor(product, browser, {"Accept-Encoding": encoding}).new_page()
    sizes: list[int] = []
    encodings: list[str] = []
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.on("response", lambda response: encodings.append(response.headers.get("content-encoding", "")))
    page.goto(path)
    ready(page)
    page.wait_for_load_state("networkidle")
    page.context.close()
    assert set(encodings) == {encoding, ""}, encodings
    return sum(sizes) / 1000, len(sizes)


def _upload(page: Page, file: Path) -> float:
    page.goto("/onboarding/upload")
    ready(page)
    fill_upload(page, file, next(_accounts))
    began = perf_counter()
    page.get_by_role("button", name="Upload portfolio").click()
    page.locator("#first-figures").wait_for(timeout=60_000)
    seconds = perf_counter() - began
    page.close()
    return seconds


def visitor(product: Product, browser: Browser, headers: Mapping[str, str] | None = None) -> BrowserContext:
    sent = {"X-Forwarded-For": new_address(), **(headers or {})}
    return browser.new_context(base_url=product.url, viewport=DESKTOP, extra_http_headers=sent)
