"""What people do, as steps the journeys share."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.product import INVITE

PASSWORD = "Correct-Horse-42"
HEADER = (
    "Symbol,Quantity,Entry Price Per Share,Entry Date,Investment Class,Investment Subtype,Underlying Symbol,"
    "Strike Price,Expiration Date,Option Type,Exit Date,Exit Price Per Share"
)
SYMBOLS = ["AAPL", "MSFT", "NVDA", "AMZN", "GOOGL", "META", "AVGO", "TSLA", "JPM", "V", "XOM", "UNH", "MA", "JNJ", "PG"]
SYMBOLS += ["HD", "COST", "ABBV", "MRK", "CVX", "KO", "PEP", "SPY", "QQQ", "TLT"]
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Person:
    email: str = field(default_factory=lambda: f"person{next(_numbers)}@example.com")
    name: str = "Ada Example"


def csv_file(folder: Path, rows: list[str], name: str = "core-growth.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def good_rows(count: int = 25) -> list[str]:
    return [f"{symbol},{10 + number},{100 + number}.25,2025-11-{3 + number % 20:02d},PUBLIC," for number, symbol in
            enumerate(SYMBOLS[:count])]  # fmt: skip


def unseen_rows(count: int) -> list[str]:
    """Symbols nobody has asked for before, so that their prices cannot be in the store."""
    letters = [f"Z{next(_numbers):03d}{number:02d}".translate(str.maketrans("0123456789", "ABCDEFGHIJ"))
               for number in range(count)]  # fmt: skip
    return [f"{symbol},10,100.25,2025-11-03,PUBLIC," for symbol in letters]


def ready(page: Page) -> None:
    expect(page.locator("[data-ready=true]").first).to_be_attached(timeout=15000)


def register(page: Page, person: Person | None = None) -> Person:
    """From the registration form to the upload page, signed in."""
    person = person or Person()
    page.goto("/register")
    ready(page)
    page.get_by_label("Full name").fill(person.name)
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Invite code").fill(INVITE)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/onboarding/upload")
    ready(page)
    return person


def sign_in(page: Page, person: Person) -> None:
    page.goto("/login")
    ready(page)
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def fill_upload(page: Page, file: Path, account: str = "Schwab Taxable", equity: str = "$412,806.55") -> None:
    page.get_by_label("Portfolio name").fill("Core Growth")
    page.get_by_label("Account name").fill(account)
    page.get_by_label("Account type").select_option(label="Taxable Brokerage Account")
    page.get_by_label("Equity balance").fill(equity)
    page.get_by_label("CSV file").set_input_files(file)


def upload(page: Page, file: Path, account: str = "Schwab Taxable") -> None:
    """From the upload page to the progress page of the new run."""
    if "/onboarding/upload" not in page.url:
        page.goto("/onboarding/upload")
        ready(page)
    fill_upload(page, file, account)
    page.get_by_role("button", name="Upload portfolio").click()
    page.wait_for_url("**/onboarding/progress/*")
    ready(page)
