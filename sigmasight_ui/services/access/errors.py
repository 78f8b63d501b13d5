"""The access room's sentences of refusal."""

from __future__ import annotations

from sigmasight_ui.core.errors import AppError, ErrorKind


def not_allowed(what: str) -> AppError:
    return AppError(
        ErrorKind.FORBIDDEN,
        "ERR_ACCESS_001",
        f"You may see this portfolio, but not {what} it.",
        hint="Ask its owner for more rights.",
    )
