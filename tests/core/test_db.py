"""One context per transaction, whatever happens to the connection before and after."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from uuid import uuid4

import psycopg2
import pytest
from sqlalchemy import exc, text
from sqlalchemy.exc import InvalidRequestError

from sigmasight_ui.core.actor import ANONYMOUS, Actor
from sigmasight_ui.core.db import Database
from sigmasight_ui.core.errors import AppError, ErrorKind

pytestmark = pytest.mark.slow


def who(session) -> str:
    return session.execute(text("select current_setting('app.user_id', true)")).scalar() or ""


def test_no_context_leaks_between_requests_that_share_connections(database):
    """16 threads on 3 connections, with crashes, savepoints and anonymous requests mixed in."""
    pool = Database({"app_user": database.url("app_user")}, pool_size=3)
    actors = [ANONYMOUS, *(Actor(user_id=uuid4()) for _ in range(20))]

    def request(seed: int) -> None:
        dice = random.Random(seed)
        actor = dice.choice(actors)
        with pytest.raises(ZeroDivisionError), pool.transaction(actor) as session:
            assert who(session) == str(actor.user_id or "")
            with session.begin_nested():
                assert who(session) == str(actor.user_id or "")
            if dice.random() < 0.5:
                session.rollback()
                assert who(session) == str(actor.user_id or "")
            raise ZeroDivisionError

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(request, range(1600)))
    pool.close()


def test_a_statement_by_itself_is_nobodys_and_the_next_transaction_is_one_again(database):
    pool = Database({"app_user": database.url("app_user")}, pool_size=1)
    kept = text("select set_config('app.user_id', :user, false)")
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), pool.transaction(Actor(user_id=uuid4())) as session:
            session.execute(kept, {"user": str(uuid4())})
            raise ZeroDivisionError
        with pool.statement() as session:
            assert who(session) == ""
            assert session.execute(text("select now() = statement_timestamp()")).scalar()
        with pytest.raises(InvalidRequestError):
            who(session)
    pool.close()


def test_a_session_ends_with_its_transaction(database):
    db = Database(database.urls())
    with db.transaction(ANONYMOUS) as session:
        session.execute(text("select 1"))
    with pytest.raises(InvalidRequestError):
        session.execute(text("select 1"))
    db.close()


def test_the_impersonator_and_the_request_travel_along(database):
    pool = Database({"app_user": database.url("app_user")})
    actor = replace(Actor(user_id=uuid4()), impersonator_id=uuid4(), request_id="r1")
    with pool.transaction(actor) as session:
        row = session.execute(
            text("select current_setting('app.impersonator_id') as i, current_setting('app.request_id') as r")
        ).one()
    assert (row.i, row.r) == (str(actor.impersonator_id), "r1")
    pool.close()


def test_a_database_that_is_away_is_a_clear_refusal(database):
    url = database.url("app_user").replace("@/", "@127.0.0.1:1/").partition("?")[0]
    pool = Database({"app_user": url})
    for opened in (pool.transaction(ANONYMOUS), pool.statement()):
        with pytest.raises(AppError) as refused, opened as session:
            who(session)
        assert refused.value.kind is ErrorKind.UNAVAILABLE
    pool.close()


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("53100", "ERR_SYSTEM_003"),
        ("55P03", "ERR_SYSTEM_004"),
        ("53300", "ERR_SYSTEM_001"),
        ("57P03", "ERR_SYSTEM_001"),
        ("58030", "ERR_SYSTEM_001"),
    ],
)
def test_what_a_server_in_trouble_says_is_told_in_our_words(database, state, code):
    pool = Database({"app_user": database.url("app_user")})
    with pytest.raises(AppError) as refused, pool.transaction(ANONYMOUS) as session:
        session.execute(text(f"do $$ begin raise 'x' using errcode = '{state}'; end $$"))
    assert (refused.value.kind, refused.value.code) == (ErrorKind.UNAVAILABLE, code)
    assert refused.value.retry_after
    pool.close()


@pytest.mark.parametrize("kind", ["DatabaseError", "InterfaceError", "OperationalError"])
def test_whatever_the_driver_calls_it_a_server_that_hangs_up_is_away(database, kind):
    pool = Database({"app_user": database.url("app_user")})
    said = getattr(psycopg2, kind)("server closed the connection unexpectedly")
    with pytest.raises(AppError) as refused, pool.transaction(ANONYMOUS):
        raise getattr(exc, kind)("select 1", {}, said)
    assert refused.value.code == "ERR_SYSTEM_001"
    pool.close()


def test_a_server_that_goes_during_a_copy_is_away(database):
    pool = Database({"app_user": database.url("app_user"), "postgres": database.url("postgres")})
    cut = text("select pg_terminate_backend(:pid, 5000)")
    with pytest.raises(AppError) as refused, pool.transaction(ANONYMOUS) as session:
        pid = session.execute(text("select pg_backend_pid()")).scalar()
        with pool.transaction(ANONYMOUS, role="postgres") as administrator:
            assert administrator.execute(cut, {"pid": pid}).scalar()
        driver = session.connection().connection.driver_connection
        driver.cursor().copy_expert("copy (select 1) to stdout", BytesIO())
    assert refused.value.code == "ERR_SYSTEM_001"
    pool.close()


def test_a_statement_that_is_wrong_is_our_fault_and_no_outage(database):
    pool = Database({"app_user": database.url("app_user")})
    with pytest.raises(exc.ProgrammingError), pool.transaction(ANONYMOUS) as session:
        session.execute(text("select nothing from nowhere"))
    pool.close()


def test_connections_cut_by_the_server_are_replaced(database):
    pool = Database({"app_user": database.url("app_user"), "postgres": database.url("postgres")}, pool_size=2)
    for _ in range(5):
        with pool.transaction(ANONYMOUS) as session:
            assert who(session) == ""
        with pool.transaction(ANONYMOUS, role="postgres") as session:
            session.execute(text("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app_user'"))
    pool.close()


def test_a_server_that_goes_between_a_statement_and_its_end_takes_no_connection_along(database):
    pool = Database({"app_user": database.url("app_user"), "postgres": database.url("postgres")}, pool_size=1)
    cut = text("select pg_terminate_backend(:pid, 5000)")
    for _ in range(8):  # more than there are connections
        with pool.statement() as session:
            assert who(session) == ""
        with pool.statement() as session:
            pid = session.execute(text("select pg_backend_pid()")).scalar()
            with pool.transaction(ANONYMOUS, role="postgres") as administrator:
                assert administrator.execute(cut, {"pid": pid}).scalar()
    pool.close()
