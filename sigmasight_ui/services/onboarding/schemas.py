"""What goes into and comes out of the onboarding room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sigmasight_ui.services.portfolios.schemas import PortfolioForm


@dataclass(frozen=True)
class Registration:
    """As typed."""

    email: str = ""
    password: str = ""
    full_name: str = ""
    invite_code: str = ""


@dataclass(frozen=True)
class UploadedFile:
    """`content` is None when the door stopped keeping it, because it is larger than we take."""

    name: str
    content: bytes | None


@dataclass(frozen=True)
class ImportCommand:
    """`start_run`: calculate at once, in the same transaction. Programs ask for the calculation themselves."""

    form: PortfolioForm
    file: UploadedFile | None
    start_run: bool = False
    is_sample: bool = False


@dataclass(frozen=True)
class Imported:
    """A file is taken whole, so no position ever fails alone."""

    upload_id: UUID
    portfolio_id: UUID
    portfolio_name: str
    account_name: str
    account_type: str
    equity_balance: Decimal
    positions_imported: int
    run_id: UUID | None
    positions_failed: int = 0

    @property
    def total_positions(self) -> int:
        return self.positions_imported + self.positions_failed


@dataclass(frozen=True)
class UploadView:
    """One upload: what was typed, what came of it, and the first problems. The totals count all of them."""

    id: UUID
    outcome: str  # rejected | created
    file_name: str
    size: int
    form: PortfolioForm
    total_rows: int
    failed_rows: int
    total_problems: int
    problems: tuple[dict[str, Any], ...]
    has_failed_rows: bool
    portfolio_id: UUID | None
    run_id: UUID | None
    created_at: datetime
    expires_at: datetime
