"""What a portfolio is worth at the closes of a session, exactly: market values, gains, exposures, cash and NAV.

Cash is derived, never stored: the equity balance given at import, minus the cost of what was open then and of what was
bought later, plus the proceeds of what was sold later. So NAV = cash + sum of market values moves with every gain
since entry. Money is `Decimal` and nothing is rounded here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow, localcontext
from uuid import UUID

from sigmasight_ui.core.money import ZERO

CONTRACT_SIZE = 100
LOOKBACK_DAYS = 10
"""A close older than this many calendar days is no price of today."""

EXACT = Context(prec=80, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
"""Sums and products that would have to be rounded raise instead."""

AT_ENTRY_PRICE = "private: held at its entry price"
NO_CLOSE = f"no close within {LOOKBACK_DAYS} days"
NO_PREVIOUS_CLOSE = f"no previous close within {LOOKBACK_DAYS} days"
FIRST_CLOSE = "the first close since entry: daily gains count from here"


@dataclass(frozen=True, slots=True)
class Holding:
    """One lot. Quantity is signed, short is negative; options count contracts of 100.

    closed_at_import: the lot was already closed when the equity balance was given, which therefore contains its gain.
    """

    position_id: UUID
    symbol: str
    investment_class: str
    quantity: Decimal
    entry_price: Decimal
    entry_date: date
    exit_price: Decimal | None = None
    exit_date: date | None = None
    closed_at_import: bool = False

    def __post_init__(self) -> None:
        if (self.exit_price is None) != (self.exit_date is None):
            raise ValueError("an exit has a price and a date")
        if self.exit_date is not None and self.exit_date < self.entry_date:
            raise ValueError("nothing is sold before it was bought")
        if self.closed_at_import and self.exit_date is None:
            raise ValueError("what was closed at import has an exit")

    @property
    def is_private(self) -> bool:
        return self.investment_class == "PRIVATE"

    @property
    def multiplier(self) -> int:
        return CONTRACT_SIZE if self.investment_class == "OPTIONS" else 1

    @property
    def units(self) -> Decimal:
        """Signed number of shares; an option contract is 100 of them."""
        return EXACT.multiply(self.quantity, self.multiplier)

    @property
    def cost(self) -> Decimal:
        """Signed: what was paid, negative for the proceeds of a short sale."""
        return EXACT.multiply(self.units, self.entry_price)

    @property
    def proceeds(self) -> Decimal | None:
        return None if self.exit_price is None else EXACT.multiply(self.units, self.exit_price)

    @property
    def realised_pnl(self) -> Decimal | None:
        proceeds = self.proceeds
        return None if proceeds is None else EXACT.subtract(proceeds, self.cost)

    def is_closed(self, on: date) -> bool:
        return self.exit_date is not None and self.exit_date <= on

    def is_open(self, on: date) -> bool:
        """Held at the close of the day: bought by then and not yet sold."""
        return self.entry_date <= on and not self.is_closed(on)


@dataclass(frozen=True, slots=True)
class Quote:
    """The latest close of a symbol and the one before it, each with its session."""

    close: Decimal
    session: date
    previous_close: Decimal | None = None
    previous_session: date | None = None


@dataclass(frozen=True, slots=True)
class PositionValue:
    """One lot at a session's close; signs are those of the quantity.

    value_reason: why there is no market value, or why it is not a market price. day_return: gain over the absolute
    value at the previous close.
    """

    holding: Holding
    price: Decimal | None
    price_session: date | None
    market_value: Decimal | None
    value_reason: str | None
    cost: Decimal
    unrealised_pnl: Decimal | None
    day_pnl: Decimal | None
    day_return: Decimal | None
    day_reason: str | None


@dataclass(frozen=True, slots=True)
class Totals:
    """A portfolio's sums at a close; nav = cash + long_value + short_value.

    cash: negative is margin. long_value, short_value (zero or negative), unrealised_pnl: over the positions with a
    value. realised_pnl: of all lots closed by then.
    """

    nav: Decimal
    cash: Decimal
    long_value: Decimal
    short_value: Decimal
    unrealised_pnl: Decimal
    realised_pnl: Decimal

    @property
    def gross(self) -> Decimal:
        return EXACT.subtract(self.long_value, self.short_value)

    @property
    def net(self) -> Decimal:
        return EXACT.add(self.long_value, self.short_value)

    @property
    def margin_used(self) -> Decimal:
        return max(ZERO, -self.cash)


@dataclass(frozen=True, slots=True)
class PortfolioValuation(Totals):
    """A portfolio and its open positions at a session's close.

    day_pnl: of the positions still open, None with `day_reason` when no position has one. left_out: symbols without a
    value, in no total. coverage: share of the open positions' absolute cost that is in the totals, 1 without positions.
    """

    as_of: date
    positions: tuple[PositionValue, ...]
    day_pnl: Decimal | None
    day_reason: str | None
    left_out: tuple[str, ...]
    coverage: Decimal


def value_portfolio(
    holdings: Sequence[Holding], quotes: Mapping[str, Quote], equity_balance: Decimal, as_of: date
) -> PortfolioValuation:
    """The portfolio at the close of the session `as_of`; a quote from after it raises ValueError."""
    with localcontext(EXACT):
        positions = tuple(value_position(h, quotes.get(h.symbol), as_of) for h in holdings if h.is_open(as_of))
        values = [p.market_value for p in positions if p.market_value is not None]
        long_value = sum((v for v in values if v > 0), ZERO)
        short_value = sum((v for v in values if v < 0), ZERO)
        cash = cash_balance(holdings, equity_balance, as_of)
        realised = (h.realised_pnl for h in holdings if h.is_closed(as_of))
        days = [p.day_pnl for p in positions if p.day_pnl is not None]
        return PortfolioValuation(
            as_of=as_of,
            positions=positions,
            long_value=long_value,
            short_value=short_value,
            cash=cash,
            nav=cash + long_value + short_value,
            unrealised_pnl=sum((p.unrealised_pnl for p in positions if p.unrealised_pnl is not None), ZERO),
            realised_pnl=sum((gain for gain in realised if gain is not None), ZERO),
            day_pnl=sum(days, ZERO) if days or not positions else None,
            day_reason=None if days or not positions else _shared_reason(positions),
            left_out=tuple(sorted({p.holding.symbol for p in positions if p.market_value is None})),
            coverage=_coverage(positions),
        )


def value_position(holding: Holding, quote: Quote | None, as_of: date) -> PositionValue:
    """One open lot at the close of the session `as_of`."""
    with localcontext(EXACT):
        if holding.is_private:
            return _at_entry_price(holding)
        if quote is None or not is_recent(quote.session, as_of):
            return _without_value(holding)
        market_value = holding.units * quote.close
        day_reason = _no_day_pnl(holding, quote, as_of)
        previous = None if day_reason or quote.previous_close is None else holding.units * quote.previous_close
        day_pnl = None if previous is None else market_value - previous
        return PositionValue(
            holding=holding,
            price=quote.close,
            price_session=quote.session,
            market_value=market_value,
            value_reason=None,
            cost=holding.cost,
            unrealised_pnl=market_value - holding.cost,
            day_pnl=day_pnl,
            day_return=None if day_pnl is None or previous is None else share(day_pnl, abs(previous)),
            day_reason=day_reason,
        )


def is_recent(session: date, as_of: date) -> bool:
    """Whether a close still counts at `as_of`. Looking ahead is an error of the caller: ValueError."""
    if session > as_of:
        raise ValueError(f"a close of {session} is not known on {as_of}")
    return (as_of - session).days <= LOOKBACK_DAYS


def starting_cash(holdings: Iterable[Holding], equity_balance: Decimal) -> Decimal:
    """Cash before the first purchase: the equity balance without the gains it already contained at import."""
    with localcontext(EXACT):
        gains = (h.realised_pnl for h in holdings if h.closed_at_import)
        return equity_balance - sum((gain for gain in gains if gain is not None), ZERO)


def cash_balance(holdings: Sequence[Holding], equity_balance: Decimal, as_of: date) -> Decimal:
    """Cash at the close of `as_of`, negative when positions were bought on margin."""
    with localcontext(EXACT):
        bought = sum((h.cost for h in holdings if h.entry_date <= as_of), ZERO)
        sold = (h.proceeds for h in holdings if h.is_closed(as_of))
        return starting_cash(holdings, equity_balance) - bought + sum((p for p in sold if p is not None), ZERO)


def _no_day_pnl(holding: Holding, quote: Quote, as_of: date) -> str | None:
    if quote.session < as_of:
        return f"no close on {as_of}, the last is of {quote.session}"
    if quote.previous_session is None or not is_recent(quote.previous_session, as_of):
        return NO_PREVIOUS_CLOSE
    return FIRST_CLOSE if quote.previous_session < holding.entry_date else None


def _at_entry_price(holding: Holding) -> PositionValue:
    return PositionValue(
        holding=holding,
        price=holding.entry_price,
        price_session=None,
        market_value=holding.cost,
        value_reason=AT_ENTRY_PRICE,
        cost=holding.cost,
        unrealised_pnl=None,
        day_pnl=None,
        day_return=None,
        day_reason=AT_ENTRY_PRICE,
    )


def _without_value(holding: Holding) -> PositionValue:
    return PositionValue(
        holding=holding,
        price=None,
        price_session=None,
        market_value=None,
        value_reason=NO_CLOSE,
        cost=holding.cost,
        unrealised_pnl=None,
        day_pnl=None,
        day_return=None,
        day_reason=NO_CLOSE,
    )


def _shared_reason(positions: Sequence[PositionValue]) -> str:
    reasons = {p.day_reason for p in positions if p.day_reason}
    return reasons.pop() if len(reasons) == 1 else "no position has a close today and one before"


def _coverage(positions: Sequence[PositionValue]) -> Decimal:
    whole = sum((abs(p.cost) for p in positions), ZERO)
    valued = sum((abs(p.cost) for p in positions if p.market_value is not None), ZERO)
    return share(valued, whole)


def share(part: Decimal, whole: Decimal) -> Decimal:
    """part / whole in ordinary precision, 1 when there is no whole: a ratio need not be exact."""
    with localcontext(Context(prec=28)):
        return part / whole if whole else Decimal(1)
