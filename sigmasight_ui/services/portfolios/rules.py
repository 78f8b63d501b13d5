"""The rules of the portfolio form: account types, names, and the equity balance. Pure."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import NamedTuple

from sigmasight_ui.core.money import read_amount
from sigmasight_ui.core.rate_limit import Limit
from sigmasight_ui.services.portfolios.account_types import ACCOUNT_TYPES as ACCOUNT_TYPES
from sigmasight_ui.services.portfolios.csv_problems import CodeText

MAX_PORTFOLIO_NAME = 255
MAX_ACCOUNT_NAME = 100
MAX_PORTFOLIOS = 100
"""In use, of one person; archived ones do not count."""
CREATIONS = Limit("portfolio", 50, 3600)
EQUITY_LIMIT = Decimal(1_000_000_000)

PORTFOLIO_NAME, ACCOUNT_NAME, ACCOUNT_TYPE = "portfolio_name", "account_name", "account_type"
EQUITY_BALANCE, CSV_FILE = "equity_balance", "csv_file"

PORTFOLIO_CODES: dict[str, CodeText] = {
    "ERR_PORT_001": CodeText(
        "Account name taken",
        "You already have a portfolio with this account name.",
        "Choose another account name, or open the existing portfolio.",
    ),
    "ERR_PORT_002": CodeText("Portfolio name missing", "The portfolio name is missing.", "Enter a name."),
    "ERR_PORT_003": CodeText(
        "Portfolio name too long",
        f"The portfolio name has more than {MAX_PORTFOLIO_NAME} characters.",
        "Shorten it.",
    ),
    "ERR_PORT_004": CodeText(
        "Equity balance missing",
        "The equity balance is missing or not a number.",
        "Enter the account value minus margin debt, such as 412,806.55.",
    ),
    "ERR_PORT_005": CodeText(
        "Equity balance not above 0",
        "The equity balance must be above 0.",
        "Enter the account value minus margin debt.",
    ),
    "ERR_PORT_006": CodeText(
        "Equity balance too large",
        f"The equity balance must be below ${EQUITY_LIMIT:,}.",
        "Check the number of digits.",
    ),
    "ERR_PORT_007": CodeText("No file", "No CSV file was chosen.", "Choose a file, or start from the template."),
    "ERR_PORT_008": CodeText(
        "File not imported",
        "The CSV file has problems, so nothing was saved.",
        "Correct the rows listed and upload the file again.",
    ),
    "ERR_PORT_009": CodeText(
        "Unknown account type",
        "The account type is not one of the nine known.",
        f"Use one of {', '.join(ACCOUNT_TYPES)}.",
    ),
    "ERR_PORT_010": CodeText(
        "Account name too long",
        f"The account name has more than {MAX_ACCOUNT_NAME} characters.",
        "Shorten it.",
    ),
    "ERR_PORT_011": CodeText(
        "Account name missing", "The account name is missing.", "Enter one, such as Schwab Taxable."
    ),
    "ERR_PORT_012": CodeText(
        "Too many portfolios",
        f"You have {MAX_PORTFOLIOS} portfolios, which is as many as there can be.",
        "Archive one you no longer need.",
    ),
}


class FormProblem(NamedTuple):
    code: str
    field: str
    message: str
    hint: str


def form_problem(code: str, field: str) -> FormProblem:
    text = PORTFOLIO_CODES[code]
    return FormProblem(code, field, text.message, text.hint)


def clean_name(text: str | None) -> str:
    """One trimmed line: control characters cannot be stored or logged safely, everything else stays as typed."""
    return "".join(" " if _is_control(character) else character for character in text or "").strip()


def clean_description(text: str | None) -> str | None:
    """Line breaks and tabs stay; None when nothing is left."""
    kept = "".join(character for character in text or "" if character in "\n\t" or not _is_control(character))
    return kept.strip() or None


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")


def portfolio_name_problems(text: str | None) -> list[FormProblem]:
    name = clean_name(text)
    if not name:
        return [form_problem("ERR_PORT_002", PORTFOLIO_NAME)]
    if len(name) > MAX_PORTFOLIO_NAME:
        return [form_problem("ERR_PORT_003", PORTFOLIO_NAME)]
    return []


def account_name_problems(text: str | None) -> list[FormProblem]:
    name = clean_name(text)
    if not name:
        return [form_problem("ERR_PORT_011", ACCOUNT_NAME)]
    if len(name) > MAX_ACCOUNT_NAME:
        return [form_problem("ERR_PORT_010", ACCOUNT_NAME)]
    return []


def parse_account_type(text: str | None) -> str | None:
    value = (text or "").strip().lower()
    return value if value in ACCOUNT_TYPES else None


def account_type_problems(text: str | None) -> list[FormProblem]:
    return [] if parse_account_type(text) else [form_problem("ERR_PORT_009", ACCOUNT_TYPE)]


def equity_balance_problems(text: str | None) -> list[FormProblem]:
    """Zero was entered, so it is not missing but too small. The limit holds for the rounded amount."""
    amount = read_amount(text)
    if amount is None:
        return [form_problem("ERR_PORT_004", EQUITY_BALANCE)]
    if amount <= 0:
        return [form_problem("ERR_PORT_005", EQUITY_BALANCE)]
    if amount >= EQUITY_LIMIT:
        return [form_problem("ERR_PORT_006", EQUITY_BALANCE)]
    return []


def parse_equity_balance(text: str | None) -> Decimal | None:
    """Dollars to the cent; None when `equity_balance_problems` has something to say."""
    return None if equity_balance_problems(text) else read_amount(text)


def portfolio_form_problems(
    portfolio_name: str | None, account_name: str | None, account_type: str | None, equity_balance: str | None
) -> list[FormProblem]:
    """All fields at once, in the order of the form."""
    return [
        *portfolio_name_problems(portfolio_name),
        *account_name_problems(account_name),
        *account_type_problems(account_type),
        *equity_balance_problems(equity_balance),
    ]
