"""Why a page has nothing to show. Only one reason is final: there is no such thing for this person."""

from __future__ import annotations

from sigmasight_ui.core.errors import AppError, ErrorKind

MISSING, AWAY = "missing", "away"


def status_of(error: ValueError | AppError) -> str:
    """An address that holds no id leads to nothing, like an id of somebody else's; anything else may pass."""
    is_final = isinstance(error, ValueError) or error.kind is ErrorKind.NOT_FOUND
    return MISSING if is_final else AWAY


def problem_of(error: ValueError | AppError) -> str:
    return f"{error.sentence} ({error.code})" if isinstance(error, AppError) else ""
