"""Which rows of a file the account has already. By multiset: two equal rows are two lots, and three equal rows against
two equal lots are one new lot. Pure."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Sequence

from sigmasight_ui.services.imports.settling import Row
from sigmasight_ui.services.portfolios.schemas import DraftPosition, HeldLot, content_hash

_Key = Hashable


def hash_of(draft: DraftPosition) -> str:
    stated = None if draft.entry_date_estimated else draft.entry_date
    return content_hash(draft.symbol, draft.quantity, draft.entry_price, stated, draft.exit_date, draft.exit_price)


def find_duplicates(rows: Iterable[Row], lots: Sequence[HeldLot]) -> None:
    """Marks each row with the lot it repeats; every lot is repeated once. The broker's own id says most, then what
    the file said when the lot was imported, then what the lot is now."""
    present = _Present(lots)
    for row in rows:
        if not row.is_skipped:
            row.duplicate = present.take(row)


class _Present:
    def __init__(self, lots: Sequence[HeldLot]) -> None:
        self._by_key: dict[_Key, deque[HeldLot]] = defaultdict(deque)
        self._taken: set[Hashable] = set()
        for lot in lots:
            for key in _keys_of_lot(lot):
                self._by_key[key].append(lot)

    def take(self, row: Row) -> HeldLot | None:
        for key in _keys_of_row(row):
            waiting = self._by_key.get(key)
            while waiting:
                lot = waiting.popleft()
                if lot.id not in self._taken and not _are_different(row, lot):
                    self._taken.add(lot.id)
                    return lot
        return None


def _are_different(row: Row, lot: HeldLot) -> bool:
    """Two ids of one broker mean two lots, however equal they look."""
    return bool(row.draft.broker_id and lot.broker_id and row.draft.broker_id != lot.broker_id)


def _keys_of_lot(lot: HeldLot) -> Iterable[_Key]:
    if lot.broker_id:
        yield "id", lot.broker_id, lot.symbol
    if lot.content_hash:
        yield "file", lot.content_hash
    what, exits = (lot.symbol, lot.quantity, lot.entry_price), (lot.exit_date, lot.exit_price)
    yield "dated", *what, lot.entry_date, *exits
    yield "undated", *what, *exits


def _keys_of_row(row: Row) -> Iterable[_Key]:
    position = row.position
    if row.draft.broker_id:
        yield "id", row.draft.broker_id, position.symbol if position else row.draft.symbol
    yield "file", hash_of(row.draft)
    if position is None:
        return
    what = position.symbol, position.quantity, position.entry_price
    exits = position.exit_date, position.exit_price
    yield ("undated", *what, *exits) if row.estimated else ("dated", *what, position.entry_date, *exits)
