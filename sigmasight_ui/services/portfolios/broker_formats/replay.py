"""Transactions in order -> the lots that are left, first in first out; refuses what does not add up."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sigmasight_ui.core.money import ZERO, plain
from sigmasight_ui.services.portfolios.broker_formats.instruments import Instrument
from sigmasight_ui.services.portfolios.broker_formats.reading import Row
from sigmasight_ui.services.portfolios.csv_cells import QUANTITY_DECIMALS

# More than any share ever had; each one touches every lot.
_MOST_SPLITS = 10


class ReplayError(Exception):
    """Why the holdings cannot be worked out, as a sentence for people."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Signed quantity; `cost` is what was paid or received for it, without a sign."""

    row: Row
    day: date
    instrument: Instrument
    quantity: Decimal
    cost: Decimal


class Replay:
    def __init__(self) -> None:
        self._lots: dict[str, deque[Lot]] = {}
        self._held: defaultdict[str, Decimal] = defaultdict(Decimal)
        self._splits: Counter[str] = Counter()

    def open(self, lot: Lot) -> None:
        symbol = lot.instrument.symbol
        if self._held[symbol] * lot.quantity < 0:
            raise ReplayError(f"Line {lot.row.line} opens {symbol} against what is held.")
        self._lots.setdefault(symbol, deque()).append(lot)
        self._held[symbol] += lot.quantity

    def close(self, lot: Lot) -> None:
        """Reduces the oldest lots of the other sign."""
        self._take(lot.instrument.symbol, -lot.quantity, lot.row.line)

    def expire(self, symbol: str, quantity: Decimal, line: int) -> None:
        """Worthless on the day, whichever side was held."""
        self._take(symbol, quantity.copy_sign(self._held[symbol]), line)

    def split(self, symbol: str, added: Decimal, line: int) -> None:
        """Shares that came without being paid for: every lot grows in proportion and keeps its cost."""
        held = self._held[symbol]
        self._splits[symbol] += 1
        if not held:
            raise ReplayError(f"Line {line} splits {symbol}, of which nothing is held by then.")
        if self._splits[symbol] > _MOST_SPLITS:
            raise ReplayError(f"Line {line} splits {symbol} once more than {_MOST_SPLITS} times.")
        factor = (held + added) / held
        lots = [replace(lot, quantity=round(lot.quantity * factor, QUANTITY_DECIMALS)) for lot in self._lots[symbol]]
        rest = held + added - sum((lot.quantity for lot in lots), ZERO)
        lots[-1] = replace(lots[-1], quantity=lots[-1].quantity + rest)
        self._lots[symbol] = deque(lots)
        self._held[symbol] = held + added

    def open_lots(self) -> list[Lot]:
        return [lot for lots in self._lots.values() for lot in lots]

    def _take(self, symbol: str, quantity: Decimal, line: int) -> None:
        """`quantity` has the sign of what is held."""
        held = self._held[symbol]
        if abs(quantity) > abs(held) or held * quantity < 0:
            gone, there = plain(abs(quantity)), plain(abs(held))
            raise ReplayError(f"Line {line} closes {gone} of {symbol}, and the file shows only {there} before it.")
        self._held[symbol] -= quantity
        lots = self._lots.get(symbol, deque())
        while quantity:
            first = lots.popleft()
            if abs(first.quantity) <= abs(quantity):
                quantity -= first.quantity
            else:
                left = first.quantity - quantity
                lots.appendleft(replace(first, quantity=left, cost=first.cost * left / first.quantity))
                quantity = ZERO
