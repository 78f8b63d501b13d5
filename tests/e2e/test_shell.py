"""The frame: choosing an account by touch and by keyboard, appearance, hidden amounts, charts without a mouse."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.people import csv_file, good_rows, ready, register, upload

FINGERTIP = 44
CUT = """() => [...document.querySelectorAll("button, .btn, .chip, .input, .side a, h1, h2")].filter((part) => {
    const box = part.getBoundingClientRect(), walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (part.checkVisibility() && walker.nextNode()) {
        const words = document.createRange();
        words.selectNodeContents(walker.currentNode);
        const seen = words.getBoundingClientRect();
        const isRead = walker.currentNode.parentElement.closest(".sr-only");
        if (seen.width && !isRead && seen.bottom > box.bottom + 1) return true;
    }
}).map((part) => `${part.className}: ${part.textContent.slice(0, 40)}`)"""
COUNT_WHAT_IS_PRINTED = """() => (window.print = () =>
    (document.documentElement.dataset.printed = document.querySelectorAll("#holdings tbody tr").length))"""


@pytest.fixture
def two_accounts(tmp_path) -> Callable[[Page], None]:
    """Signed in, with two accounts, on the dashboard of all of them."""

    def make(page: Page) -> None:
        register(page)
        for name, rows in (("Schwab Taxable", good_rows(5)), ("Fidelity IRA", good_rows(3))):
            upload(page, csv_file(tmp_path, rows), name)
            expect(page.get_by_text(f"{len(rows)} positions imported")).to_be_visible(timeout=60000)
        page.goto("/dashboard?account=all")
        ready(page)

    return make


@pytest.fixture
def desktop(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(DESKTOP).new_page()


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(PHONE).new_page()


def test_an_account_is_chosen_by_keyboard(desktop, two_accounts):
    two_accounts(desktop)
    desktop.get_by_role("button", name="All accounts").focus()
    desktop.keyboard.press("Enter")
    sheet = desktop.get_by_role("dialog", name="Choose account")
    expect(sheet).to_be_visible()
    expect(sheet.get_by_role("radio", name="All accounts")).to_be_focused()
    desktop.keyboard.press("ArrowDown")
    expect(sheet.get_by_role("radio").nth(1)).to_be_focused()
    desktop.keyboard.type("fidel")
    expect(sheet.get_by_role("radio", name="Fidelity IRA")).to_be_focused()
    desktop.keyboard.press("Enter")
    expect(sheet).to_be_hidden()
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Fidelity IRA")
    expect(desktop).to_have_url(re.compile(r"/dashboard\?account="))
    desktop.reload()
    ready(desktop)
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Fidelity IRA")
    desktop.go_back()
    expect(desktop.get_by_role("heading", level=1)).to_have_text("All accounts")


def test_an_account_is_chosen_by_touch(phone, two_accounts):
    two_accounts(phone)
    phone.get_by_role("button", name="All accounts").tap()
    sheet = phone.get_by_role("dialog", name="Choose account")
    box = sheet.bounding_box()
    assert box["x"] == 0
    assert round(box["y"] + box["height"]) == PHONE["height"]
    heights = [row.bounding_box()["height"] for row in sheet.get_by_role("radio").all()]
    assert min(heights) >= FINGERTIP
    sheet.get_by_role("radio", name="Schwab Taxable").tap()
    expect(sheet).to_be_hidden()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Schwab Taxable")


def test_names_that_differ_only_at_their_end_are_told_apart(page: Page, tmp_path):
    name = "Contributory retirement account with the long name 905"
    register(page)
    upload(page, csv_file(tmp_path, good_rows(2)), name)
    expect(page.get_by_text("2 positions imported")).to_be_visible(timeout=60000)
    page.goto("/dashboard")
    ready(page)
    page.locator(".switcher").click()
    shown = page.get_by_role("radio", name=name).locator("b")
    expect(shown).to_be_visible()
    assert shown.evaluate("(name) => name.scrollWidth <= name.parentElement.clientWidth"), (
        "the end of a name is cut off"
    )


def test_the_sheet_closes_and_gives_the_focus_back(desktop, two_accounts):
    two_accounts(desktop)
    control = desktop.get_by_role("button", name="All accounts")
    sheet = desktop.get_by_role("dialog", name="Choose account")
    control.click()
    expect(control).to_have_attribute("aria-expanded", "true")
    desktop.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(control).to_be_focused()
    control.click()
    desktop.mouse.click(1300, 800)
    expect(sheet).to_be_hidden()
    expect(control).to_have_attribute("aria-expanded", "false")


def test_hidden_amounts_leave_no_amount_on_the_page(page: Page, two_accounts):
    two_accounts(page)
    page.get_by_role("button", name="Hide amounts").click()
    expect(page.get_by_role("main")).to_contain_text("$•••••")
    expect(page.locator("body")).not_to_contain_text(re.compile(r"\$\d"))
    expect(page.get_by_role("main")).to_contain_text("%")
    page.reload()
    ready(page)
    expect(page.get_by_role("button", name="Hide amounts")).to_have_attribute("aria-pressed", "true")
    assert re.findall(r"\$\d[\d,.]*", page.content()) == []


def test_amounts_hidden_in_one_tab_are_hidden_in_the_other(desktop, two_accounts):
    two_accounts(desktop)
    other = desktop.context.new_page()
    other.goto("/dashboard?account=all")
    ready(other)
    expect(other.get_by_role("main")).to_contain_text(re.compile(r"\$\d"))
    desktop.get_by_role("button", name="Hide amounts").click()
    expect(other.get_by_role("button", name="Hide amounts")).to_have_attribute("aria-pressed", "true")
    expect(other.get_by_role("main")).not_to_contain_text(re.compile(r"\$\d"))


def test_text_at_twice_its_size_is_cut_nowhere(page: Page, two_accounts):
    two_accounts(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    cut = page.evaluate(CUT)
    assert cut == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"


def test_a_table_is_printed_whole(desktop, tmp_path):
    register(desktop)
    upload(desktop, csv_file(tmp_path, good_rows()), "Schwab Taxable")
    expect(desktop.get_by_text("25 positions imported")).to_be_visible(timeout=60000)
    desktop.goto("/dashboard")
    ready(desktop)
    rows = desktop.get_by_role("table", name="Holdings table").locator("tbody tr")
    expect(rows).to_have_count(12)
    desktop.evaluate(COUNT_WHAT_IS_PRINTED)
    desktop.keyboard.press("Control+p")
    expect(desktop.locator("html")).to_have_attribute("data-printed", "25")
    desktop.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(rows).to_have_count(12)


def test_appearance_is_kept_and_there_before_the_first_picture(desktop, two_accounts):
    two_accounts(desktop)
    desktop.get_by_role("button", name="your account").click()
    desktop.get_by_role("button", name="Dark", exact=True).click()
    desktop.get_by_role("button", name="Blue", exact=True).click()
    html = desktop.locator("html")
    expect(html).to_have_class("dark")
    expect(html).to_have_attribute("data-pl", "blue-orange")
    desktop.add_init_script(
        "addEventListener('DOMContentLoaded', () => (window.first = document.documentElement.className))"
    )
    desktop.reload()
    ready(desktop)
    assert desktop.evaluate("window.first") == "dark"
    expect(html).to_have_attribute("data-pl", "blue-orange")
    desktop.get_by_role("button", name="Turn light or dark").click()
    expect(html).to_have_class("light")


def test_a_chart_is_read_with_the_keyboard(desktop, two_accounts):
    two_accounts(desktop)
    cursor = desktop.get_by_role("slider", name=re.compile("value by date"))
    cursor.focus()
    desktop.keyboard.press("End")
    last = cursor.get_attribute("aria-valuetext")
    desktop.keyboard.press("ArrowLeft")
    before = cursor.get_attribute("aria-valuetext")
    assert re.match(r"\d{1,2} \w{3} \d{4}", before)
    assert before != last


def test_every_page_is_reached_from_the_navigation(page: Page, two_accounts):
    two_accounts(page)
    names = page.locator("nav:visible a").all_inner_texts()
    assert "Dashboard" in names
    for name in names:
        page.locator("nav:visible").get_by_role("link", name=name, exact=True).click()
        ready(page)
        expect(page.locator("nav:visible").get_by_role("link", name=name, exact=True)).to_have_attribute(
            "aria-current", "page"
        )
        expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_the_first_tab_stop_leads_to_the_content(page: Page, two_accounts):
    two_accounts(page)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_an_address_that_leads_nowhere_says_so(page: Page):
    answer = page.goto("/nowhere/at/all")
    ready(page)
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no page at this address")
