"""A holding as the statistics see it: plain numbers, no lots, no SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple


class Held(NamedTuple):
    """One symbol, all lots together; value and gross in dollars, None without a price. greeks: of an option contract,
    the fields of `Contract`, None before they are computed."""

    symbol: str
    name: str
    investment_class: str
    sector: str
    is_cash: bool
    quantity: float
    price: float | None
    price_session: date | None
    value: float | None
    gross: float | None
    greeks: dict[str, Any] | None

    @property
    def has_returns(self) -> bool:
        """A market return of its own: options would need their delta, private assets have no market."""
        return self.investment_class == "PUBLIC" and not self.is_cash and self.value is not None


@dataclass(frozen=True, slots=True)
class Contract:
    """What a position in an option contract risks, in dollars signed by the position; None with a reason.

    volatility: decimal per year, `origin` says where it is from. dividend: yield of the underlying, decimal per year.
    exposure: delta-adjusted dollars of the underlying. gamma, vega, theta, rho: as `PositionGreeks`.
    """

    underlying: str
    spot: float | None
    years: float
    dividend: float | None
    volatility: float | None
    origin: str | None
    exposure: float | None
    gamma: float | None
    vega: float | None
    theta: float | None
    rho: float | None
    reason: str | None


_DOLLARS = ("exposure", "gamma", "vega", "theta", "rho")


def merge(holdings: Iterable[Held]) -> list[Held]:
    """Those of several portfolios as one: the same symbol once, its amounts added up; facts of the newest price."""
    by_symbol: dict[str, list[Held]] = defaultdict(list)
    for held in holdings:
        by_symbol[held.symbol].append(held)
    return [parts[0] if len(parts) == 1 else _merged(parts) for _, parts in sorted(by_symbol.items())]


def _merged(parts: Sequence[Held]) -> Held:
    newest = max(parts, key=lambda held: held.price_session or date.min)
    return newest._replace(
        quantity=sum(held.quantity for held in parts),
        value=_total(held.value for held in parts),
        gross=_total(held.gross for held in parts),
        greeks=_merged_greeks(newest, parts),
    )


def _merged_greeks(newest: Held, parts: Sequence[Held]) -> dict[str, Any] | None:
    if newest.greeks is None:
        return None
    known = [held.greeks for held in parts if held.greeks is not None]
    return newest.greeks | {name: _total(each[name] for each in known) for name in _DOLLARS}


def _total(amounts: Iterable[float | None]) -> float | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None
