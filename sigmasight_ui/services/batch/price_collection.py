"""The phase that fetches prices: what is missing is asked for between transactions, then coverage is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sigmasight_ui.services.batch import errors, rules
from sigmasight_ui.services.batch.attempt import Attempt
from sigmasight_ui.services.batch.rules import FETCH_PRICES
from sigmasight_ui.services.batch.schemas import Trigger
from sigmasight_ui.services.market_data.schemas import Fetched, Plan, StoreResult
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.risk.schemas import NeededSymbols, PhaseResult
from sigmasight_ui.services.risk.service import CalculationService

UNIT = "symbols"
_NAMED_PROBLEMS = 20
_ASKED_BY_A_PERSON = (Trigger.USER, Trigger.RETRY)


@dataclass(frozen=True, slots=True)
class Need:
    """`required` are the holdings' symbols, `wanted` those and what figures compare them with."""

    required: tuple[str, ...]
    wanted: tuple[str, ...]
    as_of: date


def need_at(market: MarketDataService, source: str, symbols: NeededSymbols) -> Need:
    """A source may have another fund in the place of a benchmark, or nothing; the sample ends before today."""
    stand_ins = (market.stand_in(source, each) for each in symbols.benchmarks)
    benchmarks = [each for each in stand_ins if each is not None]
    wanted = dict.fromkeys((*symbols.required, *symbols.contracts, *symbols.former, *benchmarks))
    return Need(symbols.required, tuple(wanted), market.effective_as_of(source, (*symbols.required, *benchmarks)))


class PriceCollection:
    def __init__(self, market: MarketDataService, calculation: CalculationService) -> None:
        self._market = market
        self._calculation = calculation

    def collect(self, attempt: Attempt, preferred: str) -> None:
        source: str | None = preferred
        while source is not None:
            source = self._collect_from(attempt, source)

    def _collect_from(self, attempt: Attempt, source: str) -> str | None:
        """The phase is over, or another source is named to start over with."""
        need, plan = self._plan(attempt, source)
        outage = plan.blocked
        asked = 0
        for fetched in self._market.fetch(plan):
            asked += len(fetched.requests)
            if other := self._store(attempt, fetched, asked, len(plan.requests)):
                return other
            outage = fetched.outage.reason if fetched.outage else None
        self._judge(attempt, source, need, outage)
        return None

    def _plan(self, attempt: Attempt, source: str) -> tuple[Need, Plan]:
        with attempt.transaction() as session:
            symbols = self._calculation.needed_symbols(session, attempt.actor, attempt.portfolio_id)
            need = need_at(self._market, source, symbols)
            start = self._calculation.needed_from(session, attempt.actor, attempt.portfolio_id, need.as_of)
            plan = self._market.plan(
                session, source, need.wanted, start, need.as_of,
                refresh=attempt.trigger is Trigger.NIGHTLY, insist=attempt.trigger in _ASKED_BY_A_PERSON,
            )  # fmt: skip
            attempt.choose_prices(session, source, need.as_of)
            attempt.progress(session, FETCH_PRICES, PhaseResult(0, len(plan.requests), UNIT))
            attempt.say(session, self._announcement(plan, need))
        return need, plan

    def _announcement(self, plan: Plan, need: Need) -> str:
        label = self._market.source_view(plan.source).label
        if plan.blocked:
            return f"Prices: {label} is not asked now, {plan.blocked}"
        if not plan.requests:
            return f"Prices: nothing to ask {label} for, closes up to {need.as_of} are stored"
        days = max((each.end - each.start).days for each in plan.requests) + 1
        return f"Prices: asking {label} for {len(plan.requests)} symbols, up to {days} days to {need.as_of}"

    def _store(self, attempt: Attempt, fetched: Fetched, asked: int, total: int) -> str | None:
        with attempt.transaction() as session:
            stored = self._market.store(session, fetched)
            other = self._market.fallback(session, fetched.source, stored.outage)
            attempt.progress(session, FETCH_PRICES, PhaseResult(asked, total, UNIT))
            attempt.say(session, *_told(stored), level="warning")
            if other is not None:
                label = self._market.source_view(other).label
                attempt.say(session, f"No network: {label} is used instead", level="warning")
            return other

    def _judge(self, attempt: Attempt, source: str, need: Need, outage: str | None) -> None:
        with attempt.transaction() as session:
            coverage = self._market.coverage(session, source, need.wanted, need.as_of)
            missing = [each.symbol for each in coverage.missing if each.symbol in need.required]
            attempt.progress(session, FETCH_PRICES, PhaseResult(coverage.priced, coverage.needed, UNIT))
            attempt.say(session, f"Prices there for {coverage.priced:,} of {coverage.needed:,} symbols")
            is_sample = self._market.source_view(source).is_sample
            found = trouble(outage, missing, need, is_sample=is_sample)
            if found is None:
                attempt.complete(session, FETCH_PRICES)
            else:
                without = rules.dependents(FETCH_PRICES) if missing and len(missing) == len(need.required) else ()
                attempt.fail(session, FETCH_PRICES, *found, without)


def trouble(outage: str | None, missing: Sequence[str], need: Need, *, is_sample: bool) -> tuple[str, str] | None:
    if outage is not None:
        return errors.MARKET_DATA, errors.market_data_reason(outage)
    if not rules.is_ready(len(need.required), len(missing)):
        return errors.COVERAGE, errors.coverage_reason(missing, len(need.required), is_sample)
    return None


def _told(stored: StoreResult) -> list[str]:
    """One line for an outage, not one for every symbol it hit."""
    if stored.outage is not None:
        return [f"No answer: {stored.outage.reason}"]
    lines = [f"{each.symbol}: {each.reason}" for each in stored.problems[:_NAMED_PROBLEMS]]
    more = len(stored.problems) - _NAMED_PROBLEMS
    return [*lines, f"and {more:,} more symbols"] if more > 0 else lines
