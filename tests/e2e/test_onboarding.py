"""From an invite code to figures, with everything that goes wrong on the way, on a desktop and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import (
    PASSWORD,
    Person,
    csv_file,
    fill_upload,
    good_rows,
    ready,
    register,
    sign_in,
    unseen_rows,
    upload,
)

SIX_KINDS = [
    "AAPL,100,158.00,2024-01-15,PUBLIC,STOCK",
    'MSFT,"1,200",380.00,2024-01-22',
    ",10,20.00,2024-01-22",
    "TSLA,5,-210.00,03/14/2024",
    "SPY_C,3,5.00,2024-02-01,OPTIONS,,SPY,,2026-12-18,CALL",
    "AAPL,50,160.00,2024-01-15",
]


def test_a_wrong_invite_code_loses_nothing(page: Page):
    person = Person()
    page.goto("/register")
    ready(page)
    page.get_by_label("Full name").fill(person.name)
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Invite code").fill("NOT-THE-CODE")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("ERR_INVITE_001")).to_be_visible()
    expect(page.get_by_label("Invite code")).to_be_focused()
    expect(page.get_by_label("Full name")).to_have_value(person.name)
    expect(page.get_by_label("Password", exact=True)).to_have_value(PASSWORD)


def test_password_rules_are_live_and_the_password_can_be_shown(page: Page):
    page.goto("/register")
    ready(page)
    field = page.get_by_label("Password", exact=True)
    field.fill("abc")
    rules = page.locator(".rules li")
    expect(rules.filter(has_text="lower-case")).to_have_attribute("data-met", "true")
    expect(rules.filter(has_text="digit")).to_have_attribute("data-met", "false")
    page.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "text")


def test_signing_in_and_out(page: Page):
    person = register(page)
    page.context.clear_cookies()
    sign_in(page, Person(email="nobody@example.com"))
    expect(page.get_by_text("Email or password is not right")).to_be_visible()
    sign_in(page, person)
    page.wait_for_url("**/dashboard**")
    assert page.evaluate("document.cookie") == ""


def test_six_kinds_of_errors_then_the_corrected_file(page: Page, tmp_path):
    register(page)
    fill_upload(page, csv_file(tmp_path, SIX_KINDS))
    page.get_by_role("button", name="Upload portfolio").click()
    expect(page.get_by_role("heading", name="We found 6 issues in 5 rows")).to_be_visible()
    table = page.get_by_role("table", name="Issues by row")
    for code in ("ERR_POS_005", "ERR_POS_001", "ERR_POS_010", "ERR_POS_013", "ERR_POS_020", "ERR_POS_023"):
        expect(table.get_by_text(code)).to_be_visible()
    if page.viewport_size["width"] < 640:
        before = "e => getComputedStyle(e.closest('td'), '::before').content"
        assert table.locator(".found").first.evaluate(before) == '"Found "'
    with page.expect_download() as download:
        page.get_by_role("link", name="Download failed rows").click()
    assert "MSFT" in download.value.path().read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_label("Account name")).to_have_value("Schwab Taxable")
    expect(page.get_by_label("Equity balance")).to_have_value("$412,806.55")
    page.get_by_label("CSV file").set_input_files(csv_file(tmp_path, good_rows(), "corrected.csv"))
    page.get_by_role("button", name="Upload portfolio").click()
    page.wait_for_url("**/onboarding/progress/*")
    expect(page.get_by_role("heading", name="Your portfolio is ready")).to_be_visible(timeout=30000)
    expect(page.get_by_text("25 positions imported")).to_be_visible()
    expect(page.get_by_role("link", name="Add another portfolio")).to_be_visible()
    expect(page.get_by_text("See where the money is")).to_be_visible()
    page.get_by_role("button", name="your account").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_why_a_phase_was_skipped_stands_in_its_row(page: Page, tmp_path):
    register(page)
    fill_upload(page, csv_file(tmp_path, ["AAPL,10,9000.00,2025-11-03,PUBLIC,"]), equity="$100")
    page.get_by_role("button", name="Upload portfolio").click()
    expect(page.get_by_role("heading", name=re.compile("ready|pending"))).to_be_visible(timeout=60000)
    skipped = page.locator(".phase-skipped")
    expect(skipped.first).to_contain_text("NAV is not positive")
    assert max(row.bounding_box()["height"] for row in skipped.all()) < 100


def test_what_to_do_stands_beside_the_longest_values(page: Page, tmp_path):
    long = "X" * 120
    register(page)
    fill_upload(page, csv_file(tmp_path, [f"{long},1,{'9' * 60}x,{'a note of many words ' * 4},PUBLIC", *good_rows(1)]))
    page.get_by_role("button", name="Upload portfolio").click()
    expect(page.get_by_role("heading", name="We found 3 issues in 1 row")).to_be_visible()
    expect(page.get_by_text("1 of 2 rows is fine")).to_be_visible()
    for text in page.get_by_role("table", name="Issues by row").locator("td:visible").all():
        box = text.bounding_box()
        assert box["x"] + box["width"] <= page.viewport_size["width"], text.inner_text()


def test_what_is_pressed_after_a_download_is_not_lost(page: Page, tmp_path):
    register(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download template").click()
    assert download.value.suggested_filename == "sigmasight_portfolio_template.csv"
    fill_upload(page, csv_file(tmp_path, SIX_KINDS))
    page.get_by_role("button", name="Upload portfolio").click()
    expect(page.get_by_role("heading", name="We found 6 issues in 5 rows")).to_be_visible()


def test_the_same_account_name_again_is_refused_at_its_field(page: Page, tmp_path):
    register(page)
    file = csv_file(tmp_path, good_rows(3))
    upload(page, file)
    page.goto("/onboarding/upload")
    ready(page)
    fill_upload(page, file, account=" schwab taxable ")
    page.get_by_role("button", name="Upload portfolio").click()
    expect(page.get_by_text("ERR_PORT_001")).to_be_visible()
    expect(page.get_by_label("Account name")).to_have_value(" schwab taxable ")


def test_market_data_down_then_retry(page: Page, tmp_path, yahoo):
    register(page)
    yahoo.down = True
    upload(page, csv_file(tmp_path, unseen_rows(6)))
    expect(page.get_by_role("heading", name="Portfolio created, analytics pending")).to_be_visible(timeout=60000)
    expect(page.get_by_text("6 positions imported")).to_be_visible()
    expect(page.get_by_role("alert").get_by_role("heading")).to_have_text("Portfolio created, analytics pending")
    expect(page.get_by_text("starts again at phase 3")).to_be_visible()
    expect(page.locator(".phase-completed")).to_have_count(2)
    expect(page.locator(".phase-failed")).to_have_count(1)
    yahoo.down = False
    page.get_by_role("button", name="Retry analytics").click()
    expect(page.get_by_role("heading", name="Your portfolio is ready")).to_be_visible(timeout=60000)
    expect(page.get_by_text("Net asset value")).to_be_visible()


def test_a_closed_tab_comes_back_to_the_same_run(page: Page, tmp_path):
    register(page)
    upload(page, csv_file(tmp_path, good_rows(4)))
    address = page.url
    again = page.context.new_page()
    page.close()
    again.goto(address)
    expect(again.get_by_role("heading", name="Your portfolio is ready")).to_be_visible(timeout=30000)


def test_somebody_elses_run_looks_like_one_that_does_not_exist(page: Page, tmp_path, new_context):
    register(page)
    upload(page, csv_file(tmp_path, good_rows(2)))
    stranger = new_context()
    register(stranger.new_page())
    texts = []
    for address in (page.url, re.sub(r"[0-9a-f-]{36}", "00000000-0000-4000-8000-000000000000", page.url)):
        # A tab of its own: one that was used shows what it knew until the new address is read.
        tab = stranger.new_page()
        tab.goto(address)
        expect(tab.get_by_role("heading", name="There is no such calculation")).to_be_visible()
        texts.append(tab.locator("main").inner_text())
    assert texts[0] == texts[1]


def test_nobody_sees_a_page_of_the_product_without_signing_in(page: Page):
    for path in ("/onboarding/upload", "/dashboard"):
        page.goto(path)
        expect(page).to_have_url(re.compile(r"/login\?next="))
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("name", ["notes.txt", "empty.csv"])
def test_a_file_that_cannot_be_right_is_refused_before_it_is_sent(page: Page, tmp_path, name):
    register(page)
    (tmp_path / name).write_text("" if name == "empty.csv" else "hello")
    page.get_by_label("CSV file").set_input_files(tmp_path / name)
    expect(page.locator("[data-drop-error]")).to_contain_text(name)


def test_going_back_after_signing_in_does_not_sign_out_again(page: Page):
    register(page)
    page.go_back()
    ready(page)
    page.goto("/onboarding/upload")
    expect(page.get_by_role("heading", name="Upload your portfolio")).to_be_visible()


def test_every_field_that_cannot_be_right_is_said_at_once(page: Page):
    page.goto("/register")
    ready(page)
    page.get_by_label("Email").fill("ada@example")
    page.get_by_role("button", name="Create account").click()
    for code in ("ERR_INVITE_001", "ERR_USER_002", "ERR_USER_003", "ERR_USER_004"):
        expect(page.get_by_text(code)).to_be_visible()
