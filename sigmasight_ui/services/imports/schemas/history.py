"""What imports have done, and where positions come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sigmasight_ui.services.imports.schemas.choices import Mode


class ImportState(StrEnum):
    REVIEW = "review"
    CONFIRMED = "confirmed"
    UNDONE = "undone"


@dataclass(frozen=True)
class ImportedPortfolio:
    """`run_id` is None where nothing changed."""

    portfolio_id: UUID
    portfolio_name: str
    positions_imported: int
    already_there: int
    positions_removed: int
    run_id: UUID | None
    state: ImportState


@dataclass(frozen=True)
class ImportResult:
    import_id: UUID
    state: ImportState
    portfolios: tuple[ImportedPortfolio, ...]


@dataclass(frozen=True)
class ImportRecord:
    """One import in the history of a portfolio."""

    import_id: UUID
    portfolio_id: UUID
    state: ImportState
    imported_by: str
    file_name: str
    size: int
    sha256: str
    label: str
    account: str
    mode: Mode
    positions_imported: int
    already_there: int
    positions_removed: int
    lines_skipped: int
    confirmed_at: datetime
    undone_at: datetime | None
    undone_by: str | None
    has_file: bool


@dataclass(frozen=True)
class ImportPage:
    """`may_change`: whoever asks may undo and redo them."""

    items: tuple[ImportRecord, ...]
    total: int
    may_change: bool


@dataclass(frozen=True)
class ImportLabel:
    """How an earlier import is called."""

    label: str
    confirmed_at: datetime


@dataclass(frozen=True)
class OpenReview:
    """A file somebody has not decided on yet."""

    import_id: UUID
    file_name: str
    portfolio_id: UUID | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class EditSince:
    """A position of the import that is no longer as it was imported."""

    position_id: UUID
    portfolio_id: UUID
    symbol: str
    quantity: Decimal
    edited_at: datetime


@dataclass(frozen=True)
class UndoReach:
    """What undoing an import would touch: positions changed since, the accounts it is in, and those of them that
    would go with it, because everything in them came from it."""

    edits: tuple[EditSince, ...]
    accounts: tuple[str, ...]
    going: tuple[str, ...]


@dataclass(frozen=True)
class SourceLine:
    """A line of a file and the lot it became."""

    position_id: UUID
    symbol: str
    quantity: Decimal
    line: int | None
    cells: tuple[str, ...] | None  # None when it was not imported
    edited_at: datetime | None
    record: ImportRecord | None


@dataclass(frozen=True)
class Provenance:
    """Why somebody owns what they own: the position, and every lot of the same symbol with the line it came from."""

    position_id: UUID
    portfolio_id: UUID
    symbol: str
    total_quantity: Decimal  # of the open lots
    lots: tuple[SourceLine, ...]
