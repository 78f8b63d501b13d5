"""The risk answers: what moves a portfolio, what scenarios do to it, how its holdings hang together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

from sigmasight_ui.api.deps import Door
from sigmasight_ui.api.routes import analytics_risk_models as shapes
from sigmasight_ui.api.routes.analytics_models import Figure
from sigmasight_ui.api.routes.analytics_parts import figure, head_of
from sigmasight_ui.services.risk.schemas import FigureView, StressPositions, StressRow, TailEstimates, TailFigure

Shape = TypeVar("Shape", bound=BaseModel)
Named = Callable[[FigureView, str | None], Figure]


def factor_exposures(door: Door, portfolio_id: UUID | None) -> shapes.FactorExposures:
    """One joint regression of daily returns at present positions on the market, five differences of funds and long
    bonds; what factors and holdings add to the volatility by the same model; and four differences alone."""
    found = door.services.risk.factor_exposures(door.transactions, door.actor, portfolio_id)
    named = _named(portfolio_id)
    model = ("r_squared", "factor_volatility", "specific_volatility", "specific_contribution")
    factors = [
        shapes.FactorExposure(
            **_plain(row, "key", "name", "opposite", "formula", "low", "high", "dollars_per_1pct", "clear_of_zero",
                     "share"),
            exposure=named(row.beta, f"factor:{row.key}"),
            contribution=named(row.contribution, f"contribution:{row.key}"),
        )
        for row in found.rows
    ]  # fmt: skip
    spreads = [
        shapes.Spread(**_plain(each, "key", "name", "formula"), beta=named(each.beta, f"spread:{each.key}"))
        for each in found.spreads
    ]
    return shapes.FactorExposures(
        **head_of(door, portfolio_id, found.reason),
        **_plain(found, "positions_total", "condition_number", "note"),
        **{key: named(getattr(found, key), key) for key in model},
        factors=factors,
        volatility=named(found.volatility, "model_volatility"),
        positions=_each(shapes.PositionContribution, found.positions),
        spreads=spreads,
        left_out=_each(shapes.LeftOutSymbol, found.left_out),
    )


def stress_test(door: Door, portfolio_id: UUID | None) -> shapes.StressTest:
    """Shocks completed to all factors by what usually moves along, options revalued; replays of real history by the
    holdings' own returns then; and one's own scenarios."""
    found = door.services.risk.stress(door.transactions, door.actor, portfolio_id)
    return shapes.StressTest(
        **head_of(door, portfolio_id, found.reason),
        scenarios=[_scenario(row, portfolio_id) for row in found.rows],
        notes=list(found.notes),
        left_out=_each(shapes.LeftOutSymbol, found.left_out),
    )


def stressed(door: Door, portfolio_id: UUID, shocks: dict[str, float]) -> shapes.StressedPortfolio:
    found = door.services.risk.stress_with(door.transactions, door.actor, portfolio_id, shocks)
    return _stressed(door, portfolio_id, found)


def _stressed(door: Door, portfolio_id: UUID, found: StressPositions) -> shapes.StressedPortfolio:
    return shapes.StressedPortfolio(
        **head_of(door, portfolio_id, found.row.reason),
        scenario=_scenario(found.row, portfolio_id, is_kept=False),
        positions=_each(shapes.StressPosition, found.items),
        positions_total=found.total,
    )


def _scenario(row: StressRow, portfolio_id: UUID | None, is_kept: bool = True) -> shapes.StressScenario:
    return shapes.StressScenario(
        **_plain(row, "key", "name", "category", "severity", "kind", "words", "shocks", "amount"),
        total=figure(row.total, portfolio_id, f"stress:{row.key}" if is_kept else None),
        direct=figure(row.direct),
        propagated=figure(row.propagated),
    )


def correlation_matrix(door: Door, portfolio_id: UUID | None) -> shapes.CorrelationMatrix:
    """Of daily returns over 252 days, pair by pair, for the 50 largest holdings, with clusters of those that move
    together."""
    found = door.services.risk.correlations(door.transactions, door.actor, portfolio_id)
    return shapes.CorrelationMatrix(
        **head_of(door, portfolio_id, found.reason),
        **_plain(found, "hidden_pairs", "repaired", "shown", "of", "window"),
        symbols=list(found.symbols),
        matrix=[list(row) for row in found.matrix],
        overlaps=[list(row) for row in found.overlaps],
        clusters=_each(shapes.Cluster, found.clusters),
        average=figure(found.average, portfolio_id, "correlation_average"),
        effective_number=figure(found.effective_number, portfolio_id, "correlation_effective_n"),
        notes=list(found.notes),
        left_out=_each(shapes.LeftOutSymbol, found.left_out),
    )


def greeks(door: Door, portfolio_id: UUID | None) -> shapes.Greeks:
    """American values and Greeks of the option contracts held, in dollars, by underlying and expiry."""
    found = door.services.risk.greeks(door.transactions, door.actor, portfolio_id)
    named = _named(portfolio_id)
    return shapes.Greeks(
        **head_of(door, portfolio_id, found.reason),
        **_plain(found, "priced", "of"),
        **{key: named(getattr(found, key), key) for key in ("delta", "gamma", "vega", "theta", "rho")},
        exposure=named(found.exposure, "delta_exposure"),
        rows=_each(shapes.GreekRow, found.rows),
        contracts=_each(shapes.ContractGreeks, found.contracts),
        notes=list(found.notes),
        left_out=_each(shapes.LeftOutSymbol, found.left_out),
    )


def tail_risk(door: Door, portfolio_id: UUID | None) -> shapes.TailRisk:
    """Value at risk and expected shortfall of one day over 504 days, by order statistics and by a normal curve."""
    found = door.services.risk.tail(door.transactions, door.actor, portfolio_id)
    return shapes.TailRisk(
        **head_of(door, portfolio_id, found.reason),
        **_plain(found, "n_obs", "window"),
        **_losses(found.historical, portfolio_id, ""),
        normal=shapes.NormalTail(**_losses(found.normal, portfolio_id, "normal_")),
        bins=_each(shapes.Bin, found.bins),
    )


def _losses(found: TailEstimates, portfolio_id: UUID | None, prefix: str) -> dict[str, shapes.Loss]:
    keys = ("var_95", "var_99", "cvar_95", "cvar_99")
    return {key: _loss(getattr(found, key), portfolio_id, prefix + key) for key in keys}


def _loss(found: TailFigure, portfolio_id: UUID | None, key: str) -> shapes.Loss:
    plain = _plain(found, "amount", "error_amount", "low", "high", "confidence")
    return shapes.Loss(figure=figure(found.figure, portfolio_id, key), **plain)


def _named(portfolio_id: UUID | None) -> Named:
    return lambda view, key: figure(view, portfolio_id, key)


def _plain(found: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(found, name) for name in names}


def _each(shape: type[Shape], rows: Iterable[Any]) -> list[Shape]:
    return [shape.model_validate(row) for row in rows]
