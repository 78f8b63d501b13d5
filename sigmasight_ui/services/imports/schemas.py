"""What goes into and comes out of the imports room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sigmasight_ui.services.portfolios.schemas import CsvProblem

ENTRY_DATE, ENTRY_PRICE, ACCOUNT, MAPPING = "entry_date", "entry_price", "account", "mapping"
"""Ids of questions: when positions were bought, what they cost, which account of the file is meant, what the columns
of a file nobody knows mean."""
AS_OF, SKIP = "as_of", "skip"
"""Answers: the file's own date, marked as estimated; leave those lines out."""


class Outcome(StrEnum):
    READY = "ready"
    NEEDS_ANSWERS = "needs_answers"
    GUIDE = "guide"  # understood, and not enough: `guide` says what is missing and where to get it
    REJECTED = "rejected"


class ImportState(StrEnum):
    REVIEW = "review"
    CONFIRMED = "confirmed"
    UNDONE = "undone"


class Mode(StrEnum):
    """What happens to an account that exists. Replace: afterwards it holds what the file says. Reconcile: nothing."""

    ADD = "add"
    REPLACE = "replace"
    RECONCILE = "reconcile"


class RowStatus(StrEnum):
    IMPORT = "import"
    DUPLICATE = "duplicate"  # the account has this lot already
    KEPT = "kept"  # replacing: the account holds exactly this, so its lots stay as they are
    SKIPPED = "skipped"  # by the person
    LEFT_OUT = "left_out"  # its account is not imported, or nothing is (reconcile)


class Change(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    CLOSED = "closed"
    UNCHANGED = "unchanged"


class EditedSince(StrEnum):
    """What undoing does to positions somebody has changed since the import."""

    KEEP = "keep"
    REMOVE = "remove"


# -- what people choose --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RowEdit:
    """Of one line of the file, as typed; None leaves what the file says. A broken row is answered by `skip` or by the
    values it lacks."""

    symbol: str | None = None
    quantity: str | None = None
    entry_price: str | None = None
    entry_date: str | None = None
    investment_class: str | None = None
    investment_subtype: str | None = None
    skip: bool | None = None
    add_anyway: bool | None = None  # although it is a duplicate


@dataclass(frozen=True)
class AccountChoice:
    """Where one account of the file goes: into `portfolio_id`, or into a new portfolio of these names. `label` is the
    account's in the file; None leaves a field as it is."""

    label: str
    include: bool | None = None
    portfolio_id: UUID | None = None
    new_portfolio: bool | None = None  # True forgets a portfolio_id that was proposed
    portfolio_name: str | None = None
    account_name: str | None = None
    account_type: str | None = None
    equity_balance: str | None = None


@dataclass(frozen=True)
class ColumnMapping:
    """For a file nobody knows: which of its columns (by title) is which field of ours."""

    columns: Mapping[str, str]  # field -> title
    preset: str | None = None  # its name, for use again


@dataclass(frozen=True)
class ImportChange:
    """New answers, edits and choices; they are added to those given before."""

    answers: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[int, RowEdit] = field(default_factory=dict)  # by line
    accounts: tuple[AccountChoice, ...] = ()
    mode: Mode | None = None
    format: str | None = None  # one of `formats()`; "" goes back to recognition
    mapping: ColumnMapping | None = None


# -- what they see -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FormatName:
    key: str
    broker: str
    kind: str
    label: str


@dataclass(frozen=True)
class AccountView:
    """`is_new`: a portfolio will be made. `name_taken`: and its account name is not free. `equity_balance` as typed;
    `proposed_equity` is used otherwise: the balance under which cash comes out as the file states it, None where the
    present balance stays or nothing above 0 comes out."""

    label: str
    include: bool
    is_new: bool
    portfolio_id: UUID | None
    portfolio_name: str
    account_name: str
    account_type: str
    equity_balance: str | None
    proposed_equity: Decimal | None
    name_taken: bool
    positions: int
    to_import: int
    cash: Decimal | None
    file_value: Decimal | None


@dataclass(frozen=True)
class Recognised:
    format: str
    broker: str
    kind: str
    label: str  # "Fidelity positions"
    as_of: date | None
    accounts: tuple[AccountView, ...]


@dataclass(frozen=True)
class Duplicate:
    """The lot the account has already; `import_id` is None when it was not imported."""

    position_id: UUID
    import_id: UUID | None
    label: str | None
    line: int | None
    imported_at: datetime | None


@dataclass(frozen=True)
class ReviewRow:
    """One position as it will be created. `present_quantity`: what the account holds of the symbol now."""

    line: int
    account: str
    symbol: str
    name: str
    quantity: Decimal
    entry_price: Decimal | None
    entry_date: date | None
    entry_date_estimated: bool
    investment_class: str
    investment_subtype: str | None
    underlying_symbol: str | None
    strike_price: Decimal | None
    expiration_date: date | None
    option_type: str | None
    exit_date: date | None
    exit_price: Decimal | None
    cost: Decimal | None
    market_value: Decimal | None
    broker_id: str | None
    status: RowStatus
    duplicate: Duplicate | None
    change: Change | None
    present_quantity: Decimal | None
    edited: bool
    is_complete: bool  # False while something in it is wrong or missing
    raw: tuple[str, ...]


@dataclass(frozen=True)
class SkippedLine:
    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class QuestionView:
    """`answer` is None until somebody answers; confirming takes the default of what is still open."""

    id: str
    text: str
    lines: tuple[int, ...]
    default: str | None
    answer: str | None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Totals:
    """The file's own total against positions and cash that will be imported, at the file's market values; None where
    the file says nothing."""

    file_value: Decimal | None
    imported_value: Decimal | None
    positions_value: Decimal | None
    cash: Decimal | None
    difference: Decimal | None
    cost: Decimal


@dataclass(frozen=True)
class GuideView:
    missing: str
    where_to_get_it: str


@dataclass(frozen=True)
class HoldingChange:
    """One symbol of one account that exists, all its lots together. `resulting_quantity` depends on the mode;
    `goes_negative`: a holding would turn into a short."""

    portfolio_id: UUID
    symbol: str
    change: Change
    present_quantity: Decimal
    file_quantity: Decimal
    resulting_quantity: Decimal
    goes_negative: bool


@dataclass(frozen=True)
class Difference:
    """Against the present holdings of the accounts that exist."""

    items: tuple[HoldingChange, ...]

    def of(self, change: Change) -> tuple[HoldingChange, ...]:
        return tuple(item for item in self.items if item.change is change)

    @property
    def would_go_negative(self) -> tuple[HoldingChange, ...]:
        return tuple(item for item in self.items if item.goes_negative)


@dataclass(frozen=True)
class Preset:
    """A mapping somebody has named. `columns`: field -> title."""

    id: UUID
    name: str
    columns: Mapping[str, str]
    updated_at: datetime


@dataclass(frozen=True)
class PresetView:
    id: UUID
    name: str
    columns: Mapping[str, str]
    fits: bool  # every column it names is in the file


@dataclass(frozen=True)
class MappingField:
    name: str
    label: str
    required: bool


@dataclass(frozen=True)
class MappingView:
    """What the mapping screen shows of a file nobody knows: its titles and first rows, and the fields to choose."""

    titles: tuple[str, ...]
    first_rows: tuple[tuple[str, ...], ...]
    fields: tuple[MappingField, ...]
    columns: Mapping[str, str]  # what is chosen or proposed
    presets: tuple[PresetView, ...]


@dataclass(frozen=True)
class Review:
    """Everything about one import, before and after it is confirmed."""

    import_id: UUID
    state: ImportState
    outcome: Outcome
    file_name: str
    size: int
    created_at: datetime
    expires_at: datetime | None
    portfolio_id: UUID | None  # the one the file was given for
    mode: Mode
    recognised: Recognised | None
    positions: tuple[ReviewRow, ...]
    skipped: tuple[SkippedLine, ...]
    questions: tuple[QuestionView, ...]
    problems: tuple[CsvProblem, ...]
    totals: Totals | None
    guide: GuideView | None
    difference: Difference | None
    mapping: MappingView | None
    result: tuple[ImportedPortfolio, ...] = ()  # once confirmed

    @property
    def to_import(self) -> int:
        return sum(row.status is RowStatus.IMPORT for row in self.positions)

    @property
    def estimated(self) -> int:
        return sum(row.status is RowStatus.IMPORT and row.entry_date_estimated for row in self.positions)

    @property
    def duplicates(self) -> tuple[ReviewRow, ...]:
        return tuple(row for row in self.positions if row.duplicate is not None)


@dataclass(frozen=True)
class Confirmation:
    """Said with the button. `equity_balance` is for a file of one account, `accounts` for several."""

    equity_balance: str | None = None
    accounts: tuple[AccountChoice, ...] = ()


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


def choices_of(change: ImportChange) -> dict[str, Any]:
    """As it is stored: what is None was not said."""
    return {
        "answers": dict(change.answers),
        "edits": {str(line): _said(edit) for line, edit in change.edits.items()},
        "accounts": {choice.label: _said(choice) for choice in change.accounts},
        **({"mode": change.mode.value} if change.mode else {}),
        **({"format": change.format} if change.format is not None else {}),
        **({"mapping": dict(change.mapping.columns)} if change.mapping else {}),
    }


def _said(choice: RowEdit | AccountChoice) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, UUID) else value
        for name, value in vars(choice).items()
        if value is not None and name != "label"
    }
