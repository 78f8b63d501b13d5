"""What they see of an import before it is confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sigmasight_ui.services.imports.schemas.choices import Mode
from sigmasight_ui.services.imports.schemas.history import ImportedPortfolio, ImportState
from sigmasight_ui.services.portfolios.schemas import CsvProblem


class Outcome(StrEnum):
    READY = "ready"
    NEEDS_ANSWERS = "needs_answers"
    GUIDE = "guide"  # understood, and not enough: `guide` says what is missing and where to get it
    REJECTED = "rejected"


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
