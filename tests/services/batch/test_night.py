"""The night's runs together: the same results and states as one by one, and trouble stays with its own portfolio."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from sigmasight_ui.core import calendar
from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.jobs.scope import JobScope
from sigmasight_ui.services.batch import night
from sigmasight_ui.services.batch.repository import together
from sigmasight_ui.services.batch.schemas import PhaseState, RunState, Trigger
from sigmasight_ui.services.equity_changes.schemas import EquityChangeForm
from sigmasight_ui.services.market_data.schemas import Fault
from sigmasight_ui.services.risk import overnight, valuing
from tests.services.batch.conftest import AS_OF, lot, with_prices

pytestmark = pytest.mark.slow

FUNDS = ("SPY", "VTV", "VUG", "MTUM", "QUAL", "IWM", "USMV", "TLT")
TABLES = {
    "snapshots": "session", "holding_values": "symbol", "portfolio_figures": "as_of, figure",
    "portfolio_exhibits": "exhibit", "book_returns": "as_of",
}  # fmt: skip


@pytest.fixture
def many(services, source, owner, new_user_of, new_portfolio):
    """Ordinary and awkward portfolios of two people."""
    with_prices(source, *FUNDS, "AAPL", "MSFT", "XOM", "KO")
    source.bars["YOUNG"] = source.bars["AAPL"][-12:]
    days = calendar.sessions_between(AS_OF - timedelta(days=20), AS_OF)
    source.give("AAPL270115C00100000", dict.fromkeys(days, "9.5"))
    option = lot(
        "AAPL270115C00100000", 2, "8", investment_class="OPTIONS", underlying_symbol="AAPL", option_type="CALL",
        strike_price=100, expiration_date=date(2027, 1, 15),
    )  # fmt: skip
    private = lot("FUND_I", 1, "900", investment_class="PRIVATE", investment_subtype="HEDGE_FUND")
    young, other = lot("YOUNG", entry_date=date(2026, 11, 10)), new_user_of(services)
    first = new_portfolio(owner, lot("AAPL"), lot("XOM", -5), lot("AAPL", 3, "90"), account="A")
    with services.db.transaction(owner) as session:
        deposit = EquityChangeForm("CONTRIBUTION", "500", (AS_OF - timedelta(days=3)).isoformat())
        services.equity_changes.record(session, owner, first, deposit)
    return {
        first: owner,
        new_portfolio(owner, lot("KO"), option, private, young, account="B"): owner,
        new_portfolio(other, lot("MSFT"), lot("KO", 7), account="C"): other,
        new_portfolio(other, account="D"): other,
    }  # fmt: skip


def results(services, owner, portfolio):
    """Everything stored of it but when and by which run."""
    found = {}
    with services.db.transaction(owner) as session:
        for table, order in TABLES.items():
            query = text(f"select * from {table} where portfolio_id = :p order by {order}")
            rows = session.execute(query, {"p": portfolio}).mappings()
            found[table] = [
                {key: value for key, value in row.items() if key not in ("run_id", "computed_at")} for row in rows
            ]
    return found


def forget(services, owner, portfolio):
    with services.db.transaction(owner, role="app_worker") as session:
        for table in TABLES:
            session.execute(text(f"delete from {table} where portfolio_id = :p"), {"p": portfolio})


def test_together_is_the_same_as_one_by_one(services, many, request_run, status):
    alone, states = {}, {}
    for portfolio, owner in many.items():
        run = request_run(owner, portfolio, Trigger.USER)
        services.pipeline.execute(JobScope(services), run.id, owner.user_id)
        alone[portfolio] = results(services, owner, portfolio)
        states[portfolio] = [
            (p.phase, p.status, p.current, p.total, p.unit) for p in status(owner, portfolio, run.id).phases
        ]
        forget(services, owner, portfolio)
    runs = {portfolio: request_run(owner, portfolio, Trigger.NIGHTLY) for portfolio, owner in many.items()}
    first, owner = next(iter(many.items()))
    services.pipeline.execute(JobScope(services), runs[first].id, owner.user_id)
    for portfolio, owner in many.items():
        ended = status(owner, portfolio, runs[portfolio].id)
        assert (ended.status, ended.attempts, ended.as_of) == (RunState.COMPLETED, 1, AS_OF)
        assert [(p.phase, p.status, p.current, p.total, p.unit) for p in ended.phases] == states[portfolio]
        together = results(services, owner, portfolio)
        for table in TABLES:
            assert together[table] == alone[portfolio][table], table


def test_trouble_stays_with_its_own_portfolio(services, source, many, request_run, status):
    troubled = next(iter(many))
    runs = {portfolio: request_run(owner, portfolio, Trigger.NIGHTLY) for portfolio, owner in many.items()}
    del source.bars["XOM"], source.bars["AAPL"]  # two of the first one's symbols
    first, owner = list(many.items())[2]
    services.pipeline.execute(JobScope(services), runs[first].id, owner.user_id)
    left = {
        portfolio
        for portfolio in many
        if status(many[portfolio], portfolio, runs[portfolio].id).status is RunState.QUEUED
    }
    assert troubled in left
    assert first not in left
    services.pipeline.execute(JobScope(services), runs[troubled].id, many[troubled].user_id)
    ended = status(many[troubled], troubled, runs[troubled].id)
    assert (ended.status, ended.error_code, ended.attempts) == (RunState.PARTIAL, "ERR_BATCH_005", 2)
    assert "AAPL" in ended.reason


def test_a_source_that_is_away_leaves_every_run_to_itself(services, source, many, request_run, status):
    runs = {portfolio: request_run(owner, portfolio, Trigger.NIGHTLY) for portfolio, owner in many.items()}
    source.fault = Fault.UNREACHABLE
    first, owner = next(iter(many.items()))
    services.pipeline.execute(JobScope(services), runs[first].id, owner.user_id)
    assert {status(many[p], p, runs[p].id).status for p in many} == {RunState.QUEUED}


def test_a_night_that_dies_is_rescued(services, many, request_run, status):
    runs = {portfolio: request_run(owner, portfolio, Trigger.NIGHTLY) for portfolio, owner in many.items()}
    with JobScope(services)(job_actor("test")) as session:
        taken = together.take_night(session, next(iter(runs.values())).id, services.clock.now(), 10)
        session.execute(text("update batch_runs set heartbeat_at = clock_timestamp() - interval '9 seconds'"))
    assert len(taken) == len(many)
    assert services.batch.rescue_stalled(JobScope(services)) == len(many)
    for portfolio, owner in many.items():
        services.pipeline.execute(JobScope(services), runs[portfolio].id, owner.user_id)
        ended = status(owner, portfolio, runs[portfolio].id)
        assert (ended.status, ended.attempts) == (RunState.COMPLETED, 2)


def test_a_server_that_stops_in_between_keeps_what_is_done(services, many, request_run, status):
    runs = {portfolio: request_run(owner, portfolio, Trigger.NIGHTLY) for portfolio, owner in many.items()}
    first, owner = next(iter(many.items()))
    with pytest.raises(night.RunInterrupted):
        services.pipeline.execute(JobScope(services), runs[first].id, owner.user_id, lambda: True)
    found = [status(many[p], p, runs[p].id) for p in many]
    assert sorted(each.status for each in found) == [RunState.COMPLETED] + [RunState.QUEUED] * 3
    assert {each.attempts for each in found if each.status is RunState.QUEUED} == {0}


def test_one_alone_goes_its_own_way(services, many, request_run, status):
    portfolio, owner = next(iter(many.items()))
    run = request_run(owner, portfolio, Trigger.NIGHTLY)
    services.pipeline.execute(JobScope(services), run.id, owner.user_id)
    assert status(owner, portfolio, run.id).status is RunState.COMPLETED
    assert PhaseState.COMPLETED in {phase.status for phase in status(owner, portfolio, run.id).phases}


@pytest.mark.slow
def test_other_processes_give_the_same(services, many, request_run, status, monkeypatch):
    """One portfolio a task makes so many tasks that they are spread."""
    monkeypatch.setattr(overnight, "BATCH", 1)
    runs = {portfolio: request_run(owner, portfolio, Trigger.NIGHTLY) for portfolio, owner in many.items()}
    first, owner = next(iter(many.items()))
    services.pipeline.execute(JobScope(services), runs[first].id, owner.user_id)
    together = {portfolio: results(services, owner, portfolio) for portfolio, owner in many.items()}
    for portfolio, owner in many.items():
        assert status(owner, portfolio, runs[portfolio].id).status is RunState.COMPLETED
        run = request_run(owner, portfolio, Trigger.USER)
        services.pipeline.execute(JobScope(services), run.id, owner.user_id)
        assert results(services, owner, portfolio) == together[portfolio]


def test_a_portfolio_archived_since_does_not_send_the_others_back(services, many, request_run, status):
    runs = {portfolio: request_run(owner, portfolio, Trigger.NIGHTLY) for portfolio, owner in many.items()}
    gone, *rest = many
    with services.db.transaction(many[gone]) as session:
        services.portfolios.archive(session, many[gone], gone)
    services.pipeline.execute(JobScope(services), runs[rest[0]].id, many[rest[0]].user_id)
    assert {status(many[p], p, runs[p].id).status for p in rest} == {RunState.COMPLETED}


def test_a_run_that_was_taken_over_is_left_alone(services, many, request_run, status, monkeypatch):
    runs = {portfolio: request_run(owner, portfolio, Trigger.NIGHTLY) for portfolio, owner in many.items()}
    lost, *rest = many
    together = services.calculation.overnight

    def overnight_while_another_takes_one(open_, *arguments):
        with JobScope(services)(job_actor("test")) as session:
            session.execute(text("update batch_runs set attempts = 2 where id = :id"), {"id": runs[lost].id})
        return together(open_, *arguments)

    monkeypatch.setattr(services.calculation, "overnight", overnight_while_another_takes_one)
    services.pipeline.execute(JobScope(services), runs[rest[0]].id, many[rest[0]].user_id)
    assert {status(many[p], p, runs[p].id).status for p in rest} == {RunState.COMPLETED}
    assert (status(many[lost], lost, runs[lost].id).status, results(services, many[lost], lost)["snapshots"]) == (
        RunState.RUNNING, [],
    )  # fmt: skip


def cancel(services, owner, portfolio, run_id):
    with services.db.transaction(owner) as session:
        services.batch.cancel(session, owner, portfolio, run_id)


def assert_cancelled(services, owner, portfolio, run):
    assert (run.status, {phase.status for phase in run.phases}) == (RunState.CANCELLED, {PhaseState.SKIPPED})
    assert not any(results(services, owner, portfolio).values())


def test_a_run_cancelled_in_the_night_ends_cancelled_and_without_results(
    services, many, request_run, status, monkeypatch
):
    """Also when that comes after the last sign of life."""
    runs = {portfolio: request_run(owner, portfolio, Trigger.NIGHTLY) for portfolio, owner in many.items()}
    unwanted, *rest = many
    finish = services.pipeline._night._finish

    def finish_after_the_cancel(open_, ready, result, source):
        if ready.taken.portfolio_id == unwanted:
            cancel(services, many[unwanted], unwanted, runs[unwanted].id)
        finish(open_, ready, result, source)

    monkeypatch.setattr(services.pipeline._night, "_finish", finish_after_the_cancel)
    services.pipeline.execute(JobScope(services), runs[rest[0]].id, many[rest[0]].user_id)
    assert_cancelled(services, many[unwanted], unwanted, status(many[unwanted], unwanted, runs[unwanted].id))
    assert {status(many[p], p, runs[p].id).status for p in rest} == {RunState.COMPLETED}


def test_a_cancel_does_not_wait_for_the_turn_of_the_run(services, many, request_run, status, monkeypatch):
    runs = {portfolio: request_run(owner, portfolio, Trigger.NIGHTLY) for portfolio, owner in many.items()}
    unwanted, *rest = many
    together, seen = services.calculation.overnight, []

    def overnight_once_it_is_cancelled(open_, *arguments):
        cancel(services, many[unwanted], unwanted, runs[unwanted].id)
        for _ in range(3000):
            seen.append(status(many[unwanted], unwanted, runs[unwanted].id))
            if seen[-1].status is not RunState.RUNNING:
                break
            time.sleep(0.02)
        return together(open_, *arguments)

    monkeypatch.setattr(night.rules, "BEAT_EVERY", 0.02)
    monkeypatch.setattr(services.calculation, "overnight", overnight_once_it_is_cancelled)
    services.pipeline.execute(JobScope(services), runs[rest[0]].id, many[rest[0]].user_id)
    assert_cancelled(services, many[unwanted], unwanted, seen[-1])
    assert_cancelled(services, many[unwanted], unwanted, status(many[unwanted], unwanted, runs[unwanted].id))
    assert {status(many[p], p, runs[p].id).status for p in rest} == {RunState.COMPLETED}


def test_what_fails_together_is_logged_under_a_reference_and_done_by_itself(
    services, many, request_run, status, monkeypatch
):
    runs = {portfolio: request_run(owner, portfolio, Trigger.NIGHTLY) for portfolio, owner in many.items()}
    broken, *rest = many
    value_positions = valuing.value_positions

    def fails_for_one(c):
        if c.portfolio_id == broken:
            raise ArithmeticError("no such number")
        return value_positions(c)

    monkeypatch.setattr(valuing, "value_positions", fails_for_one)
    with capture_logs() as logged:
        services.pipeline.execute(JobScope(services), runs[rest[0]].id, many[rest[0]].user_id)
    (entry,) = (each for each in logged if each["log_level"] == "error")
    assert entry["run_id"] == str(runs[broken].id)
    assert "fails_for_one" in entry["trouble"]
    assert "no such number" in entry["trouble"]
    with services.db.transaction(many[broken]) as session:
        said = services.batch.log(session, many[broken], broken, runs[broken].id)
    assert any(entry["reference"] in line.message for line in said.lines)
    assert {p: status(many[p], p, runs[p].id).status for p in many} == {
        broken: RunState.QUEUED, **dict.fromkeys(rest, RunState.COMPLETED)
    }  # fmt: skip
