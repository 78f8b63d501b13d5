"""The mark of handlers that anyone may call. Everything else is for signed-in people: see gate.py."""

from collections.abc import Callable
from typing import Any, TypeVar

Handler = TypeVar("Handler", bound=Callable[..., Any])

_MARK = "__public__"


def public(handler: Handler) -> Handler:
    """Written above or below `@rx.event`. tests/ui/test_gate.py lists every use, so that a new one is a decision."""
    setattr(handler, _MARK, True)
    return handler


def is_public(handler: Any) -> bool:
    return getattr(handler, _MARK, False)
