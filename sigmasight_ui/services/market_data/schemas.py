"""What the room takes in and hands out. Prices of different sources are never mixed: every answer names its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class SeriesStatus(StrEnum):
    OK = "ok"
    EMPTY = "empty"  # the source knows no such symbol, or nothing of it in the range
    PARTIAL = "partial"  # sessions are missing, or prices are held back
    STALE = "stale"  # ends before the last session asked for
    ERROR = "error"  # no usable answer


class Fault(StrEnum):
    """Troubles of the source itself, not of one symbol: asking for more would be pointless or rude."""

    RATE_LIMITED = "rate_limited"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class SymbolRange:
    """Sessions `start` to `end`, both included; `continues` when the store already holds what lies before."""

    symbol: str
    start: date
    end: date
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One session as it traded: unadjusted close and dividend, and the split that took effect that morning.

    `split_ratio` is new shares per old share: 4 for a 4:1 split, 0.05 for a 1:20 reverse split. A source may report
    a session without a price as a NaN close, so that a split or dividend of that day is not lost; it is never stored.
    """

    session: date
    close: Decimal
    split_ratio: Decimal | None = None
    dividend: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SymbolSeries:
    symbol: str
    status: SeriesStatus
    bars: tuple[Bar, ...] = ()
    reason: str | None = None
    currency: str | None = None
    fault: Fault | None = None
    history_starts: date | None = None  # set when the source has nothing older: a young listing
    older_is_void: bool = False  # prices before these bars are on another share basis and must not be kept

    @property
    def last_session(self) -> date | None:
        return self.bars[-1].session if self.bars else None


@dataclass(frozen=True, slots=True)
class SourceView:
    """What screens say about where prices come from; `note` is set for anything but a live source."""

    name: str
    label: str
    is_sample: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class MissingPrice:
    symbol: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask the source for. `waiting` are symbols not asked now, `blocked` says why nobody is."""

    source: str
    requests: tuple[SymbolRange, ...] = ()
    waiting: tuple[MissingPrice, ...] = ()
    blocked: str | None = None


@dataclass(frozen=True, slots=True)
class Outage:
    fault: Fault
    reason: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answers to one batch; symbols not asked because of an outage are in `requests` but not in `series`."""

    source: str
    requests: tuple[SymbolRange, ...]
    series: tuple[SymbolSeries, ...]
    fetched_at: datetime
    outage: Outage | None = None


@dataclass(frozen=True, slots=True)
class StoreResult:
    inserted: int = 0
    revised: int = 0
    unchanged: int = 0
    statuses: Mapping[SeriesStatus, int] = field(default_factory=dict)
    problems: tuple[MissingPrice, ...] = ()
    outage: Outage | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """The newest close within ten days and the one before it, on the newest session's share basis."""

    symbol: str
    session: date
    close: Decimal
    previous_session: date | None
    previous_close: Decimal | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Priced symbols over symbols needed; `fraction` is None when none is needed."""

    needed: int
    priced: int
    missing: tuple[MissingPrice, ...]

    @property
    def fraction(self) -> float | None:
        return self.priced / self.needed if self.needed else None
