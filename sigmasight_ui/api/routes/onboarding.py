"""The way in: registration, the template, and a portfolio from a CSV file, for programs and for our own page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from sigmasight_ui.api.contract import ErrorEnvelope, Instant, Money, NextStep, Text, refusals
from sigmasight_ui.api.deps import Anonymous, Door, SignedIn, get_services, in_turn
from sigmasight_ui.api.errors import answer
from sigmasight_ui.api.files import CSV, csv_file
from sigmasight_ui.api.threads import ThreadRoute
from sigmasight_ui.api.uploads import FILE_FIELD, Room, UploadRoom, multipart, receive_form
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.onboarding.schemas import ImportCommand, Imported, Registration, UploadedFile
from sigmasight_ui.services.portfolios.errors import CsvRefused
from sigmasight_ui.services.portfolios.schemas import (
    MAX_BYTES,
    TEMPLATE_FILE_NAME,
    PortfolioForm,
    problem_fields,
)

router = APIRouter(prefix="/onboarding", tags=["onboarding"], route_class=ThreadRoute)

_FORM_FIELDS = ("portfolio_name", "account_name", "account_type", "equity_balance", "description")
_PROBLEMS_AT_ONCE = 500
_FORM = multipart({name: {"type": "string"} for name in _FORM_FIELDS}, required=_FORM_FIELDS[:4])


class NewAccount(BaseModel):
    email: Text = ""
    password: Text = ""
    full_name: Text = ""
    invite_code: Text = ""


class Registered(BaseModel):
    user_id: UUID
    email: str
    full_name: str
    message: str
    next_step: NextStep


class PortfolioCreated(BaseModel):
    portfolio_id: UUID
    portfolio_name: str
    account_name: str
    account_type: str
    equity_balance: Money
    positions_imported: int
    positions_failed: int
    total_positions: int
    message: str
    next_step: NextStep
    calculate_url: str


class UploadOutcome(BaseModel):
    """What the upload page is told. When nothing was created, `error` stands beside it, as in every refusal."""

    upload_id: UUID | None
    outcome: str
    portfolio_id: UUID | None
    run_id: UUID | None


class ReviewStarted(BaseModel):
    """Nothing is created yet: the file is to be looked at as `/imports/{import_id}`."""

    outcome: Literal["review"] = "review"
    import_id: UUID


class UploadRefused(UploadOutcome, ErrorEnvelope):
    pass


class Upload(BaseModel):
    id: UUID
    outcome: str
    file_name: str
    size: int
    form: dict[str, str | None]
    total_rows: int
    failed_rows: int
    total_problems: int
    problems: list[dict[str, Any]]
    has_failed_rows: bool
    portfolio_id: UUID | None
    run_id: UUID | None
    created_at: Instant
    expires_at: Instant


@router.post("/register", status_code=201, responses=refusals(401, 409, 413, 429))
async def register(account: NewAccount, door: Anonymous) -> Registered:
    """An account for whoever holds an invite code; signing in is the next step."""
    registration = Registration(account.email, account.password, account.full_name, account.invite_code)
    user = await door.services.password_lane.run(
        lambda: door.services.onboarding.register(door.transactions, registration, door.visitor)
    )
    return Registered(
        user_id=user.id,
        email=user.email,
        full_name=user.full_name,
        message="Your account is ready. Sign in to upload a portfolio.",
        next_step=NextStep(action="login", endpoint="/api/v1/auth/login"),
    )


@router.get("/csv-template", response_class=Response, responses=CSV)
def csv_template(request: Request) -> Response:
    """Instructions as comments, the header, and one row of every kind; imports as it stands."""
    content = get_services(request).portfolios.template()
    return csv_file(content, TEMPLATE_FILE_NAME, "public, max-age=3600")


@router.post(
    "/create-portfolio",
    status_code=201,
    response_model=PortfolioCreated,
    responses=refusals(400, 401, 403, 409, 429),
    openapi_extra=_FORM,
)
async def create_portfolio(request: Request, door: SignedIn, room: UploadRoom) -> PortfolioCreated | Response:
    """All or nothing: every problem of every row in one answer, or a portfolio with all its positions. Figures are
    calculated when `calculate_url` is called."""
    try:
        return _created(await _import(door, await _command(request, door, room, start_run=False)))
    except CsvRefused as refused:
        return Pieces(_with_problems(refused), refused.http_status, media_type="application/json")


@router.post(
    "/uploads",
    status_code=201,
    response_model=UploadOutcome | ReviewStarted,
    responses={**refusals(401, 403, 429), **{status: {"model": UploadRefused} for status in (400, 409)}},
    openapi_extra=_FORM,
)
async def upload(request: Request, door: SignedIn, room: UploadRoom) -> UploadOutcome | ReviewStarted | JSONResponse:
    """The same import for the upload page, which also starts the calculation. The problems of a refused file are
    read from `/onboarding/uploads/{upload_id}`. A table that is not our template is looked at first."""
    try:
        command = await _command(request, door, room, start_run=True)
        onboarding = door.services.onboarding
        import_id = await in_turn(door, lambda: onboarding.start_review(door.transactions, door.actor, command))
        if import_id is not None:
            return ReviewStarted(import_id=import_id)
        return _outcome(await _import(door, command))
    except AppError as refused:
        return _refused(refused)


@router.post("/sample", status_code=201, responses=refusals(401, 403, 409, 429))
def sample(door: SignedIn) -> UploadOutcome:
    """A portfolio of past prices to look around in; its calculation starts at once."""
    return _outcome(door.services.onboarding.create_sample(door.transactions, door.actor))


@router.get("/uploads/{upload_id}", responses=refusals(401, 404))
def upload_status(upload_id: UUID, door: SignedIn) -> Upload:
    """What was typed and what is wrong; a refused upload is kept for a day."""
    with door.transaction() as session:
        found = door.services.onboarding.upload(session, door.actor, upload_id)
    return Upload.model_validate({**vars(found), "form": vars(found.form)})


@router.get("/uploads/{upload_id}/failed-rows.csv", response_class=Response, responses={**CSV, **refusals(401, 404)})
def failed_rows(upload_id: UUID, door: SignedIn) -> Response:
    """The rows to correct, each with its problem beside it; can be uploaded again when corrected."""
    return csv_file(door.services.onboarding.failed_rows(door.transactions, door.actor, upload_id), "failed_rows.csv")


async def _command(request: Request, door: Door, room: Room, *, start_run: bool) -> ImportCommand:
    """Who may not upload is told before the body is read."""
    onboarding = door.services.onboarding
    await in_turn(door, lambda: onboarding.admit_upload(door.transactions, door.actor))
    received = await receive_form(request, FILE_FIELD, MAX_BYTES, room)
    form = PortfolioForm(**{name: received.fields.get(name, "") for name in _FORM_FIELDS})
    file = None if received.file_name is None else UploadedFile(received.file_name, received.content)
    return ImportCommand(form, file, start_run)


async def _import(door: Door, command: ImportCommand) -> Imported:
    onboarding = door.services.onboarding
    return await in_turn(door, lambda: onboarding.import_portfolio(door.transactions, door.actor, command))


def _created(imported: Imported) -> PortfolioCreated:
    calculate = f"/api/v1/portfolio/{imported.portfolio_id}/calculate"
    count = imported.positions_imported
    return PortfolioCreated(
        portfolio_id=imported.portfolio_id,
        portfolio_name=imported.portfolio_name,
        account_name=imported.account_name,
        account_type=imported.account_type,
        equity_balance=imported.equity_balance,
        positions_imported=count,
        positions_failed=imported.positions_failed,
        total_positions=imported.total_positions,
        message=f"Portfolio created with {count} position{'' if count == 1 else 's'}. Calculate it to see its figures.",
        next_step=NextStep(action="calculate", endpoint=calculate),
        calculate_url=calculate,
    )


def _outcome(imported: Imported) -> UploadOutcome:
    return UploadOutcome(
        upload_id=imported.upload_id,
        outcome="created",
        portfolio_id=imported.portfolio_id,
        run_id=imported.run_id,
    )


def _refused(refused: AppError) -> JSONResponse:
    """The envelope, and the ids the page goes on with: the upload to mend, or the portfolio that has the name."""
    details = refused.details or {}
    ids = {"upload_id": details.get("upload_id"), "portfolio_id": details.get("portfolio_id")}
    return answer(refused, {**ids, "outcome": "rejected", "run_id": None})


class Pieces(StreamingResponse):
    """Sent as it is written. Does not listen for a disconnect: that would read on in a body we stopped reading."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await self.stream_response(send)


def _with_problems(refused: CsvRefused) -> Iterator[str]:
    """The envelope with every problem in it; the list may be many times longer than the file."""
    envelope = refused.envelope()
    envelope["error"]["details"] = {"errors": [], **envelope["error"]["details"]}
    before, after = json.dumps(envelope, ensure_ascii=False).split('"errors": []')
    separator = f'{before}"errors": ['
    for start in range(0, len(refused.problems), _PROBLEMS_AT_ONCE):
        batch = [problem_fields(problem) for problem in refused.problems[start : start + _PROBLEMS_AT_ONCE]]
        yield separator + json.dumps(batch, ensure_ascii=False)[1:-1]
        separator = ", "
    yield f"]{after}"
