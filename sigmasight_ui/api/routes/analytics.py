"""Analytics of one portfolio and of all accounts together: the same calls, the same shapes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from sqlmodel import Session

from sigmasight_ui.api.contract import refusals
from sigmasight_ui.api.deps import Door, SignedIn
from sigmasight_ui.api.routes import analytics_models as shapes
from sigmasight_ui.services.risk.schemas import FigureView, Overview

router = APIRouter(prefix="/analytics", tags=["analytics"])
BENCHMARK = "SPY"
Build = Callable[[Session, Door, UUID | None], shapes.Answer | shapes.NotComputed]


# What is computed


def overview(session: Session, door: Door, portfolio_id: UUID | None) -> shapes.Overview:
    """Value, gains, exposures and cash; `as_of` is the session they belong to."""
    seen = door.services.risk.overview(session, door.actor, portfolio_id)
    exposures = {name: getattr(seen, name) for name in ("long", "short", "gross", "net", "cash")}
    amounts = {name: _amount(each.amount, seen.reason, each.share) for name, each in exposures.items()}
    gains = ("unrealised_pnl", "realised_pnl", "realised_this_year", "margin_used")
    amounts |= {name: _amount(getattr(seen, name), seen.reason) for name in gains}
    return shapes.Overview(
        **_head(portfolio_id, seen),
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
        left_out=[shapes.LeftOut.model_validate(each, from_attributes=True) for each in seen.left_out],
    )


def market_beta(session: Session, door: Door, portfolio_id: UUID | None) -> shapes.MarketBeta:
    """OLS on SPY over 252 and 90 trading days with standard errors, and the betas of the 200 largest holdings."""
    risk, actor = door.services.risk, door.actor
    found = risk.figures(session, actor, portfolio_id)
    symbols = [
        shapes.SymbolBeta(
            symbol=each.symbol, weight=each.weight, beta_252=_figure(each.beta_252), beta_90=_figure(each.beta_90)
        )
        for each in risk.symbol_betas(session, actor, portfolio_id)
    ]
    return shapes.MarketBeta(
        **_head(portfolio_id, risk.overview(session, actor, portfolio_id)),
        benchmark=BENCHMARK,
        beta_252=_figure(found["beta_252"]),
        beta_90=_figure(found["beta_90"]),
        symbols=symbols,
        contributions=_contributions(session, door, portfolio_id, "beta_252"),
    )


def volatility(session: Session, door: Door, portfolio_id: UUID | None) -> shapes.Volatility:
    """Realised, annualised, at present weights over 21, 63 and 252 trading days, and where it stands in its year."""
    found = door.services.risk.figures(session, door.actor, portfolio_id)
    keys = ("volatility_21", "volatility_63", "volatility_252", "volatility_percentile")
    return shapes.Volatility(
        **_head(portfolio_id, door.services.risk.overview(session, door.actor, portfolio_id)),
        **{key: _figure(found[key]) for key in keys},
        contributions=_contributions(session, door, portfolio_id, "volatility_252"),
    )


def concentration(session: Session, door: Door, portfolio_id: UUID | None) -> shapes.Concentration:
    """Shares of gross exposure by symbol: Herfindahl index (0 to 10,000), effective number, top 3 and top 10."""
    found = door.services.risk.figures(session, door.actor, portfolio_id)
    return shapes.Concentration(
        **_head(portfolio_id, door.services.risk.overview(session, door.actor, portfolio_id)),
        **{key: _figure(found[key]) for key in ("hhi", "effective_n", "top_3", "top_10", "largest")},
        largest_symbol=found["largest"].details.get("symbol"),
    )


def sector_exposure(session: Session, door: Door, portfolio_id: UUID | None) -> shapes.SectorExposure:
    """Net and gross shares of net asset value, largest first; nothing is dropped."""
    found = door.services.risk.sector_exposure(session, door.actor, portfolio_id)
    sectors = [
        shapes.Sector(sector=row.sector, net=_figure(row.net), gross=_figure(row.gross), value=row.amount)
        for row in found.rows
    ]
    head = _head(portfolio_id, door.services.risk.overview(session, door.actor, portfolio_id))
    return shapes.SectorExposure(**{**head, "reason": found.reason or head["reason"]}, sectors=sectors)


def performance(
    session: Session, door: Door, portfolio_id: UUID | None, benchmark: str = BENCHMARK
) -> shapes.Performance:
    """Time-weighted, annualised and money-weighted returns, contributions and withdrawals by range, and the deepest
    fall, from daily snapshots; `benchmark` is any symbol with stored prices."""
    found = door.services.risk.performance(session, door.actor, portfolio_id, benchmark)
    return shapes.Performance(
        **_head(portfolio_id, door.services.risk.overview(session, door.actor, portfolio_id)),
        first_session=found.first_session,
        benchmark=found.benchmark_symbol,
        returns={range_.value: _figure(view) for range_, view in found.returns.items()},
        ranges={
            range_.value: shapes.RangePerformance.model_validate(each, from_attributes=True)
            for range_, each in found.ranges.items()
        },
        max_drawdown=_figure(found.max_drawdown),
    )


# What is not computed here


def factor_exposures(session: Session, door: Door, portfolio_id: UUID | None) -> shapes.FactorExposures:
    """The eight factors; this installation has no factor model, so every exposure is null."""
    nothing = _not_computed(session, door, portfolio_id, "factor exposures")
    factors = [
        shapes.FactorExposure(
            key=each.key, name=each.name, proxy_symbol=each.proxy_symbol, exposure=_null(nothing["reason"])
        )
        for each in door.services.risk.factors(session)
    ]
    return shapes.FactorExposures(**nothing, factors=factors)


def stress_test(session: Session, door: Door, portfolio_id: UUID | None) -> shapes.StressTest:
    """The scenarios with their shocks; this installation does not compute them, so every result is null."""
    nothing = _not_computed(session, door, portfolio_id, "stress tests")
    scenarios = [
        shapes.Scenario(
            key=each.key, name=each.name, category=each.category, severity=each.severity, shocks=each.shocks,
            pnl=_null(nothing["reason"]),
        )
        for each in door.services.risk.scenarios(session)
    ]  # fmt: skip
    return shapes.StressTest(**nothing, scenarios=scenarios)


def correlation_matrix(session: Session, door: Door, portfolio_id: UUID | None) -> shapes.CorrelationMatrix:
    """This installation does not compute correlations: the matrix is null."""
    nothing = _not_computed(session, door, portfolio_id, "correlations")
    return shapes.CorrelationMatrix(**nothing, symbols=[], matrix=None, average=_null(nothing["reason"]))


def greeks(session: Session, door: Door, portfolio_id: UUID | None) -> shapes.Greeks:
    """This installation does not compute option Greeks: every figure is null."""
    nothing = _not_computed(session, door, portfolio_id, "option Greeks")
    names = ("delta", "gamma", "theta", "vega", "rho")
    return shapes.Greeks(**nothing, **{name: _null(nothing["reason"]) for name in names})


def tail_risk(session: Session, door: Door, portfolio_id: UUID | None) -> shapes.TailRisk:
    """This installation does not compute value at risk: every figure is null."""
    nothing = _not_computed(session, door, portfolio_id, "value at risk")
    names = ("var_95", "var_99", "cvar_95", "cvar_99")
    return shapes.TailRisk(**nothing, **{name: _null(nothing["reason"]) for name in names})


# Parts


def _head(portfolio_id: UUID | None, seen: Overview) -> dict[str, Any]:
    prices = None if seen.origin is None else shapes.Prices.model_validate(seen.origin, from_attributes=True)
    return {
        "portfolio_id": portfolio_id, "as_of": seen.as_of, "coverage": seen.coverage, "prices": prices,
        "reason": seen.reason,
    }  # fmt: skip


def _figure(view: FigureView) -> shapes.Figure:
    return shapes.Figure.model_validate(view, from_attributes=True)


def _null(reason: str) -> shapes.Figure:
    return shapes.Figure(
        value=None, reason=reason, n_obs=None, window=None, as_of=None, coverage_nav=None, std_error=None, method=""
    )


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


def _contributions(session: Session, door: Door, portfolio_id: UUID | None, key: str) -> list[shapes.Contribution]:
    if portfolio_id is not None:
        return []
    found = door.services.risk.contributions(session, door.actor, key)
    return [shapes.Contribution.model_validate(each, from_attributes=True) for each in found]


def _not_computed(session: Session, door: Door, portfolio_id: UUID | None, what: str) -> dict[str, Any]:
    """Also for what is never computed a portfolio of somebody else is not there."""
    if portfolio_id is not None:
        door.services.portfolios.get(session, door.actor, portfolio_id)
    return {"portfolio_id": portfolio_id, "reason": f"this installation does not compute {what}"}


# Routes


def _add(path: str, build: Build, shape: type[shapes.Answer | shapes.NotComputed]) -> None:
    def of_portfolio(portfolio_id: UUID, door: SignedIn) -> Any:
        with door.transaction() as session:
            return build(session, door, portfolio_id)

    def of_all(door: SignedIn) -> Any:
        with door.transaction() as session:
            return build(session, door, None)

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
_add("factor-exposures", factor_exposures, shapes.FactorExposures)
_add("market-beta", market_beta, shapes.MarketBeta)
_add("stress-test", stress_test, shapes.StressTest)
_add("correlation-matrix", correlation_matrix, shapes.CorrelationMatrix)
_add("volatility", volatility, shapes.Volatility)
_add("concentration", concentration, shapes.Concentration)
_add("sector-exposure", sector_exposure, shapes.SectorExposure)
_add("greeks", greeks, shapes.Greeks)
_add("tail-risk", tail_risk, shapes.TailRisk)


Benchmark = Annotated[str, Query(pattern=r"^[A-Za-z0-9.^=-]{1,20}$", description="Any symbol with stored prices")]


@router.get("/portfolio/{portfolio_id}/performance", name="portfolio_performance", description=performance.__doc__,
            responses=refusals(401, 404))  # fmt: skip
def portfolio_performance(portfolio_id: UUID, door: SignedIn, benchmark: Benchmark = BENCHMARK) -> shapes.Performance:
    with door.transaction() as session:
        return performance(session, door, portfolio_id, benchmark)


@router.get("/aggregate/performance", name="aggregate_performance", description=performance.__doc__,
            responses=refusals(401))  # fmt: skip
def aggregate_performance(door: SignedIn, benchmark: Benchmark = BENCHMARK) -> shapes.Performance:
    with door.transaction() as session:
        return performance(session, door, None, benchmark)
