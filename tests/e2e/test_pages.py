"""Every page at both widths, light and dark: no accessibility finding that is serious, nothing wider than the screen,
one h1, one main; and a picture of each in test-results/screens for people to look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.architecture.rules import ROOT
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.people import csv_file, fill_upload, good_rows, ready, register, unseen_rows, upload
from tests.e2e.test_imports import SCHWAB, UNKNOWN, VANGUARD, drop, written
from tests.e2e.test_onboarding import SIX_KINDS

SCREENS = ROOT / "test-results" / "screens"
Visit = Callable[[Page, Path], None]


def at(path: str) -> Visit:
    def visit(page: Page, _folder: Path) -> None:
        page.goto(path)
        ready(page)

    return visit


def not_found(page: Page, _folder: Path) -> None:
    page.goto("/no-such-page")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def form_errors(page: Page, _folder: Path) -> None:
    at("/register")(page, _folder)
    page.get_by_label("Email").fill("ada@example")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("ERR_INVITE_001")).to_be_visible()


def upload_page(page: Page, folder: Path) -> None:
    register(page)
    fill_upload(page, csv_file(folder, good_rows()))


def csv_errors(page: Page, folder: Path) -> None:
    register(page)
    fill_upload(page, csv_file(folder, SIX_KINDS))
    page.get_by_role("button", name="Upload portfolio").click()
    expect(page.get_by_role("heading", name="We found 6 issues in 5 rows")).to_be_visible()


def success(page: Page, folder: Path) -> None:
    register(page)
    upload(page, csv_file(folder, good_rows()))
    expect(page.get_by_role("heading", name="Your portfolio is ready")).to_be_visible(timeout=60000)


def partial(page: Page, folder: Path, yahoo) -> None:
    register(page)
    yahoo.down = True
    upload(page, csv_file(folder, unseen_rows(5)))
    expect(page.get_by_role("heading", name="Portfolio created, analytics pending")).to_be_visible(timeout=60000)
    yahoo.down = False


def dashboard(page: Page, folder: Path) -> None:
    success(page, folder)
    page.get_by_role("link", name="Continue to dashboard").click()
    page.wait_for_url("**/dashboard?account=*")
    ready(page)
    expect(page.get_by_role("heading", name="Holdings")).to_be_visible()


def dashboard_empty(page: Page, _folder: Path) -> None:
    register(page)
    at("/dashboard")(page, _folder)
    expect(page.get_by_role("link", name="Upload your first portfolio")).to_be_visible()


def dashboard_pending(page: Page, folder: Path, yahoo) -> None:
    partial(page, folder, yahoo)
    page.get_by_role("link", name="Continue to dashboard").click()
    page.wait_for_url("**/dashboard?account=*")
    ready(page)
    expect(page.get_by_role("button", name="Calculate now").first).to_be_visible()


def account_sheet(page: Page, folder: Path) -> None:
    dashboard(page, folder)
    page.locator(".switcher").click()
    expect(page.get_by_role("radiogroup", name="Account")).to_be_visible()


def risk(page: Page, folder: Path) -> None:
    success(page, folder)
    at("/risk")(page, folder)
    expect(page.get_by_role("heading", name="Stress")).to_be_visible()


def what_if(page: Page, folder: Path) -> None:
    risk(page, folder)
    page.get_by_role("button", name="What if").click()
    page.get_by_label("Symbol", exact=True).fill("AAPL")
    page.get_by_label("Change of quantity").fill("-5")
    page.get_by_role("button", name="Try change").click()
    expect(page.get_by_role("table", name="Figures before and after")).to_be_visible()


def portfolios(page: Page, folder: Path) -> None:
    success(page, folder)
    at("/portfolios")(page, folder)
    expect(page.get_by_text("Schwab Taxable").locator("visible=true").first).to_be_visible()


def settings(page: Page, folder: Path) -> None:
    register(page)
    at("/settings")(page, folder)


def import_review(page: Page, folder: Path) -> None:
    register(page)
    drop(page, written(folder, SCHWAB, "all-accounts.csv"))


def import_guide(page: Page, folder: Path) -> None:
    register(page)
    drop(page, written(folder, VANGUARD, "ofxdownload.csv"))


def import_mapping(page: Page, folder: Path) -> None:
    register(page)
    drop(page, written(folder, UNKNOWN, "mine.csv"))


def portfolio(page: Page, folder: Path) -> None:
    portfolios(page, folder)
    page.get_by_role("link", name="Schwab Taxable").locator("visible=true").first.click()
    page.wait_for_url("**/portfolios/*")
    ready(page)


def deposits(page: Page, folder: Path) -> None:
    """One in the list, and the dialog open over it."""
    portfolio(page, folder)
    page.get_by_role("button", name="Add deposit").click()
    page.get_by_role("dialog").get_by_label("Amount").fill("2,500")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#deposits")).to_contain_text("+$2,500.00")
    page.get_by_role("button", name="Edit deposit of").click()
    expect(page.get_by_role("dialog").get_by_label("Amount")).to_have_value("2500.00")


def add_positions(page: Page, folder: Path) -> None:
    portfolio(page, folder)
    page.get_by_role("link", name="Add positions").click()
    page.wait_for_url("**/add")
    ready(page)


PAGES: dict[str, Callable[..., None]] = {
    "landing": at("/"),
    "login": at("/login"),
    "claim": at("/claim"),
    "register": form_errors,
    "not-found": not_found,
    "upload": upload_page,
    "csv-errors": csv_errors,
    "partial": partial,
    "success": success,
    "dashboard": dashboard,
    "dashboard-empty": dashboard_empty,
    "dashboard-pending": dashboard_pending,
    "account-sheet": account_sheet,
    "risk": risk,
    "risk-what-if": what_if,
    "portfolios": portfolios,
    "settings": settings,
    "import-review": import_review,
    "import-guide": import_guide,
    "import-mapping": import_mapping,
    "portfolio": portfolio,
    "portfolio-deposits": deposits,
    "add-positions": add_positions,
}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1440", "390"])
@pytest.mark.parametrize("name", PAGES)
def test_page(name, size, dark, new_context, tmp_path, yahoo, request):
    page = new_context(size, dark=dark).new_page()
    needs_yahoo = {"yahoo": yahoo} if "yahoo" in PAGES[name].__code__.co_varnames else {}
    PAGES[name](page, tmp_path, **needs_yahoo)
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}-{size['width']}-{'dark' if dark else 'light'}.png", full_page=True)
    assert page.locator("h1:visible").count() == 1
    assert page.locator("main").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    findings = Axe().run(page).response["violations"]
    serious = [f"{f['id']}: {f['nodes'][0]['html'][:200]}" for f in findings if f["impact"] in ("serious", "critical")]
    assert serious == []
