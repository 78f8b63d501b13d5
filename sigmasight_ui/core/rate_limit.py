"""Exact rate limits in PostgreSQL: the generic cell rate algorithm, one statement a hit, shared by all processes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session


@dataclass(frozen=True)
class Limit:
    """`count` hits per `period` seconds; a full burst is allowed, then one more every period / count."""

    name: str
    count: int
    period: int


_HIT = text(
    """
    insert into rate_limits as r (key, due)
    values (:key, clock_timestamp() + :step * interval '1 second')
    on conflict (key) do update
       set due = greatest(r.due, clock_timestamp()) + :step * interval '1 second'
     where greatest(r.due, clock_timestamp()) + :step * interval '1 second' - clock_timestamp()
           <= :period * interval '1 second'
    returning due
    """
)
_WAIT = text("select extract(epoch from due - clock_timestamp()) + :step - :period from rate_limits where key = :key")


def hit(session: Session, limit: Limit, who: str) -> int | None:
    """Count one attempt: None when it is allowed, else the seconds to wait (at least 1)."""
    step = limit.period / limit.count
    values = {"key": f"{limit.name}:{who}", "step": step, "period": limit.period}
    if session.execute(_HIT, values).first() is not None:
        return None
    wait = session.execute(_WAIT, values).scalar()
    return max(1, math.ceil(float(wait or step)))


def forget_past(session: Session) -> None:
    """Keys whose hits have all leaked away: without the row the next hit starts afresh, which is the same."""
    session.execute(text("delete from rate_limits where due < clock_timestamp()"))
