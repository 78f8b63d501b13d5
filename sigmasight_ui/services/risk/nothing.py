"""The answers where nothing is computed: the same shapes, every figure with the reason why it has no value."""

from __future__ import annotations

from datetime import date

from sigmasight_ui.services.risk import rules
from sigmasight_ui.services.risk.schemas import (
    CorrelationMatrix,
    Drawdown,
    FactorExposures,
    FigureView,
    GreeksView,
    Headline,
    ScenarioView,
    StressKind,
    StressResults,
    StressRow,
    TailEstimates,
    TailFigure,
    TailRisk,
    VolatilityProfile,
)


def figure(key: str, reason: str = rules.NOT_CALCULATED, as_of: date | None = None) -> FigureView:
    return FigureView(None, reason, None, rules.WINDOWS.get(key), as_of, None, None, rules.METHODS.get(key, ""))


def factor_exposures(reason: str, as_of: date | None = None) -> FactorExposures:
    return FactorExposures(
        rows=(),
        r_squared=figure("r_squared", reason, as_of),
        volatility=figure("model_volatility", reason, as_of),
        factor_volatility=figure("factor_volatility", reason, as_of),
        specific_volatility=figure("specific_volatility", reason, as_of),
        specific_contribution=figure("specific_contribution", reason, as_of),
        positions=(),
        positions_total=0,
        spreads=(),
        condition_number=None,
        note=None,
        as_of=as_of,
        coverage=None,
        left_out=(),
        reason=reason,
    )


def stress(reason: str, as_of: date | None = None) -> StressResults:
    return StressResults((), (), as_of, None, (), reason)


def stress_row(scenario: ScenarioView, reason: str, as_of: date | None) -> StressRow:
    nothing = figure("stress", reason, as_of)
    return StressRow(
        key=scenario.key, name=scenario.name, category=scenario.category, severity=scenario.severity,
        kind=StressKind.CUSTOM if scenario.custom else StressKind.SCENARIO, words="", shocks=dict(scenario.shocks),
        total=nothing, direct=nothing, propagated=nothing, amount=None, reason=reason,
    )  # fmt: skip


def correlations(reason: str, as_of: date | None = None) -> CorrelationMatrix:
    average, effective = (figure(key, reason, as_of) for key in rules.CORRELATION)
    return CorrelationMatrix(
        symbols=(), matrix=(), overlaps=(), clusters=(), average=average, effective_number=effective, hidden_pairs=0,
        repaired=False, notes=(), shown=0, of=0, window=rules.WINDOWS[rules.CORRELATION[0]], as_of=as_of, left_out=(),
        reason=reason,
    )  # fmt: skip


def tail_figure(key: str, reason: str, as_of: date | None = None) -> TailFigure:
    return TailFigure(figure(key, reason, as_of), None, None, None, None, None)


def tail(reason: str, as_of: date | None = None) -> TailRisk:
    historical = TailEstimates(*(tail_figure(key, reason, as_of) for key in rules.TAILS))
    normal = TailEstimates(*(tail_figure(key, reason, as_of) for key in rules.NORMAL_TAILS))
    return TailRisk(historical, normal, (), 0, rules.WINDOWS["var_95"], as_of, None, reason)


def volatility(reason: str, as_of: date | None = None) -> VolatilityProfile:
    return VolatilityProfile(
        volatility_21=figure("volatility_21", reason, as_of),
        volatility_63=figure("volatility_63", reason, as_of),
        volatility_252=figure("volatility_252", reason, as_of),
        ewma=figure("volatility_ewma", reason, as_of),
        forecast=figure("volatility_forecast", reason, as_of),
        percentile=figure("volatility_percentile", reason, as_of),
        trend=figure(rules.TREND, reason, as_of),
        direction=None,
        cone=(),
        history=(),
        as_of=as_of,
        coverage=None,
        reason=reason,
    )


def drawdown(reason: str, as_of: date | None = None) -> Drawdown:
    current, worst, sharpe, sortino, calmar = (figure(key, reason, as_of) for key in rules.DRAWDOWNS)
    return Drawdown(
        current=current, worst=worst, high=None, trough=None, episodes=(), points=(), sharpe=sharpe, sortino=sortino,
        calmar=calmar, first_session=None, as_of=as_of, reason=reason,
    )  # fmt: skip


def greeks(reason: str, as_of: date | None = None) -> GreeksView:
    delta, gamma, vega, theta, rho, exposure = (figure(key, reason, as_of) for key in rules.GREEKS)
    return GreeksView(
        rows=(), contracts=(), delta=delta, gamma=gamma, vega=vega, theta=theta, rho=rho, exposure=exposure, priced=0,
        of=0, notes=(), as_of=as_of, left_out=(), reason=reason,
    )  # fmt: skip


def headline(reason: str) -> Headline:
    return Headline(
        beta=figure("beta_252", reason),
        volatility=figure("volatility_63", reason),
        forecast=figure("volatility_forecast", reason),
        var_95=tail_figure("var_95", reason),
        stress=figure("stress", reason),
        worst_stress=None,
        scenarios=0,
        effective_n=figure("effective_n", reason),
        positions=0,
        drawdown=figure("drawdown", reason),
        worst_drawdown=figure("max_drawdown", reason),
        trough=None,
        nav=None,
        as_of=None,
        coverage=None,
        reason=reason,
    )
