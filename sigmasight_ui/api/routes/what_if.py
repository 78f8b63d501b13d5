"""Every figure of a portfolio before and after changes that are only tried out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from sigmasight_ui.api.contract import Amount, Money, Price, Quantity, Text, refusals
from sigmasight_ui.api.deps import SignedIn
from sigmasight_ui.api.routes.analytics_models import Figure, Prices
from sigmasight_ui.api.threads import ThreadRoute
from sigmasight_ui.core.money import read_decimal
from sigmasight_ui.services.risk.schemas import FigureView, PositionChange, WhatIf

router = APIRouter(prefix="/analytics", tags=["analytics"], route_class=ThreadRoute)


class QuantityChange(BaseModel):
    """`quantity_delta`: shares or contracts more, negative for fewer; at most six decimals."""

    symbol: Text = ""
    quantity_delta: Amount = ""


class Changes(BaseModel):
    changes: list[QuantityChange] = []


class Trade(BaseModel):
    """`amount`: what the change costs at the price, negative for a sale."""

    symbol: str
    name: str
    price: Price
    price_session: date
    quantity_before: Quantity
    quantity_after: Quantity
    value_before: Money
    value_after: Money
    amount: Money


class Difference(BaseModel):
    title: str
    before: Figure
    after: Figure
    difference: float | None


class Tried(BaseModel):
    """`figures` by their key."""

    portfolio_id: UUID
    as_of: date
    prices: Prices | None
    nav: Money
    cash_before: Money
    cash_after: Money
    changes: list[Trade]
    figures: dict[str, Difference]
    notes: list[str]


@router.post("/portfolio/{portfolio_id}/what-if", responses=refusals(400, 401, 404, 409, 413, 429))
def what_if(portfolio_id: UUID, wanted: Changes, door: SignedIn) -> Tried:
    """In a scratch copy: nothing is written and nothing is ordered. Bought and sold at the last closes, from cash."""
    changes = [PositionChange(each.symbol, _number(each.quantity_delta)) for each in wanted.changes]
    door.services.risk.admit(door.transactions, door.actor)
    return _shown(door.services.risk.what_if(door.transactions, door.actor, portfolio_id, changes))


def _number(text: str) -> Decimal:
    """What is no number is left to the service, which refuses it by its code."""
    return Decimal("NaN") if (number := read_decimal(text)) is None else number


def _shown(found: WhatIf) -> Tried:
    return Tried(
        portfolio_id=found.portfolio_id,
        as_of=found.as_of,
        prices=None if found.origin is None else Prices.model_validate(found.origin, from_attributes=True),
        nav=found.nav,
        cash_before=found.cash_before,
        cash_after=found.cash_after,
        changes=[Trade.model_validate(each, from_attributes=True) for each in found.holdings],
        figures={
            each.key: Difference(
                title=each.title, before=_figure(each.before), after=_figure(each.after), difference=each.difference
            )
            for each in found.figures
        },
        notes=list(found.notes),
    )


def _figure(view: FigureView) -> Figure:
    return Figure.model_validate(view, from_attributes=True)
