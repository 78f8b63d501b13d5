"""The record of security events: added to and never rewritten, and a seal shows when somebody did."""

import threading
import time

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.core.database_roles import psycopg_dsn
from sigmasight_ui.core.embedded_postgres_home import SUPERUSER
from sigmasight_ui.services.audit import repository

SEALER = job_actor("seal")


@pytest.fixture
def audit(services):
    return services.audit


@pytest.fixture
def record(services, audit):
    def call(actor, *actions):
        with services.db.transaction(actor) as session:
            for action in actions:
                audit.record(session, actor, action)

    return call


@pytest.fixture
def seal(services, audit):
    def call():
        with services.db.transaction(SEALER, role="app_worker") as session:
            return audit.seal(session)

    return call


@pytest.fixture
def broken(services, audit):
    def call():
        with services.db.transaction(SEALER, role="app_worker") as session:
            return audit.broken_seal(session)

    return call


def rewrite(database, statement):
    """What only somebody with the whole server can do."""
    with psycopg.connect(psycopg_dsn(database.url(SUPERUSER)), autocommit=True) as connection:
        connection.execute("alter table audit_log disable trigger user")
        connection.execute(statement)
        connection.execute("alter table audit_log enable trigger user")


def test_seals_follow_each_other_and_cover_each_event_once(new_user, record, seal, broken):
    ada = new_user()
    assert (seal(), seal()) == (1, 0)
    record(ada, "first", "second")
    record(ada, "third")
    assert (seal(), seal(), broken()) == (3, 0, None)


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_log set outcome = 'refused' where action = 'first'",
        "delete from audit_log where action = 'first'",
        "update audit_log set action = case action when 'first' then 'second' else 'first' end"
        " where action in ('first', 'second')",
    ],
    ids=["changed", "taken out", "swapped"],
)
def test_a_rewritten_event_breaks_its_seal(new_user, record, seal, broken, database, statement):
    ada = new_user()
    seal()
    record(ada, "first", "second")
    seal()
    record(ada, "third")
    seal()
    rewrite(database, statement)
    assert broken() == 2


def test_an_event_slipped_in_later_breaks_its_seal(new_user, record, seal, broken, database):
    ada = new_user()
    rewrite(database, "select setval(pg_get_serial_sequence('audit_log', 'id'), 100)")
    record(ada, "first")
    seal()
    assert broken() is None
    rewrite(database, "insert into audit_log (id, at, action, outcome, details) values (50, now(), 'x', 'done', '{}')")
    assert broken() == 1


def test_a_seal_fits_in_whatever_order_a_process_reads_the_columns(new_user, record, seal, broken, monkeypatch):
    """It differs from process to process, and the one that seals is not the one that checks."""
    record(new_user(), "first", "second")
    seal()
    read = repository.events_between

    def other_way_round(*arguments):
        events = read(*arguments)
        for event in events:
            fields = list(event.__dict__.items())
            event.__dict__.clear()
            event.__dict__.update(reversed(fields))
        return events

    monkeypatch.setattr(repository, "events_between", other_way_round)
    assert broken() is None


def test_many_events_are_sealed_in_parts(new_user, record, seal, broken, monkeypatch):
    monkeypatch.setattr("sigmasight_ui.services.audit.service._SEALED_AT_ONCE", 2)
    record(new_user(), "first", "second")
    assert (seal(), seal(), seal(), broken()) == (2, 1, 0, None)


def test_the_seal_waits_for_an_event_that_is_not_committed_yet(services, new_user, audit, seal, broken):
    """Ids are given out before the commit: a seal that did not wait would pass the smaller one over."""
    ada, sealed = new_user(), []
    with services.db.transaction(ada) as session:
        audit.record(session, ada, "slow")
        sealing = threading.Thread(target=lambda: sealed.append(seal()))
        sealing.start()
        time.sleep(0.3)
        assert sealed == []
    sealing.join()
    assert (sealed, broken()) == ([2], None)


@pytest.mark.parametrize("statement", ["update audit_log set outcome = 'done'", "delete from audit_log"])
@pytest.mark.parametrize("role", ["app_user", "app_worker"])
def test_nobody_rewrites_the_record(services, new_user, record, statement, role):
    ada = new_user()
    record(ada, "first")
    with pytest.raises(DBAPIError), services.db.transaction(ada, role=role) as session:
        session.execute(text(statement))


def test_people_see_their_own_events(services, new_user, record, audit):
    ada, eve = new_user(), new_user()
    record(ada, "mine")
    record(eve, "hers")
    with services.db.transaction(ada) as session:
        assert [row.action for row in audit.own_events(session, ada)] == ["mine", "account.create"]
