"""E*TRADE's portfolio download: title blocks, then positions, with or without the lots of each below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sigmasight_ui.core.money import ZERO
from sigmasight_ui.services.portfolios.broker_formats.cells import find_day, read_amount, read_day
from sigmasight_ui.services.portfolios.broker_formats.contract import POSITIONS, Column, Format, Reading, fingerprint
from sigmasight_ui.services.portfolios.broker_formats.drafts import BLANK_ROW, Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import (
    Instrument,
    bond,
    identify,
    is_per_hundred,
    reads_like_a_bond,
)
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet

_HEADER = frozenset({"symbol", "value $"})
_ACCOUNTS = frozenset({"account", "net account value"})
_COMMISSION = Decimal(10)
_GENERATED = "generated at"
_LOT = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/(?:[0-9]{4}|[0-9]{2})")
_COLUMNS = (
    Column("symbol", ("Symbol",), "ticker, option, the name of a bond, or the purchase day of a lot"),
    Column("last_price", ("Last Price $",), "tells bonds (per 100 of face) from shares; never a cost"),
    Column("quantity", ("Quantity", "Qty #"), "shares, contracts, or face value of a bond"),
    Column("price", ("Price Paid $",), "cost per share, positive for shorts as well"),
    Column("cost", ("Total Cost", "Total Cost $"), "total cost, in the views that show it"),
    Column("gain", ("Total Gain $",), "value less gain is the total cost, commissions included"),
    Column("market_value", ("Value $",), "cash, and the check against the total"),
)
_SUMMARY = (Column("account", ("Account",)), Column("market_value", ("Net Account Value",)))


class _Block(NamedTuple):
    """The positions of one account: each row with the lots below it."""

    table: Table
    account: str
    groups: list[list[Row]]


def _read(sheet: Sheet, today: date) -> Reading:
    draft = Draft(FORMAT, sheet, today)
    blocks: list[_Block] = []
    summary: Table | None = None
    account, as_of = "", None
    for row in sheet.rows:
        if row.has(_ACCOUNTS):
            summary, account = Table(row, _SUMMARY), ""
        elif row.has(_HEADER):
            blocks.append(_Block(Table(row, _COLUMNS), account, []))
            summary = None
        elif row.first.casefold().startswith(_GENERATED):
            as_of = find_day(row.text)
            draft.skip(row, "Note of the broker.")
        elif summary is not None:
            account = account or summary.text(row, "account")
        elif blocks:
            _sort(blocks[-1].groups, blocks[-1].table, row)
    for block in blocks:
        label = draft.accounts.label(name=block.account)
        for group in block.groups:
            _read_group(draft, block.table, label, group)
    return draft.reading(as_of)


def _sort(groups: list[list[Row]], table: Table, row: Row) -> None:
    """A row and the lots below it belong together."""
    if _LOT.fullmatch(table.text(row, "symbol")) and groups:
        groups[-1].append(row)
    else:
        groups.append([row])


def _read_group(draft: Draft, table: Table, account: str, group: Sequence[Row]) -> None:
    parent, lots = group[0], group[1:]
    symbol, quantity = table.text(parent, "symbol"), draft.amount(table, parent, "quantity")
    if symbol.casefold() == "total":
        # Its cells stand one column to the left in some years; the value is the last of them in all.
        draft.total(parent, account, read_amount(next(filter(None, reversed(parent.cells))), draft.sheet.decimal_comma))
        draft.skip(parent, "Total of the account.")
    elif symbol.casefold() == "cash" and quantity is None:
        draft.cash(parent, account, draft.amount(table, parent, "market_value"), "Cash")
    elif not symbol or sum(map(bool, parent.cells)) == 1:
        draft.skip(parent, BLANK_ROW)
    elif lots and sum(_quantities(draft, table, lots), ZERO) == quantity:
        draft.skip(parent, "Its lots are read instead, which add up to it.")
        for lot in lots:
            _read_position(draft, table, account, lot, parent)
    else:
        _read_position(draft, table, account, parent, parent)
        for lot in lots:
            draft.skip(lot, "A lot; together they do not add up to the position, which is read instead.")


def _quantities(draft: Draft, table: Table, lots: Sequence[Row]) -> Iterator[Decimal]:
    for lot in lots:
        yield draft.amount(table, lot, "quantity") or ZERO


def _read_position(draft: Draft, table: Table, account: str, row: Row, parent: Row) -> None:
    symbol, value = table.text(parent, "symbol"), draft.amount(table, row, "market_value")
    quantity = draft.amount(table, row, "quantity")
    of_parent = [draft.amount(table, parent, field) for field in ("quantity", "last_price", "market_value")]
    price, gain = draft.amount(table, row, "price") or None, draft.amount(table, row, "gain")
    instrument = _instrument(symbol, is_per_hundred(*of_parent))
    draft.position(
        table,
        row,
        account,
        instrument,
        quantity=quantity,
        cost=draft.amount(table, row, "cost") or _cost(instrument, quantity, price, value, gain),
        price=price,
        entry_date=None if row is parent else read_day(table.text(row, "symbol")),
        market_value=value,
        name=symbol,
    )


def _cost(
    instrument: Instrument | None,
    quantity: Decimal | None,
    price: Decimal | None,
    value: Decimal | None,
    gain: Decimal | None,
) -> Decimal | None:
    """Price Paid is rounded and without commissions; what has been gained says what was paid to the cent. None when
    the two tell different stories, or one is missing."""
    if instrument is None or quantity is None or price is None or value is None or gain is None:
        return None
    rounded, exact = quantity / instrument.quoted_per * instrument.multiplier * price, value - gain
    return exact if abs(exact - rounded) <= max(_COMMISSION, abs(rounded) / 100) else None


def _instrument(symbol: str, per_hundred: bool | None) -> Instrument | None:
    """Bonds have no symbol here but a description with coupon and maturity."""
    found = identify(symbol)
    if found is not None and not (per_hundred and " " in symbol and not found.contract):
        return found
    return bond(symbol) if per_hundred or reads_like_a_bond(symbol) else None


FORMAT = Format(
    key="etrade_portfolio",
    broker="E*TRADE",
    kind=POSITIONS,
    label="E*TRADE portfolio",
    fingerprints=(
        fingerprint("Symbol", "Last Price $", "Price Paid $", "Value $"),
        fingerprint("Symbol", "Qty #", "Value $", "Total Cost"),
    ),
    columns=_COLUMNS,
    read=_read,
    cost="Value $ less Total Gain $ where that agrees with Price Paid $, which is per share and rounded; or Total Cost",
    entry_date="from the lots, where they were expanded; else one question",
    cash="the row CASH",
    cannot_know=("entry dates of positions that were not expanded",),
    where="E*TRADE: Portfolios > Positions, expand all lots, Download.",
)
