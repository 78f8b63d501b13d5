"""What every analytics answer is put together from."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from sigmasight_ui.api.deps import Door
from sigmasight_ui.api.routes import analytics_models as shapes
from sigmasight_ui.services.risk.schemas import FigureView, Overview


def head(portfolio_id: UUID | None, seen: Overview) -> dict[str, Any]:
    prices = None if seen.origin is None else shapes.Prices.model_validate(seen.origin, from_attributes=True)
    return {
        "portfolio_id": portfolio_id, "as_of": seen.as_of, "coverage": seen.coverage, "prices": prices,
        "reason": seen.reason,
    }  # fmt: skip


def seen_of(door: Door, portfolio_id: UUID | None) -> Overview:
    with door.transaction() as session:
        return door.services.risk.overview(session, door.actor, portfolio_id)


def head_of(door: Door, portfolio_id: UUID | None, reason: str | None = None) -> dict[str, Any]:
    """`reason`: the section's own, where it has one."""
    found = head(portfolio_id, seen_of(door, portfolio_id))
    return {**found, "reason": reason or found["reason"]}


def figure(view: FigureView, portfolio_id: UUID | None = None, key: str | None = None) -> shapes.Figure:
    """With the address of its receipt, where there is a key; without a portfolio it is of all accounts together."""
    found = shapes.Figure.model_validate(view, from_attributes=True)
    if key is not None:
        found.receipt_url = receipt_url(portfolio_id, key)
    return found


def receipt_url(portfolio_id: UUID | None, key: str) -> str:
    whose = "aggregate" if portfolio_id is None else f"portfolio/{portfolio_id}"
    return f"/api/v1/analytics/{whose}/receipts/{quote(key, safe=':')}"
