"""The identity room's sentences of refusal."""

from __future__ import annotations

from typing import Any

from sigmasight_ui.core.errors import AppError, ErrorKind, rate_limited


def email_taken(email: str) -> AppError:
    return AppError(
        ErrorKind.CONFLICT,
        "ERR_USER_001",
        "There is already an account with this email.",
        hint="Sign in instead, or use another address.",
        field="email",
        details={"email": email},
    )


def email_malformed(email: str) -> AppError:
    return AppError(
        ErrorKind.UNPROCESSABLE,
        "ERR_USER_002",
        "This is not a full email address.",
        hint="Write it like name@example.com.",
        field="email",
        details={"email": email[:254]},
    )


def password_weak(reason: str, rules: dict[str, Any] | None = None) -> AppError:
    return AppError(
        ErrorKind.UNPROCESSABLE,
        "ERR_USER_003",
        reason,
        hint="Use at least 8 characters with an upper-case letter, a lower-case letter and a digit.",
        field="password",
        details={"reason": reason, **(rules or {})},
    )


def file_days_out_of_range(highest: int) -> AppError:
    return AppError(
        ErrorKind.UNPROCESSABLE,
        "ERR_USER_005",
        "Imported files cannot be kept that long.",
        hint=f"Write a number of days from 0 to {highest}.",
        field="import_file_days",
    )


def name_missing() -> AppError:
    return AppError(
        ErrorKind.UNPROCESSABLE,
        "ERR_USER_004",
        "Your name is missing.",
        hint="Write your full name.",
        field="full_name",
    )


def wrong_credentials() -> AppError:
    """One sentence for an unknown user and a wrong password."""
    return AppError(
        ErrorKind.UNAUTHENTICATED,
        "ERR_AUTH_002",
        "Email or password is not right.",
        hint="Check both and sign in again.",
    )


def wrong_current_password(field: str) -> AppError:
    return AppError(
        ErrorKind.UNPROCESSABLE,
        "ERR_AUTH_003",
        "The current password is not right.",
        hint="Type the password you signed in with.",
        field=field,
    )


def only_administrator() -> AppError:
    return AppError(
        ErrorKind.CONFLICT,
        "ERR_USER_006",
        "You are the only administrator, so your account cannot be deleted.",
        hint="Make somebody else administrator first (create-superuser on the command line).",
    )


def ticket_spent() -> AppError:
    return AppError(
        ErrorKind.UNAUTHENTICATED,
        "ERR_AUTH_004",
        "This sign-in has already been used or is too old.",
        hint="Sign in again.",
    )


def claim_closed() -> AppError:
    return AppError(
        ErrorKind.CONFLICT,
        "ERR_CLAIM_001",
        "This installation already has an administrator.",
        hint="Sign in, or ask the administrator for an invite code.",
    )


def claim_wrong() -> AppError:
    return AppError(
        ErrorKind.UNAUTHENTICATED,
        "ERR_CLAIM_002",
        "This claim code is not right.",
        hint="Copy it from the console where SigmaSight was started.",
        field="claim_code",
    )


def too_many_attempts(wait: int) -> AppError:
    return rate_limited("Too many attempts.", wait)


def hashing_queue_full() -> AppError:
    return AppError(
        ErrorKind.UNAVAILABLE,
        "ERR_AUTH_005",
        "Many people are signing in at this moment.",
        hint="Try again in a few seconds.",
        retry_after=5,
    )
