"""Calculations: start one, follow it, cancel it, take its log along."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response, status
from pydantic import BaseModel, ConfigDict

from sigmasight_ui.api.contract import Instant, refusals
from sigmasight_ui.api.deps import SignedIn
from sigmasight_ui.api.threads import ThreadRoute
from sigmasight_ui.services.batch.schemas import PhaseState, RunState, Trigger

router = APIRouter(prefix="/portfolio", tags=["calculations"], route_class=ThreadRoute)


class Preprocessing(BaseModel):
    """How well the stored prices cover the portfolio right now; the calculation fetches what is missing."""

    model_config = ConfigDict(from_attributes=True)

    symbols_count: int
    symbols_identified: int
    symbols_priced: int
    price_coverage_percentage: float | None
    ready_for_batch: bool
    missing_symbols: list[str]


class CalculationStarted(BaseModel):
    portfolio_id: UUID
    batch_run_id: UUID
    status: Literal["started"] = "started"
    message: str
    preprocessing: Preprocessing
    poll_url: str


class Phase(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    phase: str
    name: str
    status: PhaseState
    current: int
    total: int | None
    unit: str | None
    duration_seconds: float | None
    reason: str | None


class BatchStatus(BaseModel):
    """`error_code` and `reason` say why a run is not complete; each phase has a reason of its own."""

    model_config = ConfigDict(from_attributes=True)

    status: RunState
    batch_run_id: UUID
    portfolio_id: UUID
    triggered_by: Trigger
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
    elapsed_seconds: float
    progress_percent: int
    cancel_requested: bool
    error_code: str | None
    reason: str | None
    phases: list[Phase]


@router.post("/{portfolio_id}/calculate", status_code=status.HTTP_202_ACCEPTED, responses=refusals(401, 403, 404, 409))
def calculate(
    door: SignedIn,
    portfolio_id: UUID,
    force: Annotated[bool, Query(description="Repeat every phase, also those the last run completed")] = False,
) -> CalculationStarted:
    """Start a calculation. After an incomplete one it goes on where that stopped, unless `force` is set. While one is
    active the answer is 409 either way."""
    with door.transaction() as session:
        started = door.services.batch.calculate(session, door.actor, portfolio_id, force)
    return CalculationStarted(
        portfolio_id=portfolio_id,
        batch_run_id=started.run.id,
        message="The calculation has started.",
        preprocessing=Preprocessing.model_validate(started.preprocessing),
        poll_url=f"/api/v1/portfolio/{portfolio_id}/batch-status/{started.run.id}",
    )


@router.get("/{portfolio_id}/batch-status/{run_id}", responses=refusals(401, 404))
def batch_status(door: SignedIn, portfolio_id: UUID, run_id: UUID) -> BatchStatus:
    """How a calculation stands, phase by phase."""
    with door.transaction() as session:
        found = door.services.batch.status(session, door.actor, portfolio_id, run_id)
    return BatchStatus.model_validate(found)


@router.post(
    "/{portfolio_id}/batch-runs/{run_id}/cancel",
    status_code=status.HTTP_202_ACCEPTED,
    responses=refusals(401, 403, 404),
)
def cancel(door: SignedIn, portfolio_id: UUID, run_id: UUID) -> BatchStatus:
    """Ask a calculation to stop after the phase in hand; what is completed stays."""
    with door.transaction() as session:
        found = door.services.batch.cancel(session, door.actor, portfolio_id, run_id)
    return BatchStatus.model_validate(found)


@router.get(
    "/{portfolio_id}/batch-runs/{run_id}/log",
    response_class=Response,
    responses={
        200: {"description": "The log as a file", "content": {"text/plain": {}, "application/json": {}}},
        **refusals(401, 404),
    },
)
def log(
    door: SignedIn,
    portfolio_id: UUID,
    run_id: UUID,
    kind: Annotated[Literal["txt", "json"], Query(alias="format")] = "txt",
) -> Response:
    """Everything a calculation said, as a download."""
    with door.transaction() as session:
        file = door.services.batch.log_file(session, door.actor, portfolio_id, run_id, kind)
    disposition = f'attachment; filename="{file.name}"'
    return Response(file.content, media_type=file.media_type, headers={"Content-Disposition": disposition})
