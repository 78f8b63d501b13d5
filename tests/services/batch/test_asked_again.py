"""Holdings that change while a run is active are in its figures, whenever that happens."""

import threading

import pytest
from sqlalchemy import text

from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.core.errors import AppError, ErrorKind
from sigmasight_ui.jobs.scope import JobScope
from sigmasight_ui.services.batch import rules
from sigmasight_ui.services.batch.repository import run_rows
from sigmasight_ui.services.batch.schemas import PhaseState, RunState, Trigger
from sigmasight_ui.services.market_data.schemas import Fault
from sigmasight_ui.services.portfolios.schemas import PositionForm
from tests.services.batch.conftest import lot

pytestmark = pytest.mark.slow

FIFTY = 50
OVER = "Holdings changed meanwhile; it starts over"


@pytest.fixture
def buy(services, owner, portfolio):
    """One share more of a symbol and a calculation of it, in one transaction like an import; the run that counts it."""

    def buy(symbol="AAPL"):
        with services.db.transaction(owner) as session:
            form = PositionForm(symbol=symbol, quantity="1", entry_price="100", entry_date="2026-06-01")
            services.positions.add(session, owner, portfolio, [form])
            return services.batch.recalculate(session, owner, portfolio, Trigger.UPLOAD)

    return buy


@pytest.fixture
def work(services, owner):
    return lambda run_id: services.pipeline.execute(JobScope(services), run_id, owner.user_id)


@pytest.fixture
def figured(services, owner, portfolio):
    """How many shares the figures know of, of all symbols."""

    def count():
        with services.db.transaction(owner) as session:
            query = text("select sum(quantity) from holding_values where portfolio_id = :p")
            return session.execute(query, {"p": portfolio}).scalar_one()

    return count


@pytest.fixture
def before_phase(services, monkeypatch):
    """Something that happens once, between the phase before this one and this one."""

    def arrange(key, happen):
        run, waiting = services.pipeline._phases.run, [happen]

        def happening(attempt, phase):
            run(attempt, phase)
            if phase == key and waiting:
                waiting.pop()()

        monkeypatch.setattr(services.pipeline._phases, "run", happening)

    return arrange


def runs(services, owner, portfolio):
    with services.db.transaction(owner) as session:
        query = text("select status, attempts, asked_again from batch_runs where portfolio_id = :p order by created_at")
        return [tuple(row) for row in session.execute(query, {"p": portfolio})]


def told(services, owner, portfolio, run_id):
    with services.db.transaction(owner) as session:
        return [line.message for line in services.batch.log(session, owner, portfolio, run_id).lines]


@pytest.mark.parametrize("phase", [rules.READ_POSITIONS, rules.FETCH_PRICES, rules.CONCENTRATION])
def test_a_run_that_has_begun_starts_over(
    services, owner, portfolio, request_run, buy, work, figured, before_phase, phase
):
    run, counted_by = request_run(owner, portfolio), []
    before_phase(phase, lambda: counted_by.append(buy()))
    work(run.id)
    assert counted_by == [run.id]
    assert figured() == 41
    assert runs(services, owner, portfolio) == [("completed", 1, False)]
    assert told(services, owner, portfolio, run.id).count(OVER) == 1


def test_one_that_waits_counts_it_anyway(services, owner, portfolio, request_run, buy, work, figured):
    run = request_run(owner, portfolio)
    assert buy() == run.id
    work(run.id)
    assert figured() == 41
    assert OVER not in told(services, owner, portfolio, run.id)


def test_a_retry_that_waits_keeps_nothing(services, source, owner, portfolio, calculated, buy, work, figured, status):
    source.fault = Fault.UNREACHABLE
    assert calculated(owner, portfolio).status is RunState.PARTIAL
    source.fault = None
    with services.db.transaction(owner) as session:
        retry = services.batch.calculate(session, owner, portfolio).run
    assert buy() == retry.id
    work(retry.id)
    assert {phase.status for phase in status(owner, portfolio, retry.id).phases} == {PhaseState.COMPLETED}
    assert figured() == 41
    assert "5 positions read" in told(services, owner, portfolio, retry.id)


def test_the_last_word_counts_when_it_is_cancelled_too(
    services, owner, portfolio, request_run, buy, work, figured, before_phase, status
):
    def cancel():
        with services.db.transaction(owner) as session:
            services.batch.cancel(session, owner, portfolio, run.id)

    run = request_run(owner, portfolio)
    before_phase(rules.READ_POSITIONS, lambda: (buy(), cancel()))
    work(run.id)
    assert status(owner, portfolio, run.id).status is RunState.CANCELLED
    run = request_run(owner, portfolio)
    before_phase(rules.FETCH_PRICES, lambda: (cancel(), buy()))
    work(run.id)
    assert status(owner, portfolio, run.id).status is RunState.COMPLETED
    assert figured() == 42


def test_asked_while_it_is_being_cancelled(services, owner, portfolio, request_run, buy, work, figured, monkeypatch):
    """Between the look at the request and the end of the run."""
    run, end = request_run(owner, portfolio), run_rows.end_run

    def end_after(session, run_id, attempt, status, now):
        monkeypatch.setattr(run_rows, "end_run", end)
        buy()
        return end(session, run_id, attempt, status, now)

    monkeypatch.setattr(run_rows, "end_run", end_after)
    with services.db.transaction(owner) as session:
        services.batch.cancel(session, owner, portfolio, run.id)
    work(run.id)
    assert figured() == 41


def test_one_that_failed_three_times_is_tried_once_more(
    services, owner, portfolio, request_run, buy, work, figured, status
):
    run = request_run(owner, portfolio)
    for _ in range(rules.MAX_ATTEMPTS):
        with JobScope(services)(job_actor("test", owner.user_id)) as session:
            assert run_rows.claim(session, run.id, services.clock.now()) is not None
            session.execute(text("update batch_runs set heartbeat_at = clock_timestamp() - interval '9 seconds'"))
        buy()
        assert services.batch.rescue_stalled(JobScope(services)) == 1
        assert status(owner, portfolio, run.id).status is RunState.QUEUED
    work(run.id)
    assert figured() == 43
    assert runs(services, owner, portfolio) == [("completed", 4, False)]


def test_a_run_of_the_night_too(
    services, owner, portfolio, new_portfolio, request_run, buy, work, figured, monkeypatch
):
    night = request_run(owner, portfolio, Trigger.NIGHTLY)
    other = new_portfolio(owner, lot("KO"), account="Second")
    first = request_run(owner, other, Trigger.NIGHTLY)
    together = services.calculation.overnight

    def overnight_while_something_is_bought(open_, *arguments):
        buy()
        return together(open_, *arguments)

    monkeypatch.setattr(services.calculation, "overnight", overnight_while_something_is_bought)
    work(first.id)
    assert runs(services, owner, portfolio) == [("queued", 1, True)]
    assert runs(services, owner, other) == [("completed", 1, False)]
    work(night.id)
    assert runs(services, owner, portfolio) == [("completed", 2, False)]
    assert figured() == 41


def fifty_buy(buy):
    """At once; who finds the server too busy tries again, like any client. The runs that count them."""
    barrier, counted_by = threading.Barrier(FIFTY), []

    def one():
        barrier.wait()
        while True:
            try:
                counted_by.append(buy())
                return
            except AppError as error:
                if error.kind is not ErrorKind.UNAVAILABLE:
                    raise

    threads = [threading.Thread(target=one) for _ in range(FIFTY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counted_by) == FIFTY
    return set(counted_by)


def test_fifty_at_once_are_one_run(services, owner, portfolio, buy, work, figured):
    (run_id,) = fifty_buy(buy)
    work(run_id)
    assert figured() == 40 + FIFTY
    assert runs(services, owner, portfolio) == [("completed", 1, False)]


def test_fifty_while_it_works_are_all_counted(services, owner, portfolio, request_run, buy, work, figured):
    request_run(owner, portfolio)
    stop = threading.Event()
    worker = threading.Thread(target=lambda: work_until(stop, services, owner, portfolio, work))
    worker.start()
    fifty_buy(buy)
    stop.set()
    worker.join()
    assert figured() == 40 + FIFTY
    assert {(status, again) for status, _, again in runs(services, owner, portfolio)} == {("completed", False)}


def work_until(stop, services, owner, portfolio, work):
    """Like the queue: whatever is asked for is carried out, and once more when nobody asks any longer."""
    is_last = False
    while not is_last:
        is_last = stop.is_set()
        with services.db.transaction(owner) as session:
            active = run_rows.active_run_id(session, portfolio)
        if active is not None:
            work(active)
