"""Signing in and out, and everything that ends a session."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from sigmasight_ui.core.actor import ANONYMOUS, job_actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.jobs.scope import JobScope
from sigmasight_ui.services.identity.schemas import Visitor, actor_of
from tests.conftest import PASSWORD

HERE = Visitor(ip="10.0.0.1", device="Firefox")


def cookie_of(services, email="user1@example.com", visitor=HERE):
    ticket = services.identity.sign_in_browser(services.db.transaction, email, PASSWORD, visitor).ticket
    with services.db.transaction(ANONYMOUS) as session:
        return services.identity.redeem_ticket(session, ticket)


def resolve(services, cookie):
    with services.db.transaction(ANONYMOUS) as session:
        return services.identity.resolve_cookie(session, cookie)


def test_ticket_buys_one_cookie(services, new_user):
    actor = new_user()
    handover = services.identity.sign_in_browser(services.db.transaction, "USER1@example.com ", PASSWORD, HERE)
    assert resolve(services, handover.ticket) is None, "a ticket is not a session"
    with services.db.transaction(ANONYMOUS) as session:
        cookie = services.identity.redeem_ticket(session, handover.ticket)
    assert resolve(services, cookie).user.id == actor.user_id
    with pytest.raises(AppError, match="ERR_AUTH_004"), services.db.transaction(ANONYMOUS) as session:
        services.identity.redeem_ticket(session, handover.ticket)


def test_bearer_token_resolves_until_its_session_ends(services, new_user):
    new_user()
    token = services.identity.sign_in_program(services.db.transaction, "user1@example.com", PASSWORD, HERE)
    with services.db.transaction(ANONYMOUS) as session:
        live = services.identity.resolve_token(session, token.access_token)
    actor = actor_of(live, "token", None, None)
    with services.db.transaction(actor) as session:
        services.identity.sign_out(session, actor)
    with services.db.transaction(ANONYMOUS) as session:
        assert services.identity.resolve_token(session, token.access_token) is None


@pytest.mark.parametrize(("email", "password"), [("user1@example.com", "Wrong-Horse-42"), ("nobody@example.com", "x")])
def test_one_sentence_for_unknown_user_and_wrong_password(services, new_user, email, password):
    new_user()
    with pytest.raises(AppError, match="ERR_AUTH_002"):
        services.identity.sign_in_browser(services.db.transaction, email, password, HERE)


def test_refused_login_is_counted_and_audited(services, new_user):
    actor = new_user()
    for _ in range(5):
        with pytest.raises(AppError, match="ERR_AUTH_002"):
            services.identity.sign_in_browser(services.db.transaction, "user1@example.com", "Wrong-1", HERE)
    with pytest.raises(AppError, match="ERR_RATE_001") as refused:
        services.identity.sign_in_browser(services.db.transaction, "user1@example.com", PASSWORD, HERE)
    assert 1 <= refused.value.retry_after <= 12
    with services.db.transaction(actor) as session:
        events = services.audit.own_events(session, actor)
    assert [event.outcome for event in events if event.action == "login"] == ["refused"] * 5


def test_password_change_ends_the_other_sessions(services, new_user):
    actor = new_user()
    mine, other = cookie_of(services), cookie_of(services)
    actor = replace(actor, session_id=resolve(services, mine).id)
    new = "Another-Horse-77"
    assert services.identity.change_password(services.db.transaction, actor, PASSWORD, new) == 1
    assert resolve(services, mine) is not None
    assert resolve(services, other) is None


def test_own_sessions_can_be_listed_and_ended(services, new_user):
    actor = new_user()
    mine, other = cookie_of(services), cookie_of(services)
    actor = replace(actor, session_id=resolve(services, mine).id)
    with services.db.transaction(actor) as session:
        rows = services.identity.sessions(session, actor)
        assert sum(row.is_current for row in rows) == 1
        services.identity.end_session(session, actor, next(row.id for row in rows if not row.is_current))
    assert resolve(services, other) is None


def test_nobody_ends_a_session_of_somebody_else(services, new_user):
    new_user()
    stranger = new_user()
    live = resolve(services, cookie_of(services))
    with pytest.raises(AppError, match="ERR_NOT_FOUND"), services.db.transaction(stranger) as session:
        services.identity.end_session(session, stranger, live.id)
    assert resolve(services, cookie_of(services)) is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda identity, session, actor: identity.update_profile(session, actor, full_name="Somebody Else"),
        lambda identity, session, actor: identity.end_session(session, actor, actor.session_id),
        lambda identity, session, actor: identity.end_other_sessions(session, actor),
    ],
    ids=["profile", "session", "other sessions"],
)
def test_looking_through_somebodys_eyes_changes_nothing(services, new_user, change):
    looking = replace(new_user(), session_id=resolve(services, cookie_of(services)).id, impersonator_id=uuid4())
    with pytest.raises(AppError, match="ERR_ACCESS_002"), services.db.transaction(looking) as session:
        change(services.identity, session, looking)


def test_looking_through_somebodys_eyes_does_not_change_the_password(services, new_user):
    looking = replace(new_user(), impersonator_id=uuid4())
    with pytest.raises(AppError, match="ERR_ACCESS_002"):
        services.identity.change_password(services.db.transaction, looking, PASSWORD, "Another-Horse-77")


def test_sessions_that_ended_a_month_ago_are_forgotten(services, new_user, clock):
    actor = new_user()
    ended, live = cookie_of(services), cookie_of(services)
    actor = replace(actor, session_id=resolve(services, live).id)
    with services.db.transaction(actor) as session:
        services.identity.end_session(session, actor, resolve(services, ended).id)

    def forget(after: timedelta) -> int:
        clock.instant += after
        with JobScope(services)(job_actor("cleanup")) as session:
            return services.identity.forget_ended_sessions(session)

    assert forget(timedelta(days=29)) == 0
    assert forget(timedelta(days=2)) == 1
    with services.db.transaction(actor) as session:
        assert session.execute(text("select count(*) from sessions")).scalar_one() == 1
    assert forget(timedelta(days=365)) == 1, "the other one has run out as well"
