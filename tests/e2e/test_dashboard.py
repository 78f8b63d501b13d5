"""The dashboard as people use it: figures that come by themselves, accounts by thumb and keyboard, hidden amounts."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.people import csv_file, good_rows, ready, register, sign_in, unseen_rows, upload

NAV = re.compile(r"^\$[\d,]+\.\d\d$")


def is_phone(page: Page) -> bool:
    return page.viewport_size["width"] < 640


def finish(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your portfolio is ready")).to_be_visible(timeout=60000)


def to_dashboard(page: Page) -> None:
    page.get_by_role("link", name="Continue to dashboard").click()
    page.wait_for_url("**/dashboard?account=*")
    ready(page)


def open_switcher(page: Page) -> None:
    control = page.locator(".switcher")
    if is_phone(page):
        control.tap()
    else:
        control.focus()
        page.keyboard.press("Enter")
    expect(page.get_by_role("radiogroup", name="Account")).to_be_visible()


def lead(page: Page) -> str:
    return page.locator(".lead").first.inner_text().replace("\n", "")


def right(part: Locator) -> float:
    box = part.bounding_box()
    return box["x"] + box["width"]


def test_figures_appear_without_a_reload(page: Page, tmp_path, yahoo):
    """Market data away, on to the dashboard, the banner, Calculate now."""
    register(page)
    yahoo.down = True
    upload(page, csv_file(tmp_path, unseen_rows(6)))
    expect(page.get_by_role("heading", name="Portfolio created, analytics pending")).to_be_visible(timeout=60000)
    to_dashboard(page)
    banner = page.locator(".banner").filter(has_text="Analytics pending")
    expect(banner).to_be_visible()
    page.evaluate("window.sameDocument = true")
    yahoo.down = False
    banner.get_by_role("button", name="Calculate now").click()
    expect(page.locator(".lead").first).to_have_text(NAV, timeout=60000)
    expect(banner).to_have_count(0)
    assert page.evaluate("window.sameDocument"), "the page was loaded again"


def test_accounts_are_switched_by_touch_and_by_keyboard(page: Page, tmp_path):
    register(page)
    upload(page, csv_file(tmp_path, good_rows(5)), account="First account")
    finish(page)
    upload(page, csv_file(tmp_path, good_rows(12)), account="Second account")
    finish(page)
    to_dashboard(page)
    expect(page.get_by_role("heading", name="Second account", level=1)).to_be_visible()
    second = lead(page)
    open_switcher(page)
    if is_phone(page):
        page.get_by_role("radio", name="First account").tap()
    else:
        page.keyboard.type("fir")
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="First account", level=1)).to_be_visible()
    expect(page.locator(".lead").first).not_to_have_text(second)
    address = page.url
    page.reload()
    ready(page)
    expect(page.get_by_role("heading", name="First account", level=1)).to_be_visible()
    assert page.url == address
    open_switcher(page)
    all_accounts = page.get_by_role("radio", name="All accounts")
    if is_phone(page):
        box = all_accounts.bounding_box()
        assert box["height"] >= 44
        all_accounts.tap()
    else:
        page.keyboard.press("Home")
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="All accounts", level=1)).to_be_visible()
    expect(page.locator(".lead").first).to_have_text(NAV)


def test_closing_the_switcher_with_escape_gives_the_focus_back(new_context, tmp_path):
    page = new_context(DESKTOP).new_page()
    register(page)
    upload(page, csv_file(tmp_path, good_rows(3)))
    finish(page)
    to_dashboard(page)
    open_switcher(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("radiogroup", name="Account")).to_be_hidden()
    expect(page.locator(".switcher")).to_be_focused()


def test_holdings_can_be_sorted_filtered_paged_and_opened(new_context, tmp_path):
    page = new_context(DESKTOP).new_page()
    register(page)
    upload(page, csv_file(tmp_path, good_rows(25)))
    finish(page)
    to_dashboard(page)
    rows = page.get_by_role("table", name=re.compile("Holdings")).locator("tbody [role=row]:not(.detail)")
    expect(rows).to_have_count(12)
    for width in (1024, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert rows.first.evaluate("e => e.closest('.scroll').scrollWidth <= e.closest('.scroll').clientWidth"), width
    page.get_by_role("button", name="Position", exact=True).click()
    expect(rows.first).to_contain_text("AAPL")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("13–24 of 25")).to_be_visible()
    page.get_by_label("Filter holdings").fill("nvda")
    expect(rows).to_have_count(1)
    rows.first.get_by_role("button").first.click()
    expect(page.locator("tr.detail")).to_contain_text("2025")


def test_a_long_name_stays_in_its_column(page: Page, tmp_path):
    register(page)
    fund = "RIVERSIDE_PARTNERS_FUND_II_2019_SERIES_B,1,91000.00,2024-03-05,PRIVATE"
    upload(page, csv_file(tmp_path, [fund, *good_rows(2)]))
    finish(page)
    to_dashboard(page)
    row = page.get_by_role("row").filter(has_text="RIVERSIDE")
    name, mark = row.locator(".row-name b"), row.locator(".mark")
    if is_phone(page):
        assert right(name) <= row.get_by_role("cell", name="$91,000.00").bounding_box()["x"]
        page.goto(f"/portfolios/{page.url.rpartition('account=')[2]}")
        ready(page)
        assert right(row.locator("th b")) <= row.get_by_role("cell", name="Long, private").bounding_box()["x"]
        return
    for width in (1024, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert right(name) <= mark.bounding_box()["x"], width
        assert right(mark) <= row.get_by_role("cell").first.bounding_box()["x"], width


def test_the_chart_has_ranges_and_a_table_twin(page: Page, tmp_path):
    register(page)
    upload(page, csv_file(tmp_path, good_rows(4)))
    finish(page)
    to_dashboard(page)
    month = page.get_by_role("button", name="1M", exact=True)
    month.click()
    expect(month).to_have_attribute("aria-pressed", "true")
    page.get_by_role("group", name="Net asset value: show as").get_by_role("button", name="Table").click()
    expect(page.get_by_role("table", name=re.compile("Net asset value"))).to_be_visible()


def test_hidden_amounts_never_reach_the_browser(page: Page, tmp_path):
    register(page)
    upload(page, csv_file(tmp_path, good_rows(6)))
    finish(page)
    to_dashboard(page)
    shown = lead(page)
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda payload: frames.append(str(payload))))
    page.get_by_role("button", name=re.compile("Hide amounts|amounts", re.IGNORECASE)).first.click()
    expect(page.locator(".lead").first).to_contain_text("$•••••")
    page.reload()
    ready(page)
    expect(page.locator(".lead").first).to_contain_text("$•••••")
    assert shown not in page.content()
    assert frames, "the reload opened no socket"
    assert not any(shown in frame for frame in frames)


def test_a_sample_portfolio_is_marked_as_sample(page: Page):
    register(page)
    page.get_by_role("button", name="Try with sample portfolio").click()
    page.wait_for_url("**/onboarding/progress/*")
    finish(page)
    to_dashboard(page)
    expect(page.get_by_text("Sample data, prices as of 1 Jul 2016").first).to_be_visible()


def test_changing_the_password_ends_the_other_browser(new_context, tmp_path):
    here, there = new_context(DESKTOP).new_page(), new_context(PHONE).new_page()
    person = register(here)
    sign_in(there, person)
    there.wait_for_url("**/dashboard**")
    here.goto("/settings")
    ready(here)
    here.get_by_label("Current password").fill("Correct-Horse-42")
    here.get_by_label("New password", exact=True).fill("Another-Horse-77")
    here.get_by_role("button", name="Change password").click()
    expect(here.locator(".toasts, .banner").filter(has_text=re.compile("assword")).first).to_be_visible(timeout=10000)
    there.goto("/settings")
    expect(there).to_have_url(re.compile("/login"))


def test_archiving_the_last_portfolio_leads_back_to_the_beginning(new_context, tmp_path):
    page = new_context(DESKTOP).new_page()
    register(page)
    upload(page, csv_file(tmp_path, good_rows(2)))
    finish(page)
    page.goto("/portfolios")
    ready(page)
    page.get_by_role("button", name="Archive").first.click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Archive")).click()
    page.goto("/dashboard")
    ready(page)
    expect(page.get_by_role("link", name="Upload your first portfolio")).to_be_visible()
