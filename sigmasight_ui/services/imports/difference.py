"""A file against the present holdings of one account, symbol by symbol. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sigmasight_ui.core.money import CENT, ZERO
from sigmasight_ui.services.imports.schemas import Change, HoldingChange, Mode, RowStatus
from sigmasight_ui.services.imports.settling import Row
from sigmasight_ui.services.portfolios.schemas import CONTRACT_SIZE, HeldLot

_HALF_A_CENT = CENT / 2


@dataclass
class Side:
    """All open lots of one symbol on one side. `cost` is None when one of them has none."""

    quantity: Decimal = ZERO
    cost: Decimal | None = ZERO
    units: Decimal = ZERO

    def add(self, quantity: Decimal, price: Decimal | None, investment_class: str) -> None:
        units = quantity * CONTRACT_SIZE if investment_class == "OPTIONS" else quantity
        self.quantity += quantity
        self.units += abs(units)
        self.cost = None if self.cost is None or price is None else self.cost + units * price

    def equals(self, other: Side) -> bool:
        """The same quantity, and a cost that is the same to the cent per share."""
        if self.quantity != other.quantity:
            return False
        if self.cost is None or other.cost is None:
            return True
        return abs(self.cost - other.cost) <= CENT + _HALF_A_CENT * max(self.units, other.units)


def held(lots: Iterable[HeldLot]) -> dict[str, Side]:
    sides: dict[str, Side] = {}
    for lot in lots:
        if lot.exit_date is None:
            sides.setdefault(lot.symbol, Side()).add(lot.quantity, lot.entry_price, lot.investment_class)
    return sides


def in_file(rows: Iterable[Row]) -> dict[str, Side]:
    """What is skipped counts neither way."""
    sides: dict[str, Side] = {}
    for row in rows:
        position = row.position
        if position is not None and row.is_open_lot and not row.is_skipped:
            side = sides.setdefault(position.symbol, Side())
            side.add(position.quantity, position.entry_price, position.investment_class)
    return sides


def unchanged_symbols(present: dict[str, Side], file: dict[str, Side]) -> set[str]:
    return {symbol for symbol, side in file.items() if symbol in present and side.equals(present[symbol])}


def closed_symbols(present: Iterable[str], rows: Iterable[Row], unread: Collection[str]) -> set[str]:
    """Holdings the file does not name. What somebody skips, or what could not be read, is left as it is."""
    named = {row.draft.symbol for row in rows} | {row.position.symbol for row in rows if row.position}
    return set(present) - named - set(unread)


def compare(
    portfolio_id: UUID, rows: Sequence[Row], lots: Iterable[HeldLot], mode: Mode, unread: Collection[str]
) -> list[HoldingChange]:
    """Statuses of the rows are decided already. Nothing is closed where the file only adds."""
    present, file = held(lots), in_file(rows)
    closed = closed_symbols(present, rows, unread) if mode is not Mode.ADD else set()
    same = unchanged_symbols(present, file)
    added = in_file(row for row in rows if row.status is RowStatus.IMPORT)
    found = []
    for symbol in sorted(closed | file.keys()):
        before = present[symbol].quantity if symbol in present else ZERO
        said = file[symbol].quantity if symbol in file else ZERO
        after = {
            Mode.ADD: before + (added[symbol].quantity if symbol in added else ZERO),
            Mode.REPLACE: said,
            Mode.RECONCILE: before,
        }[mode]
        change = _change(symbol in present, symbol in file, symbol in same)
        found.append(HoldingChange(portfolio_id, symbol, change, before, said, after, before > 0 > after))
    return found


def _change(is_held: bool, is_in_file: bool, is_same: bool) -> Change:
    if not is_in_file:
        return Change.CLOSED
    if not is_held:
        return Change.ADDED
    return Change.UNCHANGED if is_same else Change.CHANGED
