"""The onboarding room's sentences of refusal."""

from __future__ import annotations

from sigmasight_ui.core.errors import AppError, rate_limited


def too_many_registrations(wait: int) -> AppError:
    return rate_limited("Too many registrations from this address.", wait)
