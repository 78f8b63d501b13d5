"""Interactive Brokers: the portfolio window of Trader Workstation, exported with the columns it happens to show."""

from __future__ import annotations

from datetime import date

from sigmasight_ui.services.portfolios.broker_formats.contract import (
    POSITIONS,
    Column,
    Format,
    Guide,
    Reading,
    fingerprint,
)
from sigmasight_ui.services.portfolios.broker_formats.drafts import BLANK_ROW, Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.ibkr_holdings import BROKER, DOLLARS
from sigmasight_ui.services.portfolios.broker_formats.instruments import Instrument, identify
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet

_COLUMNS = (
    Column("symbol", ("Financial Instrument",)),
    Column("ticker", ("Symbol",)),
    Column("account", ("Account",)),
    Column("currency", ("Currency",)),
    Column("quantity", ("Position",)),
    Column("cost", ("Cost Basis",), "total, rounded by the program"),
    Column("price", ("Avg Price", "Average Price"), "per share"),
    Column("market_value", ("Market Value", "Mkt Value")),
)
_WHERE = (
    "In Trader Workstation add the column Cost Basis to the portfolio window, then export it again; or use an "
    "activity statement from the Client Portal, which is exact to the cent."
)
_NO_COST = Guide("The columns show no cost: neither Cost Basis nor Avg Price.", _WHERE)


def _read(sheet: Sheet, today: date) -> Reading:
    draft = Draft(FORMAT, sheet, today)
    place = sheet.header({"financial instrument", "position"})
    table = Table(sheet.rows[place], _COLUMNS)
    has_cost = table.has("cost") or table.has("price")
    for row in sheet.rows[:place]:
        draft.skip(row, "A title, not a position.")
    for row in sheet.rows[place + 1 :]:
        _take(draft, table, row)
    return draft.reading(None, None if has_cost else _NO_COST)


def _take(draft: Draft, table: Table, row: Row) -> None:
    currency = table.text(row, "currency").upper() or DOLLARS
    if not table.text(row, "quantity"):
        draft.skip(row, BLANK_ROW, table)
    elif currency != DOLLARS:
        draft.skip(row, f"Held in {currency}: only positions in US dollars can be valued.", table)
    else:
        draft.position(
            table,
            row,
            draft.accounts.label(table.text(row, "account")),
            _instrument(table.text(row, "symbol"), table.text(row, "ticker")),
            quantity=draft.amount(table, row, "quantity"),
            cost=draft.amount(table, row, "cost"),
            price=draft.amount(table, row, "price"),
            market_value=draft.amount(table, row, "market_value"),
        )


def _instrument(financial_instrument: str, ticker: str) -> Instrument | None:
    """Some windows show the company's name there, and the ticker in a column of its own."""
    found = identify(financial_instrument)
    return found if (found and found.contract) or not ticker else identify(ticker)


FORMAT = Format(
    key="ibkr_tws",
    broker=BROKER,
    kind=POSITIONS,
    label="Interactive Brokers Trader Workstation portfolio",
    fingerprints=(fingerprint("Financial Instrument", "Position"),),
    columns=_COLUMNS,
    read=_read,
    cost="Cost Basis, the total as the program rounds it; Avg Price where there is none",
    entry_date="asked for",
    cash="not in the file",
    cannot_know=("entry dates", "cents of the cost, where the program rounds to dollars"),
    where=_WHERE,
)
