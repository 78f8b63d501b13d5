"""The shapes of the risk answers: factors, stress, correlations, Greeks, tail."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from sigmasight_ui.api.contract import Money, Price, Quantity
from sigmasight_ui.api.routes.analytics_models import Answer, Figure


class Part(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class LeftOutSymbol(Part):
    """A holding that the figures do not contain; `amount` is its gross market value."""

    symbol: str
    reason: str
    amount: Money | None


class FactorExposure(BaseModel):
    """`exposure` with its standard error; low and high: 95 % interval. `dollars_per_1pct`: gain when the factor returns
    +1 %. `contribution`: what the factor adds to the volatility per year, `share` of it."""

    key: str
    name: str
    opposite: str | None
    formula: str
    exposure: Figure
    low: float | None
    high: float | None
    dollars_per_1pct: Money | None
    clear_of_zero: bool
    contribution: Figure
    share: float | None


class Spread(BaseModel):
    """One difference of two funds, alone: not to be added to anything."""

    key: str
    name: str
    formula: str
    beta: Figure


class PositionContribution(Part):
    """`weight`: exposure, options by their delta, / net asset value. The contributions of all positions add up to the
    volatility."""

    symbol: str
    name: str
    weight: float | None
    contribution: float | None
    specific: float | None
    share: float | None
    reason: str | None


class FactorExposures(Answer):
    factors: list[FactorExposure]
    r_squared: Figure
    volatility: Figure
    factor_volatility: Figure
    specific_volatility: Figure
    specific_contribution: Figure
    positions: list[PositionContribution]
    positions_total: int
    spreads: list[Spread]
    condition_number: float | None
    note: str | None
    left_out: list[LeftOutSymbol]


class StressScenario(BaseModel):
    """`kind`: scenario, replay or custom. total, direct, propagated: shares of net asset value, negative is a loss."""

    key: str
    name: str
    category: str
    severity: str
    kind: str
    words: str
    shocks: dict[str, float]
    total: Figure
    direct: Figure
    propagated: Figure
    amount: Money | None


class StressTest(Answer):
    """Largest loss first, what has no result last."""

    scenarios: list[StressScenario]
    notes: list[str]
    left_out: list[LeftOutSymbol]


class StressPosition(Part):
    """Gain of one holding, dollars."""

    symbol: str
    name: str
    market_value: Money | None
    total: Money | None
    direct: Money | None
    propagated: Money | None
    share: float | None
    reason: str | None


class StressedPortfolio(Answer):
    """The 200 holdings that lose or gain most of `positions_total`."""

    scenario: StressScenario
    positions: list[StressPosition]
    positions_total: int


class Cluster(Part):
    name: str
    members: list[str]
    sector: str | None
    correlation: float | None
    share: float | None


class CorrelationMatrix(Answer):
    """The largest holdings (`shown` of `of`), neighbours move together; null is a hidden pair."""

    symbols: list[str]
    matrix: list[list[float | None]]
    overlaps: list[list[int]]
    clusters: list[Cluster]
    average: Figure
    effective_number: Figure
    hidden_pairs: int
    repaired: bool
    notes: list[str]
    shown: int
    of: int
    window: int
    left_out: list[LeftOutSymbol]


class GreekAmounts(Part):
    """Dollars: delta-adjusted exposure; gamma per 1 %; vega per point; theta a day; rho per point of the rate."""

    delta: Money
    gamma: Money
    vega: Money
    theta: Money
    rho: Money


class GreekRow(Part):
    underlying: str
    expiration: date
    contracts: Quantity
    amounts: GreekAmounts
    implied_volatility: float | None
    origin: str


class ContractGreeks(Part):
    """`origin` says where the volatility is from; without amounts `reason` says why."""

    symbol: str
    underlying: str
    expiration: date
    strike: Price
    right: str
    contracts: Quantity
    price: Price | None
    underlying_price: float | None
    implied_volatility: float | None
    origin: str | None
    amounts: GreekAmounts | None
    reason: str | None


class Greeks(Answer):
    """Totals in dollars; `exposure` is the delta-adjusted exposure / net asset value."""

    delta: Figure
    gamma: Figure
    vega: Figure
    theta: Figure
    rho: Figure
    exposure: Figure
    rows: list[GreekRow]
    contracts: list[ContractGreeks]
    priced: int
    of: int
    notes: list[str]
    left_out: list[LeftOutSymbol]


class Loss(BaseModel):
    """One day, positive is a loss: share of net asset value, and dollars. low, high: interval of the share that holds
    the true one with probability `confidence`."""

    figure: Figure
    amount: Money | None
    error_amount: Money | None
    low: float | None
    high: float | None
    confidence: float | None


class NormalTail(BaseModel):
    """By a normal curve with the mean and deviation of the same days."""

    var_95: Loss
    var_99: Loss
    cvar_95: Loss
    cvar_99: Loss


class Bin(Part):
    low: float
    high: float
    count: int


class TailRisk(Answer):
    """var and cvar by order statistics of the daily returns at present positions; `bins` count the same returns."""

    var_95: Loss
    var_99: Loss
    cvar_95: Loss
    cvar_99: Loss
    normal: NormalTail
    bins: list[Bin]
    n_obs: int
    window: int
