"""The invite room's sentence of refusal."""

from __future__ import annotations

from sigmasight_ui.core.errors import AppError, ErrorKind


def invite_invalid() -> AppError:
    return AppError(
        ErrorKind.UNAUTHENTICATED,
        "ERR_INVITE_001",
        "This invite code is not valid.",
        hint="Copy it again, hyphens included, or ask the person who invited you.",
        field="invite_code",
    )
