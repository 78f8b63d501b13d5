"""The night's runs together: what is the same for all is done once, and only trouble is looked at one by one.

A portfolio whose prices are missing or whose computation fails goes back to the queue and is carried out by itself,
where every phase has its own state and its own reason.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy.exc import SQLAlchemyError

from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.core.logging import get_logger
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.batch import endings, errors, rules
from sigmasight_ui.services.batch.attempt import RunInterrupted, RunLost
from sigmasight_ui.services.batch.price_collection import Need, need_at, trouble
from sigmasight_ui.services.batch.repository import progress, run_rows, together
from sigmasight_ui.services.batch.repository.progress import PhaseEnd
from sigmasight_ui.services.batch.repository.together import Taken
from sigmasight_ui.services.batch.schemas import LogLine, PhaseState
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.risk.schemas import NightNeed, NightResult, NightRun, PhaseResult
from sigmasight_ui.services.risk.service import CalculationService
from sigmasight_ui.services.securities.service import SecuritiesService

log = get_logger(__name__)
TOGETHER = 1000  # runs at most: the prices of their symbols are in memory at once


@dataclass(frozen=True, slots=True)
class Ready:
    """A run whose prices are there."""

    taken: Taken
    need: NightNeed
    prices: Need
    identified: int
    priced: int

    @property
    def run(self) -> NightRun:
        return _run(self.taken)


class Night:
    def __init__(
        self, clock: Clock, securities: SecuritiesService, market: MarketDataService, calculation: CalculationService
    ) -> None:
        self._clock = clock
        self._securities = securities
        self._market = market
        self._calculation = calculation

    def execute(self, open_: Transactions, run_id: UUID, is_stopping: Callable[[], bool]) -> bool:
        """False when the run is none of the night, has been tried before, or waits alone: then it is carried out by
        itself."""
        with open_(job_actor("batch")) as session:
            taken = together.take_night(session, run_id, self._clock.now(), TOGETHER)
        if not taken:
            return False
        left = {each.run_id: each for each in taken}
        with self._beating(open_, left):
            try:
                self._work(open_, left, is_stopping)
            except (RunInterrupted, SQLAlchemyError):
                self._give_back(open_, left, tried=False)
                raise
            finally:
                self._give_back(open_, left, tried=True)
        return True

    def _work(self, open_: Transactions, left: dict[UUID, Taken], is_stopping: Callable[[], bool]) -> None:
        """What is done is taken out of `left`; what stays in it goes back to the queue."""
        source = self._market.preferred_source
        ready = {each.taken.run_id: each for each in self._ready(open_, list(left.values()), source)}
        if not ready:
            return
        runs, needs = [each.run for each in ready.values()], [each.need for each in ready.values()]
        for result in self._calculation.overnight(open_, runs, needs):
            if result.trouble is None:
                if self._is_finished(open_, ready[result.run.run_id], result, source):
                    del left[result.run.run_id]
            else:
                self._say_trouble(open_, left[result.run.run_id], result.trouble)
            if is_stopping():
                raise RunInterrupted

    def _give_back(self, open_: Transactions, left: dict[UUID, Taken], *, tried: bool) -> None:
        if left:
            with open_(job_actor("batch")) as session:
                together.give_back(session, [(each.run_id, each.attempt) for each in left.values()], tried=tried)
            left.clear()

    @contextmanager
    def _beating(self, open_: Transactions, left: Mapping[UUID, Taken]) -> Iterator[None]:
        """Signs of life for all runs in hand; and what is cancelled ends now, not when its turn comes."""
        over = threading.Event()

        def beat() -> None:
            for _ in range(int(rules.LONGEST_ATTEMPT / rules.BEAT_EVERY)):
                if over.wait(rules.BEAT_EVERY):
                    return
                runs = list(left.values())
                try:
                    with open_(job_actor("batch")) as session:
                        together.beat_all(session, [(each.run_id, each.attempt) for each in runs])
                    self._cancel_asked(open_, runs)
                except (AppError, SQLAlchemyError) as error:
                    log.warning("no sign of life possible", error=str(error))

        thread = threading.Thread(target=beat, name="night", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    # Prices

    def _ready(self, open_: Transactions, taken: Sequence[Taken], source: str) -> list[Ready]:
        as_of = self._market.effective_as_of(source, ())
        needs = self._needs(open_, taken, source, as_of)
        self._identify(open_, source, needs)
        if not needs or self._fetch(open_, source, needs, as_of):
            return []
        wanted = sorted({symbol for _, need, prices in needs for symbol in (*prices.wanted, *need.symbols.required)})
        with open_(job_actor("batch")) as session:
            priced = self._market.latest_quotes(session, source, wanted, as_of).keys()
            known = {symbol for symbol, view in self._securities.describe(session, wanted).items() if view.known}
        found = []
        for each, need, prices in needs:
            missing = [symbol for symbol in prices.required if symbol not in priced]
            if trouble(None, missing, prices, is_sample=False) is None:
                there = sum(symbol in priced for symbol in prices.wanted)
                found.append(Ready(each, need, prices, sum(s in known for s in need.symbols.required), there))
        return found

    def _needs(
        self, open_: Transactions, taken: Sequence[Taken], source: str, as_of: date
    ) -> list[tuple[Taken, NightNeed, Need]]:  # fmt: skip
        """Sample portfolios, and what is valued at another session, are done by themselves; so is one that was archived
        since, which ends with its own reason."""
        of_person: dict[UUID | None, list[NightRun]] = defaultdict(list)
        for each in taken:
            of_person[each.owner_id].append(_run(each))
        members = []
        for owner, runs in of_person.items():
            actor = job_actor("batch", owner)
            with open_(actor) as session:
                members += self._calculation.night_members(session, actor, runs, as_of, source)
        with open_(job_actor("batch")) as session:
            needs = {need.run_id: need for need in self._calculation.night_needs(session, members)}
        found = [
            (each, need, need_at(self._market, source, need.symbols))
            for each in taken
            if (need := needs.get(each.run_id)) is not None and not need.is_sample
        ]
        return [(each, need, prices) for each, need, prices in found if prices.as_of == as_of]

    def _identify(self, open_: Transactions, source: str, needs: Sequence[tuple[Taken, NightNeed, Need]]) -> None:
        symbols = sorted({symbol for _, need, _ in needs for symbol in need.symbols.required})
        with open_(job_actor("batch")) as session:
            unknown = self._market.worth_asking(session, source, self._securities.missing(session, symbols))
        profiles = self._market.fetch_profiles(source, unknown)
        with open_(job_actor("batch")) as session:
            self._securities.enrich(session, profiles)

    def _fetch(
        self, open_: Transactions, source: str, needs: Sequence[tuple[Taken, NightNeed, Need]], as_of: date
    ) -> bool:  # fmt: skip
        """True: the source was away. Every symbol from the earliest day anybody needs it of."""
        start: dict[str, date] = {}
        for _, need, prices in needs:
            for symbol in prices.wanted:
                start[symbol] = min(start.get(symbol, need.start), need.start)
        together: dict[date, list[str]] = defaultdict(list)
        for symbol, day in sorted(start.items()):
            together[day].append(symbol)
        return any(self._is_away(open_, source, symbols, day, as_of) for day, symbols in together.items())

    def _is_away(self, open_: Transactions, source: str, symbols: Sequence[str], day: date, as_of: date) -> bool:
        with open_(job_actor("batch")) as session:
            plan = self._market.plan(session, source, symbols, day, as_of, refresh=True)
        for fetched in self._market.fetch(plan):
            with open_(job_actor("batch")) as session:
                if self._market.store(session, fetched).outage is not None:
                    return True
        return plan.blocked is not None

    # Results

    def _say_trouble(self, open_: Transactions, taken: Taken, trouble: str) -> None:
        """To the run's log with the reference under which the server's log has the whole of it."""
        reference = uuid4().hex[:8]
        log.error("computed together, failed", reference=reference, run_id=str(taken.run_id), trouble=trouble)
        said = f"Computed together with others, it failed (reference {reference}); it is calculated by itself"
        with open_(job_actor("batch", taken.owner_id)) as session:
            line = LogLine(self._clock.now(), "warning", said)
            progress.add_log(session, taken.run_id, taken.portfolio_id, [line])

    def _is_finished(self, open_: Transactions, ready: Ready, result: NightResult, source: str) -> bool:
        """A run whose holdings changed meanwhile goes back to the queue, one that another worker has by now is its
        affair, one that was cancelled gets no results; the others go on."""
        try:
            self._finish(open_, ready, result, source)
        except RunLost:
            log.info("run not finished", run_id=str(result.run.run_id), attempt=ready.taken.attempt)
            self._cancel_asked(open_, [ready.taken])
            return False
        return True

    def _cancel_asked(self, open_: Transactions, runs: Sequence[Taken]) -> None:
        with open_(job_actor("batch")) as session:
            asked = together.cancel_asked(session, [each.run_id for each in runs])
        for each in runs:
            if each.run_id in asked:
                with open_(job_actor("batch", each.owner_id)) as session:
                    endings.cancelled(session, each.run_id, each.portfolio_id, each.attempt, self._clock.now())

    def _finish(self, open_: Transactions, ready: Ready, result: NightResult, source: str) -> None:
        """Everything about one run in one transaction: either all of it is there, or nothing."""
        now, taken = self._clock.now(), ready.taken
        phases = {**_prepared(ready), **result.phases}
        ends = [_end(key, phases[key]) for key in (phase.key for phase in rules.PHASES)]
        status = rules.ending([end.status for end in ends])
        with open_(job_actor("batch", taken.owner_id)) as session:
            if run_rows.is_cancel_requested(session, taken.run_id) is None:
                raise RunLost
            result.write(session)
            progress.end_all_phases(session, taken.run_id, ends, now)
            for end in ends:
                if end.status is PhaseState.FAILED:
                    run_rows.note_trouble(session, taken.run_id, errors.COVERAGE, end.reason or "")
            done = sum(end.status is PhaseState.COMPLETED for end in ends)
            lines = [LogLine(now, "info", note) for phase in result.phases.values() for note in phase.notes]
            lines.append(LogLine(now, "info", f"Run ended: {status}, {done} of {len(ends)} phases completed"))
            progress.add_log(session, taken.run_id, taken.portfolio_id, lines)
            if not together.end_night(session, taken, source, ready.prices.as_of, status, now):
                raise RunLost


def _run(taken: Taken) -> NightRun:
    return NightRun(taken.run_id, taken.portfolio_id, taken.owner_id)


def _prepared(ready: Ready) -> Mapping[str, PhaseResult]:
    required = len(ready.need.symbols.required)
    return {
        rules.READ_POSITIONS: PhaseResult(ready.need.lots, ready.need.lots, "positions"),
        rules.IDENTIFY_SECURITIES: PhaseResult(ready.identified, required, "symbols"),
        rules.FETCH_PRICES: PhaseResult(ready.priced, len(ready.prices.wanted), "symbols"),
    }


def _end(key: str, result: PhaseResult) -> PhaseEnd:
    status, reason = rules.judged(key, result)
    return PhaseEnd(key, status, result.done, result.total, result.unit, reason)
