"""What the room hands out: runs, their phases, their log, and what a request was answered with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_active(self) -> bool:
        return self in (RunState.QUEUED, RunState.RUNNING)


class PhaseState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Trigger(StrEnum):
    UPLOAD = "upload"
    USER = "user"
    RETRY = "retry"
    NIGHTLY = "nightly"


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as it was just requested."""

    id: UUID
    portfolio_id: UUID
    status: RunState
    trigger: Trigger
    created_at: datetime
    retry_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class PhaseStatus:
    phase: str
    name: str
    status: PhaseState
    current: int
    total: int | None
    unit: str | None
    duration_seconds: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class RunStatus:
    """Read from the run's own rows, never inferred; `error_code` and `reason` say why it is not complete."""

    batch_run_id: UUID
    portfolio_id: UUID
    status: RunState
    triggered_by: Trigger
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    elapsed_seconds: float
    progress_percent: int
    attempts: int
    cancel_requested: bool
    error_code: str | None
    reason: str | None
    as_of: date | None
    price_source: str | None
    phases: tuple[PhaseStatus, ...]

    @property
    def phases_completed(self) -> int:
        return sum(phase.status is PhaseState.COMPLETED for phase in self.phases)


@dataclass(frozen=True, slots=True)
class LogLine:
    at: datetime
    level: str  # info | warning | error
    message: str


@dataclass(frozen=True, slots=True)
class RunLog:
    run: RunStatus
    lines: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True)
class LogFile:
    """A download: text for people, JSON for programs."""

    name: str
    media_type: str
    content: str


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How well the stored prices cover the portfolio when a run is requested; the run fetches what is missing."""

    symbols_count: int
    symbols_identified: int
    symbols_priced: int
    price_coverage_percentage: float | None
    ready_for_batch: bool
    missing_symbols: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Started:
    run: RunView
    preprocessing: Preprocessing
