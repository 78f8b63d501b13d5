"""Accounts and sessions: signing in and out, and everything that ends a session."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from sqlmodel import Session

from sigmasight_ui.core import ids, rate_limit
from sigmasight_ui.core.actor import ANONYMOUS, Actor, signed_in, writer
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.crypto import digest
from sigmasight_ui.core.errors import AppError, not_found
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.audit.service import AuditService
from sigmasight_ui.services.identity import errors, repository, rules
from sigmasight_ui.services.identity.models import UserSession
from sigmasight_ui.services.identity.passwords import PasswordHasher
from sigmasight_ui.services.identity.schemas import (
    BROWSER_LIFETIME,
    BearerToken,
    Handover,
    LiveSession,
    SessionRow,
    UserView,
    Visitor,
)
from sigmasight_ui.services.identity.tokens import LIFETIME, TokenSigner

TICKET_LIFETIME = timedelta(minutes=1)
BROWSER_IDLE = timedelta(days=7)


class IdentityService:
    def __init__(
        self,
        clock: Clock,
        hasher: PasswordHasher,
        signer: TokenSigner,
        audit: AuditService,
        deterministic_ids: bool = False,
    ) -> None:
        self._clock = clock
        self._hasher = hasher
        self._signer = signer
        self._audit = audit
        self._deterministic_ids = deterministic_ids

    # -- accounts ------------------------------------------------------------------------------------------------

    def hash_password(self, password: str) -> str:
        """Slow on purpose: call it between transactions."""
        return self._hasher.hash(password)

    def account_problems(self, email: str, password: str, full_name: str) -> list[AppError]:
        """What is wrong with the fields of a new account, in their order; says nothing about who exists."""
        checks = (
            rules.check_email(email),
            rules.check_password(password, email, full_name),
            rules.check_name(full_name),
        )
        return [problem for problem in checks if problem]

    def email_taken(self, session: Session, email: str) -> bool:
        return repository.find_login(session, email) is not None

    def create_account(self, session: Session, email: str, full_name: str, hashed: str, visitor: Visitor) -> UserView:
        """The account row; a race for one address is decided by the database."""
        user_id = ids.user_id(email, self._deterministic_ids)
        address, name = ids.normalise_email(email), full_name.strip()
        if not repository.register_user(session, user_id, address, name, hashed, self._clock.now()):
            raise errors.email_taken(address)
        actor = replace(ANONYMOUS, ip=visitor.ip)
        self._audit.record(session, actor, "account.create", subject_id=user_id, target=("user", user_id))
        return UserView(user_id, address, name, is_superuser=False)

    def profile(self, session: Session, actor: Actor) -> UserView:
        return repository.get_user(session, signed_in(actor))

    def update_profile(
        self,
        session: Session,
        actor: Actor,
        *,
        full_name: str | None = None,
        privacy_mode: bool | None = None,
        import_file_days: int | None = None,
    ) -> UserView:
        user_id = writer(actor)
        values: dict[str, object] = {}
        if full_name is not None:
            if problem := rules.check_name(full_name):
                raise problem
            values["full_name"] = full_name.strip()
        if privacy_mode is not None:
            values["privacy_mode"] = privacy_mode
        if import_file_days is not None:
            if problem := rules.check_file_days(import_file_days):
                raise problem
            values["import_file_days"] = import_file_days
        if values:
            repository.update_profile(session, user_id, values)
        return repository.get_user(session, user_id)

    def change_password(self, open_: Transactions, actor: Actor, current: str, new: str) -> int:
        """Replace the password and end every other session; how many were ended."""
        user_id = writer(actor)
        user = self._require_password(open_, actor, current, "password.change", "current_password")
        if problem := rules.check_password(new, user.email, user.full_name):
            raise problem
        hashed = self._hasher.hash(new)
        with open_(actor) as session:
            repository.set_password(session, user_id, hashed, self._clock.now())
            ended = repository.revoke(session, user_id, self._clock.now(), "password changed", keep=actor.session_id)
            self._audit.record(session, actor, "password.change", details={"sessions_ended": ended})
        return ended

    def delete_account(self, open_: Transactions, actor: Actor, password: str) -> None:
        """Everything of the person, at once and for good: portfolios, whoever they were shared with, files, figures,
        sessions. The audit log keeps what was done by an id that leads to nobody any more."""
        user_id = writer(actor)
        self._require_password(open_, actor, password, "account.delete", "password")
        with open_(actor) as session:
            is_deleted = repository.delete_account(session, rules.NAME_LEFT)
            outcome = "done" if is_deleted else "refused"
            self._audit.record(session, actor, "account.delete", outcome, target=("user", user_id))
        if not is_deleted:
            raise errors.only_administrator()

    def _require_password(self, open_: Transactions, actor: Actor, password: str, action: str, field: str) -> UserView:
        """Asked again for what a stolen session must not do; tries are counted."""
        with open_(actor) as session:
            wait = rate_limit.hit(session, rules.OWN_PASSWORD, str(actor.user_id))
            user = repository.get_user(session, signed_in(actor))
            stored = repository.find_login(session, user.email)
        if wait:
            raise errors.too_many_attempts(wait)
        if not self._hasher.verify(password, stored[1] if stored else None):
            with open_(actor) as session:
                self._audit.record(session, actor, action, "refused")
            raise errors.wrong_current_password(field)
        return user

    # -- signing in ----------------------------------------------------------------------------------------------

    def sign_in_browser(self, open_: Transactions, email: str, password: str, visitor: Visitor) -> Handover:
        """Check the password; the ticket in the answer is exchanged for a cookie at the web door."""
        user = self._authenticate(open_, email, password, visitor)
        return self.hand_over(open_, user, visitor)

    def hand_over(self, open_: Transactions, user: UserView, visitor: Visitor) -> Handover:
        """A ticket for somebody whose identity has just been established."""
        secret = secrets.token_urlsafe(32)
        session_id = self._open_session(open_, user, visitor, "handover", TICKET_LIFETIME, digest(secret))
        return Handover(user, f"{session_id.hex}.{secret}")

    def redeem_ticket(self, session: Session, ticket: str) -> str:
        """The cookie value a ticket buys, once."""
        session_id, secret = _split(ticket)
        fresh, now = secrets.token_urlsafe(32), self._clock.now()
        values = {
            "id": session_id,
            "ticket_hash": digest(secret),
            "secret_hash": digest(fresh),
            "now": now,
            "expires": now + BROWSER_LIFETIME,
        }
        if session_id is None or repository.redeem_ticket(session, values) is None:
            raise errors.ticket_spent()
        return f"{session_id.hex}.{fresh}"

    def sign_in_program(self, open_: Transactions, email: str, password: str, visitor: Visitor) -> BearerToken:
        user = self._authenticate(open_, email, password, visitor)
        session_id = self._open_session(open_, user, visitor, "token", LIFETIME, None)
        token = self._signer.sign(user, session_id, self._clock.now())
        return BearerToken(user, token, int(LIFETIME.total_seconds()))

    def sign_out(self, session: Session, actor: Actor) -> None:
        if actor.user_id and actor.session_id:
            repository.revoke(session, actor.user_id, self._clock.now(), "signed out", only=actor.session_id)
            self._audit.record(session, actor, "session.end", target=("session", actor.session_id))

    def resolve_cookie(self, session: Session, value: str) -> LiveSession | None:
        session_id, secret = _split(value)
        if session_id is None:
            return None
        return repository.resolve(session, session_id, digest(secret), self._clock.now(), BROWSER_IDLE)

    def resolve_token(self, session: Session, token: str) -> LiveSession | None:
        session_id = self._signer.session_id(token, self._clock.now())
        return repository.resolve(session, session_id, None, self._clock.now(), LIFETIME) if session_id else None

    def _authenticate(self, open_: Transactions, email: str, password: str, visitor: Visitor) -> UserView:
        """Count, look up, hash without a transaction open, record. Refusals read and take the same for everybody."""
        address, anonymous = ids.normalise_email(email)[: rules.MAX_EMAIL], replace(ANONYMOUS, ip=visitor.ip)
        with open_(anonymous) as session:
            waits = [
                rate_limit.hit(session, rules.LOGIN_PER_IP, visitor.ip or "unknown"),
                rate_limit.hit(session, rules.LOGIN_PER_ACCOUNT, digest(address)),
            ]
            known = None if rules.check_email(address) else repository.find_login(session, address)
        if wait := max(filter(None, waits), default=None):
            raise errors.too_many_attempts(wait)
        right = self._hasher.verify(password, known[1] if known else None)
        if not known or not right or not known[2]:
            with open_(anonymous) as session:
                self._audit.record(session, anonymous, "login", "refused", subject_id=known[0] if known else None)
            raise errors.wrong_credentials()
        with open_(replace(anonymous, user_id=known[0])) as session:
            return repository.get_user(session, known[0])

    def _open_session(
        self,
        open_: Transactions,
        user: UserView,
        visitor: Visitor,
        kind: str,
        lifetime: timedelta,
        secret_hash: str | None,
    ) -> UUID:
        now, session_id = self._clock.now(), uuid4()
        actor = Actor(user_id=user.id, role="user", ip=visitor.ip, session_id=session_id)
        row = UserSession(
            id=session_id,
            user_id=user.id,
            kind=kind,
            secret_hash=secret_hash,
            created_at=now,
            last_seen_at=now,
            expires_at=now + lifetime,
            device=(visitor.device or "")[:200] or None,
        )
        with open_(actor) as session:
            session.add(row)
            self._audit.record(session, actor, "login", target=("session", session_id), details={"kind": kind})
        return session_id

    # -- own sessions --------------------------------------------------------------------------------------------

    def sessions(self, session: Session, actor: Actor) -> list[SessionRow]:
        rows = repository.live_sessions(session, signed_in(actor), self._clock.now())
        return [
            SessionRow(r.id, r.kind, r.device, r.created_at, r.last_seen_at, r.expires_at, r.id == actor.session_id)
            for r in rows
            if r.kind != "handover"
        ]

    def end_session(self, session: Session, actor: Actor, session_id: UUID) -> None:
        now = self._clock.now()
        if not repository.revoke(session, writer(actor), now, "ended by the user", only=session_id):
            raise not_found()
        self._audit.record(session, actor, "session.end", target=("session", session_id))

    def forget_ended_sessions(self, session: Session) -> int:
        return repository.forget_sessions(session, self._clock.now() - rules.KEEP_ENDED_SESSIONS)

    def end_other_sessions(self, session: Session, actor: Actor) -> int:
        ended = repository.revoke(session, writer(actor), self._clock.now(), "ended by the user", keep=actor.session_id)
        self._audit.record(session, actor, "session.end_others", details={"sessions_ended": ended})
        return ended


def _split(value: str) -> tuple[UUID | None, str]:
    """`<session id>.<secret>`; anything else is nobody's."""
    head, _, secret = value.partition(".")
    try:
        return (UUID(hex=head), secret) if len(head) == 32 and secret and len(value) < 200 else (None, "")
    except ValueError:
        return None, ""
