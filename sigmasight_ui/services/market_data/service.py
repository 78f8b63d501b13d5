"""Market data: which prices are missing, fetching them without a transaction open, storing them, reading them.

A run works with one source from beginning to end, so that no figure mixes a vendor's prices with sample ones:

    with transaction: plan = market.plan(session, source, symbols, start, end)
    for fetched in market.fetch(plan):                   # the network; one item per batch of symbols
        with transaction: result = market.store(session, fetched)
    with transaction: other = market.fallback(session, source, result.outage)   # a source to start over with, or None
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlmodel import Session

from sigmasight_ui.core import calendar
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.services.market_data import repository, rules
from sigmasight_ui.services.market_data.ports import PriceSource
from sigmasight_ui.services.market_data.repository import Breaker, StatusRow
from sigmasight_ui.services.market_data.schemas import (
    Bar,
    Coverage,
    Fault,
    Fetched,
    MissingPrice,
    Outage,
    Plan,
    Quote,
    SeriesStatus,
    SourceView,
    StoreResult,
    SymbolRange,
    SymbolSeries,
)
from sigmasight_ui.services.securities.schemas import SecurityProfile

if TYPE_CHECKING:
    from sigmasight_ui.services.market_data.price_table import PriceTable as PriceTable  # for other rooms too

PAUSE_BETWEEN_BATCHES = 1.5  # seconds: politeness towards a free source
_QUOTED = Decimal("0.000001")
_COUNTED = (SeriesStatus.ERROR, SeriesStatus.EMPTY, SeriesStatus.STALE)  # what makes `failures` grow


class MarketDataService:
    """`sources` in order of preference; a later one is used only while an earlier one was never reached. `others`
    are not chosen for any run, but what was once stored from them keeps its label."""

    def __init__(
        self,
        sources: Sequence[PriceSource],
        clock: Clock,
        *,
        others: Sequence[PriceSource] = (),
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sources = {source.name: source for source in (*sources, *others)}
        self._preference = [source.name for source in sources]
        self._clock = clock
        self._pause = pause

    # Choosing a source

    @property
    def preferred_source(self) -> str:
        return self._preference[0]

    def source_for(self, is_sample: bool) -> str:
        """Sample portfolios live in the sample's own past, online too; all others at the preferred source."""
        samples = (name for name, source in self._sources.items() if source.is_sample)
        return next(samples, self.preferred_source) if is_sample else self.preferred_source

    def source_view(self, name: str) -> SourceView:
        """For any name ever stored beside a price, also of a source that is not configured any more."""
        source = self._sources.get(name)
        if source is None:
            return SourceView(name, name, is_sample=False, note="This source is not configured any more.")
        return SourceView(source.name, source.label, source.is_sample, source.note)

    def stand_in(self, source: str, proxy: str) -> str | None:
        """The symbol that plays a factor's proxy at this source; None where nothing does."""
        known = self._sources.get(source)
        return known.stand_ins.get(proxy, proxy) if known else proxy

    def effective_as_of(self, source: str, symbols: Sequence[str]) -> date:
        """The session a run values at: the last one closed, or the last one the sample has for all symbols it knows."""
        closed = calendar.last_closed_session(self._clock.now())
        return min(self._sources[source].last_session(symbols) or closed, closed)

    def fallback(self, session: Session, source: str, outage: Outage | None) -> str | None:
        """The source to start over with when this one has never been reached: sample prices on a machine without
        network. Once a source has delivered, its outage leaves gaps and is never papered over."""
        if outage is None or outage.fault is not Fault.UNREACHABLE or repository.has_delivered(session, source):
            return None
        later = self._preference[self._preference.index(source) + 1 :] if source in self._preference else []
        return later[0] if later else None

    # Collecting

    def plan(
        self,
        session: Session,
        source: str,
        symbols: Sequence[str],
        start: date,
        end: date,
        *,
        refresh: bool = False,
        insist: bool = False,
    ) -> Plan:
        """What is not stored yet of `start` to `end`, one range per symbol. `refresh` also reads the newest sessions
        again (nightly); `insist` skips the waiting times of failed symbols (a person asked for a retry)."""
        sessions = calendar.sessions_between(start, end)
        wanted = list(dict.fromkeys(symbols))
        if not wanted or not sessions:
            return Plan(source)
        now = self._clock.now()
        known = repository.known(session, source, wanted, sessions[0], sessions[-1])
        requests, waiting = [], []
        for symbol in wanted:
            needed = rules.needed_range(symbol, sessions, known[symbol], refresh=refresh)
            if needed is None:
                continue
            if rules.must_wait(known[symbol], now, insist=insist):
                waiting.append(MissingPrice(symbol, known[symbol].reason or "not available"))
            else:
                requests.append(needed)
        if requests and (blocked := _blocked(repository.breaker(session, source), now)):
            return Plan(source, blocked=blocked)
        return Plan(source, tuple(requests), tuple(waiting))

    def fetch(self, plan: Plan) -> Iterator[Fetched]:
        """Ask the source, batch by batch; ends early when the source itself is in trouble. No transaction, please."""
        source = self._sources[plan.source]
        for begin in range(0, len(plan.requests), rules.BATCH):
            if begin and not source.is_sample:
                self._pause(PAUSE_BETWEEN_BATCHES)
            fetched = self._ask(source, plan.requests[begin : begin + rules.BATCH])
            yield fetched
            if fetched.outage is not None:
                return

    def _ask(self, source: PriceSource, batch: tuple[SymbolRange, ...]) -> Fetched:
        by_symbol = {request.symbol: request for request in batch}
        answers = source.fetch(batch)
        judged = tuple(_judge(series, by_symbol[series.symbol]) for series in answers)
        faults = (Outage(each.fault, each.reason or source.label) for each in judged if each.fault is not None)
        return Fetched(source.name, batch, judged, self._clock.now(), next(faults, None))

    def worth_asking(self, session: Session, source: str, symbols: Sequence[str]) -> list[str]:
        """Of symbols the security master does not know, those `fetch_profiles` may ask about now: none while the
        source wants to be left alone, no symbol it has just called unknown, and one batch at most."""
        now = self._clock.now()
        if not symbols or _blocked(repository.breaker(session, source), now):
            return []
        unknown = repository.unknown_until_later(session, source, symbols, now)
        return [symbol for symbol in dict.fromkeys(symbols) if symbol not in unknown][: rules.BATCH]

    def fetch_profiles(self, source: str, symbols: Sequence[str]) -> Sequence[SecurityProfile]:
        """Facts about symbols the security master does not know. The network: no transaction, please."""
        return self._sources[source].profiles(symbols) if symbols else ()

    def store(self, session: Session, fetched: Fetched) -> StoreResult:
        """Write new and revised bars, the status of every symbol asked, and the state of the source."""
        source, now = fetched.source, fetched.fetched_at
        request_of = {request.symbol: request for request in fetched.requests}
        before = repository.standing(session, source, list(request_of))
        stored = repository.stored_bars(session, source, fetched.requests)
        series = [_refuse_rebased(each, request_of[each.symbol], stored[each.symbol]) for each in fetched.series]
        written = _changes(series, stored)
        for each in series:
            reread = before.get(each.symbol, (0, None))[1] == rules.REBASED
            if each.bars and (reread or each.older_is_void):
                repository.forget_before(session, source, each.symbol, each.bars[0].session)
        repository.put_bars(session, source, written, now)
        statuses = [
            _status_row(each, request_of[each.symbol], before.get(each.symbol, (0, None))[0], now)
            for each in series
            if each.fault is None  # the source's trouble is not the symbol's
        ]
        repository.put_statuses(session, source, statuses, now)
        self._note_source(session, fetched)
        return _result(fetched, series, written, stored)

    def _note_source(self, session: Session, fetched: Fetched) -> None:
        """A refusal (429) opens the breaker; being unreachable is only noted, the next run's first question tells."""
        before = repository.breaker(session, fetched.source)
        outage, now = fetched.outage, fetched.fetched_at
        if outage is None:
            state = Breaker()
        else:
            failures = before.failures + 1
            limited = outage.fault is Fault.RATE_LIMITED
            state = Breaker(now + rules.pause(fetched.source, failures) if limited else None, failures, outage.reason)
        if state != before:
            repository.put_breaker(session, fetched.source, state, now)

    # Reading

    def latest_quotes(self, session: Session, source: str, symbols: Sequence[str], as_of: date) -> Mapping[str, Quote]:
        """The newest close up to ten days old, and the one before it; symbols without one are left out."""
        found = repository.newest_two(session, source, symbols, as_of, rules.PRICE_AGE)
        quotes = (_quote(symbol, closes) for symbol, closes in found.items())
        return {quote.symbol: quote for quote in quotes if as_of - quote.session <= rules.PRICE_AGE}

    def coverage(self, session: Session, source: str, symbols: Sequence[str], as_of: date) -> Coverage:
        """How many of the symbols have a price within ten days of `as_of`, and why the others have none."""
        wanted = list(dict.fromkeys(symbols))
        priced = self.latest_quotes(session, source, wanted, as_of)
        unpriced = [symbol for symbol in wanted if symbol not in priced]
        if not unpriced:
            return Coverage(len(wanted), len(wanted), ())
        reasons = repository.reasons(session, source, unpriced)
        general = repository.breaker(session, source).reason or f"no price in the ten days to {as_of}"
        missing = tuple(MissingPrice(symbol, reasons.get(symbol, general)) for symbol in unpriced)
        return Coverage(len(wanted), len(priced), missing)

    def closes(self, session: Session, source: str, symbols: Sequence[str], start: date, end: date) -> PriceTable:
        """All stored closes of the sessions from `start` to `end`, as matrices; numpy is loaded here and not before."""
        from sigmasight_ui.services.market_data.price_reader import read_prices

        return read_prices(session, source, list(dict.fromkeys(symbols)), calendar.sessions_between(start, end))


def _blocked(state: Breaker, now: datetime) -> str | None:
    if state.open_until is None or state.open_until <= now:
        return None
    return f"{state.reason}; next try at {state.open_until:%H:%M} UTC"


def _judge(series: SymbolSeries, request: SymbolRange) -> SymbolSeries:
    return rules.judge(series, request, calendar.sessions_between(request.start, request.end))


def _refuse_rebased(series: SymbolSeries, request: SymbolRange, stored: Mapping[date, Bar]) -> SymbolSeries:
    """The newest sessions of a rebased history do not fit the older ones: keep what we have until all is read again."""
    closes = {day: bar.close for day, bar in stored.items()}
    if not request.continues or not rules.is_rebased(series.bars, closes):
        return series
    return SymbolSeries(series.symbol, SeriesStatus.PARTIAL, reason=rules.REBASED, currency=series.currency)


def _changes(series: Sequence[SymbolSeries], stored: Mapping[str, Mapping[date, Bar]]) -> list[tuple[str, Bar]]:
    """Only what is new or different: an absent bar never erases a stored one."""
    return [(each.symbol, bar) for each in series for bar in each.bars if stored[each.symbol].get(bar.session) != bar]


def _status_row(series: SymbolSeries, request: SymbolRange, failures: int, now: datetime) -> StatusRow:
    failures = failures + 1 if series.status in _COUNTED else 0
    wait = None if series.reason == rules.REBASED else rules.retry_at(series, failures, request.end, now)
    return StatusRow(
        symbol=series.symbol,
        status=series.status,
        reason=series.reason,
        failures=failures,
        next_retry_at=wait,
        first_session=series.history_starts,
        last_session=series.last_session,
    )


def _result(
    fetched: Fetched,
    series: Sequence[SymbolSeries],
    written: Sequence[tuple[str, Bar]],
    stored: Mapping[str, Mapping[date, Bar]],
) -> StoreResult:
    revised = sum(bar.session in stored[symbol] for symbol, bar in written)
    problems = [MissingPrice(each.symbol, each.reason) for each in series if each.reason is not None]
    if fetched.outage is not None:
        asked = {each.symbol for each in series}
        left_out = (request.symbol for request in fetched.requests if request.symbol not in asked)
        problems += [MissingPrice(symbol, fetched.outage.reason) for symbol in left_out]
    return StoreResult(
        inserted=len(written) - revised,
        revised=revised,
        unchanged=sum(len(each.bars) for each in series) - len(written),
        statuses=Counter(each.status for each in series),
        problems=tuple(problems),
        outage=fetched.outage,
    )


def _quote(symbol: str, closes: Sequence[tuple[date, Decimal, Decimal | None]]) -> Quote:
    (day, close, split_ratio), *older = closes
    if not older or day - older[0][0] > rules.PRICE_AGE:
        return Quote(symbol, day, close, None, None)
    previous_day, previous, _ = older[0]
    if split_ratio:
        previous = (previous / split_ratio).quantize(_QUOTED)
    return Quote(symbol, day, close, previous_day, previous)
