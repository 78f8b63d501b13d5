"""Imports: look at a file first, answer what it leaves open, confirm, undo; and where a position came from."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request

from sigmasight_ui.api.contract import (
    Limit,
    Offset,
    refusals,
)
from sigmasight_ui.api.deps import SignedIn, in_turn
from sigmasight_ui.api.routes.imports_models import (
    ChangedHolding,
    ChangedImport,
    ChosenAccount,
    ConfirmedImport,
    HoldingsDiff,
    ImportedInto,
    ImportGuide,
    ImportMapping,
    ImportOutcome,
    ImportPosition,
    ImportQuestion,
    ImportReview,
    ImportTotals,
    KnownFormat,
    KnownFormats,
    PastImport,
    PastImports,
    PositionProvenance,
    PositionSource,
    RecognisedFile,
    SkippedLine,
    UndoneImport,
)
from sigmasight_ui.api.threads import ThreadRoute
from sigmasight_ui.api.uploads import FILE_FIELD, UploadRoom, multipart, receive_form
from sigmasight_ui.core.errors import AppError, ErrorKind
from sigmasight_ui.services.imports.schemas.choices import (
    AccountChoice,
    ColumnMapping,
    Confirmation,
    ImportChange,
    RowEdit,
)
from sigmasight_ui.services.imports.schemas.history import ImportRecord, ImportResult, Provenance, SourceLine
from sigmasight_ui.services.imports.schemas.review import (
    Change,
    Difference,
    HoldingChange,
    Review,
    ReviewRow,
)
from sigmasight_ui.services.portfolios.schemas import MAX_BYTES, problem_fields

router = APIRouter(tags=["imports"], route_class=ThreadRoute)

_FORM = multipart(
    {
        "portfolio_id": {"type": "string", "format": "uuid"},
        "format": {"type": "string", "description": "A key of GET /imports/formats"},
    }
)


# -- routes --------------------------------------------------------------------------------------------------------


@router.post("/imports", status_code=201, responses=refusals(400, 401, 403, 404, 409, 429), openapi_extra=_FORM)
async def start_import(request: Request, door: SignedIn, room: UploadRoom) -> ImportReview:
    """What importing a broker's file would do. Nothing is written: the file is kept for a day, encrypted."""
    imports = door.services.imports
    await in_turn(door, lambda: imports.admit(door.transactions, door.actor))
    received = await receive_form(request, FILE_FIELD, MAX_BYTES, room)
    if received.file_name is None:
        raise AppError(ErrorKind.INVALID, "ERR_PORT_007", "No CSV file was chosen.", hint="Choose a file.")
    portfolio_id = _uuid(received.fields.get("portfolio_id", ""))
    wanted, name, content = received.fields.get("format") or None, received.file_name, received.content
    return await in_turn(
        door,
        lambda: _review(imports.start(door.transactions, door.actor, name, content, portfolio_id, wanted)),
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
