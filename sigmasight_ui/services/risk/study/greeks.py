"""Options: what each contract held risks, and the view of them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from sigmasight_ui.analytics.american import american
from sigmasight_ui.analytics.figure import known, unavailable
from sigmasight_ui.analytics.implied_volatility import american_implied_volatility
from sigmasight_ui.analytics.options import DAYS_A_YEAR, Options, position_greeks
from sigmasight_ui.analytics.returns import Floats
from sigmasight_ui.analytics.volatility import realised_volatility
from sigmasight_ui.services.risk import inputs, nothing, rules
from sigmasight_ui.services.risk.held import Contract, Held
from sigmasight_ui.services.risk.schemas import ContractGreeks, FigureView, GreekAmounts, GreekRow, GreeksView
from sigmasight_ui.services.risk.study.figures import NavFact, view
from sigmasight_ui.services.risk.study.positions import Positions, contract_of
from sigmasight_ui.services.risk.study.symbols import Symbols
from sigmasight_ui.services.securities.symbols import OccSymbol, parse_occ

RATE = 0.04
"""Assumed: no source of prices delivers an interest rate."""
SHOWN = 200
NO_OPTIONS = "there are no options"
NOTES = (
    "American values by the Leisen-Reimer tree of 101 steps.",
    f"The interest rate is assumed to be {RATE:.0%} a year; dividends are those of the past year.",
)
_UNDERLYING_WINDOW = 63
_GREEKS = ("exposure", "gamma", "vega", "theta", "rho")


@dataclass(frozen=True, slots=True)
class Underlying:
    """close: latest within ten days, with its session. volatility: realised over 63 days, decimal per year. None where
    unknown."""

    close: float | None
    session: date | None
    dividend: float
    volatility: float | None


def underlyings(symbols: Symbols) -> dict[str, Underlying]:
    """What options need of their underlyings. symbols: those, with their returns."""
    if symbols.returns is None:
        raise ValueError("realised volatilities are made from returns")
    realised = realised_volatility(symbols.returns, _UNDERLYING_WINDOW).values
    return {
        name: Underlying(
            close=None if np.isnan(symbols.close[column]) else float(symbols.close[column]),
            session=symbols.close_sessions[column],
            dividend=float(symbols.dividend_yield[column]),
            volatility=None if np.isnan(realised[column]) else float(realised[column]),
        )
        for column, name in enumerate(symbols.names)
    }


def contracts(
    options: Sequence[Held], underlyings: Mapping[str, Underlying], as_of: date
) -> dict[str, Contract]:  # fmt: skip
    """Volatility and Greeks of every option contract held, or the reason why there are none."""
    found: dict[str, Contract] = {}
    ready: list[tuple[Held, OccSymbol, Underlying]] = []
    for held in options:
        terms = parse_occ(held.symbol)
        underlying = None if terms is None else underlyings.get(terms.underlying)
        if terms is None or underlying is None or underlying.close is None or terms.expiration <= as_of:
            found[held.symbol] = _unpriced(held.symbol, terms, as_of)
        else:
            ready.append((held, terms, underlying))
    return found | _priced(ready, as_of)


def _unpriced(symbol: str, terms: OccSymbol | None, as_of: date) -> Contract:
    if terms is None:
        return _without(symbol, "its terms cannot be read")
    if terms.expiration <= as_of:
        return _without(terms.underlying, f"expired on {terms.expiration}")
    return _without(terms.underlying, f"no price of {terms.underlying}, its underlying")


def _without(underlying: str, reason: str) -> Contract:
    return Contract(underlying, None, 0.0, None, None, None, None, None, None, None, None, reason)


def _priced(rows: Sequence[tuple[Held, OccSymbol, Underlying]], as_of: date) -> dict[str, Contract]:
    if not rows:
        return {}
    of = Options(
        spot=_floats(underlying.close for _, _, underlying in rows),
        strike=_floats(float(terms.strike) for _, terms, _ in rows),
        years=_floats((terms.expiration - as_of).days / DAYS_A_YEAR for _, terms, _ in rows),
        rate=np.full(len(rows), RATE),
        dividend=_floats(underlying.dividend for _, _, underlying in rows),
        call=np.array([terms.option_type == "CALL" for _, terms, _ in rows], dtype=np.bool_),
    )
    of_same_day = (held.price if held.price_session == known_.session else None for held, _, known_ in rows)
    solved = american_implied_volatility(of, _floats(of_same_day))
    realised = _floats(underlying.volatility for _, _, underlying in rows)
    volatility = np.where(np.isnan(solved.values), realised, solved.values)
    value = american(of, volatility)
    risk = position_greeks(value, of.spot, _floats(held.quantity for held, _, _ in rows))
    return {
        held.symbol: _contract(number, held, terms, of, solved.values, volatility, [getattr(risk, g) for g in _NAMES])
        for number, (held, terms, _) in enumerate(rows)
    }


_NAMES = ("exposure", "gamma_1pct", "vega", "theta", "rho")


def _contract(
    number: int, held: Held, terms: OccSymbol, of: Options, solved: Floats, used: Floats, risks: Sequence[Floats]
) -> Contract:
    if np.isnan(used[number]):
        reason = f"no volatility: not from its price, and {terms.underlying} has too few daily returns"
        return _without(terms.underlying, reason)
    origin = f"solved from the price of {held.price_session}"
    if np.isnan(solved[number]):
        origin = f"estimated: realised by {terms.underlying} over 63 days"
    exposure, gamma, vega, theta, rho = (float(each[number]) for each in risks)
    return Contract(
        underlying=terms.underlying, spot=float(of.spot[number]), years=float(of.years[number]),
        dividend=float(of.dividend[number]), volatility=float(used[number]), origin=origin, exposure=exposure,
        gamma=gamma, vega=vega, theta=theta, rho=rho, reason=None,
    )  # fmt: skip


def _floats(numbers: Iterable[float | None]) -> Floats:
    return np.array([np.nan if number is None else number for number in numbers], dtype=np.float64)


# The view


@dataclass(frozen=True, eq=False, slots=True)
class Whole:
    """What the view is about."""

    as_of: date
    nav: NavFact
    positions: Positions


def greeks_view(s: Whole) -> GreeksView:
    held = [each for each in s.positions.held if each.investment_class == "OPTIONS"]
    if not held:
        return nothing.greeks(NO_OPTIONS, s.as_of)
    priced = s.positions.options
    reason = None if priced else "none of the contracts can be priced"
    delta, gamma, vega, theta, rho = (_total(s, name, priced, len(held)) for name in _GREEKS)
    ranked = sorted(held, key=lambda each: (-abs(_exposure(each)), each.symbol))
    symbols = {each.symbol for each in held}
    return GreeksView(
        rows=_rows(priced), contracts=tuple(_view(each) for each in ranked[:SHOWN]), delta=delta, gamma=gamma,
        vega=vega, theta=theta, rho=rho, exposure=_of_nav(s, priced, len(held)), priced=len(priced), of=len(held),
        notes=NOTES, as_of=s.as_of, left_out=tuple(each for each in s.positions.left_out if each.symbol in symbols),
        reason=reason,
    )  # fmt: skip


def _total(s: Whole, name: str, priced: Sequence[tuple[Held, Contract]], of: int) -> FigureView:
    key = "delta" if name == "exposure" else name
    method, coverage = rules.METHODS[key], len(priced) / of
    if not priced:
        return view(unavailable("none of the contracts can be priced", method=method, coverage=0.0), s.as_of, key)
    total = sum(getattr(contract, name) for _, contract in priced)
    return view(known(total, method=method, n_obs=len(priced), coverage=coverage), s.as_of, key)


def _of_nav(s: Whole, priced: Sequence[tuple[Held, Contract]], of: int) -> FigureView:
    dollars = _total(s, "exposure", priced, of)
    nav = float(s.nav.nav)
    key = "delta_exposure"
    problem = dollars.reason or rules.share_problem(nav > 0, s.nav.coverage)
    if problem or dollars.value is None:
        return view(unavailable(problem or "", method=rules.METHODS[key], coverage=dollars.coverage_nav), s.as_of, key)
    figure = known(dollars.value / nav, method=rules.METHODS[key], n_obs=dollars.n_obs, coverage=dollars.coverage_nav)
    return view(figure, s.as_of, key)


def _exposure(held: Held) -> float:
    contract = contract_of(held)
    return 0.0 if contract is None or contract.exposure is None else contract.exposure


def _rows(priced: Sequence[tuple[Held, Contract]]) -> tuple[GreekRow, ...]:
    groups: dict[tuple[str, date], list[tuple[Held, Contract]]] = defaultdict(list)
    for held, contract in priced:
        terms = parse_occ(held.symbol)
        if terms is not None:
            groups[contract.underlying, terms.expiration].append((held, contract))
    return tuple(_group(*key, groups[key]) for key in sorted(groups))


def _group(underlying: str, expiration: date, rows: Sequence[tuple[Held, Contract]]) -> GreekRow:
    sizes = np.array([abs(contract.vega or 0.0) for _, contract in rows])
    volatilities = np.array([contract.volatility for _, contract in rows], dtype=np.float64)
    mean = float(np.average(volatilities, weights=sizes)) if sizes.sum() > 0 else float(volatilities.mean())
    origins = sorted({contract.origin or "" for _, contract in rows})
    contracts_held = sum((Decimal(repr(held.quantity)) for held, _ in rows), Decimal(0))
    return GreekRow(underlying, expiration, contracts_held, _sum(rows), mean, "; ".join(origins))


def _sum(rows: Sequence[tuple[Held, Contract]]) -> GreekAmounts:
    return GreekAmounts(*(_money(sum(getattr(contract, name) for _, contract in rows)) for name in _GREEKS))


def _money(amount: float) -> Decimal:
    return inputs.money(amount) or Decimal(0)


def _view(held: Held) -> ContractGreeks:
    terms, contract = parse_occ(held.symbol), contract_of(held)
    priced = contract is not None and contract.exposure is not None
    return ContractGreeks(
        symbol=held.symbol,
        underlying=contract.underlying if contract is not None else held.symbol,
        expiration=terms.expiration if terms is not None else date.max,
        strike=terms.strike if terms is not None else Decimal(0),
        right=terms.option_type if terms is not None else "",
        contracts=Decimal(repr(held.quantity)),
        price=None if held.price is None else Decimal(repr(held.price)),
        underlying_price=None if contract is None else contract.spot,
        implied_volatility=None if contract is None else contract.volatility,
        origin=None if contract is None else contract.origin,
        amounts=_sum([(held, contract)]) if priced and contract is not None else None,
        reason=None if priced else "not calculated yet" if contract is None else contract.reason,
    )
