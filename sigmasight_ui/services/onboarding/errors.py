"""The onboarding room's sentences of refusal."""

from __future__ import annotations

from sigmasight_ui.core.errors import AppError, ErrorKind


def too_many_registrations(wait: int) -> AppError:
    return _too_many("Too many registrations from this address.", wait)


def too_many_uploads(wait: int) -> AppError:
    return _too_many("You have uploaded many files in a short time.", wait)


def _too_many(message: str, wait: int) -> AppError:
    return AppError(
        ErrorKind.RATE_LIMITED, "ERR_RATE_001", message, hint=f"Try again in {_duration(wait)}.", retry_after=wait
    )


def _duration(seconds: int) -> str:
    """Rounded up, so that who waits as told is let in."""
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds > length:
            return f"{-(-seconds // length)} {unit}s"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
