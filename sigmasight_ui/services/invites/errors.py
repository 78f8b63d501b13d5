"""The invite room's sentences of refusal."""

from __future__ import annotations

from sigmasight_ui.core.errors import AppError, ErrorKind


def invite_invalid() -> AppError:
    return _refusal(
        "This invite code is not valid.", "Copy it again, hyphens included, or ask the person who invited you."
    )


def invite_missing() -> AppError:
    return _refusal("The invite code is missing.", "Ask the person who runs this installation for it.")


def _refusal(message: str, hint: str) -> AppError:
    return AppError(ErrorKind.UNAUTHENTICATED, "ERR_INVITE_001", message, hint=hint, field="invite_code")
