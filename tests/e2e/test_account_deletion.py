"""Somebody leaves for good: from the settings page, by password and words, on desktop and phone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.people import PASSWORD, csv_file, good_rows, ready, register, sign_in, upload
from tests.e2e.test_dashboard import finish
from tests.e2e.test_deposits import shot


def test_an_account_is_deleted_with_everything_in_it(page: Page, tmp_path):
    person = register(page)
    upload(page, csv_file(tmp_path, good_rows(3)))
    finish(page)
    page.goto("/settings")
    ready(page)
    section = page.locator("#delete-account")
    opener = section.get_by_role("button", name="Delete account")
    opener.click()
    dialog = page.get_by_role("dialog", name="Delete your account?")
    dialog.get_by_role("button", name="Keep account").click()
    expect(dialog).to_be_hidden()

    opener.click()
    dialog.get_by_label("Your password", exact=True).fill("Wrong-Horse-42")
    confirm = dialog.get_by_role("button", name="Delete account for good")
    confirm.click()
    expect(dialog).to_contain_text("Type these words")
    words = dialog.get_by_label("Type “delete my account”")
    words.fill("delete my account")
    confirm.click()
    expect(dialog).to_contain_text("ERR_AUTH_003")
    expect(words).to_have_value("delete my account")
    shot(page, "delete-account")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the screen"
    dialog.get_by_label("Your password", exact=True).fill(PASSWORD)
    confirm.click()

    page.wait_for_url("**/login?said=deleted")
    expect(page.get_by_text("Your account and everything in it is deleted.")).to_be_visible()
    page.goto("/portfolios")
    page.wait_for_url("**/login?next=/portfolios")
    sign_in(page, person)
    expect(page.get_by_text("ERR_AUTH_002")).to_be_visible()
    register(page, person)
