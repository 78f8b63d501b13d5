"""Who acts: made at a door from a session, a token or a job name, and handed down to every service call."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sigmasight_ui.core.errors import read_only, unauthenticated


@dataclass(frozen=True)
class Actor:
    user_id: UUID | None = None
    role: str = "anonymous"  # anonymous | user | superuser | job
    impersonator_id: UUID | None = None
    origin: str = "browser"  # browser | token | job | cli
    session_id: UUID | None = None
    ip: str | None = None
    request_id: str | None = None
    privacy_mode: bool = False  # screens show this person no amounts

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def is_superuser(self) -> bool:
        return self.role == "superuser"


ANONYMOUS = Actor()


def job_actor(name: str, user_id: UUID | None = None) -> Actor:
    """Jobs are actors too: `user_id` is the owner of the portfolio the job works for."""
    return Actor(user_id=user_id, role="job", origin="job", request_id=name)


def signed_in(actor: Actor) -> UUID:
    """The acting user's id, or the refusal for somebody who is not signed in."""
    if actor.user_id is None:
        raise unauthenticated()
    return actor.user_id


def writer(actor: Actor) -> UUID:
    """For whatever changes something: signed in, and with one's own eyes."""
    if actor.impersonator_id is not None:
        raise read_only()
    return signed_in(actor)
