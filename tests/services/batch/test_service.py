import threading
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError, ErrorKind
from sigmasight_ui.jobs.scope import JobScope
from sigmasight_ui.services.batch import rules
from sigmasight_ui.services.batch.schemas import PhaseState, RunState, Trigger
from tests.services.batch.conftest import SYMBOLS, lot

pytestmark = pytest.mark.slow

FIFTY = 50


def counts(database, portfolio) -> tuple[int, int]:
    """Runs of the portfolio, and jobs in the queue."""
    from sqlalchemy import create_engine

    engine = create_engine(database.url("app_worker"))
    with engine.connect() as connection:
        runs = connection.execute(text("select count(*) from batch_runs where portfolio_id = :p"), {"p": portfolio})
        jobs = connection.execute(text("select count(*) from jobs.procrastinate_jobs"))
        found = runs.scalar_one(), jobs.scalar_one()
    engine.dispose()
    return found


def test_run_and_job_appear_together(database, request_run, owner, portfolio):
    run = request_run(owner, portfolio)
    assert run.status is RunState.QUEUED
    assert counts(database, portfolio) == (1, 1)


def test_a_rolled_back_request_leaves_no_run_and_no_job(services, database, owner, portfolio):
    with pytest.raises(RuntimeError, match="the caller fails"), services.db.transaction(owner) as session:
        services.batch.request_run(session, owner, portfolio, Trigger.USER)
        raise RuntimeError("the caller fails")
    assert counts(database, portfolio) == (0, 0)


def test_fifty_requests_at_once_make_one_run(services, database, owner, portfolio):
    start, outcomes = threading.Barrier(FIFTY), Counter()

    def ask() -> None:
        start.wait()
        try:
            with services.db.transaction(owner) as session:
                services.batch.request_run(session, owner, portfolio, Trigger.USER)
        except AppError as error:
            outcomes[error.code, error.http_status] += 1
        else:
            outcomes["accepted"] += 1

    threads = [threading.Thread(target=ask) for _ in range(FIFTY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes["accepted"] == 1
    assert outcomes["ERR_BATCH_006", 409] + outcomes["ERR_SYSTEM_001", 503] == FIFTY - 1
    assert outcomes["ERR_SYSTEM_001", 503] == 0
    assert counts(database, portfolio) == (1, 1)


def test_a_refused_request_leaves_the_transaction_usable(services, owner, portfolio, request_run, status):
    first = request_run(owner, portfolio)
    with services.db.transaction(owner) as session:
        with pytest.raises(AppError) as refused:
            services.batch.request_run(session, owner, portfolio, Trigger.USER)
        assert refused.value.details == {"batch_run_id": str(first.id)}
        assert services.batch.status(session, owner, portfolio, first.id).status is RunState.QUEUED


def test_a_queued_run_has_only_waiting_phases_and_no_percent(owner, portfolio, request_run, status):
    found = status(owner, portfolio, request_run(owner, portfolio).id)
    assert [phase.status for phase in found.phases] == [PhaseState.WAITING] * len(rules.PHASES)
    assert (found.progress_percent, found.elapsed_seconds, found.started_at) == (0, 0.0, None)
    assert found.triggered_by is Trigger.USER


def test_the_status_is_there_as_soon_as_the_request_is_answered(owner, portfolio, request_run, status):
    run = request_run(owner, portfolio)
    assert status(owner, portfolio, run.id).batch_run_id == run.id


@pytest.mark.parametrize("call", ["request_run", "status", "cancel", "log", "latest_run", "calculate", "find_run"])
def test_another_persons_portfolio_is_unknown(services, new_user, owner, portfolio, request_run, call):
    run = request_run(owner, portfolio)
    stranger = new_user()
    arguments = {
        "request_run": (portfolio, Trigger.USER), "latest_run": (portfolio,), "calculate": (portfolio,),
        "find_run": (run.id,),
    }.get(call, (portfolio, run.id))  # fmt: skip
    with pytest.raises(AppError) as refused, services.db.transaction(stranger) as session:
        getattr(services.batch, call)(session, stranger, *arguments)
    assert refused.value.kind is ErrorKind.NOT_FOUND


def test_a_run_is_found_only_under_its_own_portfolio(new_portfolio, owner, portfolio, request_run, status):
    other = new_portfolio(owner, account="Other")
    run = request_run(owner, portfolio)
    for portfolio_id, run_id in ((other, run.id), (portfolio, uuid4())):
        with pytest.raises(AppError) as refused:
            status(owner, portfolio_id, run_id)
        assert refused.value.kind is ErrorKind.NOT_FOUND


def test_two_peoples_runs_do_not_meet(new_user, new_portfolio, calculated, services, owner, portfolio):
    """Lesson 12: one tracker for everybody showed one person's run to another."""
    other = new_user()
    theirs = new_portfolio(other, lot("AAPL"))
    mine, other_run = calculated(owner, portfolio), calculated(other, theirs)
    assert mine.batch_run_id != other_run.batch_run_id
    with services.db.transaction(owner) as session:
        assert services.batch.latest_run(session, owner, portfolio) == mine


def test_looking_through_somebodys_eyes_starts_and_cancels_nothing(services, owner, portfolio, request_run):
    run = request_run(owner, portfolio)
    looking = Actor(user_id=owner.user_id, role="user", impersonator_id=uuid4())
    for call, argument in ((services.batch.cancel, run.id), (services.batch.request_run, Trigger.USER)):
        with pytest.raises(AppError) as refused, services.db.transaction(looking) as session:
            call(session, looking, portfolio, argument)
        assert refused.value.kind is ErrorKind.FORBIDDEN


def test_the_newest_run_is_the_latest(services, clock, owner, portfolio, calculated):
    """Lesson 14: a retry showed the old result."""
    calculated(owner, portfolio)
    clock.instant += timedelta(minutes=1)
    second = calculated(owner, portfolio)
    with services.db.transaction(owner) as session:
        assert services.batch.latest_run(session, owner, portfolio).batch_run_id == second.batch_run_id


def test_a_portfolio_never_calculated_has_no_latest_run(services, owner, portfolio):
    with services.db.transaction(owner) as session:
        assert services.batch.latest_run(session, owner, portfolio) is None


# Calculate: on after an incomplete run, from scratch otherwise


def calculate(services, owner, portfolio, force=False):
    with services.db.transaction(owner) as session:
        return services.batch.calculate(session, owner, portfolio, force)


def test_calculate_tells_how_well_stored_prices_cover_the_portfolio(services, owner, portfolio, calculated):
    before = calculate(services, owner, portfolio)
    assert before.preprocessing.symbols_count == len(SYMBOLS)
    assert before.preprocessing.price_coverage_percentage == 0
    assert not before.preprocessing.ready_for_batch
    assert set(before.preprocessing.missing_symbols) == set(SYMBOLS)
    services.pipeline.execute(JobScope(services), before.run.id, owner.user_id)
    after = calculate(services, owner, portfolio)
    assert (after.preprocessing.price_coverage_percentage, after.preprocessing.ready_for_batch) == (100, True)
    assert after.run.trigger is Trigger.USER
    assert after.run.retry_of is None


def test_calculate_goes_on_after_a_partial_run_and_force_starts_over(services, source, clock, owner, portfolio, status):
    held = source.bars
    source.bars = {}
    first = calculate(services, owner, portfolio)
    services.pipeline.execute(JobScope(services), first.run.id, owner.user_id)
    source.bars = held
    clock.instant += timedelta(minutes=20)
    second = calculate(services, owner, portfolio)
    assert (second.run.trigger, second.run.retry_of) == (Trigger.RETRY, first.run.id)
    services.pipeline.execute(JobScope(services), second.run.id, owner.user_id)
    assert status(owner, portfolio, second.run.id).status is RunState.COMPLETED
    clock.instant += timedelta(minutes=1)
    third = calculate(services, owner, portfolio, force=True)
    assert third.run.retry_of is None
    assert {phase.status for phase in status(owner, portfolio, third.run.id).phases} == {PhaseState.WAITING}


@pytest.mark.parametrize("force", [False, True])
def test_while_one_is_active_calculate_is_refused_even_with_force(services, owner, portfolio, force):
    calculate(services, owner, portfolio)
    with pytest.raises(AppError) as refused:
        calculate(services, owner, portfolio, force)
    assert refused.value.code == "ERR_BATCH_006"


def test_an_archived_portfolio_is_not_calculated(services, owner, portfolio):
    with services.db.transaction(owner) as session:
        services.portfolios.archive(session, owner, portfolio)
    with pytest.raises(AppError) as refused:
        calculate(services, owner, portfolio)
    assert refused.value.kind is ErrorKind.NOT_FOUND


# Ended is ended


def test_an_ended_run_never_changes(services, database, owner, portfolio, calculated, status):
    """Neither by cancelling, by rescue, by a second delivery of its job, nor by hand."""
    done = calculated(owner, portfolio)
    with services.db.transaction(owner) as session:
        assert services.batch.cancel(session, owner, portfolio, done.batch_run_id) == done
    services.pipeline.execute(JobScope(services), done.batch_run_id, owner.user_id)
    services.batch.rescue_stalled(JobScope(services))
    assert status(owner, portfolio, done.batch_run_id) == done
    for change in ("status = 'queued'", "error_code = 'X'", "finished_at = null", "attempts = 0"):
        with pytest.raises(DBAPIError), JobScope(services)(Actor(role="job")) as session:
            session.execute(text(f"update batch_runs set {change} where id = :r"), {"r": done.batch_run_id})


def test_runs_of_last_quarter_are_forgotten_but_for_the_newest(services, database, owner, portfolio, calculated, clock):
    first = calculated(owner, portfolio)
    clock.instant += timedelta(days=50)
    second = calculated(owner, portfolio)

    def forget(after: timedelta) -> int:
        clock.instant += after
        with JobScope(services)(Actor(role="job")) as session:
            return services.batch.forget_old_runs(session)

    assert forget(timedelta(days=39)) == 0
    assert forget(timedelta(days=2)) == 1
    with JobScope(services)(Actor(role="job", user_id=owner.user_id)) as session:
        left = session.execute(text("select distinct run_id from batch_log union select run_id from batch_phases"))
        assert left.scalars().all() == [second.batch_run_id]
    assert forget(timedelta(days=400)) == 0
    assert first.batch_run_id != second.batch_run_id


# The log as a file


def test_the_log_file_says_what_happened(services, owner, portfolio, calculated):
    run = calculated(owner, portfolio)
    with services.db.transaction(owner) as session:
        as_text = services.batch.log_file(session, owner, portfolio, run.batch_run_id, "txt")
        as_json = services.batch.log_file(session, owner, portfolio, run.batch_run_id, "json")
    assert as_text.name == f"portfolio_setup_log_{str(portfolio)[:8]}_20261120_150000.txt"
    for part in ("Core Growth", "13 of 13 phases completed", "PHASE DETAILS", "2026-11-20 15:00:00 [INFO] Run started"):
        assert part in as_text.content
    import json

    content = json.loads(as_json.content)
    assert (content["status"], content["phases_completed"], content["phases_total"]) == ("completed", 13, 13)
    assert content["activity_log"][-1]["message"] == "Run ended: completed, 13 of 13 phases completed"


# At night


def test_at_night_every_portfolio_gets_one_run(services, clock, new_user, new_portfolio, owner, portfolio, status):
    """Lesson 2: one watermark for all left portfolios behind. Each portfolio is asked for itself."""
    other = new_user()
    theirs, archived = new_portfolio(other, lot("KO")), new_portfolio(other, account="Old")
    with services.db.transaction(other) as session:
        services.portfolios.archive(session, other, archived)
    clock.instant = clock.instant.replace(hour=22, minute=5)
    assert services.batch.request_due_runs(JobScope(services)) == 2
    assert services.batch.request_due_runs(JobScope(services)) == 0
    for actor, portfolio_id in ((owner, portfolio), (other, theirs)):
        with services.db.transaction(actor) as session:
            run = services.batch.latest_run(session, actor, portfolio_id)
        services.pipeline.execute(JobScope(services), run.batch_run_id, actor.user_id)
        with services.db.transaction(actor) as session:
            ended = services.batch.latest_run(session, actor, portfolio_id)
        assert ended.triggered_by is Trigger.NIGHTLY
        assert ended.as_of.isoformat() == "2026-11-20"


def test_at_night_a_run_of_before_the_close_does_not_count(services, clock, owner, portfolio, calculated):
    calculated(owner, portfolio)
    clock.instant = clock.instant.replace(hour=22, minute=5)
    assert services.batch.request_due_runs(JobScope(services)) == 1


def test_on_a_holiday_nothing_is_due(services, clock, owner, portfolio, calculated):
    clock.instant = clock.instant.replace(day=25, hour=22)
    calculated(owner, portfolio)
    clock.instant = clock.instant.replace(day=26)  # Thanksgiving
    assert services.batch.request_due_runs(JobScope(services)) == 0


def test_every_portfolio_has_a_snapshot_of_the_last_session_after_the_night(
    services, source, clock, new_user, new_portfolio
):
    from tests.services.batch.conftest import with_prices

    clock.instant = clock.instant.replace(hour=22, minute=5)
    with_prices(source, *SYMBOLS, "SPY", until=clock.instant.date())
    people = [new_user() for _ in range(3)]
    made = {new_portfolio(person, lot("AAPL")): person for person in people}
    services.batch.request_due_runs(JobScope(services))
    for portfolio_id, person in made.items():
        with services.db.transaction(person) as session:
            run = services.batch.latest_run(session, person, portfolio_id)
        services.pipeline.execute(JobScope(services), run.batch_run_id, person.user_id)
        with services.db.transaction(person) as session:
            newest = session.execute(
                text("select max(session) from snapshots where portfolio_id = :p"), {"p": portfolio_id}
            )
            assert newest.scalar_one() == clock.instant.date()


def test_the_newest_run_of_several_portfolios_at_once(
    services, clock, owner, new_user, new_portfolio, calculated, request_run
):
    first, never = new_portfolio(owner, lot("AAPL")), new_portfolio(owner, lot("KO"), account="Other")
    stranger = new_user()
    foreign = new_portfolio(stranger, lot("KO"))
    request_run(stranger, foreign)
    calculated(owner, first)
    clock.instant += timedelta(minutes=1)
    newest = request_run(owner, first)
    with services.db.transaction(owner) as session:
        found = services.batch.latest_runs(session, owner, [first, never, foreign])
        assert found == {first: services.batch.status(session, owner, first, newest.id)}
