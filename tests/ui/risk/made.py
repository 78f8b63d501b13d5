"""Answers of the risk room as plain values, for tests of what the page makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sigmasight_ui.services.risk.schemas import (
    Bin,
    ConeBand,
    ContractGreeks,
    CorrelationCluster,
    CorrelationMatrix,
    Drawdown,
    DrawdownEpisode,
    DrawdownPoint,
    FactorExposureRow,
    FactorExposures,
    GreekAmounts,
    GreekRow,
    GreeksView,
    Headline,
    HistoryRange,
    Performance,
    PositionContribution,
    RangePerformance,
    StressKind,
    StressPosition,
    StressPositions,
    StressResults,
    StressRow,
    SymbolBeta,
    SymbolLeftOut,
    TailEstimates,
    TailFigure,
    TailRisk,
    VolatilityPoint,
    VolatilityProfile,
    WhatIf,
    WhatIfFigure,
    WhatIfHolding,
)
from tests.ui.dashboard.made import DAY, figure

D = Decimal
NO = "not calculated yet"


def _factor(key: str, name: str, formula: str, beta: float, error: float, share: float, opposite=None):
    low, high = beta - 1.96 * error, beta + 1.96 * error
    return FactorExposureRow(
        key, name, opposite, formula, figure(beta, n_obs=252, window=252, std_error=error), low, high,
        D(str(round(beta * 4128.0655, 2))), low > 0 or high < 0, figure(share * 0.178), share,
    )  # fmt: skip


FACTORS = FactorExposures(
    rows=(
        _factor("market", "Market", "SPY", 0.96, 0.06, 0.74),
        _factor("value", "Value", "VTV − VUG", -0.31, 0.09, 0.12, "Growth"),
        _factor("momentum", "Momentum", "MTUM − SPY", 0.22, 0.08, 0.03),
        _factor("quality", "Quality", "QUAL − SPY", 0.09, 0.12, 0.0),
        _factor("low_volatility", "Low volatility", "USMV − SPY", -0.27, 0.11, 0.04),
    ),
    r_squared=figure(0.91, n_obs=252, window=252),
    volatility=figure(0.178), factor_volatility=figure(0.17), specific_volatility=figure(0.053),
    specific_contribution=figure(0.0125),
    positions=(
        PositionContribution("NVDA", "NVIDIA", 0.137, 0.037, 0.009, 0.21, None),
        PositionContribution("AAPL", "Apple", 0.078, 0.011, 0.001, 0.06, None),
        PositionContribution("TLT", "Bonds", 0.05, -0.002, 0.0, -0.01, None),
        PositionContribution("NEW", "New", 0.01, None, None, None, "12 daily returns, 60 are needed"),
    ),
    positions_total=25, spreads=(), condition_number=4.2, note=None, as_of=DAY, coverage=0.96,
    left_out=(SymbolLeftOut("ATVI", "no price"),), reason=None,
)  # fmt: skip


def scenario(key: str, name: str, total: float | None, direct: float | None = None, **other) -> StressRow:
    values = {
        "category": "market", "severity": "severe", "kind": StressKind.SCENARIO, "words": "Market −35 %",
        "shocks": {"market": -0.35}, "total": figure(total, "14 of 25 symbols have no prices in 2000"),
        "direct": figure(direct, NO), "propagated": figure(None if direct is None else total - direct, NO),
        "amount": None if total is None else D(str(round(total * 412806.55, 2))), "reason": None, **other,
    }  # fmt: skip
    return StressRow(key, name, **values)


STRESS = StressResults(
    rows=(
        scenario("market_crash_35", "Market crash of 35 %", -0.353, -0.335),
        scenario("vix_spike_150", "VIX spike", -0.163, -0.14, severity="moderate"),
        scenario("growth_rally_15", "Growth rally", 0.075, 0.05, severity="mild"),
        scenario("mine", "Chips ban", -0.2, -0.25, kind=StressKind.CUSTOM),
        scenario("dotcom_crash_2000", "Dot-com crash 2000", None, kind=StressKind.REPLAY, severity="extreme"),
    ),
    notes=("Rates act through a duration of 16.5 years",), as_of=DAY, coverage=0.96, left_out=(), reason=None,
)  # fmt: skip
POSITIONS = StressPositions(
    STRESS.rows[0],
    (
        StressPosition("NVDA", "NVIDIA", D("56531"), D("-30000"), D("-28000"), D("-2000"), -0.0727, None),
        StressPosition("NEW", "New", D("4000"), None, None, None, None, "12 daily returns, 60 are needed"),
    ),
    5,
    DAY,
)
CORRELATIONS = CorrelationMatrix(
    symbols=("NVDA", "AVGO", "TLT"),
    matrix=((1.0, 0.71, -0.13), (0.71, 1.0, -0.07), (-0.13, -0.07, 1.0)),
    overlaps=((252, 252, 252), (252, 252, 252), (252, 252, 252)),
    clusters=(CorrelationCluster("Technology", ("NVDA", "AVGO"), "Technology", 0.71, 0.6),),
    average=figure(0.17, n_obs=252), effective_number=figure(2.1), hidden_pairs=0, repaired=False, notes=(),
    shown=3, of=25, window=252, as_of=DAY, left_out=(), reason=None,
)  # fmt: skip


def tail_figure(value: float | None, amount: str = "7183", low=None, high=None, error=None) -> TailFigure:
    found = figure(value, "40 days, 60 are needed", n_obs=504, window=504, std_error=error)
    return TailFigure(
        found, D(amount) if value else None, D("610") if value else None, low, high, 0.95 if low else None
    )


HISTORICAL = TailEstimates(
    tail_figure(0.0174, "7183", 0.0159, 0.0189), tail_figure(0.0302, "12466", 0.0262, 0.0371),
    tail_figure(0.0241, "9949", error=0.0011), tail_figure(None),
)  # fmt: skip
NORMAL = TailEstimates(tail_figure(0.018), tail_figure(0.026), tail_figure(0.023), tail_figure(0.03))
TAIL = TailRisk(
    HISTORICAL, NORMAL,
    tuple(Bin(-0.04 + 0.01 * at, -0.03 + 0.01 * at, count) for at, count in enumerate((1, 5, 20, 120, 150, 60, 0, 2))),
    504, 504, DAY, 0.96, None,
)  # fmt: skip
VOLATILITY = VolatilityProfile(
    volatility_21=figure(0.15, n_obs=21, std_error=0.02), volatility_63=figure(0.178, n_obs=63, std_error=0.016),
    volatility_252=figure(reason="180 daily returns, 252 are needed"), ewma=figure(0.16), forecast=figure(0.186),
    percentile=figure(0.71), trend=figure(0.0001), direction="rising",
    cone=tuple(ConeBand(days, figure(0.17), 0.08, 0.12, 0.16, 0.2, 0.4, 400) for days in (21, 63, 126, 252)),
    history=tuple(
        VolatilityPoint(DAY - timedelta(days=300 - at), 0.15 + 0.0001 * at, None if at < 60 else 0.17, None)
        for at in range(0, 301, 2)
    ),
    as_of=DAY, coverage=0.96, reason=None,
)  # fmt: skip
DRAWDOWN = Drawdown(
    current=figure(-0.021), worst=figure(-0.116), high=date(2026, 9, 2), trough=date(2026, 4, 7),
    episodes=(
        DrawdownEpisode(date(2026, 2, 1), date(2026, 4, 7), date(2026, 6, 1), -0.116),
        DrawdownEpisode(date(2026, 9, 2), DAY, None, -0.021),
    ),
    points=tuple(DrawdownPoint(DAY - timedelta(days=10 - at), -0.01 * (at % 4)) for at in range(11)),
    sharpe=figure(1.1), sortino=figure(1.6), calmar=figure(reason="less than a year of values"),
    first_session=date(2025, 11, 20), as_of=DAY, reason=None,
)  # fmt: skip
AMOUNTS = GreekAmounts(D("-20037"), D("1842"), D("97"), D("-31"), D("-12"))
GREEKS = GreeksView(
    rows=(GreekRow("SPY", date(2026, 12, 18), D(3), AMOUNTS, 0.169, "solved from the price of 19 Nov"),),
    contracts=(
        ContractGreeks("SPY261218P00560000", "SPY", date(2026, 12, 18), D(560), "PUT", D(3), D("9.1"), 571.2, 0.169,
                       "solved from the price of 19 Nov", AMOUNTS, None),
        ContractGreeks("XYZ261218C00010000", "XYZ", date(2026, 12, 18), D(10), "CALL", D(1), None, None, None, None,
                       None, "the underlying has no price"),
    ),
    delta=figure(-20037.0), gamma=figure(1842.0), vega=figure(97.0), theta=figure(-31.0), rho=figure(-12.0),
    exposure=figure(-0.0485), priced=1, of=2, notes=("American price by Leisen-Reimer, 101 steps",), as_of=DAY,
    left_out=(), reason=None,
)  # fmt: skip
HEADLINE = Headline(
    beta=figure(0.96, n_obs=252, window=252, std_error=0.06),
    volatility=figure(0.178, n_obs=63, window=63, std_error=0.016), forecast=figure(0.186),
    var_95=HISTORICAL.var_95, stress=figure(-0.353), worst_stress=STRESS.rows[0], scenarios=22,
    effective_n=figure(14.2), positions=25, drawdown=figure(-0.021), worst_drawdown=figure(-0.116),
    trough=date(2026, 4, 7), nav=D("412806.55"), as_of=DAY, coverage=0.96, reason=None,
)  # fmt: skip
UNKNOWN_HEADLINE = replace(
    HEADLINE, beta=figure(reason=NO), volatility=figure(reason=NO), forecast=figure(reason=NO),
    var_95=replace(HISTORICAL.cvar_99), stress=figure(reason=NO), worst_stress=None, effective_n=figure(reason=NO),
    drawdown=figure(reason=NO), worst_drawdown=figure(reason=NO), trough=None,
)  # fmt: skip
BETAS = (
    SymbolBeta("NVDA", 0.137, figure(1.92, n_obs=252, window=252, std_error=0.11), figure(2.04, std_error=0.18)),
    SymbolBeta("XOM", 0.03, figure(0.44, n_obs=252, window=252, std_error=0.1), figure(0.38, std_error=0.14)),
    SymbolBeta(
        "SGOV",
        0.05,
        figure(reason="41 daily returns, 60 are needed", n_obs=41, window=252),
        figure(0.0, n_obs=41, window=90, std_error=0.01),
    ),
)


def range_performance(own: float | None, other: float | None, **values) -> RangePerformance:
    known = {
        "first_session": date(2025, 11, 20), "last_session": DAY, "time_weighted": figure(own, "two days are needed"),
        "annualised": figure(own, NO), "modified_dietz": figure(0.14), "money_weighted_annual": figure(0.12),
        "money_weighted": figure(0.12), "benchmark_return": figure(other, "no prices of XYZ are stored"),
        "contributed": D(1000), "withdrawn": D(0), "opened": D(0), "gain": D("53000"), **values,
    }  # fmt: skip
    return RangePerformance(**known)


PERFORMANCE = Performance(
    {range_: range_performance(0.153 if range_ is not HistoryRange.MONTH else None, 0.062) for range_ in HistoryRange},
    figure(-0.116), "SPY", date(2025, 11, 20), DAY,
)  # fmt: skip


def changed(key: str, title: str, before: float | None, after: float | None) -> WhatIfFigure:
    difference = None if before is None or after is None else after - before
    return WhatIfFigure(key, title, figure(before, NO), figure(after, "12 daily returns, 60 are needed"), difference)


WHAT_IF = WhatIf(
    portfolio_id=UUID(int=1),
    holdings=(
        WhatIfHolding("NVDA", "NVIDIA", D("182.36"), DAY, D(310), D(210), D("56531.60"), D("38295.60"), D("-18236")),
    ),
    figures=(
        changed("delta", "Delta", -20037.0, -18000.0),
        changed("hhi", "Herfindahl index", 704.0, 650.0),
        changed("var_95", "VaR 95%", 0.0174, 0.0161),
        changed("beta_252", "Beta, 252 days", 0.96, None),
        changed("volatility_63", "Volatility, 63 days", 0.178, 0.165),
    ),
    nav=D("412806.55"), cash_before=D("14778"), cash_after=D("33014"), notes=("options are revalued",), as_of=DAY,
    origin=None,
)  # fmt: skip
