"""Deposits and withdrawals as people enter them: by keyboard and by thumb, corrected, deleted and brought back."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.e2e.people import csv_file, good_rows, ready, register, upload
from tests.e2e.test_dashboard import finish, to_dashboard


def enter(page: Page, kind: str, amount: str, day: str, note: str = "") -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Kind").select_option(label=kind)
    dialog.get_by_label("Amount").fill(amount)
    dialog.get_by_label("Date").fill(day)
    dialog.get_by_label("Note").fill(note)


def test_a_deposit_from_the_dialog_to_the_dashboard(page: Page, tmp_path):
    register(page)
    upload(page, csv_file(tmp_path, good_rows(6)))
    finish(page)
    to_dashboard(page)
    account = page.url.rpartition("account=")[2]
    page.goto(f"/portfolios/{account}")
    ready(page)
    section = page.locator("#deposits")
    expect(section).to_contain_text("None so far")

    opener = section.get_by_role("button", name="Add deposit")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    yesterday = (datetime.now(UTC) - timedelta(days=10)).date().isoformat()
    enter(page, "Deposit", "-1", yesterday)
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("ERR_EQUITY_001")
    enter(page, "Deposit", "2,500", yesterday, "bonus")
    shot(page, "dialog")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(section).to_contain_text("+$2,500.00")
    expect(section).to_contain_text("bonus")

    page.goto(f"/dashboard?account={account}")
    expect(page.locator("#lead")).to_contain_text("Deposits, 30 days", timeout=60000)
    expect(page.locator("#lead")).to_contain_text("+$2,500.00")
    shot(page, "dashboard")
    page.goto(f"/portfolios/{account}")
    ready(page)

    section.get_by_role("button", name="Edit deposit of").click()
    expect(dialog.get_by_label("Amount")).to_have_value("2500.00")
    dialog.get_by_label("Amount").fill("3,000")
    dialog.get_by_role("button", name="Save").click()
    expect(section).to_contain_text("+$3,000.00")
    section.get_by_role("button", name="Delete deposit of").click()
    expect(section).to_contain_text("None so far")
    shot(page, "deleted")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(section).to_contain_text("+$3,000.00")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the screen"
    shot(page, "list")


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)
