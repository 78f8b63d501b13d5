"""What is missing behind the figures, and why: the sentence on the dashboard's chip and what it opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.calendar import last_closed_session, sessions_between
from sigmasight_ui.core.transactions import Later
from sigmasight_ui.services.market_data.schemas import MissingPrice
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.portfolios.service import PortfolioService
from sigmasight_ui.services.risk.accounts import Accounts
from sigmasight_ui.services.risk.repository import views
from sigmasight_ui.services.risk.repository.views import Latest
from sigmasight_ui.services.risk.schemas import (
    DataQuality,
    FigureView,
    MissingFigure,
    MissingSymbol,
    PriceOrigin,
)

LOOK_BACK = timedelta(days=5 * 366)
FLOWS_CHANGED = "deposits or withdrawals of {} changed after the last calculation"
POSITIONS_CHANGED = "positions of {} changed after the last calculation"
LOOKED_UP = 100
"""For so many missing symbols the last close is looked up; a portfolio without any price needs none."""


@dataclass(frozen=True, slots=True)
class Need:
    """Symbols that need a price: those known to have one are only counted, the others are looked into."""

    priced: int
    open: tuple[str, ...]


def need_of(session: Session, actor: Actor, portfolios: PortfolioService, accounts: Accounts) -> Need:
    """As the newest valuation found it, so that a large account need not be priced again to be judged."""
    held = views.priced_symbols(session, accounts.ids)
    lots = portfolios.lots_of(session, actor, accounts.ids, held.contracts) if held.contracts else ()
    underlyings = {lot.underlying_symbol for lot in lots if lot.underlying_symbol and lot.exit_date is None}
    return Need(held.needed - len(held.without_price), tuple(sorted({*held.without_price, *underlyings})))


def data_quality(
    session: Session,
    market: MarketDataService,
    accounts: Accounts,
    need: Need,
    figures: Later[dict[str, FigureView]],
    prices: PriceOrigin | None,
    flows_changed: Mapping[UUID, datetime],
    positions_changed: Mapping[UUID, datetime],
    now: datetime,
) -> Later[DataQuality]:
    source = accounts.source or market.preferred_source
    as_of = accounts.as_of or market.effective_as_of(source, need.open)
    coverage = market.coverage(session, source, need.open, as_of)
    needed, priced = need.priced + coverage.needed, need.priced + coverage.priced
    is_sample = market.source_view(source).is_sample
    found = DataQuality(
        as_of=accounts.as_of,
        last_calculated=accounts.computed_at,
        origin=prices,
        symbols_needed=needed,
        symbols_priced=priced,
        coverage=priced / needed if needed else None,
        missing=_missing(session, market, source, coverage.missing, as_of),
        missing_figures=(),
        sessions_behind=None if is_sample or accounts.as_of is None else _behind(accounts.as_of, now),
        out_of_date=_out_of_date(accounts, positions_changed, POSITIONS_CHANGED)
        or _out_of_date(accounts, flows_changed, FLOWS_CHANGED),
        left_out=accounts.left_out,
    )
    return lambda: replace(found, missing_figures=_missing_figures(figures()))


def _missing_figures(figures: Mapping[str, FigureView]) -> tuple[MissingFigure, ...]:
    return tuple(MissingFigure(key, view.reason) for key, view in figures.items() if view.reason is not None)


def _out_of_date(accounts: Accounts, changed: Mapping[UUID, datetime], sentence: str) -> str | None:
    names = [p.account_name for p in accounts.valued if _is_older(accounts.latest[p.id], changed.get(p.id))]
    return sentence.format(", ".join(names)) if names else None


def _is_older(row: Latest, changed: datetime | None) -> bool:
    return changed is not None and changed > row.computed_at


def _behind(as_of: date, now: datetime) -> int:
    return max(0, len(sessions_between(as_of, last_closed_session(now))) - 1)


def _missing(
    session: Session, market: MarketDataService, source: str, missing: Sequence[MissingPrice], as_of: date
) -> tuple[MissingSymbol, ...]:
    last = _last_closes(session, market, source, [each.symbol for each in missing[:LOOKED_UP]], as_of)
    nothing: tuple[Decimal | None, date | None] = (None, None)
    return tuple(MissingSymbol(each.symbol, each.reason, *last.get(each.symbol, nothing)) for each in missing)


def _last_closes(
    session: Session, market: MarketDataService, source: str, symbols: Iterable[str], as_of: date
) -> dict[str, tuple[Decimal | None, date | None]]:
    table = market.closes(session, source, list(symbols), as_of - LOOK_BACK, as_of)
    found: dict[str, tuple[Decimal | None, date | None]] = {}
    for symbol in table.symbols:
        day = next((day for day in reversed(table.sessions) if table.close(symbol, day) is not None), None)
        if day is not None:
            found[symbol] = (table.close(symbol, day), day)
    return found
