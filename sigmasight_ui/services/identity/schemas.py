"""What goes into and comes out of the identity room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sigmasight_ui.core.actor import Actor

BROWSER_LIFETIME = timedelta(days=30)


@dataclass(frozen=True)
class UserView:
    id: UUID
    email: str
    full_name: str
    is_superuser: bool
    privacy_mode: bool = False
    import_file_days: int = 30  # how long imported files are kept; 0: not at all


@dataclass(frozen=True)
class Visitor:
    """Where a call comes from, as the door saw it."""

    ip: str | None = None
    device: str | None = None


@dataclass(frozen=True)
class LiveSession:
    """A session that resolved just now, with the user's present rights."""

    id: UUID
    user: UserView
    kind: str
    expires_at: datetime
    impersonator_id: UUID | None


@dataclass(frozen=True)
class SessionRow:
    """One line of "where you are signed in"."""

    id: UUID
    kind: str
    device: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    is_current: bool


@dataclass(frozen=True)
class Handover:
    """Signed in, but the browser has no cookie yet: the ticket buys it once, within a minute."""

    user: UserView
    ticket: str


@dataclass(frozen=True)
class BearerToken:
    user: UserView
    access_token: str
    expires_in: int


def actor_of(live: LiveSession, origin: str, ip: str | None, request_id: str | None) -> Actor:
    """The actor behind a resolved session; superuser comes from the database row, never from a claim."""
    return Actor(
        user_id=live.user.id,
        role="superuser" if live.user.is_superuser else "user",
        impersonator_id=live.impersonator_id,
        origin=origin,
        session_id=live.id,
        ip=ip,
        request_id=request_id,
        privacy_mode=live.user.privacy_mode,
    )
