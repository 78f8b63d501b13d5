"""Answers of the services as plain values, for tests of what a page makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sigmasight_ui.services.batch.rules import PHASES
from sigmasight_ui.services.batch.schemas import PhaseState, PhaseStatus, RunState, RunStatus, Trigger
from sigmasight_ui.services.portfolios.schemas import Lot, PortfolioRow
from sigmasight_ui.services.risk.rules import FIGURES, NOT_CALCULATED
from sigmasight_ui.services.risk.schemas import (
    DataQuality,
    Exposure,
    FigureView,
    HoldingLot,
    HoldingRow,
    Largest,
    Overview,
    PriceOrigin,
)

D = Decimal
DAY = date(2026, 11, 19)
NOW = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)
LIVE = PriceOrigin("yahoo", "Yahoo", False, None)
SAMPLE = PriceOrigin("sample", "Sample market data", True, "Sample prices of the past, not current ones.")
NOTHING = Exposure(None, None)

VALUED = Overview(
    as_of=DAY, computed_at=NOW, origin=LIVE, reason=None, nav=D("412806.55"), day_pnl=D("1425.96"), day_return=0.0035,
    day_reason=None, unrealised_pnl=D("129422.92"), realised_pnl=D("9000"), realised_this_year=D("6218.40"),
    long=Exposure(D("400409"), 0.97), short=Exposure(D("-23653"), -0.058), gross=Exposure(D("424062"), 1.028),
    net=Exposure(D("376756"), 0.913), cash=Exposure(D("14778"), 0.036), margin_used=D(0), equity_balance=D("412806.55"),
    net_deposits=D(0), net_deposits_30d=D(0),
    cost=D("268606"), open_positions=25, priced_positions=24, coverage=0.96, left_out_symbols=(),
    largest=Largest("NVDA", "NVIDIA", D("56531.60"), 0.137), accounts=(), left_out=(),
)  # fmt: skip
UNVALUED = replace(
    VALUED, as_of=None, computed_at=None, origin=None, reason=NOT_CALCULATED, nav=None, day_pnl=None, day_return=None,
    day_reason=NOT_CALCULATED, unrealised_pnl=None, realised_this_year=None, long=NOTHING, short=NOTHING, gross=NOTHING,
    net=NOTHING, cash=Exposure(D("144201"), None), largest=Largest("NVDA", "NVDA", D("27410.20"), 0.102),
)  # fmt: skip


def figure(value: float | None = None, reason: str | None = None, **other: Any) -> FigureView:
    values: dict[str, Any] = {
        "n_obs": None, "window": None, "as_of": DAY, "coverage_nav": 0.96, "std_error": None, "method": "a method",
        **other,
    }  # fmt: skip
    return FigureView(value, reason if value is None else None, **values)


def figures(**known: FigureView) -> dict[str, FigureView]:
    return {key: known.get(key, figure(reason=NOT_CALCULATED)) for key in FIGURES}


def quality(**other: Any) -> DataQuality:
    values: dict[str, Any] = {
        "as_of": DAY, "last_calculated": NOW, "origin": LIVE, "symbols_needed": 25, "symbols_priced": 25,
        "coverage": 1.0, "missing": (), "missing_figures": (), "sessions_behind": 0, "out_of_date": None,
        "left_out": (), **other,
    }  # fmt: skip
    return DataQuality(**values)


def portfolio(number: int = 1, **other: Any) -> PortfolioRow:
    values: dict[str, Any] = {
        "id": UUID(int=number), "name": "Core", "account_name": f"Account {number}", "account_type": "taxable",
        "description": None, "equity_balance": D(100000),
        "is_sample": False, "created_at": NOW, "positions": 25, **other,
    }  # fmt: skip
    return PortfolioRow(**values)


def run(status: RunState = RunState.COMPLETED, number: int = 1, **other: Any) -> RunStatus:
    phase_state = {RunState.QUEUED: PhaseState.WAITING}.get(status, PhaseState.COMPLETED)
    values: dict[str, Any] = {
        "batch_run_id": UUID(int=100 + number), "portfolio_id": UUID(int=number), "triggered_by": Trigger.USER,
        "created_at": NOW, "started_at": NOW, "finished_at": NOW, "elapsed_seconds": 2.6, "progress_percent": 100,
        "attempts": 1, "cancel_requested": False, "error_code": None, "reason": None, "as_of": DAY,
        "price_source": "yahoo", "phases": phases(phase_state), **other,
    }  # fmt: skip
    return RunStatus(status=status, **values)


def phases(state: PhaseState, **named: PhaseState) -> tuple[PhaseStatus, ...]:
    return tuple(
        PhaseStatus(phase.key, phase.name, named.get(phase.key, state), 0, None, None, None, None) for phase in PHASES
    )


def option(symbol: str, expires: date, quantity: str = "3", right: str = "PUT") -> Lot:
    return Lot(
        UUID(int=9), UUID(int=1), symbol, "LP", "OPTIONS", None, D(quantity), D("4.5"), date(2026, 3, 1), None, None,
        "SPY", D(560), expires, right, NOW,
    )  # fmt: skip


def holding(symbol: str = "NVDA", **other: Any) -> HoldingRow:
    values: dict[str, Any] = {
        "name": "NVIDIA", "investment_class": "PUBLIC", "sector": "Technology", "quantity": D(310), "cost": D("27410"),
        "average_cost": D("88.42"), "price": D("182.36"), "price_session": DAY, "day_change": 0.0112,
        "day_pnl": D("626.13"), "market_value": D("56531.60"), "weight": 0.137, "unrealised_pnl": D("29121.40"),
        "return_": 1.062, "beta": 1.92, "value_reason": None, "marks": (), "closes": (1.0, None, 2.0), "lots": 1,
        "opened": (lot(),),
        **other,
    }  # fmt: skip
    return HoldingRow(symbol=symbol, **values)


def lot(account: int = 1, **other: Any) -> HoldingLot:
    values: dict[str, Any] = {
        "quantity": D(200), "entry_price": D("54.71"), "entry_date": date(2024, 1, 15), "cost": D("10942"),
        "unrealised_pnl": D("25530"), **other,
    }  # fmt: skip
    return HoldingLot(UUID(int=account), UUID(int=50), **values)
