import time
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from sigmasight_ui.bootstrap import build_services
from sigmasight_ui.core import calendar
from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.core.database_access import DatabaseAccess
from sigmasight_ui.jobs.scope import JobScope
from sigmasight_ui.services.batch import rules
from sigmasight_ui.services.batch.attempt import RunInterrupted
from sigmasight_ui.services.batch.repository import progress, run_rows
from sigmasight_ui.services.batch.schemas import PhaseState, RunState, Trigger
from sigmasight_ui.services.market_data.schemas import Fault
from tests.fakes.price_source import FakeSource
from tests.services.batch.conftest import AS_OF, SYMBOLS, lot, with_prices

pytestmark = pytest.mark.slow


def states(run) -> dict[str, str]:
    return {phase.phase: phase.status for phase in run.phases}


def messages(services, owner, portfolio, run_id) -> list[str]:
    with services.db.transaction(owner) as session:
        return [line.message for line in services.batch.log(session, owner, portfolio, run_id).lines]


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


# Failing and being taken over


def test_a_failing_figure_leaves_the_others(services, monkeypatch, owner, portfolio, request_run, status):
    """Lesson 18: one calculation that cannot finish must not take the rest along."""

    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(services.pipeline._phases._figures, rules.BETAS, fail)
    run = request_run(owner, portfolio)
    services.pipeline.execute(JobScope(services), run.id, owner.user_id)
    ended = status(owner, portfolio, run.id)
    assert (ended.status, ended.error_code) == (RunState.PARTIAL, "ERR_BATCH_002")
    assert [key for key, state in states(ended).items() if state is not PhaseState.COMPLETED] == ["betas"]


def test_a_shutdown_hands_the_run_back_without_counting_the_attempt(services, owner, portfolio, request_run, status):
    run = request_run(owner, portfolio)
    with pytest.raises(RunInterrupted):
        services.pipeline.execute(JobScope(services), run.id, owner.user_id, lambda: True)
    waiting = status(owner, portfolio, run.id)
    assert (waiting.status, waiting.attempts, states(waiting)["read_positions"]) == (
        RunState.QUEUED, 0, PhaseState.COMPLETED,
    )  # fmt: skip
    services.pipeline.execute(JobScope(services), run.id, owner.user_id)
    assert status(owner, portfolio, run.id).status is RunState.COMPLETED


def test_a_worker_that_was_given_up_on_changes_nothing(services, source, owner, portfolio, request_run, status):
    """It comes back from a long sleep inside the network call, after another one has finished the run."""
    run = request_run(owner, portfolio)
    ask = source.fetch

    def sleep_through_it_all(requests):
        source.fetch = ask
        with JobScope(services)(job_actor("test", owner.user_id)) as session:
            run_rows.release(session, run.id, 1, counts=True)
        services.pipeline.execute(JobScope(services), run.id, owner.user_id)
        return ask(requests)

    source.fetch = sleep_through_it_all
    services.pipeline.execute(JobScope(services), run.id, owner.user_id)
    ended = status(owner, portfolio, run.id)
    assert (ended.status, ended.attempts) == (RunState.COMPLETED, 2)
    said = messages(services, owner, portfolio, run.id)
    assert [sum(said_.startswith(start) for said_ in said) for start in ("Run ended", "Prices there")] == [1, 1]


def test_a_second_delivery_of_the_same_job_does_nothing(services, source, owner, portfolio, request_run):
    """Lessons 16 and 22: two executions of one run at once."""
    run = request_run(owner, portfolio)
    ask = source.fetch

    def deliver_again(requests):
        source.fetch = ask
        services.pipeline.execute(JobScope(services), run.id, owner.user_id)
        return ask(requests)

    source.fetch = deliver_again
    services.pipeline.execute(JobScope(services), run.id, owner.user_id)
    said = messages(services, owner, portfolio, run.id)
    assert said.count("4 positions read") == 1
    assert len(source.calls) == 1


def test_a_silent_run_is_rescued_and_after_three_attempts_given_up(
    services, monkeypatch, owner, portfolio, request_run, status
):
    """Lessons 3 and 4: rows stayed "running" for ever."""
    run = request_run(owner, portfolio)
    for attempt in (1, 2, 3):
        with JobScope(services)(job_actor("test", owner.user_id)) as session:
            assert run_rows.claim(session, run.id, services.clock.now()).attempts == attempt
            progress.start_phase(session, run.id, rules.READ_POSITIONS, services.clock.now())
            session.execute(text("update batch_runs set heartbeat_at = clock_timestamp() - interval '9 seconds'"))
        assert services.batch.rescue_stalled(JobScope(services)) == 1
        assert services.batch.rescue_stalled(JobScope(services)) == 0
    ended = status(owner, portfolio, run.id)
    assert (ended.status, ended.error_code, ended.attempts) == (RunState.FAILED, "ERR_BATCH_004", 3)
    assert states(ended)["read_positions"] == PhaseState.FAILED
    assert set(list(states(ended).values())[1:]) == {PhaseState.SKIPPED}
    assert request_run(owner, portfolio).id != run.id


def test_an_attempt_that_never_ends_loses_its_sign_of_life(
    services, monkeypatch, source, owner, portfolio, request_run, status
):
    """Lesson 18 again: a step that hangs is given up on like a worker that died."""
    monkeypatch.setattr(rules, "BEAT_EVERY", 0.05)
    monkeypatch.setattr(rules, "LONGEST_ATTEMPT", 0.2)
    monkeypatch.setattr(rules, "SILENCE", 0.5)
    run = request_run(owner, portfolio)
    ask, rescued = source.fetch, []

    def hang(requests):
        time.sleep(1)
        rescued.append(services.batch.rescue_stalled(JobScope(services)))
        return ask(requests)

    source.fetch = hang
    services.pipeline.execute(JobScope(services), run.id, owner.user_id)
    assert rescued == [1]
    assert status(owner, portfolio, run.id).status is RunState.QUEUED


def test_a_run_whose_job_was_lost_is_queued_again(services, owner, portfolio, request_run):
    """Lesson 26: the queue was in memory."""
    request_run(owner, portfolio)
    assert services.batch.rescue_stalled(JobScope(services)) == 0
    with JobScope(services)(job_actor("test")) as session:
        session.execute(text("set local search_path = jobs; delete from procrastinate_jobs"))
    assert services.batch.rescue_stalled(JobScope(services)) == 1
    with JobScope(services)(job_actor("test")) as session:
        assert session.execute(text("select count(*) from jobs.procrastinate_jobs")).scalar_one() == 1


def test_a_job_that_its_living_worker_forgot_is_queued_again(services, owner, portfolio, request_run):
    """The database went away just as the worker noted what became of the job: it lives, and works on other things."""
    request_run(owner, portfolio)
    taken = (
        "set local search_path = jobs; insert into procrastinate_workers default values;"
        " update procrastinate_jobs set status = 'doing', worker_id = (select max(id) from procrastinate_workers)"
    )
    with JobScope(services)(job_actor("test")) as session:
        session.execute(text(taken))
    assert services.batch.rescue_stalled(JobScope(services)) == 0
    with JobScope(services)(job_actor("test")) as session:
        session.execute(text("update jobs.procrastinate_events set at = at - interval '9 seconds'"))
    assert services.batch.rescue_stalled(JobScope(services)) == 1
    with JobScope(services)(job_actor("test")) as session:
        assert session.execute(text("select status from jobs.procrastinate_jobs")).scalars().all() == ["todo"]
    assert services.batch.rescue_stalled(JobScope(services)) == 0


def test_somebody_who_waits_goes_before_the_night(services, owner, new_portfolio, request_run):
    """After a stop over the close, the night's runs of all portfolios are asked for at once."""
    portfolios = [new_portfolio(owner, lot("AAPL"), account=f"Account {number}") for number in range(4)]
    triggers = (Trigger.NIGHTLY, Trigger.NIGHTLY, Trigger.UPLOAD, Trigger.USER)
    runs = [request_run(owner, *each) for each in zip(portfolios, triggers, strict=True)]
    order = "select args ->> 'run_id' from jobs.procrastinate_jobs order by priority desc, id"
    for _ in range(2):
        with JobScope(services)(job_actor("test")) as session:
            found = session.execute(text(order)).scalars().all()
            first, last = ({str(runs[number].id) for number in pair} for pair in ((2, 3), (0, 1)))
            assert (set(found[:2]), set(found[2:])) == (first, last)
            session.execute(text("set local search_path = jobs; delete from procrastinate_jobs"))
        assert services.batch.rescue_stalled(JobScope(services)) == 4


def test_a_retry_after_a_new_close_keeps_nothing(source, clock, owner, portfolio, calculated, request_run, status):
    source.fault = Fault.UNREACHABLE
    first = calculated(owner, portfolio)
    clock.instant = clock.instant.replace(hour=22)
    assert calendar.last_closed_session(clock.now()) > AS_OF
    second = request_run(owner, portfolio, Trigger.RETRY, first.batch_run_id)
    assert set(states(status(owner, portfolio, second.id)).values()) == {PhaseState.WAITING}


def test_a_run_whose_portfolio_is_archived_meanwhile_ends_cancelled(services, owner, portfolio, request_run):
    """Nothing failed: somebody archived it, or took back the import that made it."""
    run = request_run(owner, portfolio)
    with services.db.transaction(owner) as session:
        services.portfolios.archive(session, owner, portfolio)
    services.pipeline.execute(JobScope(services), run.id, owner.user_id)
    with JobScope(services)(job_actor("test")) as session:
        ended = run_rows.run(session, run.id)
        phases = {phase.status for phase in progress.phases(session, run.id)}
    assert (ended.status, ended.error_code) == (RunState.CANCELLED, None)
    assert PhaseState.FAILED not in phases
