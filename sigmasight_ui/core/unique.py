"""Names that may be there once: whoever writes second is told so, and the transaction goes on."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session


def unless_taken(session: Session, write: Callable[[], object], *constraints: str) -> bool:
    """False when one of the `constraints` says that another row has the name; a race is decided by the database."""
    try:
        with session.begin_nested():
            write()
    except IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "constraint_name", None) not in constraints:
            raise
        return False
    return True
