"""What every analytics answer is put together from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.api.deps import Door
from sigmasight_ui.api.routes import analytics_models as shapes
from sigmasight_ui.services.risk.schemas import FigureView, Overview


def head(portfolio_id: UUID | None, seen: Overview) -> dict[str, Any]:
    prices = None if seen.origin is None else shapes.Prices.model_validate(seen.origin, from_attributes=True)
    return {
        "portfolio_id": portfolio_id, "as_of": seen.as_of, "coverage": seen.coverage, "prices": prices,
        "reason": seen.reason,
    }  # fmt: skip


def head_of(session: Session, door: Door, portfolio_id: UUID | None, reason: str | None) -> dict[str, Any]:
    """`reason`: the section's own, where it has one."""
    found = head(portfolio_id, door.services.risk.overview(session, door.actor, portfolio_id))
    return {**found, "reason": reason or found["reason"]}


def figure(view: FigureView, portfolio_id: UUID | None = None, key: str | None = None) -> shapes.Figure:
    """With the address of its receipt, where there is one: of one portfolio's figures that are kept by date."""
    found = shapes.Figure.model_validate(view, from_attributes=True)
    if portfolio_id is not None and key is not None:
        found.receipt_url = f"/api/v1/analytics/portfolio/{portfolio_id}/receipts/{key}"
    return found
