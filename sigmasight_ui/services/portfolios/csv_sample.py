"""The template people download: instructions as comments, the header, and one row of every kind."""

from __future__ import annotations

from sigmasight_ui.services.portfolios.account_types import ACCOUNT_TYPES
from sigmasight_ui.services.portfolios.csv_header import COLUMNS

TEMPLATE_FILE_NAME = "sigmasight_portfolio_template.csv"

_INSTRUCTIONS = (
    "SigmaSight portfolio template",
    "",
    "Replace the sample rows below the header with your positions. Lines that begin with # are ignored.",
    "One row per lot: the same symbol may appear again with another entry date.",
    "",
    "Required columns: Symbol / Quantity / Entry Price Per Share / Entry Date. The other eight may stay blank.",
    "Quantity: shares or contracts; up to six decimals; negative means short.",
    "Entry Price Per Share: average cost per share; up to two decimals; for options the premium per share.",
    "Entry Date: day of your first purchase as YYYY-MM-DD.",
    "Numbers: digits and a decimal point only; no currency signs; no thousands separators.",
    "Investment Class: PUBLIC or OPTIONS or PRIVATE. Blank means we find out.",
    "Options: give an OCC symbol such as SPY270917C00650000; or leave Symbol blank (or write your own label)",
    "         and fill Underlying Symbol / Strike Price / Expiration Date / Option Type.",
    "Cash and private holdings: Quantity 1 and the total value as price.",
    "Closed positions: fill both Exit Date and Exit Price Per Share.",
    "",
    "Account name / account type / equity balance are asked for in the upload form. Account types:",
)

_SAMPLE_ROWS = (
    "AAPL,100,158.00,2024-01-15,PUBLIC,STOCK,,,,,,",
    "MSFT,75,380.00,2024-01-22,,,,,,,,",
    "VTI,42.5,238.10,2024-03-01,PUBLIC,ETF,,,,,,",
    "BRK.B,20,402.75,2024-02-12,PUBLIC,STOCK,,,,,,",
    "SHOP,-25,76.40,2024-04-10,PUBLIC,STOCK,,,,,,",
    "VFIAX,30,441.20,2024-01-08,PUBLIC,MUTUAL_FUND,,,,,,",
    "SPAXX,10000,1.00,2024-01-02,PUBLIC,CASH,,,,,,",
    "SPY270917C00650000,2,38.50,2024-04-19,OPTIONS,,SPY,650.00,2027-09-17,CALL,,",
    ",-3,12.25,2024-04-19,OPTIONS,,QQQ,480.00,2027-01-15,PUT,,",
    "CASH_USD,1,16250.00,2024-01-02,PRIVATE,CASH,,,,,,",
    "US_TREASURY_BILLS,1,24800.00,2024-03-18,PRIVATE,TREASURY_BILLS,,,,,,",
    "RIVERSIDE_FUND_II,1,50000.00,2023-06-01,PRIVATE,PRIVATE_EQUITY,,,,,,",
    "INTC,50,43.10,2023-12-01,PUBLIC,STOCK,,,,,2024-02-15,44.85",
)


def template_csv() -> bytes:
    """Plain UTF-8 with CRLF, as spreadsheet programs write it; imports without a problem as it stands."""
    account_types = [f"  {value}: {label}" for value, label in ACCOUNT_TYPES.items()]
    comments = [f"# {text}".rstrip() for text in (*_INSTRUCTIONS, *account_types)]
    lines = [*comments, ",".join(COLUMNS), *_SAMPLE_ROWS]
    return "".join(f"{line}\r\n" for line in lines).encode()
