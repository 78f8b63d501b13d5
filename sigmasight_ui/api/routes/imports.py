"""Imports: look at a file first, answer what it leaves open, confirm, undo; and where a position came from."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from sigmasight_ui.api.contract import (
    ChangedAmount,
    ChangedText,
    Instant,
    Limit,
    Money,
    Offset,
    Price,
    Quantity,
    refusals,
)
from sigmasight_ui.api.deps import SignedIn
from sigmasight_ui.api.uploads import receive_form
from sigmasight_ui.core.errors import AppError, ErrorKind
from sigmasight_ui.services.imports.schemas import (
    AccountChoice,
    Change,
    ColumnMapping,
    Confirmation,
    Difference,
    EditedSince,
    HoldingChange,
    ImportChange,
    ImportRecord,
    ImportResult,
    Mode,
    Outcome,
    Provenance,
    Review,
    ReviewRow,
    RowEdit,
    RowStatus,
    SourceLine,
)
from sigmasight_ui.services.portfolios.schemas import MAX_BYTES, problem_fields

router = APIRouter(tags=["imports"])

FILE_FIELD = "csv_file"
_MULTIPART = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FILE_FIELD],
                    "properties": {
                        "portfolio_id": {"type": "string", "format": "uuid"},
                        "format": {"type": "string", "description": "A key of GET /imports/formats"},
                        FILE_FIELD: {"type": "string", "format": "binary", "description": "CSV, 10 MB at most"},
                    },
                }
            }
        },
    }
}


# -- asked ---------------------------------------------------------------------------------------------------------


class EditedRow(BaseModel):
    """Fields that are left out or null stay as the file has them."""

    symbol: ChangedText = None
    quantity: ChangedAmount = None
    entry_price: ChangedAmount = None
    entry_date: ChangedText = None
    investment_class: ChangedText = None
    investment_subtype: ChangedText = None
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


# -- routes --------------------------------------------------------------------------------------------------------


@router.post("/imports", status_code=201, responses=refusals(400, 401, 403, 404, 409, 429), openapi_extra=_MULTIPART)
async def start_import(request: Request, door: SignedIn) -> ImportReview:
    """What importing a broker's file would do. Nothing is written: the file is kept for a day, encrypted."""
    imports = door.services.imports
    await run_in_threadpool(imports.admit, door.transactions, door.actor)
    received = await receive_form(request, FILE_FIELD, MAX_BYTES)
    if received.file_name is None:
        raise AppError(ErrorKind.INVALID, "ERR_PORT_007", "No CSV file was chosen.", hint="Choose a file.")
    portfolio_id = _uuid(received.fields.get("portfolio_id", ""))
    wanted, name, content = received.fields.get("format") or None, received.file_name, received.content
    return _review(
        await run_in_threadpool(
            lambda: imports.start(door.transactions, door.actor, name, content, portfolio_id, wanted)
        )
    )


@router.get("/imports/formats", responses=refusals(401))
def import_formats(door: SignedIn, limit: Limit = 200, offset: Offset = 0) -> KnownFormats:
    """Every kind of file that is read."""
    found = door.services.imports.formats()
    items = [KnownFormat(**vars(each)) for each in found[offset : offset + limit]]
    return KnownFormats(items=items, total=len(found), limit=limit, offset=offset)


@router.get("/imports/{import_id}", responses=refusals(401, 404, 429))
def import_review(import_id: UUID, door: SignedIn) -> ImportReview:
    door.services.imports.admit_reading(door.transactions, door.actor)
    return _review(door.services.imports.get(door.transactions, door.actor, import_id))


@router.patch("/imports/{import_id}", responses=refusals(400, 401, 403, 404, 409, 413, 429))
def change_import(import_id: UUID, change: ChangedImport, door: SignedIn) -> ImportReview:
    """Answers, edits by line, mode and account choices; the same body as before comes back."""
    door.services.imports.admit_reading(door.transactions, door.actor)
    return _review(door.services.imports.change(door.transactions, door.actor, import_id, _change(change)))


@router.delete("/imports/{import_id}", status_code=204, responses=refusals(401, 403, 404, 409))
def discard_import(import_id: UUID, door: SignedIn) -> None:
    """A review that is not wanted; the file is deleted at once."""
    with door.transaction() as session:
        door.services.imports.discard(session, door.actor, import_id)


@router.post("/imports/{import_id}/confirm", status_code=201, responses=refusals(400, 401, 403, 404, 409, 413, 429))
def confirm_import(import_id: UUID, door: SignedIn, confirmed: ConfirmedImport | None = None) -> ImportOutcome:
    """Everything or nothing, once: confirming again answers the same."""
    said = confirmed or ConfirmedImport()
    confirmation = Confirmation(said.equity_balance, tuple(map(_account_choice, said.accounts)))
    door.services.imports.admit_reading(door.transactions, door.actor)
    return _outcome(door.services.imports.confirm(door.transactions, door.actor, import_id, confirmation))


@router.post("/imports/{import_id}/undo", responses=refusals(401, 403, 404, 409, 413))
def undo_import(import_id: UUID, door: SignedIn, undone: UndoneImport | None = None) -> ImportOutcome:
    """Takes back exactly what the import did, in every portfolio of it that one may change, whoever imported. Positions
    changed since are listed first, unless `edited` says what becomes of them."""
    edited = undone.edited if undone else None
    with door.transaction() as session:
        return _outcome(door.services.imports.undo(session, door.actor, import_id, edited))


@router.post("/imports/{import_id}/redo", responses=refusals(401, 403, 404, 409))
def redo_import(import_id: UUID, door: SignedIn) -> ImportOutcome:
    """Undoes the undoing."""
    with door.transaction() as session:
        return _outcome(door.services.imports.redo(session, door.actor, import_id))


@router.get("/portfolios/{portfolio_id}/imports", responses=refusals(401, 404))
def import_history(portfolio_id: UUID, door: SignedIn, limit: Limit = 50, offset: Offset = 0) -> PastImports:
    """Newest first, undone ones included."""
    with door.transaction() as session:
        found = door.services.imports.history(session, door.actor, portfolio_id, limit, offset)
    return PastImports(items=[_past(each) for each in found.items], total=found.total, limit=limit, offset=offset)


@router.get("/positions/{position_id}/provenance", responses=refusals(401, 404))
def position_provenance(position_id: UUID, door: SignedIn) -> PositionProvenance:
    """The position and the other lots of its symbol, each with the line of the file it came from."""
    with door.transaction() as session:
        return _provenance(door.services.imports.provenance(session, door.actor, position_id))


# -- between the two -----------------------------------------------------------------------------------------------


def _uuid(text: str) -> UUID | None:
    """A portfolio nobody can have is like one that is somebody else's."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return UUID(int=0)


def _change(change: ChangedImport) -> ImportChange:
    return ImportChange(
        answers=change.answers,
        edits={line: RowEdit(**edit.model_dump()) for line, edit in change.edits.items()},
        accounts=tuple(map(_account_choice, change.accounts)),
        mode=change.mode,
        format=change.format,
        mapping=ColumnMapping(change.mapping.columns, change.mapping.preset) if change.mapping else None,
    )


def _account_choice(chosen: ChosenAccount) -> AccountChoice:
    return AccountChoice(**{**chosen.model_dump(), "label": chosen.label or ""})


def _review(found: Review) -> ImportReview:
    recognised = found.recognised
    return ImportReview(
        import_id=found.import_id,
        state=found.state,
        outcome=found.outcome,
        file_name=found.file_name,
        size=found.size,
        created_at=found.created_at,
        expires_at=found.expires_at,
        mode=found.mode,
        recognised=None if recognised is None else RecognisedFile.model_validate(recognised, from_attributes=True),
        positions=[_position(row) for row in found.positions],
        skipped=[SkippedLine(line=line.line, text=line.text, reason=line.reason) for line in found.skipped],
        questions=[
            ImportQuestion(**{**vars(q), "lines": list(q.lines), "choices": list(q.choices)}) for q in found.questions
        ],
        problems=[problem_fields(problem) for problem in found.problems],
        totals=None if found.totals is None else ImportTotals(**vars(found.totals)),
        guide=None if found.guide is None else ImportGuide(**vars(found.guide)),
        diff=None if found.difference is None else _diff(found.difference),
        mapping=None if found.mapping is None else ImportMapping.model_validate(found.mapping, from_attributes=True),
        portfolios=[ImportedInto(**vars(each)) for each in found.result],
    )


def _position(row: ReviewRow) -> ImportPosition:
    return ImportPosition.model_validate(row, from_attributes=True)


def _diff(difference: Difference) -> HoldingsDiff:
    def listed(items: tuple[HoldingChange, ...]) -> list[ChangedHolding]:
        return [ChangedHolding(**vars(item)) for item in items]

    return HoldingsDiff(
        **{change.value: listed(difference.of(change)) for change in Change},
        would_go_negative=listed(difference.would_go_negative),
    )


def _outcome(result: ImportResult) -> ImportOutcome:
    portfolios = [ImportedInto(**vars(each)) for each in result.portfolios]
    return ImportOutcome(import_id=result.import_id, state=result.state, portfolios=portfolios)


def _past(record: ImportRecord) -> PastImport:
    return PastImport(**vars(record))


def _provenance(found: Provenance) -> PositionProvenance:
    lots = [_source(lot) for lot in found.lots]
    return PositionProvenance(
        position_id=found.position_id, portfolio_id=found.portfolio_id, symbol=found.symbol,
        total_quantity=found.total_quantity, lots=lots,
    )  # fmt: skip


def _source(lot: SourceLine) -> PositionSource:
    return PositionSource(
        position_id=lot.position_id,
        symbol=lot.symbol,
        quantity=lot.quantity,
        line=lot.line,
        cells=None if lot.cells is None else list(lot.cells),
        edited_at=lot.edited_at,
        imported=None if lot.record is None else _past(lot.record),
    )
