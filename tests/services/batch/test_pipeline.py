from datetime import date, timedelta

import pytest
from sqlalchemy import text

from sigmasight_ui.bootstrap import build_services
from sigmasight_ui.core.database_access import DatabaseAccess
from sigmasight_ui.jobs.scope import JobScope
from sigmasight_ui.services.batch.schemas import PhaseState, RunState, Trigger
from sigmasight_ui.services.market_data.schemas import Fault
from tests.fakes.price_source import FakeSource
from tests.services.batch.conftest import AS_OF, SYMBOLS, lot, messages, states, with_prices

pytestmark = pytest.mark.slow


def snapshots(services, owner, portfolio) -> int:
    with services.db.transaction(owner) as session:
        query = text("select count(*) from snapshots where portfolio_id = :p")
        return session.execute(query, {"p": portfolio}).scalar_one()


def test_a_run_with_all_prices_completes(services, owner, portfolio, calculated):
    run = calculated(owner, portfolio)
    assert set(states(run).values()) == {PhaseState.COMPLETED}
    assert (run.status, run.progress_percent, run.error_code, run.attempts) == (RunState.COMPLETED, 100, None, 1)
    assert (run.as_of, run.price_source) == (AS_OF, "yahoo")
    assert snapshots(services, owner, portfolio) > 0
    said = messages(services, owner, portfolio, run.batch_run_id)
    assert said[:2] == ["Run started by hand", "4 positions read"]
    assert "Prices there for 5 of 12 symbols" in said


def test_only_the_portfolios_own_symbols_are_asked_for(source, owner, portfolio, calculated):
    """Lesson 6: an onboarding of 27 symbols processed the whole universe."""
    calculated(owner, portfolio)
    assert set(source.asked) <= {*SYMBOLS, "SPY"} | BENCHMARKS
    assert len(source.asked) == len(set(source.asked))


BENCHMARKS = {"VTV", "VUG", "MTUM", "QUAL", "IWM", "USMV", "TLT"}


def test_the_class_of_a_position_is_a_column_and_no_pattern_of_its_name(source, new_portfolio, owner, calculated):
    """Lesson 32: names that begin with EQ were taken for synthetic private assets."""
    with_prices(source, "EQIX", "EQR", "EQT", "SPY")
    private = lot("EQPRIVATE", investment_class="PRIVATE", investment_subtype="PRIVATE_EQUITY")
    run = calculated(owner, new_portfolio(owner, lot("EQIX"), lot("EQR"), lot("EQT"), private))
    assert run.status is RunState.COMPLETED
    assert {"EQIX", "EQR", "EQT"} <= set(source.asked)
    assert "EQPRIVATE" not in source.asked


def test_prices_are_asked_for_in_ranges_and_once(source, clock, owner, portfolio, calculated):
    """Lesson 7: prices were fetched date by date, and a dead symbol again and again."""
    calculated(owner, portfolio)
    assert len(source.calls) == 1
    clock.instant += timedelta(minutes=1)
    calculated(owner, portfolio)
    assert len(source.asked) == len(set(source.asked))


def test_market_data_away_ends_partial_and_a_retry_keeps_what_is_completed(
    services, source, clock, owner, portfolio, calculated
):
    source.fault = Fault.UNREACHABLE
    first = calculated(owner, portfolio)
    assert (first.status, first.error_code, first.progress_percent) == (RunState.PARTIAL, "ERR_BATCH_001", 15)
    assert states(first)["fetch_prices"] == PhaseState.FAILED
    assert set(list(states(first).values())[3:]) == {PhaseState.SKIPPED}
    assert all(phase.reason for phase in first.phases[2:])
    assert snapshots(services, owner, portfolio) == 0
    source.fault = None
    source.calls.clear()
    clock.instant += timedelta(minutes=1)
    second = calculated(owner, portfolio, Trigger.RETRY, first.batch_run_id)
    assert second.status is RunState.COMPLETED
    assert second.phases[:2] == first.phases[:2]
    assert "2 of 13 phases kept" in messages(services, owner, portfolio, second.batch_run_id)[0]


def test_a_source_that_refuses_does_not_matter_while_nothing_is_needed_of_it(
    services, source, clock, owner, portfolio, new_portfolio, calculated
):
    calculated(owner, portfolio)
    source.fault = Fault.RATE_LIMITED
    other = calculated(owner, new_portfolio(owner, lot("OTHER"), account="Other"))
    assert other.error_code == "ERR_BATCH_001"
    clock.instant += timedelta(seconds=1)
    assert calculated(owner, portfolio).status is RunState.COMPLETED


def test_too_few_prices_end_partial_with_the_symbols_named(services, source, owner, portfolio, calculated):
    """Lessons 9, 37 and 38: what is missing is said, and success is judged by coverage."""
    del source.bars["KO"]
    run = calculated(owner, portfolio)
    assert (run.status, run.error_code) == (RunState.PARTIAL, "ERR_BATCH_005")
    assert "1 of 4 symbols" in run.reason
    assert "KO" in run.reason
    assert states(run)["fetch_prices"] == PhaseState.FAILED
    assert states(run)["value_positions"] == PhaseState.COMPLETED


def test_no_price_at_all_is_never_a_success(source, owner, portfolio, calculated):
    source.bars = {}
    run = calculated(owner, portfolio)
    assert (run.status, run.error_code, run.progress_percent) == (RunState.PARTIAL, "ERR_BATCH_005", 15)


def test_one_of_six_missing_is_ready(source, new_portfolio, owner, calculated):
    with_prices(source, "A", "B", "C", "D", "E", "SPY")
    portfolio = new_portfolio(owner, *(lot(symbol) for symbol in ("A", "B", "C", "D", "E", "GONE")))
    run = calculated(owner, portfolio)
    assert states(run)["fetch_prices"] == PhaseState.COMPLETED
    assert run.status is RunState.COMPLETED


def test_private_holdings_need_no_market_price(new_portfolio, owner, calculated):
    private = lot("PRIVATE_FUND", investment_class="PRIVATE", investment_subtype="PRIVATE_EQUITY")
    run = calculated(owner, new_portfolio(owner, private))
    assert (run.status, run.progress_percent) == (RunState.COMPLETED, 100)
    assert states(run)["value_positions"] == PhaseState.COMPLETED


def test_figures_that_cannot_be_are_skipped_with_a_reason_and_never_completed(
    services, source, new_portfolio, owner, calculated
):
    """Lesson 8: "skipped: no public positions" was counted as success."""
    source.bars["AAPL"] = source.bars["AAPL"][-10:]  # listed two weeks ago
    portfolio = new_portfolio(owner, lot("AAPL", entry_date=date(2026, 11, 10)))
    run = calculated(owner, portfolio)
    assert run.status is RunState.COMPLETED
    betas = next(phase for phase in run.phases if phase.phase == "betas")
    assert (betas.status, betas.current, betas.total) == (PhaseState.SKIPPED, 0, 1)
    assert "too few daily returns" in betas.reason
    beta = services.risk.figures(services.db.transaction, owner, portfolio)["beta_252"]
    assert beta.value is None
    assert beta.reason


def test_a_portfolio_without_positions_is_its_cash(services, new_portfolio, owner, calculated):
    """Lesson 35: the "no positions" snapshot set the NAV to zero."""
    portfolio = new_portfolio(owner)
    run = calculated(owner, portfolio)
    assert states(run)["profit_and_loss"] == PhaseState.COMPLETED
    with services.db.transaction(owner) as session:
        navs = session.execute(text("select distinct nav from snapshots where portfolio_id = :p"), {"p": portfolio})
        assert [str(nav) for nav in navs.scalars()] == ["100000.00"]


def test_twice_is_like_once(services, clock, owner, portfolio, calculated):
    """Lessons 19, 21 and 22: a second run applied the P&L again."""
    calculated(owner, portfolio)
    query = text("select session, nav, day_pnl, unrealised_pnl from snapshots where portfolio_id = :p order by session")
    with services.db.transaction(owner) as session:
        before = session.execute(query, {"p": portfolio}).all()
    clock.instant += timedelta(minutes=1)
    calculated(owner, portfolio)
    with services.db.transaction(owner) as session:
        assert session.execute(query, {"p": portfolio}).all() == before


def test_without_a_network_a_new_machine_uses_the_sample_and_says_so(
    database, settings, clock, source, new_user, new_portfolio, request_run, status, services
):
    sample = FakeSource(name="sample", label="Sample", note="Sample prices.", is_sample=True, last=AS_OF)
    with_prices(sample, *SYMBOLS, "SPY")
    source.fault = Fault.UNREACHABLE
    access = DatabaseAccess(database.urls(), lambda: None)
    offline = build_services(settings, access, clock=clock, price_sources=[source, sample])
    owner = new_user()
    portfolio = new_portfolio(owner, *(lot(symbol) for symbol in SYMBOLS))
    run = request_run(owner, portfolio)
    offline.pipeline.execute(JobScope(offline), run.id, owner.user_id)
    offline.db.close()
    ended = status(owner, portfolio, run.id)
    assert (ended.status, ended.price_source) == (RunState.COMPLETED, "sample")
    assert any("Sample is used instead" in said for said in messages(services, owner, portfolio, run.id))


# Cancelling


def test_a_queued_run_that_is_cancelled_never_works(services, source, owner, portfolio, request_run, status):
    run = request_run(owner, portfolio)
    with services.db.transaction(owner) as session:
        assert services.batch.cancel(session, owner, portfolio, run.id).cancel_requested
    services.pipeline.execute(JobScope(services), run.id, owner.user_id)
    ended = status(owner, portfolio, run.id)
    assert (ended.status, ended.finished_at is not None) == (RunState.CANCELLED, True)
    assert set(states(ended).values()) == {PhaseState.SKIPPED}
    assert source.calls == []


def test_cancelling_between_two_phases_keeps_what_is_completed(services, source, owner, portfolio, request_run, status):
    run = request_run(owner, portfolio)
    ask = source.fetch

    def fetch(requests):
        with services.db.transaction(owner) as session:
            services.batch.cancel(session, owner, portfolio, run.id)
        return ask(requests)

    source.fetch = fetch
    services.pipeline.execute(JobScope(services), run.id, owner.user_id)
    ended = status(owner, portfolio, run.id)
    assert ended.status is RunState.CANCELLED
    assert list(states(ended).values()) == [PhaseState.COMPLETED] * 2 + [PhaseState.SKIPPED] * 11


def test_after_a_cancelled_run_the_portfolio_can_be_calculated_again(
    services, clock, owner, portfolio, request_run, calculated
):
    run = request_run(owner, portfolio)
    with services.db.transaction(owner) as session:
        services.batch.cancel(session, owner, portfolio, run.id)
    services.pipeline.execute(JobScope(services), run.id, owner.user_id)
    clock.instant += timedelta(minutes=1)
    assert calculated(owner, portfolio, Trigger.RETRY, run.id).status is RunState.COMPLETED
