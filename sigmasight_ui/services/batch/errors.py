"""The room's sentences: one refusal, and the reasons a run carries when it did not complete."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sigmasight_ui.core.errors import AppError, ErrorKind

MARKET_DATA = "ERR_BATCH_001"  # the source of prices could not be reached
FIGURES = "ERR_BATCH_002"  # a phase failed; the others are there
ATTEMPTS_SPENT = "ERR_BATCH_004"  # the server failed three times
COVERAGE = "ERR_BATCH_005"  # too few holdings have a price
_NAMED = 10


def already_active(run_id: UUID | None) -> AppError:
    """Without an id when that run ended a moment ago."""
    return AppError(
        ErrorKind.CONFLICT, "ERR_BATCH_006", "This portfolio is being calculated already.",
        hint="Wait for that calculation, or cancel it first.",
        details={"batch_run_id": str(run_id)} if run_id else None,
    )  # fmt: skip


def market_data_reason(cause: str) -> str:
    return f"Market data could not be fetched: {cause}. This is usually the network. Your positions are saved."


def coverage_reason(missing: Sequence[str], needed: int, is_sample: bool) -> str:
    """The sample has no last ten days: what it lacks it never had."""
    share = f"{len(missing):,} of {needed:,} symbols"
    are, have = ("is", "has") if len(missing) == 1 else ("are", "have")
    if is_sample:
        return f"The bundled sample prices were used, and {share} {are} not among them: {listed(missing)}."
    return f"{share} {have} no price of the last ten days: {listed(missing)}."


def attempts_reason(attempts: int) -> str:
    return f"The server failed {attempts} times while it worked on this. Your positions are saved."


def listed(symbols: Sequence[str]) -> str:
    """The first few by name, so that a sentence stays one."""
    named = ", ".join(symbols[:_NAMED])
    return f"{named} and {len(symbols) - _NAMED:,} more" if len(symbols) > _NAMED else named
