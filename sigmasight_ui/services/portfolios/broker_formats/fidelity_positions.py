"""Fidelity's positions of all accounts, a workplace plan with BrokerageLink included."""

from __future__ import annotations

from datetime import date

from sigmasight_ui.services.portfolios.broker_formats.cells import find_day
from sigmasight_ui.services.portfolios.broker_formats.contract import (
    POSITIONS,
    Column,
    Format,
    Guide,
    Reading,
    fingerprint,
)
from sigmasight_ui.services.portfolios.broker_formats.drafts import BLANK_ROW, Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import (
    BOND,
    Instrument,
    identify,
    is_cusip,
    is_money_fund,
    is_per_hundred,
    without_symbol,
)
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet

_HEADER = frozenset({"symbol", "description", "quantity"})
_CASH_MARK = "**"
_HELD_AS_CASH = ("held in money market", "held in fcash", "fdic-insured deposit sweep")
_TOTALS = ("positions total", "account total", "grand total")
_DOWNLOADED = "date downloaded"
_COLUMNS = (
    Column("account_number", ("Account Number",), "which account; shown by its last four characters"),
    Column("account_name", ("Account Name", "Account Name/Number"), "its name"),
    Column("symbol", ("Symbol",), "ticker, CUSIP or option; ** marks cash"),
    Column("description", ("Description",), "name"),
    Column("quantity", ("Quantity",), "shares, contracts, or face value of a bond"),
    Column("last_price", ("Last Price",), "tells bonds (per 100 of face) from fund units; never a cost"),
    Column("market_value", ("Current Value",), "cash, and the check of the values"),
    Column("cost", ("Cost Basis Total", "Cost Basis"), "total cost, positive for shorts as well"),
    Column("price", ("Average Cost Basis",), "cost per share, where the total is missing"),
)
_WHERE = "Fidelity: Accounts > Positions > ⋮ > Download. Choose a view that shows Cost Basis Total."


def _read(sheet: Sheet, today: date) -> Reading:
    draft = Draft(FORMAT, sheet, today)
    table: Table | None = None
    as_of, guide = None, None
    for row in sheet.rows:
        if row.has(_HEADER):
            table = Table(row, _COLUMNS)
            guide = guide or _missing(table)
        elif row.first.casefold().startswith(_DOWNLOADED):
            as_of = find_day(row.text)
            draft.skip(row, "Note of the broker.")
        elif table is not None:
            _read_row(draft, table, row)
    return draft.reading(as_of, guide)


def _missing(table: Table) -> Guide | None:
    if table.has("cost") or table.has("price"):
        return None
    return Guide("The file has no cost: the view it was downloaded from does not show Cost Basis Total.", _WHERE)


def _read_row(draft: Draft, table: Table, row: Row) -> None:
    symbol, description = table.text(row, "symbol"), table.text(row, "description")
    if not symbol and not table.text(row, "quantity") and not table.text(row, "market_value"):
        draft.skip(row, "Note of the broker." if len(row.first) > 40 else BLANK_ROW)
        return
    account = draft.accounts.label(table.text(row, "account_number"), table.text(row, "account_name"))
    if symbol.casefold().startswith("pending activity"):
        draft.skip(row, "Pending activity is not counted before it settles.", table)
    elif symbol.casefold() in _TOTALS:
        draft.skip(row, "Total of the file.", table)
    elif "BROKERAGELINK" in (symbol.upper(), description.upper()):
        draft.skip(row, "BrokerageLink repeats the linked account, which is listed itself.", table)
    elif _is_cash(draft, table, row, symbol, description):
        draft.cash(row, account, draft.amount(table, row, "market_value"), symbol.rstrip("*") or description)
    else:
        _read_position(draft, table, row, account)


def _is_cash(draft: Draft, table: Table, row: Row, symbol: str, description: str) -> bool:
    if symbol.endswith(_CASH_MARK) or description.casefold().startswith(_HELD_AS_CASH):
        return True
    return is_money_fund(symbol) and draft.amount(table, row, "cost") is None


def _read_position(draft: Draft, table: Table, row: Row, account: str) -> None:
    quantity, value = draft.amount(table, row, "quantity"), draft.amount(table, row, "market_value")
    per_hundred = is_per_hundred(quantity, draft.amount(table, row, "last_price"), value)
    instrument = _instrument(table.text(row, "symbol"), table.text(row, "description"), per_hundred)
    is_bond = instrument is not None and instrument.investment_subtype == BOND
    draft.position(
        table,
        row,
        account,
        instrument,
        quantity=quantity,
        cost=draft.amount(table, row, "cost"),
        # Whether the average cost of a bond is per 100 of face is not known.
        price=None if is_bond else draft.amount(table, row, "price"),
        market_value=value,
        name=table.text(row, "description"),
    )


def _instrument(symbol: str, description: str, per_hundred: bool | None) -> Instrument | None:
    """Plans list funds without a symbol or under a code built like a CUSIP: what is not priced per 100 is no bond."""
    code = symbol.upper()
    if code and not is_cusip(code):
        return identify(symbol)
    return without_symbol(code or description, description, per_hundred)


FORMAT = Format(
    key="fidelity_positions",
    broker="Fidelity",
    kind=POSITIONS,
    label="Fidelity positions",
    fingerprints=(
        fingerprint("Account Number", "Account Name", "Symbol", "Description", "Quantity", "Current Value"),
        fingerprint("Account Name/Number", "Symbol", "Description", "Quantity", "Current Value"),
        fingerprint("Symbol", "Description", "Quantity", "Last Price", "Current Value", "Cost Basis Total"),
    ),
    columns=_COLUMNS,
    read=_read,
    cost="Cost Basis Total divided by quantity, contracts times 100, bonds per 100 of face",
    entry_date="not in the file: one question, the day of the download proposed",
    cash="rows marked ** or held in a money market, at Current Value",
    cannot_know=("entry dates", "whether the average cost of a bond is per 100 of face, where its total is missing"),
    where=_WHERE,
)
