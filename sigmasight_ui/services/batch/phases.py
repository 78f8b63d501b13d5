"""What each phase does. All are idempotent: results are keyed by portfolio and session, so twice is like once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.services.batch import errors, rules
from sigmasight_ui.services.batch.attempt import Attempt
from sigmasight_ui.services.batch.price_collection import PriceCollection
from sigmasight_ui.services.batch.schemas import PhaseState
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.portfolios.service import PortfolioService
from sigmasight_ui.services.risk.schemas import PhaseResult
from sigmasight_ui.services.risk.service import CalculationService
from sigmasight_ui.services.securities.schemas import SecurityView
from sigmasight_ui.services.securities.service import SecuritiesService

Figures = Callable[[Session, Actor, UUID, UUID, date, str], PhaseResult]


class Phases:
    def __init__(
        self,
        portfolios: PortfolioService,
        securities: SecuritiesService,
        market: MarketDataService,
        calculation: CalculationService,
    ) -> None:
        self._portfolios = portfolios
        self._securities = securities
        self._market = market
        self._calculation = calculation
        self._prices = PriceCollection(market, calculation)
        self._figures: Mapping[str, Figures] = {
            rules.VALUE_POSITIONS: calculation.value_positions,
            rules.PROFIT_AND_LOSS: calculation.profit_and_loss,
            **{part: partial(calculation.measure, part=part) for part in rules.STATISTICS},
        }

    def run(self, attempt: Attempt, phase: str) -> None:
        """Leaves the phase completed or failed, or raises."""
        if phase == rules.READ_POSITIONS:
            self._read_positions(attempt)
        elif phase == rules.IDENTIFY_SECURITIES:
            self._identify_securities(attempt)
        elif phase == rules.FETCH_PRICES:
            self._fetch_prices(attempt)
        else:
            self._compute(attempt, phase)

    def _read_positions(self, attempt: Attempt) -> None:
        with attempt.transaction() as session:
            lots = self._portfolios.lots(session, attempt.actor, attempt.portfolio_id)
            attempt.progress(session, rules.READ_POSITIONS, PhaseResult(len(lots), len(lots), "positions"))
            attempt.complete(session, rules.READ_POSITIONS)
            attempt.say(session, f"{len(lots)} positions read" if lots else "No positions: the portfolio is cash")

    def _identify_securities(self, attempt: Attempt) -> None:
        """The master first; the price source is asked about the rest, between two transactions."""
        with attempt.transaction() as session:
            source = self._source(session, attempt)
            symbols = self._calculation.needed_symbols(session, attempt.actor, attempt.portfolio_id).required
            unknown = self._market.worth_asking(session, source, self._securities.missing(session, symbols))
        profiles = self._market.fetch_profiles(source, unknown)
        with attempt.transaction() as session:
            self._securities.enrich(session, profiles)
            found = self._securities.describe(session, symbols)
            unclassified = [symbol for symbol in symbols if not found[symbol].known]
            done = len(symbols) - len(unclassified)
            attempt.progress(session, rules.IDENTIFY_SECURITIES, PhaseResult(done, len(symbols), "symbols"))
            attempt.complete(session, rules.IDENTIFY_SECURITIES)
            attempt.say(session, _identified(found, unclassified))

    def _fetch_prices(self, attempt: Attempt) -> None:
        with attempt.transaction() as session:
            preferred = self._source(session, attempt)
        self._prices.collect(attempt, preferred)

    def _source(self, session: Session, attempt: Attempt) -> str:
        portfolio = self._portfolios.get(session, attempt.actor, attempt.portfolio_id)
        return self._market.source_for(portfolio.is_sample)

    def _compute(self, attempt: Attempt, phase: str) -> None:
        if attempt.as_of is None or attempt.price_source is None:
            raise RuntimeError(f"{phase} before prices were chosen")
        with attempt.transaction() as session:
            result = self._figures[phase](
                session, attempt.actor, attempt.portfolio_id, attempt.run_id, attempt.as_of, attempt.price_source
            )
            attempt.say(session, *(result.notes or (_counted(phase, result),)))
            attempt.progress(session, phase, result)
            status, reason = rules.judged(phase, result)
            if reason is None:
                attempt.complete(session, phase)
            elif status is PhaseState.FAILED:
                attempt.fail(session, phase, errors.COVERAGE, reason, rules.dependents(phase))
            else:
                attempt.skip(session, phase, reason)


def _identified(found: Mapping[str, SecurityView], unclassified: Sequence[str]) -> str:
    rest = f", {len(unclassified)} not classified: {errors.listed(unclassified)}" if unclassified else ""
    return f"{len(found) - len(unclassified)} symbols identified{rest}"


def _counted(phase: str, result: PhaseResult) -> str:
    return f"{rules.name_of(phase)}: {result.done} of {result.total} {result.unit}"
