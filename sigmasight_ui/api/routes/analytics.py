"""Analytics of one portfolio and of all accounts together: the same calls, the same shapes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from sigmasight_ui.api.contract import refusals
from sigmasight_ui.api.deps import Door, SignedIn
from sigmasight_ui.api.routes import analytics_models as shapes
from sigmasight_ui.api.routes import analytics_risk as risk
from sigmasight_ui.api.routes import analytics_risk_models as risk_shapes
from sigmasight_ui.api.routes.analytics_parts import figure, head, head_of, receipt_url, seen_of
from sigmasight_ui.api.threads import ThreadRoute
from sigmasight_ui.services.risk.schemas import Overview, RangePerformance

router = APIRouter(prefix="/analytics", tags=["analytics"], route_class=ThreadRoute)
BENCHMARK = "SPY"
_RETURNS = (
    "time_weighted", "annualised", "modified_dietz", "money_weighted", "money_weighted_annual", "benchmark_return",
)  # fmt: skip
_FALLS = {"drawdown": "current", "sharpe": "sharpe", "sortino": "sortino", "calmar": "calmar"}
Build = Callable[[Door, UUID | None], shapes.Answer]


def overview(door: Door, portfolio_id: UUID | None) -> shapes.Overview:
    """Value, gains, exposures and cash; `as_of` is the session they belong to."""
    seen = seen_of(door, portfolio_id)
    exposures = {name: getattr(seen, name) for name in ("long", "short", "gross", "net", "cash")}
    amounts = {name: _amount(each.amount, seen.reason, each.share) for name, each in exposures.items()}
    gains = ("unrealised_pnl", "realised_pnl", "realised_this_year", "margin_used")
    amounts |= {name: _amount(getattr(seen, name), seen.reason) for name in gains}
    return shapes.Overview(
        **head(portfolio_id, seen),
        **amounts,
        calculated_at=seen.computed_at,
        nav=_amount(seen.nav, seen.reason),
        day_pnl=_amount(seen.day_pnl, seen.day_reason),
        day_return=_day_return(seen),
        equity_balance=seen.equity_balance,
        net_deposits=seen.net_deposits,
        net_deposits_30d=_amount(seen.net_deposits_30d, seen.reason),
        cost=seen.cost,
        open_positions=seen.open_positions,
        priced_positions=seen.priced_positions,
        left_out_symbols=list(seen.left_out_symbols),
        largest=None if seen.largest is None else _largest(seen),
        accounts=[shapes.Account.model_validate(each, from_attributes=True) for each in seen.accounts],
        left_out=[shapes.LeftOutAccount.model_validate(each, from_attributes=True) for each in seen.left_out],
    )


def market_beta(door: Door, portfolio_id: UUID | None) -> shapes.MarketBeta:
    """OLS on SPY over 252 and 90 trading days with standard errors, and the betas of the 200 largest holdings."""
    found = door.services.risk.figures(door.transactions, door.actor, portfolio_id)
    with door.transaction() as session:
        betas = door.services.risk.symbol_betas(session, door.actor, portfolio_id)
    symbols = [
        shapes.SymbolBeta(
            symbol=each.symbol, weight=each.weight, beta_252=figure(each.beta_252), beta_90=figure(each.beta_90)
        )
        for each in betas
    ]
    return shapes.MarketBeta(
        **head_of(door, portfolio_id),
        benchmark=BENCHMARK,
        beta_252=figure(found["beta_252"], portfolio_id, "beta_252"),
        beta_90=figure(found["beta_90"], portfolio_id, "beta_90"),
        symbols=symbols,
        contributions=_contributions(door, portfolio_id, "beta_252"),
    )


def volatility(door: Door, portfolio_id: UUID | None) -> shapes.Volatility:
    """Realised, annualised, at present weights over 21, 63 and 252 trading days, and where it stands in its year."""
    found = door.services.risk.figures(door.transactions, door.actor, portfolio_id)
    profile = door.services.risk.volatility_profile(door.transactions, door.actor, portfolio_id)
    keys = ("volatility_21", "volatility_63", "volatility_252", "volatility_percentile")
    return shapes.Volatility(
        **head_of(door, portfolio_id),
        **{key: figure(found[key], portfolio_id, key) for key in keys},
        ewma=figure(profile.ewma, portfolio_id, "volatility_ewma"),
        forecast=figure(profile.forecast, portfolio_id, "volatility_forecast"),
        trend=figure(profile.trend, portfolio_id, "volatility_trend"),
        direction=profile.direction,
        cone=[shapes.ConeBand.model_validate(each, from_attributes=True) for each in profile.cone],
        history=[shapes.VolatilityPoint.model_validate(each, from_attributes=True) for each in profile.history],
        contributions=_contributions(door, portfolio_id, "volatility_252"),
    )


def concentration(door: Door, portfolio_id: UUID | None) -> shapes.Concentration:
    """Shares of gross exposure by symbol: Herfindahl index (0 to 10,000), effective number, top 3 and top 10."""
    found = door.services.risk.figures(door.transactions, door.actor, portfolio_id)
    return shapes.Concentration(
        **head_of(door, portfolio_id),
        **{key: figure(found[key], portfolio_id, key) for key in ("hhi", "effective_n", "top_3", "top_10", "largest")},
        largest_symbol=found["largest"].details.get("symbol"),
    )


def sector_exposure(door: Door, portfolio_id: UUID | None) -> shapes.SectorExposure:
    """Net and gross shares of net asset value, largest first; nothing is dropped."""
    with door.transaction() as session:
        found = door.services.risk.sector_exposure(session, door.actor, portfolio_id)
    sectors = [
        shapes.Sector(
            sector=row.sector, net=figure(row.net, portfolio_id, f"sector:{row.sector}"), gross=figure(row.gross),
            value=row.amount, benchmark=row.benchmark, difference=row.difference,
        )
        for row in found.rows
    ]  # fmt: skip
    return shapes.SectorExposure(
        **head_of(door, portfolio_id, found.reason),
        sectors=sectors,
        benchmark_symbol=found.benchmark_symbol,
        benchmark_as_of=found.benchmark_as_of,
        benchmark_source=found.benchmark_source,
        not_held=dict(found.not_held),
    )


def performance(door: Door, portfolio_id: UUID | None, benchmark: str = BENCHMARK) -> shapes.Performance:
    """Time-weighted, annualised and money-weighted returns, contributions and withdrawals by range, and the deepest
    fall, from daily snapshots; `benchmark` is any symbol with stored prices."""
    found = door.services.risk.performance(door.transactions, door.actor, portfolio_id, benchmark)
    falls = door.services.risk.drawdown(door.transactions, door.actor, portfolio_id)
    return shapes.Performance(
        **head_of(door, portfolio_id),
        first_session=found.first_session,
        benchmark=found.benchmark_symbol,
        returns={
            range_.value: figure(view, portfolio_id, f"time_weighted:{range_.value}")
            for range_, view in found.returns.items()
        },
        ranges={
            range_.value: _range(each, portfolio_id, range_.value, found.benchmark_symbol == BENCHMARK)
            for range_, each in found.ranges.items()
        },
        max_drawdown=figure(falls.worst, portfolio_id, "max_drawdown"),
        **{key: figure(getattr(falls, name), portfolio_id, key) for key, name in _FALLS.items()},
        episodes=[shapes.DrawdownEpisode.model_validate(each, from_attributes=True) for each in falls.episodes],
    )


# Parts


def _range(
    each: RangePerformance, portfolio_id: UUID | None, range_: str, is_against_default: bool
) -> shapes.RangePerformance:
    """The return of a benchmark of one's choice has no receipt."""
    found = shapes.RangePerformance.model_validate(each, from_attributes=True)
    for kind in _RETURNS if is_against_default else _RETURNS[:-1]:
        getattr(found, kind).receipt_url = receipt_url(portfolio_id, f"{kind}:{range_}")
    return found


def _amount(value: Decimal | None, reason: str | None, share: float | None = None) -> shapes.Amount:
    return shapes.Amount(value=value, reason=reason if value is None else None, share=share)


def _day_return(seen: Overview) -> shapes.Figure:
    reason = None if seen.day_return is not None else seen.day_reason
    return shapes.Figure(
        value=seen.day_return, reason=reason, n_obs=None, window=1, as_of=seen.as_of, coverage_nav=seen.coverage,
        std_error=None, method="gain of the day / NAV before it",
    )  # fmt: skip


def _largest(seen: Overview) -> shapes.Largest | None:
    largest = seen.largest
    if largest is None:
        return None
    return shapes.Largest(symbol=largest.symbol, name=largest.name, value=largest.amount, share=largest.share)


def _contributions(door: Door, portfolio_id: UUID | None, key: str) -> list[shapes.Contribution]:
    if portfolio_id is not None:
        return []
    with door.transaction() as session:
        found = door.services.risk.contributions(session, door.actor, key)
    return [shapes.Contribution.model_validate(each, from_attributes=True) for each in found]


# Routes


def _add(path: str, build: Build, shape: type[shapes.Answer]) -> None:
    def of_portfolio(portfolio_id: UUID, door: SignedIn) -> Any:
        return build(door, portfolio_id)

    def of_all(door: SignedIn) -> Any:
        return build(door, None)

    name, told = build.__name__, build.__doc__ or ""
    router.add_api_route(
        f"/portfolio/{{portfolio_id}}/{path}", of_portfolio, response_model=shape, responses=refusals(401, 404),
        name=f"portfolio_{name}", description=told,
    )  # fmt: skip
    router.add_api_route(
        f"/aggregate/{path}", of_all, response_model=shape, responses=refusals(401), name=f"aggregate_{name}",
        description=f"{told} All visible accounts together.",
    )  # fmt: skip


_add("overview", overview, shapes.Overview)
_add("factor-exposures", risk.factor_exposures, risk_shapes.FactorExposures)
_add("market-beta", market_beta, shapes.MarketBeta)
_add("stress-test", risk.stress_test, risk_shapes.StressTest)
_add("correlation-matrix", risk.correlation_matrix, risk_shapes.CorrelationMatrix)
_add("volatility", volatility, shapes.Volatility)
_add("concentration", concentration, shapes.Concentration)
_add("sector-exposure", sector_exposure, shapes.SectorExposure)
_add("greeks", risk.greeks, risk_shapes.Greeks)
_add("tail-risk", risk.tail_risk, risk_shapes.TailRisk)


@router.post(
    "/portfolio/{portfolio_id}/stress-test", name="stress_portfolio", responses=refusals(400, 401, 404, 422, 429)
)
def stress_portfolio(portfolio_id: UUID, shocks: dict[str, float], door: SignedIn) -> risk_shapes.StressedPortfolio:
    """Shocks that are tried and not kept: by factor key, returns as decimals (-0.2 is a fall of 20 %), for
    `interest_rate` the change of the yield (0.01 is one percentage point)."""
    door.services.risk.admit(door.transactions, door.actor)
    return risk.stressed(door, portfolio_id, shocks)


Benchmark = Annotated[str, Query(pattern=r"^[A-Za-z0-9.^=-]{1,20}$", description="Any symbol with stored prices")]


@router.get("/portfolio/{portfolio_id}/performance", name="portfolio_performance", description=performance.__doc__,
            responses=refusals(401, 404))  # fmt: skip
def portfolio_performance(portfolio_id: UUID, door: SignedIn, benchmark: Benchmark = BENCHMARK) -> shapes.Performance:
    return performance(door, portfolio_id, benchmark)


@router.get("/aggregate/performance", name="aggregate_performance", description=performance.__doc__,
            responses=refusals(401))  # fmt: skip
def aggregate_performance(door: SignedIn, benchmark: Benchmark = BENCHMARK) -> shapes.Performance:
    return performance(door, None, benchmark)
