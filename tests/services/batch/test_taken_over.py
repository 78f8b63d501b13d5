"""Runs that fail, hang, are interrupted or given up on, and who takes them over."""

import time

import pytest
from sqlalchemy import text

from sigmasight_ui.core import calendar
from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.jobs.scope import JobScope
from sigmasight_ui.services.batch import rules
from sigmasight_ui.services.batch.attempt import RunInterrupted
from sigmasight_ui.services.batch.repository import progress, run_rows
from sigmasight_ui.services.batch.schemas import PhaseState, RunState, Trigger
from sigmasight_ui.services.market_data.schemas import Fault
from tests.services.batch.conftest import AS_OF, lot, messages, states

pytestmark = pytest.mark.slow


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
