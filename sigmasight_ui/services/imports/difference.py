"""A file against the present holdings of one account, symbol by symbol. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sigmasight_ui.core.money import CENT, ZERO
from sigmasight_ui.services.imports.schemas.choices import Mode
from sigmasight_ui.services.imports.schemas.review import Change, HoldingChange, RowStatus
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


@dataclass(frozen=True)
class Sides:
    """What an account holds and what a file says it holds, by symbol. `same` is in both alike; `closed` is held and
    not named in the file."""

    present: dict[str, Side]
    file: dict[str, Side]
    same: frozenset[str]
    closed: frozenset[str]


def sides_of(rows: Sequence[Row], lots: Iterable[HeldLot], unread: Collection[str]) -> Sides:
    """What somebody skips, or what could not be read, counts neither way and is not closed."""
    present, file = _held(lots), _in_file(rows)
    same = frozenset(symbol for symbol, side in file.items() if symbol in present and side.equals(present[symbol]))
    named = {row.draft.symbol for row in rows} | {row.position.symbol for row in rows if row.position}
    return Sides(present, file, same, frozenset(present.keys() - named - set(unread)))


def _held(lots: Iterable[HeldLot]) -> dict[str, Side]:
    sides: dict[str, Side] = {}
    for lot in lots:
        if lot.exit_date is None:
            sides.setdefault(lot.symbol, Side()).add(lot.quantity, lot.entry_price, lot.investment_class)
    return sides


def _in_file(rows: Iterable[Row]) -> dict[str, Side]:
    sides: dict[str, Side] = {}
    for row in rows:
        position = row.position
        if position is not None and position.exit_date is None and row.status is not RowStatus.SKIPPED:
            side = sides.setdefault(position.symbol, Side())
            side.add(position.quantity, position.entry_price, position.investment_class)
    return sides


def compare(portfolio_id: UUID, sides: Sides, rows: Iterable[Row], mode: Mode) -> list[HoldingChange]:
    """Statuses of the rows are decided already. Nothing is closed where the file only adds."""
    added = _in_file(row for row in rows if row.status is RowStatus.IMPORT) if mode is Mode.ADD else {}
    found = []
    for symbol in sorted(sides.file.keys() | (sides.closed if mode is not Mode.ADD else set())):
        before = sides.present[symbol].quantity if symbol in sides.present else ZERO
        said = sides.file[symbol].quantity if symbol in sides.file else ZERO
        after = before if mode is Mode.RECONCILE else said
        if mode is Mode.ADD:
            after = before + (added[symbol].quantity if symbol in added else ZERO)
        change = _change(symbol, sides)
        found.append(HoldingChange(portfolio_id, symbol, change, before, said, after, before > 0 > after))
    return found


def _change(symbol: str, sides: Sides) -> Change:
    if symbol not in sides.file:
        return Change.CLOSED
    if symbol not in sides.present:
        return Change.ADDED
    return Change.UNCHANGED if symbol in sides.same else Change.CHANGED
