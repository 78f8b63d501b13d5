"""Factor exposures of a portfolio, and what factors and holdings add to its volatility."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sigmasight_ui.analytics.covariance import RiskContributions, risk_contributions
from sigmasight_ui.analytics.exposures import FactorEstimates, factor_exposures, spread_betas
from sigmasight_ui.analytics.factors import Factor
from sigmasight_ui.analytics.figure import Figure, known
from sigmasight_ui.analytics.returns import Floats
from sigmasight_ui.services.risk import inputs, nothing, rules
from sigmasight_ui.services.risk.schemas import (
    FactorExposureRow,
    FactorExposures,
    FigureView,
    PositionContribution,
    SpreadBeta,
    SymbolLeftOut,
)
from sigmasight_ui.services.risk.study.figures import on_nav, view
from sigmasight_ui.services.risk.study.subject import Subject

SHOWN = 200
Z_95 = 1.959964
COLLINEAR = 30.0
"""A condition number beyond which factors cannot be told apart well."""


def exposures_view(s: Subject) -> FactorExposures:
    if s.problem:
        return nothing.factor_exposures(s.problem, s.as_of)
    own = factor_exposures(s.returns, s.model.factors)
    parts = risk_contributions(s.symbols.estimates, s.model.covariance, s.weights[None, :])
    volatility = _on(s, parts.figure(0), "model_volatility")
    total = volatility.value
    rows = tuple(_row(s, factor, own, parts, total) for factor in s.model.definitions)
    return FactorExposures(
        rows=rows,
        r_squared=_on(s, own.r_squared_figure(0), "r_squared"),
        volatility=volatility,
        factor_volatility=_part(s, parts, parts.factor, "factor_volatility"),
        specific_volatility=_part(s, parts, parts.specific, "specific_volatility"),
        specific_contribution=_on(s, parts.specific_figure(0), "specific_contribution"),
        positions=_positions(s, parts, total),
        positions_total=len(s.symbols.names),
        spreads=_spreads(s),
        condition_number=_finite(s.model.conditioning.condition_number),
        note=_note(s, own),
        as_of=s.as_of,
        coverage=volatility.coverage_nav,
        left_out=left_out(s),
        reason=None if own.factors else next((row.beta.reason for row in rows), None),
    )


def left_out(s: Subject) -> tuple[SymbolLeftOut, ...]:
    """Holdings without a part in the factor model, and why."""
    estimates = s.symbols.estimates
    found = list(s.positions.left_out)
    for column in np.flatnonzero(np.isnan(estimates.specific_variance)).tolist():
        name = s.symbols.names[column]
        reason = estimates.r_squared_figure(column).reason or "no estimates"
        found.append(SymbolLeftOut(name, reason, inputs.money(abs(s.positions.exposures[name]))))
    return tuple(found)


def _row(
    s: Subject, factor: Factor, own: FactorEstimates, parts: RiskContributions, total: float | None
) -> FactorExposureRow:
    beta = _on(s, own.figure(0, factor.key))
    value, error = beta.value, beta.std_error
    half = None if error is None else Z_95 * error
    contribution = _on(s, parts.factor_figure(0, factor.key))
    return FactorExposureRow(
        key=factor.key,
        name=factor.name,
        opposite=factor.opposite,
        formula=factor.formula,
        beta=beta,
        low=None if value is None or half is None else value - half,
        high=None if value is None or half is None else value + half,
        dollars_per_1pct=None if value is None else inputs.money(value * float(s.nav.nav) / 100),
        clear_of_zero=value is not None and half is not None and abs(value) > half,
        contribution=contribution,
        share=_share(contribution.value, total),
    )


def _positions(s: Subject, parts: RiskContributions, total: float | None) -> tuple[PositionContribution, ...]:
    added, specific = parts.positions(0), _row_of(parts.by_position_specific, len(s.weights))
    names, reasons = s.positions.names, {each.symbol: each.reason for each in left_out(s)}
    order = np.argsort(-np.abs(np.nan_to_num(added)), kind="stable")[:SHOWN]
    rows = []
    for column in order.tolist():
        symbol, amount = s.symbols.names[column], _finite(added[column])
        reason = None if amount is not None else reasons.get(symbol, "the model has no volatility")
        rows.append(
            PositionContribution(
                symbol, names.get(symbol, symbol), float(s.weights[column]), amount, _finite(specific[column]),
                _share(amount, total), reason,
            )
        )  # fmt: skip
    return tuple(rows)


def _row_of(table: Any, width: int) -> Floats:
    """The one row of a sparse matrix."""
    row = np.zeros(width)
    row[table.indices] = table.data
    return row


def _spreads(s: Subject) -> tuple[SpreadBeta, ...]:
    found = spread_betas(s.returns, s.model.funds, s.model.symbols, s.model.spreads)
    return tuple(
        SpreadBeta(spread.key, spread.name, spread.formula, _on(s, found[spread.key].figure(0, spread.key)))
        for spread in s.model.spreads
    )


def _note(s: Subject, own: FactorEstimates) -> str | None:
    number = s.model.conditioning.condition_number
    if not own.factors:
        return None
    if np.isfinite(number) and number <= COLLINEAR:
        return f"condition number {number:.0f}: the factors can be told apart"
    return f"condition number {number:.0f}: some factors move almost together, their exposures are uncertain"


def _part(s: Subject, parts: RiskContributions, values: Floats, key: str) -> FigureView:
    whole = parts.figure(0)
    if whole.value is None:
        return _on(s, whole, key)
    figure = known(
        values[0], method=rules.METHODS[key], n_obs=whole.n_obs, window=whole.window, coverage=whole.coverage
    )
    return _on(s, figure, key)


def _on(s: Subject, figure: Figure, key: str = "") -> FigureView:
    return view(on_nav(figure, s.nav), s.as_of, key)


def _share(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
