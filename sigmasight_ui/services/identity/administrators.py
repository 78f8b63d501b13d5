"""How the first administrator comes to be: a one-time claim code, or the command line. Never by being first."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core import ids, rate_limit
from sigmasight_ui.core.actor import ANONYMOUS, Actor
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.crypto import digest
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.audit.service import AuditService
from sigmasight_ui.services.identity import errors, repository, rules
from sigmasight_ui.services.identity.schemas import UserView, Visitor
from sigmasight_ui.services.identity.service import IdentityService

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no letters that look like digits
_REFUSALS = {"closed": errors.claim_closed, "wrong_code": errors.claim_wrong}


class Administrators:
    def __init__(self, clock: Clock, identity: IdentityService, audit: AuditService, deterministic_ids: bool) -> None:
        self._clock = clock
        self._identity = identity
        self._audit = audit
        self._deterministic_ids = deterministic_ids

    def offer_claim_code(self, session: Session) -> str | None:
        """A fresh code for the console, or None when there is an administrator already. Needs app_admin."""
        code = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(8)) for _ in range(4))
        return code if repository.offer_claim(session, digest(_normal(code)), self._clock.now()) else None

    def claim_is_open(self, session: Session) -> bool:
        return repository.claim_is_open(session)

    def claim(
        self, open_: Transactions, code: str, email: str, password: str, full_name: str, visitor: Visitor
    ) -> UserView:
        anonymous = replace(ANONYMOUS, ip=visitor.ip)
        with open_(anonymous) as session:
            wait = rate_limit.hit(session, rules.CLAIMS, visitor.ip or "unknown")
            is_open = repository.claim_is_open(session)
        if wait:
            raise errors.too_many_attempts(wait)
        if not is_open:
            raise errors.claim_closed()
        self._check(email, password, full_name)
        hashed = self._identity.hash_password(password)
        values = {**self._account(email, full_name, hashed), "code_hash": digest(_normal(code))}
        with open_(anonymous) as session:
            outcome = repository.claim_administrator(session, values)
            subject = values["id"] if outcome == "claimed" else None
            self._audit.record(session, anonymous, "administrator.claim", outcome, subject_id=subject)
        if outcome == "email_taken":
            raise errors.email_taken(str(values["email"]))
        if outcome in _REFUSALS:
            raise _REFUSALS[outcome]()
        return UserView(values["id"], values["email"], values["name"], is_superuser=True)

    def create(self, open_: Transactions, email: str, password: str, full_name: str) -> tuple[UUID, bool]:
        """From the command line: creates the account or promotes an existing one; True when it was created."""
        self._check(email, password, full_name)
        hashed = self._identity.hash_password(password)
        actor = Actor(role="job", origin="cli", request_id="create-superuser")
        with open_(actor, role="app_admin", reason="create-superuser") as session:
            user_id, created = repository.create_superuser(session, self._account(email, full_name, hashed))
            self._audit.record(session, actor, "administrator.create", subject_id=user_id, details={"created": created})
        return user_id, created

    def _check(self, email: str, password: str, full_name: str) -> None:
        for problem in self._identity.account_problems(email, password, full_name):
            raise problem

    def _account(self, email: str, full_name: str, hashed: str) -> dict[str, Any]:
        return {
            "id": ids.user_id(email, self._deterministic_ids),
            "email": ids.normalise_email(email),
            "name": full_name.strip(),
            "hash": hashed,
            "now": self._clock.now(),
        }


def _normal(code: str) -> str:
    return code.strip().upper().replace("-", "").replace(" ", "")
