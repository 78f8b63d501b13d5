"""Positions by hand: add, edit, close, delete and put back; and a portfolio's positions as a file."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from sigmasight_ui.api.contract import Amount, ChangedAmount, ChangedText, Money, Text, refusals
from sigmasight_ui.api.deps import SignedIn
from sigmasight_ui.api.files import CSV, csv_file
from sigmasight_ui.api.routes.portfolios import Position
from sigmasight_ui.api.threads import ThreadRoute
from sigmasight_ui.services.portfolios.schemas import PositionChange, PositionForm, PositionView

router = APIRouter(tags=["positions"], route_class=ThreadRoute)


class NewPosition(BaseModel):
    symbol: Text = ""
    quantity: Amount = ""
    entry_price: Amount = ""
    entry_date: Text = ""
    investment_class: Text = ""
    investment_subtype: Text = ""
    underlying_symbol: Text = ""
    strike_price: Amount = ""
    expiration_date: Text = ""
    option_type: Text = ""
    exit_date: Text = ""
    exit_price: Amount = ""


class ChangedLot(BaseModel):
    """What can be said anew of a lot, stored or still in a file."""

    symbol: ChangedText = None
    quantity: ChangedAmount = None
    entry_price: ChangedAmount = None
    entry_date: ChangedText = None
    investment_class: ChangedText = None
    investment_subtype: ChangedText = None


class ChangedPosition(ChangedLot):
    """Fields that are left out or null stay as they are; an empty text clears one."""

    underlying_symbol: ChangedText = None
    strike_price: ChangedAmount = None
    expiration_date: ChangedText = None
    option_type: ChangedText = None
    exit_date: ChangedText = None
    exit_price: ChangedAmount = None


class PositionExit(BaseModel):
    """`quantity` is how much to close, without sign; blank closes all."""

    quantity: Amount = ""
    exit_price: Amount = ""
    exit_date: Text = ""


class PositionClosed(BaseModel):
    closed: Position
    rest: Position | None
    realised_pnl: Money | None


@router.post("/portfolios/{portfolio_id}/positions", status_code=201, responses=refusals(400, 401, 403, 404, 413))
def add_position(portfolio_id: UUID, new: NewPosition, door: SignedIn) -> Position:
    """By the rules of the file; figures follow with the next calculation."""
    with door.transaction() as session:
        (made,) = door.services.positions.add(session, door.actor, portfolio_id, [PositionForm(**new.model_dump())])
    return _position(made)


@router.patch("/positions/{position_id}", responses=refusals(400, 401, 403, 404, 413))
def edit_position(position_id: UUID, change: ChangedPosition, door: SignedIn) -> Position:
    with door.transaction() as session:
        wanted = PositionChange(**change.model_dump())
        return _position(door.services.positions.edit(session, door.actor, position_id, wanted))


@router.post("/positions/{position_id}/close", responses=refusals(400, 401, 403, 404, 409, 413))
def close_position(position_id: UUID, sale: PositionExit, door: SignedIn) -> PositionClosed:
    """All of it or a part; the part becomes a lot of its own, the rest keeps its id."""
    with door.transaction() as session:
        found = door.services.positions.close(
            session, door.actor, position_id, sale.quantity, sale.exit_price, sale.exit_date
        )
    rest = None if found.rest is None else _position(found.rest)
    return PositionClosed(closed=_position(found.closed), rest=rest, realised_pnl=found.realised_pnl)


@router.delete("/positions/{position_id}", status_code=204, responses=refusals(401, 403, 404))
def delete_position(position_id: UUID, door: SignedIn) -> None:
    """Can be put back for a day."""
    with door.transaction() as session:
        door.services.positions.delete(session, door.actor, position_id)


@router.post("/positions/{position_id}/restore", responses=refusals(401, 403, 404))
def restore_position(position_id: UUID, door: SignedIn) -> Position:
    """Puts a deleted position back exactly as it was."""
    with door.transaction() as session:
        return _position(door.services.positions.restore(session, door.actor, position_id))


@router.get("/portfolios/{portfolio_id}/export.csv", response_class=Response, responses={**CSV, **refusals(401, 404)})
def export_positions(portfolio_id: UUID, door: SignedIn) -> Response:
    """Our own twelve columns, closed lots included; imports as it stands."""
    with door.transaction() as session:
        content = door.services.portfolios.export_csv(session, door.actor, portfolio_id)
    return csv_file(content, "sigmasight_positions.csv")


def _position(found: PositionView) -> Position:
    return Position.model_validate(found, from_attributes=True)
