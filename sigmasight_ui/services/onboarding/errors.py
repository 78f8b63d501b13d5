"""The onboarding room's sentences of refusal."""

from __future__ import annotations

from sigmasight_ui.core.errors import AppError, rate_limited


def too_many_registrations(wait: int) -> AppError:
    return rate_limited("Too many registrations from this address.", wait)


def too_many_uploads(wait: int) -> AppError:
    return rate_limited("You have uploaded many files in a short time.", wait)
