"""What stands behind a figure, and the same figure computed again."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel

from sigmasight_ui.api.contract import Instant, Money, refusals
from sigmasight_ui.api.deps import Door, SignedIn
from sigmasight_ui.api.routes.analytics_models import Figure, Prices
from sigmasight_ui.api.routes.analytics_parts import receipt_url
from sigmasight_ui.api.threads import ThreadRoute
from sigmasight_ui.services.risk import schemas

router = APIRouter(prefix="/analytics", tags=["analytics"], route_class=ThreadRoute)
Key = Annotated[str, Path(description="beta_252, factor:market, stress:market_down_10, …")]


class Input(BaseModel):
    """`weight`: exposure / net asset value; `n_obs`: daily returns of the symbol."""

    symbol: str
    market_value: Money | None
    weight: float | None
    n_obs: int | None


class LeftOutInput(BaseModel):
    symbol: str
    reason: str
    market_value: Money | None


class Receipt(BaseModel):
    """`inputs` are the 50 largest of `inputs_total` holdings. `input_hash` is of everything that goes in,
    `result_hash` of what comes out: equal hashes, equal results."""

    portfolio_id: UUID | None
    figure: str
    title: str
    formula: str
    result: Figure
    nav: Money | None
    prices: Prices | None
    calculated_at: Instant | None
    first_session: date | None
    last_session: date | None
    inputs: list[Input]
    inputs_total: int
    left_out: list[LeftOutInput]
    input_hash: str
    result_hash: str
    recompute_url: str


class Recomputed(BaseModel):
    """`same`: the result hashes are equal. `changes` says what is different since, in words."""

    before: Receipt
    after: Receipt
    same: bool
    changes: list[str]


@router.get("/portfolio/{portfolio_id}/receipts/{figure}", responses=refusals(401, 404))
def portfolio_receipt(portfolio_id: UUID, figure: Key, door: SignedIn) -> Receipt:
    """Formula in words, inputs, window, source, coverage, what was left out and why, and the hash of the result."""
    return _receipt(door, portfolio_id, figure)


@router.get("/aggregate/receipts/{figure}", responses=refusals(401, 404))
def aggregate_receipt(figure: Key, door: SignedIn) -> Receipt:
    """The same of all visible accounts together."""
    return _receipt(door, None, figure)


@router.post("/portfolio/{portfolio_id}/receipts/{figure}/recompute", responses=refusals(401, 404, 409, 429))
def recompute_portfolio_figure(portfolio_id: UUID, figure: Key, door: SignedIn) -> Recomputed:
    """On the server, from stored prices and holdings. Nothing is written; the same inputs give the same hash."""
    return _recomputed(door, portfolio_id, figure)


@router.post("/aggregate/receipts/{figure}/recompute", responses=refusals(401, 404, 409, 429))
def recompute_aggregate_figure(figure: Key, door: SignedIn) -> Recomputed:
    """The same of all visible accounts together."""
    return _recomputed(door, None, figure)


def _receipt(door: Door, portfolio_id: UUID | None, figure: str) -> Receipt:
    return _shown(door.services.risk.receipt(door.transactions, door.actor, portfolio_id, figure))


def _recomputed(door: Door, portfolio_id: UUID | None, figure: str) -> Recomputed:
    door.services.risk.admit(door.transactions, door.actor)
    found = door.services.risk.recompute(door.transactions, door.actor, portfolio_id, figure)
    return Recomputed(
        before=_shown(found.before), after=_shown(found.after), same=found.same, changes=list(found.changes)
    )


def _shown(found: schemas.Receipt) -> Receipt:
    return Receipt(
        portfolio_id=found.portfolio_id,
        figure=found.figure,
        title=found.title,
        formula=found.formula,
        result=Figure.model_validate(found.view, from_attributes=True),
        nav=found.nav,
        prices=None if found.origin is None else Prices.model_validate(found.origin, from_attributes=True),
        calculated_at=found.computed_at,
        first_session=found.first_session,
        last_session=found.last_session,
        inputs=[
            Input(symbol=each.symbol, market_value=each.market_value, weight=each.weight, n_obs=each.observations)
            for each in found.holdings
        ],
        inputs_total=found.holdings_total,
        left_out=[
            LeftOutInput(symbol=each.symbol, reason=each.reason, market_value=each.amount) for each in found.left_out
        ],
        input_hash=found.input_hash,
        result_hash=found.result_hash,
        recompute_url=f"{receipt_url(found.portfolio_id, found.figure)}/recompute",
    )
