"""European options on an asset with a dividend yield: Black-Scholes value and Greeks, and the risk of positions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sigmasight_ui.analytics.returns import Bools, Floats

Indices = NDArray[np.intp]

DAYS_A_YEAR = 365.0
CONTRACT_SIZE = 100.0

_ROOT_TWO_PI = np.sqrt(2 * np.pi)


@dataclass(frozen=True, eq=False, slots=True)
class Options:
    """n options; arrays (n,). spot, strike: currency, positive. years: calendar days to the close of expiry / 365, not
    positive = expired. rate, dividend: continuously compounded yields per year, decimal. call: True, else put."""

    spot: Floats
    strike: Floats
    years: Floats
    rate: Floats
    dividend: Floats
    call: Bools

    @property
    def sign(self) -> Floats:
        """(n,) 1 for calls, -1 for puts."""
        return np.where(self.call, 1.0, -1.0)

    @property
    def alive(self) -> Bools:
        alive: Bools = self.years > 0
        return alive

    def intrinsic(self) -> Floats:
        """(n,) what exercising now is worth, never negative."""
        return np.maximum(self.sign * (self.spot - self.strike), 0.0)

    def at(self, spot: ArrayLike) -> Options:
        """The same options with the underlying at another price; raises ValueError unless it is positive."""
        return replace(
            self, spot=_positive(np.broadcast_to(np.asarray(spot, dtype=np.float64), self.spot.shape), "spot")
        )

    def pick(self, chosen: Bools | Indices) -> Options:
        """Those of them that are chosen."""
        return Options(*(getattr(self, name)[chosen] for name in self.__slots__))


def options(
    spot: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    call: ArrayLike,
    rate: ArrayLike = 0.0,
    dividend: ArrayLike = 0.0,
) -> Options:
    """Options from scalars and arrays of one length. NaN = unknown. Raises ValueError for spots or strikes <= 0."""
    numbers = (np.atleast_1d(np.asarray(each, dtype=np.float64)) for each in (spot, strike, years, rate, dividend))
    at, of, until, growth, payout, calls = np.broadcast_arrays(*numbers, np.asarray(call, dtype=np.bool_))
    return Options(_positive(at, "spot"), _positive(of, "strike"), until, growth, payout, calls.astype(np.bool_))


def _positive(values: Floats, name: str) -> Floats:
    if np.any(values <= 0) or np.any(np.isinf(values)):
        raise ValueError(f"a {name} is positive and finite; unknown is NaN")
    return values


@dataclass(frozen=True, eq=False, slots=True)
class Valuation:
    """Value and Greeks of one option on one unit of the underlying; arrays (n,), NaN where an input is unknown.

    price: currency. delta: per 1 of currency. gamma: delta per 1 of currency. vega: currency per percentage point of
    volatility (per 0.01). theta: currency per calendar day (a 365th of a year). rho: currency per percentage point of
    the rate. The textbook's vega and rho are 100 times, its theta a year 365 times these.
    """

    price: Floats
    delta: Floats
    gamma: Floats
    vega: Floats
    theta: Floats
    rho: Floats

    @property
    def vega_per_unit(self) -> Floats:
        return self.vega * 100.0


def european(of: Options, volatility: ArrayLike) -> Valuation:
    """Black-Scholes-Merton value and Greeks of European options.

    volatility: (n,) or one, decimal per year, zero allowed: the value then is that of a certain future.
    Expired options are worth their intrinsic value, with delta 1 (-1 for puts) in the money and 0 otherwise, and no
    other Greeks. NaN rule: NaN in, NaN out, per option; an unknown volatility is never replaced by a guess.
    Raises ValueError for a negative volatility.
    Source: Black & Scholes (1973), Merton (1973); Haug, The Complete Guide to Option Pricing Formulas, 1.1 and 2.
    """
    sigma = _volatility(of, volatility)
    years, sign = np.maximum(of.years, 0.0), of.sign
    d1, deviation = _d1(of, sigma, years)
    in_shares, in_cash = of.spot * np.exp(-of.dividend * years), of.strike * np.exp(-of.rate * years)
    n1, n2 = normal(sign * d1), normal(sign * (d1 - deviation))
    density = np.exp(-0.5 * d1 * d1) / _ROOT_TWO_PI * in_shares
    price = sign * (in_shares * n1 - in_cash * n2)
    unknown = _unknown(of, sigma)
    open_ = deviation != 0
    gamma = np.divide(density, of.spot**2 * deviation, out=np.zeros_like(density), where=open_)
    decay = np.divide(density * sigma, 2 * np.sqrt(years), out=np.zeros_like(density), where=open_)
    carry = np.where(years == 0, 0.0, sign * (of.dividend * in_shares * n1 - of.rate * in_cash * n2))
    return Valuation(
        price=price + unknown,
        delta=sign * n1 * in_shares / of.spot + unknown,
        gamma=gamma + unknown,
        vega=density * np.sqrt(years) / 100.0 + unknown,
        theta=(carry - decay) / DAYS_A_YEAR + unknown,
        rho=sign * years * in_cash * n2 / 100.0 + unknown,
    )


def european_price(of: Options, volatility: ArrayLike) -> Floats:
    """The price alone, as in `european`."""
    sigma = _volatility(of, volatility)
    years, sign = np.maximum(of.years, 0.0), of.sign
    d1, deviation = _d1(of, sigma, years)
    in_shares, in_cash = of.spot * np.exp(-of.dividend * years), of.strike * np.exp(-of.rate * years)
    price: Floats = sign * (in_shares * normal(sign * d1) - in_cash * normal(sign * (d1 - deviation)))
    return price + _unknown(of, sigma)


def normal(deviations: Floats) -> Floats:
    """Probability, 0 to 1, that a standard normal variable is at most this many deviations; any shape, NaN gives NaN.

    Source: Cephes ndtr, by way of scipy.special.
    """
    from scipy.special import ndtr  # a tenth of a second that only those pay who ask

    probability: Floats = ndtr(deviations)
    return probability


def _volatility(of: Options, volatility: ArrayLike) -> Floats:
    sigma = np.broadcast_to(np.asarray(volatility, dtype=np.float64), of.spot.shape)
    if np.any(sigma < 0) or np.any(np.isinf(sigma)):
        raise ValueError("a volatility is finite and not negative; unknown is NaN")
    return sigma


def _unknown(of: Options, sigma: Floats) -> Floats:
    """(n,) NaN where an input is unknown, even one that a certain outcome does not need, else 0."""
    return np.where(np.isnan(of.spot + of.strike + of.years + of.rate + of.dividend + sigma), np.nan, 0.0)


def _d1(of: Options, sigma: Floats, years: Floats) -> tuple[Floats, Floats]:
    """d1, infinite where the outcome is certain, and the deviation of the log price at expiry."""
    deviation = sigma * np.sqrt(years)
    moneyness = np.log(of.spot / of.strike) + (of.rate - of.dividend) * years
    with np.errstate(divide="ignore", invalid="ignore"):
        uncertain = moneyness / deviation + deviation / 2
    certain = np.where(of.sign * moneyness > 0, np.inf, -np.inf) * of.sign
    return np.where(deviation == 0, certain, uncertain), deviation


@dataclass(frozen=True, eq=False, slots=True)
class PositionGreeks:
    """What n positions of contracts risk; arrays (n,), signed by the position, currency of the underlying.

    exposure: delta-adjusted dollars, delta x contract size x contracts x spot. gamma_1pct: the delta gained when the
    underlying rises by 1 %, in dollars at its present price: gamma x spot² / 100 x contract size x contracts. vega: per
    percentage point of volatility. theta: per calendar day. rho: per percentage point of the rate. market_value: price
    x contract size x contracts.
    """

    market_value: Floats
    exposure: Floats
    gamma_1pct: Floats
    vega: Floats
    theta: Floats
    rho: Floats


def position_greeks(
    value: Valuation, spot: ArrayLike, contracts: ArrayLike, contract_size: ArrayLike = CONTRACT_SIZE
) -> PositionGreeks:
    """Greeks of one option turned into those of positions.

    spot: (n,) of the underlying. contracts: (n,) signed, short negative. contract_size: units of the underlying per
    contract, 100 unless a corporate action changed the deliverable. NaN rule: NaN in, NaN out, per position.
    """
    underlying, held, size = (np.asarray(each, np.float64) for each in (spot, contracts, contract_size))
    units = held * size
    return PositionGreeks(
        market_value=value.price * units,
        exposure=delta_adjusted_exposure(value.delta, contracts, spot, contract_size),
        gamma_1pct=value.gamma * underlying**2 * units / 100.0,
        vega=value.vega * units,
        theta=value.theta * units,
        rho=value.rho * units,
    )


def delta_adjusted_exposure(
    delta: ArrayLike, contracts: ArrayLike, spot: ArrayLike, contract_size: ArrayLike = CONTRACT_SIZE
) -> Floats:
    """(n,) dollars of the underlying that move like these positions: delta x contract size x contracts x spot.

    Signed: long puts and short calls are negative. Not delta x premium. NaN rule: NaN in, NaN out.
    """
    slope, size, held, underlying = (np.asarray(each, np.float64) for each in (delta, contract_size, contracts, spot))
    exposure: Floats = slope * size * held * underlying
    return exposure
