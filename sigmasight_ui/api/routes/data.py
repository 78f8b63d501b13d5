"""What the figures of a portfolio stand on, and what is missing."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from sigmasight_ui.api.contract import Instant, Price, refusals
from sigmasight_ui.api.deps import SignedIn
from sigmasight_ui.api.routes.analytics_models import Prices
from sigmasight_ui.api.threads import ThreadRoute

router = APIRouter(prefix="/data", tags=["data"], route_class=ThreadRoute)


class MissingPrice(BaseModel):
    symbol: str
    reason: str
    last_close: Price | None
    last_session: date | None


class MissingCalculation(BaseModel):
    figure: str
    reason: str


class DataQuality(BaseModel):
    """`price_coverage`: symbols with a price within ten days / symbols needed. `sessions_behind`: trading days since
    `as_of`; null for sample prices and before the first calculation. `out_of_date`: why the figures no longer fit what
    is recorded."""

    portfolio_id: UUID
    analytics_complete: bool
    missing_calculations: list[MissingCalculation]
    last_calculated: Instant | None
    as_of: date | None
    sessions_behind: int | None
    out_of_date: str | None
    prices: Prices | None
    price_coverage: float | None
    symbols_needed: int
    symbols_priced: int
    missing_prices: list[MissingPrice]


@router.get("/portfolio/{portfolio_id}/data-quality", responses=refusals(401, 404))
def data_quality(portfolio_id: UUID, door: SignedIn) -> DataQuality:
    found = door.services.risk.data_quality(door.transactions, door.actor, portfolio_id)
    prices = None if found.origin is None else Prices.model_validate(found.origin, from_attributes=True)
    return DataQuality(
        portfolio_id=portfolio_id,
        analytics_complete=found.analytics_complete,
        missing_calculations=[
            MissingCalculation.model_validate(each, from_attributes=True) for each in found.missing_figures
        ],
        last_calculated=found.last_calculated,
        as_of=found.as_of,
        sessions_behind=found.sessions_behind,
        out_of_date=found.out_of_date,
        prices=prices,
        price_coverage=found.coverage,
        symbols_needed=found.symbols_needed,
        symbols_priced=found.symbols_priced,
        missing_prices=[MissingPrice.model_validate(each, from_attributes=True) for each in found.missing],
    )
