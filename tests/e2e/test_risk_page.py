"""The risk page as people use it: every card with figures or a reason, receipts, scenarios, accounts, amounts."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from sigmasight_ui.core import calendar
from tests.e2e.conftest import DESKTOP
from tests.e2e.people import csv_file, good_rows, ready, register, upload
from tests.e2e.test_dashboard import finish, is_phone, open_switcher
from tests.fakes.yahoo_server import LAST, Unknown

CARDS = (
    "factors", "contributions", "stress", "correlation", "tail", "volatility", "betas", "greeks", "drawdown",
    "performance", "sectors", "concentration",
)  # fmt: skip
OPTION = "SPY270115P00400000,2,6.50,2026-08-03,OPTIONS,,SPY,400,2027-01-15,PUT,,"
UNPRICED = "NOPX270115C00010000,1,2.50,2026-08-03,OPTIONS,,NOPX,10,2027-01-15,CALL,,"
PRIVATE = "ART-B,1,5000.00,2025-01-15,PRIVATE,ART"
FRESH = "FRSH,50,20.00,2026-11-05,PUBLIC,"


@pytest.fixture
def odd_symbols(yahoo):
    """A symbol with 12 days of history, and an option whose underlying has no price."""
    days = calendar.sessions_between(date(2026, 10, 1), LAST)[-12:]
    yahoo.serve("FRSH", {day: 20 + 0.3 * (number % 5) for number, day in enumerate(days)})
    yahoo.behave("NOPX", Unknown())
    yahoo.behave("NOPX270115C00010000", Unknown())


def account(page: Page, folder, rows: list[str], name: str = "Schwab Taxable") -> None:
    upload(page, csv_file(folder, rows), account=name)
    finish(page)


def to_risk(page: Page) -> None:
    page.goto("/risk")
    ready(page)


def card(page: Page, name: str):
    return page.locator(f"section#{name}")


def large_rows(rows: list[str]) -> list[str]:
    """Enough of each for figures that differ between accounts."""
    return [re.sub(r"^(\w+),\d+,", r"\1,400,", row) for row in rows]


def with_odd_rows(count: int = 12) -> list[str]:
    return [*good_rows(count), OPTION, UNPRICED, PRIVATE, FRESH]


def test_every_card_has_figures_and_what_is_missing_has_a_reason(page: Page, tmp_path, odd_symbols):
    register(page)
    upload(page, csv_file(tmp_path, with_odd_rows()))
    page.wait_for_url("**/onboarding/progress/*")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("ready|pending"), timeout=60000)
    to_risk(page)
    for name in CARDS:
        expect(card(page, name).get_by_role("heading", level=2)).to_be_visible()
        expect(card(page, name).locator(".empty")).to_have_count(0)
    expect(page.locator(".tiles .figure-button")).to_have_count(6)
    contracts = card(page, "greeks")
    contracts.get_by_role("button", name="Contracts").click()
    expect(contracts.get_by_role("row").filter(has_text="NOPX")).to_contain_text(re.compile("underlying|price"))
    show_all = card(page, "betas").get_by_role("button", name=re.compile("Show all"))
    show_all.click()
    fresh = card(page, "betas").get_by_role("row").filter(has_text="FRSH")
    expect(fresh.get_by_text("unknown").first).to_be_visible()
    expect(fresh.locator(".tip").first).to_contain_text(re.compile("1[12] daily returns"))
    expect(card(page, "correlation").locator("footer")).to_contain_text(re.compile(r"ART-B \(private"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_charts_have_table_twins_and_can_be_read_with_the_keyboard(new_context, tmp_path):
    page = new_context(DESKTOP).new_page()
    register(page)
    account(page, tmp_path, good_rows(8))
    to_risk(page)
    for name in ("Daily returns, days in each column", "Volatility, value by date", "Drawdown, value by date"):
        cursor = page.get_by_role("slider", name=name)
        cursor.focus()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")
        expect(cursor).to_have_attribute("aria-valuenow", "1")
        assert cursor.get_attribute("aria-valuetext")
    heat = page.locator("[data-heat]")
    heat.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".heat-reading")).to_contain_text(" and ")
    for name in ("factors", "tail", "volatility", "drawdown", "sectors", "performance"):
        card(page, name).get_by_role("button", name="Table").click()
        expect(card(page, name).get_by_role("table").first).to_be_visible()


def test_a_scenario_of_ones_own_joins_the_list_and_opens_into_positions(page: Page, tmp_path):
    register(page)
    account(page, tmp_path, good_rows(6))
    to_risk(page)
    stress = card(page, "stress")
    stress.get_by_role("button", name="Add scenario").click()
    dialog = page.get_by_role("dialog", name="Add scenario")
    dialog.get_by_role("button", name="Save scenario").click()
    expect(dialog.get_by_text("ERR_SCENARIO_001")).to_be_visible()
    dialog.get_by_label("Name").fill("Everything falls")
    dialog.get_by_label("Market").fill("-60")
    dialog.get_by_role("button", name="Save scenario").click()
    expect(dialog).to_be_hidden()
    stress.get_by_role("button", name=re.compile("Show all")).click()
    own = stress.get_by_role("row").filter(has_text="Everything falls").first
    expect(own).to_contain_text("your own")
    own.get_by_role("button", name="Positions in Everything falls").click()
    expect(stress.get_by_role("table", name="Positions in Everything falls")).to_contain_text("AAPL")
    stress.get_by_role("button", name="Delete scenario").click()
    expect(stress.get_by_text("Everything falls")).to_have_count(0)


def test_another_account_changes_every_figure(page: Page, tmp_path):
    register(page)
    account(page, tmp_path, large_rows(good_rows(5)), "First account")
    account(page, tmp_path, large_rows(good_rows(12)[6:]), "Second account")
    page.goto("/risk?account=all")
    ready(page)
    seen = []
    for name in ("First account", "Second account", "All accounts"):
        open_switcher(page)
        choice = page.get_by_role("radio", name=name)
        if is_phone(page):
            choice.tap()
        else:
            choice.click()
        expect(page.locator(".page-head p").first).to_contain_text(name)
        ready(page)
        seen.append([page.locator(".tiles .tile-value").nth(at).inner_text() for at in (0, 1, 2, 4)])
    assert [len(set(column)) for column in zip(*seen, strict=True)] == [3, 3, 3, 3]


def test_hidden_amounts_are_nowhere_on_the_page(new_context, tmp_path):
    page = new_context(DESKTOP).new_page()
    register(page)
    account(page, tmp_path, [*good_rows(6), OPTION])
    to_risk(page)
    assert re.search(r"\$\d", page.locator("main").inner_text())
    page.get_by_role("button", name="Hide amounts").click()
    expect(page.locator(".tiles")).to_contain_text("$•••••")
    ready(page)
    assert re.search(r"\$\d", page.locator("main").inner_text()) is None


def test_the_tabs_lead_to_their_sections_and_follow_the_scroll(page: Page, tmp_path):
    register(page)
    account(page, tmp_path, good_rows(6))
    to_risk(page)
    tabs = page.get_by_role("navigation", name="Sections of this page")
    tabs.get_by_role("link", name="Volatility").click()
    expect(card(page, "volatility")).to_be_in_viewport()
    expect(tabs.get_by_role("link", name="Volatility")).to_have_attribute("aria-current", "true")
    page.wait_for_timeout(600)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(tabs.get_by_role("link", name="Sectors")).to_have_attribute("aria-current", "true")


def test_what_if_shows_the_figures_before_and_after(page: Page, tmp_path):
    register(page)
    account(page, tmp_path, large_rows(good_rows(6)))
    to_risk(page)
    page.get_by_role("button", name="What if").click()
    panel = card(page, "what-if")
    panel.get_by_label("Symbol").fill("nvda")
    panel.get_by_label("Change of quantity").fill("-400")
    panel.get_by_role("button", name="Try change").click()
    expect(panel.get_by_text("Sell 400 NVDA")).to_be_visible()
    figures = panel.get_by_role("table", name="Figures before and after")
    expect(figures.get_by_role("row").filter(has_text="Value at risk 95%")).to_be_visible()
    panel.get_by_label("Symbol").fill("NOPE9")
    panel.get_by_label("Change of quantity").fill("5")
    panel.get_by_role("button", name="Try change").click()
    expect(panel.get_by_role("alert")).to_contain_text("ERR_")
    panel.get_by_role("button", name="Remove change of NVDA").click()
    expect(figures).to_have_count(0)


def test_a_receipt_opens_from_a_figure_and_recomputes_to_the_same_hash(page: Page, tmp_path):
    register(page)
    account(page, tmp_path, large_rows(good_rows(6)))
    to_risk(page)
    sheet = page.locator("#risk-receipt")
    for place, title in ((".tiles", "Beta to SPY"), ("#factors", "Market")):
        page.locator(place).locator(".figure-button").first.click()
        expect(sheet).to_be_visible()
        expect(sheet).to_contain_text(title)
        expect(sheet).to_contain_text("Observations")
        expect(sheet).to_contain_text("Yahoo")
        shown = sheet.locator(".mono").inner_text()
        assert sheet.evaluate("e => e.scrollHeight <= e.clientHeight + 1"), "the receipt opens whole"
        sheet.get_by_role("button", name="Recompute").click()
        expect(sheet.get_by_text("Recomputed, same hash")).to_be_visible()
        assert sheet.locator(".mono").inner_text() == shown
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
