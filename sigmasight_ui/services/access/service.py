"""The first line of every use case that touches a portfolio. Row-level security is the second wall, not the first."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from sigmasight_ui.core.actor import Actor, signed_in, writer
from sigmasight_ui.core.errors import not_found
from sigmasight_ui.services.access import errors, repository
from sigmasight_ui.services.access.schemas import Permission

_VERBS = {Permission.TRADE: "trade in", Permission.MANAGE: "change", Permission.OWN: "own"}


class AccessService:
    def require(self, session: Session, actor: Actor, permission: Permission, portfolio_id: UUID) -> None:
        """Unknown and not yours give the same refusal; seen but not allowed says so."""
        level = repository.level(session, signed_in(actor), portfolio_id)
        if level < Permission.VIEW:
            raise not_found()
        if permission > Permission.VIEW:
            writer(actor)
        if level < permission:
            raise errors.not_allowed(_VERBS[permission])

    def may(self, session: Session, actor: Actor, permission: Permission, portfolio_id: UUID) -> bool:
        """For what depends on it without being refused."""
        return repository.level(session, signed_in(actor), portfolio_id) >= permission

    def require_owned(self, session: Session, actor: Actor, portfolio_id: UUID) -> None:
        """One's own, in use or archived."""
        if portfolio_id not in session.exec(self.owned_by(actor)):
            raise not_found()

    def owned_by(self, actor: Actor) -> SelectOfScalar[UUID]:
        """The ids of the actor's own portfolios, archived ones included: what somebody may take along."""
        return repository.owned_ids(signed_in(actor))

    def visible_to(self, actor: Actor, permission: Permission = Permission.VIEW) -> SelectOfScalar[UUID]:
        """The ids of the actor's portfolios, for `where id in (...)`: where every read starts."""
        return repository.portfolio_ids(signed_in(actor), permission)
