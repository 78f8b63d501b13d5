"""Risk: what the phases of a run compute and store, and what screens and programs read of it.

Reading never computes from prices; only the figures of all accounts together are put together on the spot, from the
stored returns of each. The numeric libraries are loaded with the first computation, not with the process.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.services.access.schemas import Permission
from sigmasight_ui.services.access.service import AccessService
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.portfolios.service import PortfolioService
from sigmasight_ui.services.risk import inputs, reference
from sigmasight_ui.services.risk.schemas import NeededSymbols, PhaseResult, Prerequisites
from sigmasight_ui.services.securities.service import SecuritiesService


class RiskService:
    def __init__(
        self,
        clock: Clock,
        access: AccessService,
        portfolios: PortfolioService,
        market: MarketDataService,
        securities: SecuritiesService,
    ) -> None:
        self._clock = clock
        self._access = access
        self._portfolios = portfolios
        self._market = market
        self._securities = securities

    # Reference data

    def seed_reference(self, session: Session) -> None:
        reference.seed(session)

    def prerequisites(self, session: Session) -> Prerequisites:
        return reference.prerequisites(session)
