"""Record security events, show people their own, and seal what was written."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.services.audit import repository
from sigmasight_ui.services.audit.models import AuditEvent
from sigmasight_ui.services.audit.schemas import AuditRow

_FIRST = "0" * 64
_SEALED_AT_ONCE = 5_000  # writers wait meanwhile; what is left comes with the next seal


class AuditService:
    def __init__(self, clock: Clock, ip_key: bytes, seal_key: bytes) -> None:
        self._clock = clock
        self._ip_key = ip_key
        self._seal_key = seal_key

    def record(
        self,
        session: Session,
        actor: Actor,
        action: str,
        outcome: str = "done",
        *,
        subject_id: UUID | None = None,
        target: tuple[str, object] | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        """Add one event. `details` never carries secrets or whole rows."""
        repository.record(
            session,
            {
                "action": action,
                "object_type": target[0] if target else None,
                "object_id": str(target[1]) if target else None,
                "outcome": outcome,
                "subject": subject_id or actor.user_id,
                "ip_hash": self.ip_hash(actor.ip),
                "details": json.dumps(details or {}),
                "at": self._clock.now(),
            },
        )

    def ip_hash(self, ip: str | None) -> str | None:
        """Addresses are compared, never shown: a keyed hash is enough."""
        return hmac.new(self._ip_key, ip.encode(), hashlib.sha256).hexdigest()[:24] if ip else None

    def own_events(self, session: Session, actor: Actor, limit: int = 50, offset: int = 0) -> list[AuditRow]:
        return repository.events_of(session, actor.user_id, limit, offset)

    def seal(self, session: Session) -> int:
        """Chain a hash over the events since the last seal; how many it covers."""
        repository.wait_for_writers(session)
        last = repository.last_seal(session)
        previous_hash, after = (last.hash, last.through_id) if last else (_FIRST, 0)
        events = repository.events_after(session, after, _SEALED_AT_ONCE)
        if not events:
            return 0
        through = max(event.id for event in events if event.id is not None)
        seal_hash = self._chain_hash(previous_hash, events)
        repository.add_seal(session, through, len(events), previous_hash, seal_hash, self._clock.now())
        return len(events)

    def broken_seal(self, session: Session) -> int | None:
        """The id of the first seal that no longer fits its events, or None when the record is whole."""
        previous_hash, after = _FIRST, 0
        for seal in repository.seals(session):
            events = repository.events_between(session, after, seal.through_id)
            if seal.previous_hash != previous_hash or seal.hash != self._chain_hash(previous_hash, events):
                return seal.id
            previous_hash, after = seal.hash, seal.through_id
        return None

    def _chain_hash(self, previous_hash: str, events: list[AuditEvent]) -> str:
        """Over the seal before and every field of every event, with a key the database does not hold: whoever can
        rewrite rows there cannot seal them again."""
        digest = hmac.new(self._seal_key, previous_hash.encode(), hashlib.sha256)
        for event in events:
            digest.update(_as_sealed(event))
        return digest.hexdigest()


def _as_sealed(event: AuditEvent) -> bytes:
    """The same text in every process: a row's fields come in the order its columns were read, which is another each
    time, and its instant in the time zone of the server."""
    fields = {**event.model_dump(mode="json"), "at": event.at.astimezone(UTC).isoformat()}
    return json.dumps(fields, sort_keys=True).encode()
