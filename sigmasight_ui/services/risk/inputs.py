"""From what is stored to what is computed with: lots become holdings, prices become arrays.

The one place where Decimal turns into float64.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sigmasight_ui.core.calendar import new_york_day, sessions_between
from sigmasight_ui.core.money import cents
from sigmasight_ui.services.equity_changes.schemas import Flow
from sigmasight_ui.services.portfolios.schemas import Lot, PortfolioRow
from sigmasight_ui.services.risk.schemas import NeededSymbols
from sigmasight_ui.services.risk.valuation import LOOKBACK_DAYS, Holding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sigmasight_ui.services.market_data.service import PriceTable

BENCHMARK = "SPY"
FUNDS = ("SPY", "VTV", "VUG", "MTUM", "QUAL", "IWM", "USMV", "TLT")
"""What the factors are measured with; a source may have others in their place."""
BOOK_SESSIONS = 756
"""Daily returns kept of a portfolio and its symbols: three years, for the forecast of volatility."""
HISTORY_DAYS = 5 * 366
HISTORY_CELLS = 1_000_000
"""Sessions x symbols of one recomputed history: an account of more than 800 symbols has a shorter one."""
CASH_SUBTYPES = frozenset(("CASH", "MONEY_MARKET", "TREASURY_BILLS"))
_SPLIT_DECIMALS = Decimal("0.00000001")
_PRICE_DECIMALS = Decimal("0.000000000001")

Splits = Mapping[str, Sequence[tuple[date, Decimal]]]
"""By symbol: sessions on which a split took effect, with new shares per old share, oldest first."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What one computation is about: whose, at which close, at whose prices."""

    portfolio: PortfolioRow
    lots: tuple[Lot, ...]
    as_of: date
    source: str
    is_sample: bool
    flows: tuple[Flow, ...] = ()


def price_symbols(lots: Iterable[Lot]) -> list[str]:
    """What has a market price of its own, contracts included."""
    return sorted({lot.symbol for lot in lots if lot.investment_class != "PRIVATE"})


def needed_symbols(lots: Sequence[Lot], fixed_price: Collection[str], now: datetime) -> NeededSymbols:
    """What to fetch for these lots; money at a fixed price needs none."""
    today = new_york_day(now)
    live = [lot for lot in lots if lot.exit_date is None or lot.exit_date > today]
    contracts = [lot for lot in live if lot.investment_class == "OPTIONS" and not _is_over(lot, today)]
    public = {lot.symbol for lot in live if lot.investment_class == "PUBLIC"} - set(fixed_price)
    required = public | {lot.underlying_symbol for lot in contracts if lot.underlying_symbol}
    own = {lot.symbol for lot in contracts}
    former = {lot.symbol for lot in lots if lot.investment_class != "PRIVATE"}
    return NeededSymbols(
        required=tuple(sorted(required)),
        contracts=tuple(sorted(own)),
        former=tuple(sorted(former - required - own - set(fixed_price))),
        benchmarks=FUNDS,
    )


def _is_over(lot: Lot, today: date) -> bool:
    return lot.expiration_date is not None and lot.expiration_date < today


def is_cash_like(lot: Lot) -> bool:
    """A private holding that is money: it stands at its price and takes no risk."""
    return lot.investment_class == "PRIVATE" and lot.investment_subtype in CASH_SUBTYPES


def holdings_of(scope: Scope, splits: Splits) -> list[Holding]:
    """Lots as holdings, per share of `as_of`.

    What was sold before the portfolio was entered is contained in its equity balance. Sample prices end in the past:
    what was bought later is held at the last of them, or a sample machine would show empty portfolios.
    """
    imported = new_york_day(scope.portfolio.created_at)
    return [_holding(lot, scope, imported, splits.get(lot.symbol, ())) for lot in scope.lots]


def _holding(lot: Lot, scope: Scope, imported: date, splits: Sequence[tuple[date, Decimal]]) -> Holding:
    latest = scope.as_of if scope.is_sample else date.max
    shares = shares_since(splits, new_york_day(lot.created_at))
    return Holding(
        position_id=lot.id,
        symbol=lot.symbol,
        investment_class=lot.investment_class,
        quantity=lot.quantity * shares,
        entry_price=per_share(lot.entry_price, shares),
        entry_date=min(lot.entry_date, latest),
        exit_price=None if lot.exit_price is None else per_share(lot.exit_price, shares),
        exit_date=None if lot.exit_date is None else min(lot.exit_date, latest),
        closed_at_import=lot.exit_date is not None and lot.exit_date <= imported,
    )


def flows_of(scope: Scope) -> list[tuple[date, Decimal]]:
    """Days and amounts of contributions and withdrawals; what sample prices cannot reach stands on their last day."""
    latest = scope.as_of if scope.is_sample else date.max
    return [(min(flow.day, latest), flow.amount) for flow in scope.flows]


def capital(scope: Scope) -> Decimal:
    """What was put into the portfolio by the close of the session."""
    moved = (amount for day, amount in flows_of(scope) if day <= scope.as_of)
    return sum(moved, scope.portfolio.equity_balance)


def shares_since(splits: Sequence[tuple[date, Decimal]], day: date) -> Decimal:
    """How many shares one share held on the evening of `day` has become."""
    shares = Decimal(1)
    for session, ratio in splits:
        if session > day:
            shares *= ratio
    return shares


def per_share(price: Decimal, shares: Decimal) -> Decimal:
    return price if shares == 1 else (price / shares).quantize(_PRICE_DECIMALS)


def splits_of(table: PriceTable) -> Splits:
    """The splits within a table of prices, exactly as stored."""
    import numpy as np

    found: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for row, column in zip(*np.nonzero(table.splits != 1), strict=True):
        ratio = Decimal(float(table.splits[row, column])).quantize(_SPLIT_DECIMALS)
        found[table.symbols[column]].append((table.sessions[row], ratio))
    return found


def micros_of(table: PriceTable) -> NDArray[np.int64]:
    """(T, S) closes per share of the last session in millionths of a dollar, exact; 0 where there is none."""
    import numpy as np

    micros = np.nan_to_num(np.rint(table.traded * 1e6)).astype(np.int64)  # stored with six decimals: whole numbers
    for column in np.flatnonzero((table.splits != 1).any(axis=0)).tolist():
        closes = [table.close(table.symbols[column], session) for session in table.sessions]
        micros[:, column] = [0 if close is None else int(close.scaleb(6)) for close in closes]
    return micros


def history_sessions(holdings: Sequence[Holding], as_of: date) -> list[date]:
    """Every session of the portfolio's life up to `as_of`, at most five years and a million closes back."""
    first = max(min((h.entry_date for h in holdings), default=as_of), as_of - timedelta(days=HISTORY_DAYS))
    symbols = len({h.symbol for h in holdings}) or 1
    return sessions_between(first, as_of)[-max(2, HISTORY_CELLS // symbols) :]


def needed_from(first_entry: date | None, as_of: date) -> date:
    """The first day prices are needed of: the history's, or what the longest statistic looks back."""
    of_history = max(first_entry or as_of, as_of - timedelta(days=HISTORY_DAYS)) - timedelta(days=LOOKBACK_DAYS)
    return min(of_history, book_start(as_of))


def book_start(as_of: date) -> date:
    """The session before the first daily return of the book."""
    generous = as_of - timedelta(days=BOOK_SESSIONS * 3 // 2 + LOOKBACK_DAYS)
    return sessions_between(generous, as_of)[-BOOK_SESSIONS - 1]


def money(amount: float | None) -> Decimal | None:
    """A computed amount as money, to the cent; unknown stays unknown."""
    return None if amount is None or amount != amount else cents(Decimal(amount))


def ratio(part: Decimal | None, whole: Decimal | None) -> float | None:
    """part / whole as a plain number; None when either is unknown or there is no positive whole."""
    return None if part is None or whole is None or whole <= 0 else float(part / whole)
