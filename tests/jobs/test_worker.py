"""Workers as processes, killed where it hurts. A trigger in the database holds a run inside a phase."""

import time

import psycopg
import pytest

from sigmasight_ui.core.database_roles import psycopg_dsn
from sigmasight_ui.services.batch.rules import PHASES
from sigmasight_ui.services.batch.schemas import PhaseState, RunState
from tests.jobs.conftest import wait_until
from tests.jobs.jobs_process import OWN_SYMBOLS
from tests.services.batch.conftest import lot

pytestmark = pytest.mark.slow
HANG = """
    create table hanging (run_id uuid, phase text);
    grant select on hanging to app_worker;
    create function hang() returns trigger language plpgsql as $$ begin
      while exists (select from hanging where run_id = new.run_id and phase = new.phase) loop
        perform pg_sleep(0.1);
      end loop;
      return new;
    end $$;
    create trigger hang before update on batch_phases for each row
      when (new.status in ('completed', 'failed')) execute function hang();
"""


@pytest.fixture
def superuser(database):
    with psycopg.connect(psycopg_dsn(database.url("postgres")), autocommit=True) as connection:
        connection.execute(HANG)
        yield connection


def hang_in(superuser, run_id, phase: str) -> None:
    superuser.execute("insert into hanging values (%s, %s)", [run_id, phase])


def is_in(superuser, run_id, phase: str) -> bool:
    query = "select status from batch_phases where run_id = %s and phase = %s"
    return superuser.execute(query, [run_id, phase]).fetchone()[0] == "running"


def runs(superuser) -> list[tuple[str, int]]:
    return superuser.execute("select status, attempts from batch_runs order by created_at, id").fetchall()


def test_a_run_is_carried_out(start_jobs, owner, portfolio, request_run, status):
    run = request_run(owner, portfolio)
    start_jobs()
    wait_until(lambda: not status(owner, portfolio, run.id).status.is_active, 120)
    assert status(owner, portfolio, run.id).status is RunState.COMPLETED


def test_killed_in_every_phase_each_run_is_resumed(
    start_jobs, superuser, owner, new_portfolio, request_run, status, capfd
):
    asked = {}
    for number, phase in enumerate(PHASES):
        portfolio = new_portfolio(owner, lot(OWN_SYMBOLS[number]), account=f"Account {number}")
        run = request_run(owner, portfolio)
        hang_in(superuser, run.id, phase.key)
        asked[run.id] = (portfolio, phase.key)
    killed, pending = [start_jobs() for _ in range(7)], dict(asked)
    wait_until(lambda: all(is_in(superuser, run_id, phase) for run_id, (_, phase) in asked.items()), 120)
    for each in killed:
        each.kill()
    before = {run_id: status(owner, portfolio, run_id) for run_id, (portfolio, _) in asked.items()}
    superuser.execute("delete from hanging")
    start_jobs()
    took = wait_until(lambda: all(state == "completed" for state, _ in runs(superuser)), 120)
    with capfd.disabled():  # thirty seconds are promised on a machine that does nothing else
        print(f" {len(PHASES)} killed runs completed after {took:.0f} s ", end="")
    assert [attempts for _, attempts in runs(superuser)] == [2] * len(PHASES)
    for run_id, (portfolio, _) in pending.items():
        ended = status(owner, portfolio, run_id)
        for was, now in zip(before[run_id].phases, ended.phases, strict=True):
            if was.status is PhaseState.COMPLETED:
                assert now == was
    doubles = "select count(*) - count(distinct (portfolio_id, session)) from snapshots"
    assert superuser.execute(doubles).fetchone() == (0,)


def test_killed_three_times_a_run_ends_failed_and_the_portfolio_is_free(
    start_jobs, superuser, owner, portfolio, request_run, status
):
    run = request_run(owner, portfolio)
    for attempt in (1, 2, 3):
        hang_in(superuser, run.id, "betas")
        process = start_jobs()
        in_betas = f"select attempts = {attempt} from batch_runs where status = 'running'"
        wait_until(lambda query=in_betas: superuser.execute(query).fetchone() == (True,), 120)
        wait_until(lambda: is_in(superuser, run.id, "betas"), 120)
        process.kill()
        superuser.execute("delete from hanging")
    start_jobs()
    wait_until(lambda: not status(owner, portfolio, run.id).status.is_active, 120)
    ended = status(owner, portfolio, run.id)
    assert (ended.status, ended.error_code) == (RunState.FAILED, "ERR_BATCH_004")
    assert ended.phases_completed == 6
    again = request_run(owner, portfolio)
    wait_until(lambda: status(owner, portfolio, again.id).status is RunState.COMPLETED, 120)


def test_sigterm_hands_the_run_in_hand_to_the_next_process(
    start_jobs, superuser, owner, portfolio, request_run, status
):
    run = request_run(owner, portfolio)
    hang_in(superuser, run.id, "value_positions")
    first = start_jobs()
    wait_until(lambda: is_in(superuser, run.id, "value_positions"), 120)
    assert first.terminate() == 0
    assert runs(superuser) == [("queued", 0)]
    superuser.execute("delete from hanging")
    start_jobs()
    wait_until(lambda: status(owner, portfolio, run.id).status is RunState.COMPLETED, 120)
    assert runs(superuser) == [("completed", 1)]


def test_an_idle_process_ends_at_once(start_jobs, superuser):
    process = start_jobs()
    wait_until(lambda: superuser.execute("select app.jobs_alive()").fetchone() == (True,), 120)
    begun = time.monotonic()
    assert process.terminate() == 0
    assert time.monotonic() - begun < 20, "it does not wait for the grace of a running phase"


def test_the_worker_survives_the_loss_of_its_connections(
    start_jobs, superuser, owner, new_portfolio, request_run, status
):
    start_jobs()
    wait_until(lambda: superuser.execute("select app.jobs_alive()").fetchone() == (True,), 120)
    superuser.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app_worker'"
        " and datname = current_database()"
    )
    portfolio = new_portfolio(owner, lot("AAPL"))
    run = request_run(owner, portfolio)
    wait_until(lambda: status(owner, portfolio, run.id).status is RunState.COMPLETED, 120)
