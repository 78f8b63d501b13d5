"""The words every route of the REST contract shares: how numbers and times are written, pages, refusals."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, PlainSerializer

from sigmasight_ui.core.money import cents, plain

MAX_PAGE = 200


def _two_decimals_or_more(number: Decimal) -> str:
    text = plain(number)
    return text if len(text.partition(".")[2]) > 2 else format(number, ".2f")


def _rfc3339(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def well_formed(text: object) -> object:
    """Half a surrogate pair can be written in JSON but not in UTF-8: it becomes the replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(text, str) else text


def _as_typed(value: object) -> object:
    """A missing text is an empty one, so that the rule it breaks is named by our code and not by the schema."""
    return "" if value is None else well_formed(value)


def _amount(value: object) -> object:
    """Amounts may come as JSON numbers; they are read by the same rule as typed text."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else well_formed(value)


Money = Annotated[Decimal, PlainSerializer(lambda amount: format(cents(amount), "f"), return_type=str)]
Price = Annotated[Decimal, PlainSerializer(_two_decimals_or_more, return_type=str)]
Quantity = Annotated[Decimal, PlainSerializer(plain, return_type=str)]
Instant = Annotated[datetime, PlainSerializer(_rfc3339, return_type=str)]

Text = Annotated[str, BeforeValidator(_as_typed)]
Amount = Annotated[str, BeforeValidator(lambda value: _as_typed(_amount(value)))]
ChangedText = Annotated[str | None, BeforeValidator(well_formed)]  # None leaves the field as it is
ChangedAmount = Annotated[str | None, BeforeValidator(_amount)]

Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many items at most")]
Offset = Annotated[int, Query(ge=0, le=1_000_000_000, description="How many items to skip")]


class Refusal(BaseModel):
    code: str
    message: str
    details: dict[str, Any] | None = None
    documentation_url: str


class ErrorEnvelope(BaseModel):
    error: Refusal


class NextStep(BaseModel):
    action: str
    endpoint: str


class Message(BaseModel):
    message: str


_MEANINGS = {
    400: "A field or a file breaks a rule",
    401: "Not signed in, or the credentials are not right",
    403: "Seen but not allowed, or sent from another site",
    404: "Unknown, or not yours",
    409: "In conflict with what exists",
    413: "The body is larger than 1 MB",
    422: "The request does not have the expected form, or a field breaks a rule",
    429: "Too many requests; Retry-After says how many seconds to wait",
    503: "A part we need is away for the moment",
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses=`: the envelope under each status the route may answer with. Any route may meet 422 and 503."""
    return {
        status: {"model": ErrorEnvelope, "description": _MEANINGS[status]} for status in sorted({*statuses, 422, 503})
    }
