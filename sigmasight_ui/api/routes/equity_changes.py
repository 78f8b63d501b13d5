"""Contributions and withdrawals of one portfolio. The next calculation counts what changed here."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from sigmasight_ui.api.contract import Amount, ChangedAmount, ChangedText, Instant, Limit, Money, Offset, Text, refusals
from sigmasight_ui.api.deps import SignedIn
from sigmasight_ui.api.threads import ThreadRoute
from sigmasight_ui.services.equity_changes.schemas import EquityChangeForm, EquityChangeView

router = APIRouter(prefix="/portfolios/{portfolio_id}/equity-changes", tags=["portfolios"], route_class=ThreadRoute)


class NewEquityChange(BaseModel):
    """`change_type` is CONTRIBUTION or WITHDRAWAL, `amount` positive, `change_date` YYYY-MM-DD. With an `id` of your
    own, sending the same again records it once."""

    id: UUID | None = None
    change_type: Text = ""
    amount: Amount = ""
    change_date: Text = ""
    notes: Text = ""


class ChangedEquityChange(BaseModel):
    """Fields that are left out or null stay as they are."""

    change_type: ChangedText = None
    amount: ChangedAmount = None
    change_date: ChangedText = None
    notes: ChangedText = None


class EquityChange(BaseModel):
    """It may be changed until `editable_until` and deleted until `deletable_until`."""

    id: UUID
    portfolio_id: UUID
    change_type: str
    amount: Money
    change_date: date
    notes: str | None
    created_at: Instant
    editable_until: Instant
    deletable_until: Instant


class EquityChanges(BaseModel):
    """Newest first; `contributed` and `withdrawn` are the sums of all of them."""

    items: list[EquityChange]
    total: int
    limit: int
    offset: int
    contributed: Money
    withdrawn: Money


@router.get("", responses=refusals(401, 404))
def equity_changes(portfolio_id: UUID, door: SignedIn, limit: Limit = 50, offset: Offset = 0) -> EquityChanges:
    """Contributions and withdrawals, newest first."""
    with door.transaction() as session:
        page = door.services.equity_changes.page(session, door.actor, portfolio_id, limit, offset)
    return EquityChanges(
        items=[_shown(each) for each in page.items], total=page.total, limit=limit, offset=offset,
        contributed=page.contributed, withdrawn=page.withdrawn,
    )  # fmt: skip


@router.post("", status_code=201, responses=refusals(400, 401, 403, 404, 409, 413))
def record_equity_change(portfolio_id: UUID, new: NewEquityChange, door: SignedIn) -> EquityChange:
    """Not in the future and not before the account begins; a withdrawal takes at most what the account was worth."""
    form = EquityChangeForm(new.change_type, new.amount, new.change_date, new.notes)
    with door.transaction() as session:
        return _shown(door.services.equity_changes.record(session, door.actor, portfolio_id, form, new.id))


@router.get("/{change_id}", responses=refusals(401, 404))
def equity_change(portfolio_id: UUID, change_id: UUID, door: SignedIn) -> EquityChange:
    with door.transaction() as session:
        return _shown(door.services.equity_changes.get(session, door.actor, portfolio_id, change_id))


@router.patch("/{change_id}", responses=refusals(400, 401, 403, 404, 409, 413))
def change_equity_change(
    portfolio_id: UUID, change_id: UUID, change: ChangedEquityChange, door: SignedIn
) -> EquityChange:
    """Within seven days of recording it."""
    form = EquityChangeForm(change.change_type, change.amount, change.change_date, change.notes)
    with door.transaction() as session:
        return _shown(door.services.equity_changes.change(session, door.actor, portfolio_id, change_id, form))


@router.delete("/{change_id}", status_code=204, responses=refusals(401, 403, 404, 409))
def delete_equity_change(portfolio_id: UUID, change_id: UUID, door: SignedIn) -> None:
    """Within thirty days of recording it."""
    with door.transaction() as session:
        door.services.equity_changes.delete(session, door.actor, portfolio_id, change_id)


def _shown(view: EquityChangeView) -> EquityChange:
    return EquityChange.model_validate(view, from_attributes=True)
