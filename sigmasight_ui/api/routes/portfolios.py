"""Portfolios: list, create without positions, read, change, archive, and the lots in one."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from sigmasight_ui.api.contract import (
    Amount,
    ChangedAmount,
    ChangedText,
    Instant,
    Limit,
    Money,
    Offset,
    Price,
    Quantity,
    Text,
    refusals,
)
from sigmasight_ui.api.deps import SignedIn
from sigmasight_ui.api.threads import ThreadRoute
from sigmasight_ui.services.portfolios.schemas import PortfolioChange, PortfolioForm, PortfolioRow, PositionView

router = APIRouter(prefix="/portfolios", tags=["portfolios"], route_class=ThreadRoute)


class NewPortfolio(BaseModel):
    portfolio_name: Text = ""
    account_name: Text = ""
    account_type: Text = ""
    equity_balance: Amount = ""
    description: Text = ""


class ChangedPortfolio(BaseModel):
    """Fields that are left out or null stay as they are."""

    portfolio_name: ChangedText = None
    account_name: ChangedText = None
    account_type: ChangedText = None
    equity_balance: ChangedAmount = None
    description: ChangedText = None


class Portfolio(BaseModel):
    id: UUID
    portfolio_name: str
    account_name: str
    account_type: str
    account_type_label: str
    equity_balance: Money
    description: str | None
    is_sample: bool
    positions: int
    created_at: Instant


class Portfolios(BaseModel):
    items: list[Portfolio]
    total: int
    limit: int
    offset: int


class Position(BaseModel):
    id: UUID
    symbol: str
    position_type: str
    investment_class: str
    investment_subtype: str | None
    quantity: Quantity
    entry_price: Price
    entry_date: date
    exit_date: date | None
    exit_price: Price | None
    underlying_symbol: str | None
    strike_price: Price | None
    expiration_date: date | None
    option_type: str | None
    entry_date_estimated: bool
    import_id: UUID | None


class Positions(BaseModel):
    items: list[Position]
    total: int
    limit: int
    offset: int


@router.get("", responses=refusals(401))
def portfolios(door: SignedIn, limit: Limit = 50, offset: Offset = 0) -> Portfolios:
    """Everything the caller owns or was given, oldest first; archived ones are left out."""
    with door.transaction() as session:
        rows = door.services.portfolios.list_visible(session, door.actor)
    items = [_portfolio(row) for row in rows[offset : offset + limit]]
    return Portfolios(items=items, total=len(rows), limit=limit, offset=offset)


@router.post("", status_code=201, responses=refusals(400, 401, 403, 409, 413, 429))
def create_portfolio(new: NewPortfolio, door: SignedIn) -> Portfolio:
    """An account without positions; a hundred in use at most."""
    door.services.portfolios.admit(door.transactions, door.actor)
    form = PortfolioForm(new.portfolio_name, new.account_name, new.account_type, new.equity_balance, new.description)
    with door.transaction() as session:
        return _portfolio(door.services.portfolios.create(session, door.actor, form))


@router.get("/{portfolio_id}", responses=refusals(401, 404))
def portfolio(portfolio_id: UUID, door: SignedIn) -> Portfolio:
    with door.transaction() as session:
        return _portfolio(door.services.portfolios.get(session, door.actor, portfolio_id))


@router.patch("/{portfolio_id}", responses=refusals(400, 401, 403, 404, 409, 413))
def change_portfolio(portfolio_id: UUID, change: ChangedPortfolio, door: SignedIn) -> Portfolio:
    wanted = PortfolioChange(
        change.portfolio_name, change.account_name, change.account_type, change.equity_balance, change.description
    )
    with door.transaction() as session:
        return _portfolio(door.services.portfolios.update(session, door.actor, portfolio_id, wanted))


@router.delete("/{portfolio_id}", status_code=204, responses=refusals(401, 403, 404))
def archive_portfolio(portfolio_id: UUID, door: SignedIn) -> None:
    """Archived: out of every list and every sum, and its account name is free again."""
    with door.transaction() as session:
        door.services.portfolios.archive(session, door.actor, portfolio_id)


@router.get("/{portfolio_id}/positions", responses=refusals(401, 404))
def positions(portfolio_id: UUID, door: SignedIn, limit: Limit = 50, offset: Offset = 0) -> Positions:
    """One row per lot, closed ones included; quantity is signed, negative is short."""
    with door.transaction() as session:
        page = door.services.portfolios.positions(session, door.actor, portfolio_id, limit, offset)
    return Positions(items=[_position(row) for row in page.items], total=page.total, limit=limit, offset=offset)


def _portfolio(row: PortfolioRow) -> Portfolio:
    return Portfolio(
        id=row.id,
        portfolio_name=row.name,
        account_name=row.account_name,
        account_type=row.account_type,
        account_type_label=row.account_label,
        equity_balance=row.equity_balance,
        description=row.description,
        is_sample=row.is_sample,
        positions=row.positions,
        created_at=row.created_at,
    )


def _position(row: PositionView) -> Position:
    return Position.model_validate(row, from_attributes=True)
