"""What imports are asked and answer over REST."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from sigmasight_ui.api.contract import ChangedAmount, ChangedText, Instant, Money, Price, Quantity
from sigmasight_ui.api.routes.positions import ChangedLot
from sigmasight_ui.services.imports.schemas.choices import EditedSince, Mode
from sigmasight_ui.services.imports.schemas.review import Change, Outcome, RowStatus

# -- asked ---------------------------------------------------------------------------------------------------------


class EditedRow(ChangedLot):
    """Fields that are left out or null stay as the file has them."""

    skip: bool | None = None
    add_anyway: bool | None = None


class ChosenAccount(BaseModel):
    label: ChangedText = None
    include: bool | None = None
    portfolio_id: UUID | None = None
    new_portfolio: bool | None = None
    portfolio_name: ChangedText = None
    account_name: ChangedText = None
    account_type: ChangedText = None
    equity_balance: ChangedAmount = None


class ChosenMapping(BaseModel):
    """`columns`: field of ours -> title in the file; `preset` names it for use again."""

    columns: dict[str, str] = Field(default_factory=dict)
    preset: ChangedText = None


class ChangedImport(BaseModel):
    """What is left out stays as it was. `edits` are by line."""

    answers: dict[str, str] = Field(default_factory=dict)
    edits: dict[int, EditedRow] = Field(default_factory=dict)
    accounts: list[ChosenAccount] = Field(default_factory=list)
    mode: Mode | None = None
    format: ChangedText = None
    mapping: ChosenMapping | None = None


class ConfirmedImport(BaseModel):
    """`equity_balance` is for a file of one account, `accounts` for several."""

    equity_balance: ChangedAmount = None
    accounts: list[ChosenAccount] = Field(default_factory=list)


class UndoneImport(BaseModel):
    """`edited`: what becomes of positions that were changed since."""

    edited: EditedSince | None = None


# -- answered ------------------------------------------------------------------------------------------------------


class ImportAccount(BaseModel):
    label: str
    include: bool
    is_new: bool
    portfolio_id: UUID | None
    portfolio_name: str
    account_name: str
    account_type: str
    equity_balance: str | None
    proposed_equity: Money | None
    name_taken: bool
    positions: int
    to_import: int
    cash: Money | None
    file_value: Money | None


class RecognisedFile(BaseModel):
    format: str
    broker: str
    kind: str
    label: str
    as_of: date | None
    accounts: list[ImportAccount]


class DuplicateOf(BaseModel):
    position_id: UUID
    import_id: UUID | None
    label: str | None
    line: int | None
    imported_at: Instant | None


class ImportPosition(BaseModel):
    line: int
    account: str
    symbol: str
    name: str
    quantity: Quantity
    entry_price: Price | None
    entry_date: date | None
    entry_date_estimated: bool
    investment_class: str
    investment_subtype: str | None
    underlying_symbol: str | None
    strike_price: Price | None
    expiration_date: date | None
    option_type: str | None
    exit_date: date | None
    exit_price: Price | None
    cost: Money | None
    market_value: Money | None
    broker_id: str | None
    status: RowStatus
    duplicate: DuplicateOf | None
    change: Change | None
    present_quantity: Quantity | None
    edited: bool
    is_complete: bool


class SkippedLine(BaseModel):
    line: int
    text: str
    reason: str


class ImportQuestion(BaseModel):
    id: str
    text: str
    lines: list[int]
    default: str | None
    answer: str | None
    choices: list[str]


class ImportTotals(BaseModel):
    file_value: Money | None
    imported_value: Money | None
    positions_value: Money | None
    cash: Money | None
    difference: Money | None
    cost: Money


class ImportGuide(BaseModel):
    missing: str
    where_to_get_it: str


class ChangedHolding(BaseModel):
    portfolio_id: UUID
    symbol: str
    change: Change
    present_quantity: Quantity
    file_quantity: Quantity
    resulting_quantity: Quantity
    goes_negative: bool


class MappedField(BaseModel):
    name: str
    label: str
    required: bool


class MappingPreset(BaseModel):
    id: UUID
    name: str
    columns: dict[str, str]
    fits: bool


class ImportMapping(BaseModel):
    """For a file nobody knows: its titles and first rows, our fields, and which title is which field so far."""

    titles: list[str]
    first_rows: list[list[str]]
    fields: list[MappedField]
    columns: dict[str, str]
    presets: list[MappingPreset]


class HoldingsDiff(BaseModel):
    added: list[ChangedHolding]
    changed: list[ChangedHolding]
    closed: list[ChangedHolding]
    unchanged: list[ChangedHolding]
    would_go_negative: list[ChangedHolding]


class ImportedInto(BaseModel):
    portfolio_id: UUID
    portfolio_name: str
    positions_imported: int
    already_there: int
    positions_removed: int
    run_id: UUID | None
    state: str


class ImportReview(BaseModel):
    """`problems` have the shape of those of create-portfolio; `portfolios` is filled once the import is confirmed."""

    import_id: UUID
    state: str
    outcome: Outcome
    file_name: str
    size: int
    created_at: Instant
    expires_at: Instant | None
    mode: Mode
    recognised: RecognisedFile | None
    positions: list[ImportPosition]
    skipped: list[SkippedLine]
    questions: list[ImportQuestion]
    problems: list[dict[str, Any]]
    totals: ImportTotals | None
    guide: ImportGuide | None
    diff: HoldingsDiff | None
    mapping: ImportMapping | None
    portfolios: list[ImportedInto]


class ImportOutcome(BaseModel):
    import_id: UUID
    state: str
    portfolios: list[ImportedInto]


class KnownFormat(BaseModel):
    key: str
    broker: str
    kind: str
    label: str


class KnownFormats(BaseModel):
    items: list[KnownFormat]
    total: int
    limit: int
    offset: int


class PastImport(BaseModel):
    import_id: UUID
    portfolio_id: UUID
    state: str
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
    confirmed_at: Instant
    undone_at: Instant | None
    undone_by: str | None
    has_file: bool


class PastImports(BaseModel):
    items: list[PastImport]
    total: int
    limit: int
    offset: int


class PositionSource(BaseModel):
    position_id: UUID
    symbol: str
    quantity: Quantity
    line: int | None
    cells: list[str] | None
    edited_at: Instant | None
    imported: PastImport | None


class PositionProvenance(BaseModel):
    position_id: UUID
    portfolio_id: UUID
    symbol: str
    total_quantity: Quantity
    lots: list[PositionSource]
