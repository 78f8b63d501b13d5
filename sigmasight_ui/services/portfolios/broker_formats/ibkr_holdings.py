"""What all files of Interactive Brokers share: asset classes, currencies, and lots beside the summary of the same."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from sigmasight_ui.core.money import ZERO
from sigmasight_ui.services.portfolios.broker_formats.cells import read_amount, read_day
from sigmasight_ui.services.portfolios.broker_formats.drafts import Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import (
    BOND,
    MUTUAL_FUND,
    Instrument,
    bond,
    crypto,
    identify,
    is_cusip,
)
from sigmasight_ui.services.portfolios.broker_formats.reading import Row

BROKER = "Interactive Brokers"
DOLLARS = "USD"
_SHARES_PER_CONTRACT = 100

_SHARES = frozenset({"", "stocks", "stk", "etf", "etfs"})
_OPTIONS = frozenset({"equity and index options", "options", "opt"})
_FUNDS = frozenset({"mutual funds", "funds", "fund"})
_BONDS = frozenset({"bonds", "bond", "treasury bills", "bill", "t-bills", "treasury bonds", "corporate bonds"})
_CRYPTO = frozenset({"crypto", "cryptocurrencies", "cryptocurrency"})
_KNOWN = _SHARES | _OPTIONS | _FUNDS | _BONDS | _CRYPTO

_LOTS_COUNT = "The summary of the lots below: counted once, by lot."
_SUMMARY_COUNTS = "A lot of the position above: counted once, by its summary."


class Holding(NamedTuple):
    """One row of open positions, before it is known whether it counts."""

    table: Table
    row: Row
    account: str
    category: str
    currency: str
    symbol: str
    quantity: Decimal | None
    is_lot: bool
    is_dated: bool
    multiplier: Decimal | None


def take(draft: Draft, table: Table, row: Row, account: str, is_lot: bool) -> Holding:
    """Cells that cannot be read become problems later, and only of rows that count."""
    comma = draft.sheet.decimal_comma
    return Holding(
        table=table,
        row=row,
        account=account,
        category=table.text(row, "category").casefold(),
        currency=table.text(row, "currency").upper() or DOLLARS,
        symbol=table.text(row, "symbol"),
        quantity=read_amount(table.text(row, "quantity"), comma),
        is_lot=is_lot,
        is_dated=is_lot and read_day(table.text(row, "entry_date")) is not None,
        multiplier=read_amount(table.text(row, "multiplier"), comma),
    )


def is_ours(category: str) -> bool:
    """Whether holdings of this asset class are taken over."""
    return bool(category) and category.casefold() in _KNOWN


def write(draft: Draft, holdings: Iterable[Holding]) -> None:
    """Every security once: by its lots where they are complete and dated, else by its summary."""
    groups: dict[tuple[str, ...], list[Holding]] = {}
    for found in holdings:
        groups.setdefault((found.account, found.category, found.currency, found.symbol), []).append(found)
    for group in groups.values():
        if reason := _not_ours(group):
            for found in group:
                draft.skip(found.row, reason, found.table)
        else:
            _write_once(draft, group)


def _write_once(draft: Draft, group: list[Holding]) -> None:
    by_lot = _lots_are_complete(group)
    for found in group:
        if found.is_lot == by_lot:
            _write_one(draft, found)
        else:
            draft.skip(found.row, _LOTS_COUNT if by_lot else _SUMMARY_COUNTS, found.table)


def _lots_are_complete(group: list[Holding]) -> bool:
    lots = [found for found in group if found.is_lot]
    summaries = [found for found in group if not found.is_lot]
    if not summaries or not lots:
        return bool(lots)
    if not any(found.is_dated for found in lots):
        return False
    return _held(lots) == _held(summaries)


def _held(holdings: list[Holding]) -> Decimal:
    return sum((found.quantity or ZERO for found in holdings), ZERO)


def _not_ours(group: list[Holding]) -> str | None:
    """Why a security cannot be taken over; the reason holds for all its rows."""
    first = group[0]
    if first.category not in _KNOWN:
        title = first.table.text(first.row, "category")
        return f"{title}: only shares, funds, bonds, listed options and crypto can be taken over."
    if first.currency != DOLLARS:
        return f"Held in {first.currency}: only positions in US dollars can be valued."
    if first.category in _OPTIONS:
        sizes = {found.multiplier for found in group} - {None, Decimal(_SHARES_PER_CONTRACT)}
        if sizes:
            return "Not a contract of 100 shares: such options cannot be valued."
    return None


def _write_one(draft: Draft, found: Holding) -> None:
    table, row = found.table, found.row
    draft.position(
        table,
        row,
        found.account,
        instrument_of(found.category, found.symbol),
        quantity=draft.amount(table, row, "quantity"),
        cost=draft.amount(table, row, "cost"),
        price=draft.amount(table, row, "price"),
        entry_date=draft.day(table, row, "entry_date") if found.is_lot else None,
        market_value=draft.amount(table, row, "market_value"),
        name=table.text(row, "name"),
    )


def instrument_of(category: str, symbol: str) -> Instrument | None:
    if category in _BONDS:
        cusip = next((word for word in symbol.upper().split() if is_cusip(word)), None)
        return bond(cusip or symbol)
    if category in _CRYPTO:
        return crypto(symbol.split(".")[0])
    found = identify(symbol, MUTUAL_FUND if category in _FUNDS else None)
    if found is None or (category in _OPTIONS) != (found.contract is not None):
        return None
    return found if found.investment_subtype != BOND else None
