"""Pure rules of collecting prices: what to ask for, when to ask again, and which answers to believe."""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median

from sigmasight_ui.services.market_data.schemas import Bar, SeriesStatus, SymbolRange, SymbolSeries

BATCH = 50  # symbols in one call to a source
PRICE_AGE = timedelta(days=10)  # calendar days after which a close is no price any more
CACHED = 0.95  # share of the sessions that must be stored for a range to count as present
OVERLAP = 10  # stored sessions downloaded again with every new one: vendors revise their newest bars
LARGEST_MOVE = Decimal("0.40")  # a one-session move that needs a split to be believed at once
SMALLEST_PRICE, LARGEST_PRICE = Decimal("0.000001"), Decimal(10**9)  # in dollars; anything else is no price
LARGEST_SPLIT = Decimal(10**4)  # new shares for one, or one for so many
YOUNG_AFTER = 5  # sessions without a price at the start of a range that are holes; more mean it was not listed yet
CONFIRMING_SESSIONS = 5  # or this many sessions at the new level
SPLIT_TOLERANCE = Decimal("0.02")
_SPLITS = [Decimal(n) for n in (2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100)]
REBASED = "the source changed its whole history: it is read again"

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
GIVE_UP_AFTER = 5  # failed days after which an unknown symbol is asked for once a week only
ASK_AGAIN = timedelta(minutes=15)  # an unknown symbol is not asked for more often than this, whoever wants it


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows about one symbol of one source; counts are of the range in question."""

    stored: int = 0
    last_stored: date | None = None
    status: SeriesStatus | None = None
    reason: str | None = None
    failures: int = 0
    checked_at: datetime | None = None
    next_retry_at: datetime | None = None
    history_starts: date | None = None


def must_wait(known: Known, now: datetime, *, insist: bool) -> bool:
    """The negative cache. A person who insists gets a new try at once, except for symbols nobody knows."""
    if known.next_retry_at is None or known.next_retry_at <= now:
        return False
    if not insist:
        return True
    return known.status is SeriesStatus.EMPTY and known.checked_at is not None and now - known.checked_at < ASK_AGAIN


def needed_range(symbol: str, sessions: Sequence[date], known: Known, *, refresh: bool) -> SymbolRange | None:
    """The part of `sessions` (those of the whole range, oldest first) that has to be asked for; None = nothing."""
    whole = SymbolRange(symbol, sessions[0], sessions[-1])
    if known.last_stored is None or known.reason == REBASED:
        return whole
    begin = max(sessions[0], known.history_starts or sessions[0])
    expected = sum(begin <= session <= known.last_stored for session in sessions)
    if known.stored < CACHED * expected:
        return whole
    if known.last_stored == sessions[-1] and not refresh:
        return None
    overlap = max(0, bisect_left(sessions, known.last_stored) + 1 - OVERLAP)
    return SymbolRange(symbol, sessions[overlap], sessions[-1], continues=True)


def retry_at(series: SymbolSeries, failures: int, last_asked: date, now: datetime) -> datetime | None:
    """When the symbol may be asked for again; None = whenever there is something new to ask for."""
    if series.status is SeriesStatus.ERROR:
        return now + pause(series.symbol, failures)
    if series.status is SeriesStatus.EMPTY:
        return now + timedelta(days=1 if failures < GIVE_UP_AFTER else 7)
    if series.status is SeriesStatus.PARTIAL:
        return now + timedelta(hours=6)
    if series.status is SeriesStatus.STALE:
        behind = last_asked - (series.last_session or date.min)
        return now + (timedelta(hours=1) if behind <= timedelta(days=4) else timedelta(days=1))
    return None


def pause(key: str, failures: int) -> timedelta:
    """30 s doubling to 15 min, spread by a quarter either way so that many keys do not come back together."""
    full = min(FIRST_PAUSE * (1 << min(max(failures, 1) - 1, 10)), LONGEST_PAUSE)
    spread = zlib.crc32(f"{key}:{failures}".encode()) / 2**32  # stable, so a restart does not shorten a pause
    return full * (0.75 + 0.5 * spread)


def judge(series: SymbolSeries, request: SymbolRange, sessions: Sequence[date]) -> SymbolSeries:
    """A source's answer as we believe it: bars of real sessions only, suspicious ones held back, status and reason."""
    if series.status in (SeriesStatus.EMPTY, SeriesStatus.ERROR):
        return replace(series, bars=())
    trading = set(sessions)
    bars = _keep(map(_possible, series.bars), lambda bar: bar.session in trading and _is_amount(bar.close))
    if not bars:
        nothing = f"no price between {request.start} and {request.end}"
        return replace(series, status=SeriesStatus.EMPTY, bars=(), reason=nothing)
    kept, held_back = hold_back(bars)
    status, reason = _status(kept, held_back, sessions)
    young = bisect_left(sessions, bars[0].session) > YOUNG_AFTER and not request.continues
    return replace(
        series,
        status=status,
        bars=tuple(kept),
        reason=reason,
        history_starts=bars[0].session if young else None,
        older_is_void=kept[0].session > bars[0].session,
    )


def _possible(bar: Bar) -> Bar:
    """Without a split or dividend that cannot be: a step it leaves unexplained is held back like any other."""
    split = bar.split_ratio if bar.split_ratio is not None and _is_ratio(bar.split_ratio) else None
    dividend = bar.dividend if bar.dividend is not None and _is_amount(bar.dividend) else None
    return replace(bar, split_ratio=split, dividend=dividend)


def _is_amount(dollars: Decimal) -> bool:
    return dollars.is_finite() and SMALLEST_PRICE <= dollars < LARGEST_PRICE


def _is_ratio(split: Decimal) -> bool:
    return split.is_finite() and 1 / LARGEST_SPLIT <= split <= LARGEST_SPLIT


def _status(bars: Sequence[Bar], held_back: str | None, sessions: Sequence[date]) -> tuple[SeriesStatus, str | None]:
    if held_back:
        return SeriesStatus.PARTIAL, held_back
    if bars[-1].session < sessions[-1]:
        return SeriesStatus.STALE, f"last price of {bars[-1].session}"
    expected = [session for session in sessions if session >= bars[0].session]
    holes = len(expected) - len(bars)
    if holes:
        return SeriesStatus.PARTIAL, f"{holes} of {len(expected)} sessions have no price"
    return SeriesStatus.OK, None


def _keep(bars: Iterable[Bar], wanted: Callable[[Bar], bool]) -> list[Bar]:
    """In order of sessions; the splits and dividends of a dropped bar move to the next one, lest they be lost."""
    kept: list[Bar] = []
    split, dividend = Decimal(1), Decimal(0)
    for bar in sorted(bars, key=lambda each: each.session):
        split *= bar.split_ratio or 1
        dividend += bar.dividend or 0
        if wanted(bar):
            kept.append(replace(bar, split_ratio=split if split != 1 else None, dividend=dividend or None))
            split, dividend = Decimal(1), Decimal(0)
    return kept


def hold_back(bars: Sequence[Bar]) -> tuple[list[Bar], str | None]:
    """Drop what a missing split or a bad tick would poison, and say so.

    A move beyond 40 % that no split explains is not believed at once. If the next session takes it back, that one
    bar is a bad tick. A new level is held back until five sessions confirm it. A confirmed level whose step looks
    like a split keeps the newer side only: today's price is right, the older ones are on another share basis.
    """
    kept, reasons = _without_bad_ticks(bars)
    at = len(kept) - 1
    while at > 0:
        step = _step(kept[at - 1], kept[at])
        if not _is_too_large(step):
            at -= 1
            continue
        day, move = kept[at].session, f"{float(step) - 1:+.0%}"
        if len(kept) - at < CONFIRMING_SESSIONS:
            kept = kept[:at]
            reasons.append(f"prices from {day} held back: possible split ({move})")
        elif _looks_like_a_split(step):
            kept = kept[at:]
            reasons.append(f"prices before {day} held back: possible split ({move})")
            break
        at -= 1
    return kept, "; ".join(reasons) or None


def _without_bad_ticks(bars: Sequence[Bar]) -> tuple[list[Bar], list[str]]:
    bad: dict[date, str] = {}
    for before, bar, after in zip(bars, bars[1:], bars[2:], strict=False):
        there, back = _step(before, bar), _step(bar, after)
        if _is_too_large(there) and _is_too_large(back) and not _is_too_large(there * back):
            bad[bar.session] = f"the price of {bar.session} held back: {float(there) - 1:+.0%} and back in one session"
    return _keep(bars, lambda bar: bar.session not in bad), list(bad.values())


def _step(before: Bar, bar: Bar) -> Decimal:
    """Value of yesterday's share today over yesterday: one for no move, whatever the split."""
    return bar.close * (bar.split_ratio or 1) / before.close


def _is_too_large(step: Decimal) -> bool:
    return abs(step - 1) > LARGEST_MOVE


def _looks_like_a_split(step: Decimal) -> bool:
    return any(abs(step * ratio - 1) < SPLIT_TOLERANCE or abs(step / ratio - 1) < SPLIT_TOLERANCE for ratio in _SPLITS)


def is_rebased(bars: Sequence[Bar], stored: Mapping[date, Decimal]) -> bool:
    """True when all sessions known from before moved by one common factor: an adjustment nobody told us about."""
    factors = [bar.close / stored[bar.session] for bar in bars if bar.session in stored]
    if len(factors) < 3:
        return False
    middle = median(factors)
    return abs(middle - 1) > Decimal("0.05") and all(abs(f / middle - 1) < Decimal("0.005") for f in factors)
