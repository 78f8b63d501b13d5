"""Files of brokers, from the drop zone to figures, and back again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import csv_file, good_rows, ready, register, upload
from tests.e2e.test_deposits import shot

HEAD = '"Symbol","Description","Quantity","Price","Market Value","Cost Basis","Security Type",'
SCHWAB = f"""\
"Positions for All-Accounts as of 05:39 PM ET, 11/19/2026"

"Individual ...417"
{HEAD}
"AAPL","APPLE INC","100","$271.50","$27,150.00","$15,800.00","Equity",
"KO","COCA COLA CO","10","$70.00","$700.00","$500.00","Equity",
"Cash & Cash Investments","--","--","--","$6,787.50","--","Cash and Money Market",
"Account Total","--","--","--","$34,637.50","$16,300.00","--",

"Roth Contributory IRA ...905"
{HEAD}
"MSFT","MICROSOFT CORP","40","$400.00","$16,000.00","$9,999.99","Equity",
"Account Total","--","--","--","$16,000.00","$9,999.99","--",
"""
VANGUARD = """\
Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,
12345678,VANGUARD TOTAL STOCK MARKET ETF,VTI,10,300.00,3000.00,
12345678,VANGUARD FEDERAL MONEY MARKET,VMFXX,500,1.00,500.00,
"""
UNKNOWN = "Ticker,How many,Paid each,Since,Note\nNVDA,110,149.71,2024-03-14,core\nMSFT,70,351.20,2023-02-03,\n"


def written(folder: Path, text: str, name: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def drop(page: Page, file: Path) -> None:
    """On the upload page; a broker's file needs no names."""
    if "/onboarding/upload" not in page.url:
        page.goto("/onboarding/upload")
        ready(page)
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Upload portfolio").click()
    page.wait_for_url("**/imports/*")
    ready(page)


def confirm(page: Page, positions: str) -> None:
    page.get_by_role("button", name=f"Import {positions}").click()


def test_a_file_of_all_accounts_becomes_two_portfolios(page: Page, tmp_path):
    register(page)
    drop(page, written(tmp_path, SCHWAB, "all-accounts.csv"))
    expect(page.get_by_role("heading", name="Schwab positions, 19 Nov 2026, 2 accounts")).to_be_visible()
    expect(page.get_by_role("heading", name="Totals agree")).to_be_visible()
    expect(page.get_by_role("heading", name="One question: when were 3 positions bought?")).to_be_visible()
    expect(page.get_by_role("table", name="Positions to be imported")).to_contain_text("AAPL")
    expect(page.get_by_text("estimated", exact=True).first).to_be_visible()
    page.reload()
    ready(page)
    confirm(page, "3 positions")
    page.wait_for_url("**/portfolios")
    ready(page)
    expect(page.get_by_role("link", name=re.compile("417")).locator("visible=true").first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("905")).locator("visible=true").first).to_be_visible()


def test_cells_are_edited_with_the_keyboard(page: Page, tmp_path):
    register(page)
    drop(page, written(tmp_path, SCHWAB, "all-accounts.csv"))
    first, second = (
        page.get_by_label(re.compile("Entry date of AAPL")),
        page.get_by_label(re.compile("Entry date of KO")),
    )
    first.focus()
    page.keyboard.type("2020-01-15")
    page.keyboard.press("Enter")
    expect(second).to_be_focused()
    page.keyboard.type("2021-02-16")
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    expect(second).to_have_value("2021-02-16")
    for kept in (first, second):
        expect(kept).not_to_have_attribute("aria-invalid", "true")
    page.reload()
    ready(page)
    expect(page.get_by_label(re.compile("Entry date of AAPL"))).to_have_value("2020-01-15")


def test_a_file_without_cost_is_guided_to_the_one_that_has_it(page: Page, tmp_path):
    register(page)
    drop(page, written(tmp_path, VANGUARD, "ofxdownload.csv"))
    expect(page.get_by_role("heading", name="This file is not enough")).to_be_visible()
    expect(page.get_by_text("Where to get it")).to_be_visible()
    page.get_by_role("link", name="Upload the other file").click()
    page.wait_for_url("**/onboarding/upload")


def test_an_unknown_file_is_mapped_once(page: Page, tmp_path):
    register(page)
    drop(page, written(tmp_path, UNKNOWN, "mine.csv"))
    expect(page.get_by_role("heading", name="What is in this file?")).to_be_visible()
    expect(page.get_by_role("table", name="Titles and first rows")).to_contain_text("149.71")
    chosen = {"symbol": "Ticker", "quantity": "How many", "price": "Paid each", "entry_date": "Since"}
    for field, column in chosen.items():
        page.locator(f"#column-{field}").select_option(column)
    page.get_by_label("Name for next time").fill("My broker")
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("table", name="Positions to be imported")).to_contain_text("NVDA")
    drop_again = written(tmp_path, UNKNOWN.replace("110", "120"), "next.csv")
    page.goto("/onboarding/upload")
    ready(page)
    drop(page, drop_again)
    expect(page.get_by_role("table", name="Positions to be imported")).to_contain_text("NVDA")
    page.get_by_role("button", name="Change columns").click()
    named = page.locator("#presets")
    name = named.get_by_label("Name of My broker")
    name.fill("My old broker")
    name.press("Tab")
    expect(named.get_by_role("button", name="Use My old broker")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the screen"
    shot(page, "presets")
    named.get_by_role("button", name="Delete My old broker").click()
    dialog = page.get_by_role("dialog", name="Delete My old broker?")
    dialog.get_by_role("button", name="Delete mapping").click()
    expect(named).to_be_hidden()
    page.goto("/onboarding/upload")
    ready(page)
    drop(page, drop_again)
    expect(page.get_by_role("heading", name="What is in this file?")).to_be_visible()


def test_next_months_file_is_compared_confirmed_and_undone(page: Page, tmp_path):
    register(page)
    upload(page, csv_file(tmp_path, good_rows(2)))
    expect(page.get_by_role("heading", name="Your portfolio is ready")).to_be_visible(timeout=60000)
    page.goto("/portfolios")
    ready(page)
    page.get_by_role("link", name="Schwab Taxable").locator("visible=true").first.click()
    page.wait_for_url("**/portfolios/*")
    ready(page)
    one = SCHWAB[: SCHWAB.index('"Roth')].replace("All-Accounts", "account Individual ...417")
    page.get_by_label("File of your broker").set_input_files(written(tmp_path, one, "december.csv"))
    page.get_by_role("button", name="Review file").click()
    page.wait_for_url("**/imports/*")
    ready(page)
    expect(page.get_by_text("changed, was 10")).to_be_visible()
    expect(page.get_by_text("added").first).to_be_visible()
    expect(page.get_by_role("heading", name="Not in the file")).to_be_visible()
    confirm(page, "2 positions")
    page.wait_for_url("**/onboarding/progress/*")
    expect(page.get_by_role("heading", name="Your portfolio is ready")).to_be_visible(timeout=60000)
    page.go_back()
    page.goto("/portfolios")
    ready(page)
    page.get_by_role("link", name="Schwab Taxable").locator("visible=true").first.click()
    page.wait_for_url("**/portfolios/*")
    table = page.get_by_role("table", name="Positions table")
    expect(table).to_contain_text("KO")
    expect(table).not_to_contain_text("MSFT")
    page.get_by_role("button", name="Undo import of december.csv").click()
    page.get_by_role("dialog").get_by_role("button", name="Undo import", exact=True).click()
    expect(table).to_contain_text("MSFT")
    expect(table).not_to_contain_text("KO")
    expect(page.get_by_role("button", name="Redo import of december.csv")).to_be_visible()


@pytest.fixture
def portfolio(page: Page, tmp_path) -> Page:
    register(page)
    upload(page, csv_file(tmp_path, good_rows(2)))
    expect(page.get_by_role("heading", name="Your portfolio is ready")).to_be_visible(timeout=60000)
    page.goto("/portfolios")
    ready(page)
    page.get_by_role("link", name="Schwab Taxable").locator("visible=true").first.click()
    page.wait_for_url("**/portfolios/*")
    ready(page)
    return page


def test_positions_are_pasted_from_a_spreadsheet(portfolio: Page):
    page = portfolio
    page.get_by_role("link", name="Add positions").click()
    page.wait_for_url("**/add")
    ready(page)
    page.get_by_label("Symbol, row 1").focus()
    page.evaluate("""() => {
        const data = new DataTransfer();
        data.setData("text/plain", "NVDA\\t110\\t149.71\\t2024-03-14\\nTSLA\\tfive\\t210.00\\t2024-03-15");
        const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
        document.activeElement.dispatchEvent(event);
    }""")
    expect(page.get_by_label("Quantity, row 2")).to_have_value("five")
    page.get_by_role("button", name="Add positions").click()
    expect(page.get_by_text("Nothing was saved.")).to_be_visible()
    expect(page.get_by_label("Quantity, row 2")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Quantity, row 2").fill("5")
    page.get_by_role("button", name="Add positions").click()
    page.wait_for_url(re.compile(r"/portfolios/[0-9a-f-]+$"))
    expect(page.get_by_role("table", name="Positions table")).to_contain_text("TSLA")


def test_a_deleted_position_comes_back(portfolio: Page):
    page = portfolio
    table = page.get_by_role("table", name="Positions table")
    page.get_by_role("button", name="Actions for AAPL").click()
    page.get_by_role("button", name="Delete position").click()
    expect(table).not_to_contain_text("AAPL")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(table).to_contain_text("AAPL")


def test_why_do_i_own_this_and_selling_a_part(portfolio: Page):
    page = portfolio
    page.get_by_role("button", name="Actions for AAPL").click()
    page.get_by_role("button", name="Why do I own this?").click()
    expect(page.get_by_role("dialog", name="Why do I own AAPL?")).to_contain_text("10")
    page.get_by_role("dialog", name="Why do I own AAPL?").get_by_role("button", name="Edit position").click()
    expect(page.get_by_role("dialog", name="Edit AAPL")).to_be_visible()
    page.get_by_role("dialog", name="Edit AAPL").get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Actions for AAPL").click()
    page.get_by_role("button", name="Close position").click()
    dialog = page.get_by_role("dialog", name="Close AAPL?")
    dialog.get_by_label("Quantity to close").fill("4")
    dialog.get_by_label("Price per share").fill("120.25")
    dialog.get_by_label("On").fill("2026-11-18")
    dialog.get_by_role("button", name="Close position").click()
    expect(page.get_by_text("AAPL closed in part: +$80.00 realised.")).to_be_visible()
