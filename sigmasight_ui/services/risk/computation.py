"""One computation for one portfolio: what it is about, what it may ask, where its results go.

The same phases run with the database behind them, one after the other, and at night for hundreds of portfolios, from
facts read once for all and with results that are written together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.services.market_data.schemas import Quote as MarketQuote
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.risk import reference
from sigmasight_ui.services.risk.held import Held
from sigmasight_ui.services.risk.inputs import Scope
from sigmasight_ui.services.risk.repository import results, views, writing
from sigmasight_ui.services.risk.repository.results import FigureRow, Stamp, StoredBook
from sigmasight_ui.services.risk.repository.views import SectorSum
from sigmasight_ui.services.risk.schemas import ScenarioView
from sigmasight_ui.services.risk.study.figures import NavFact
from sigmasight_ui.services.securities.schemas import SecurityView
from sigmasight_ui.services.securities.service import SecuritiesService

if TYPE_CHECKING:
    from sigmasight_ui.services.market_data.service import PriceTable
    from sigmasight_ui.services.risk.estimates import Known


class Facts(Protocol):
    """What may be asked about securities, prices and scenarios, at one source and session."""

    def describe(self, symbols: Iterable[str], /) -> dict[str, SecurityView]: ...

    def quotes(self, symbols: Sequence[str], /) -> Mapping[str, MarketQuote]: ...

    def closes(self, symbols: Sequence[str], first: date, last: date, /) -> PriceTable: ...

    def refresh(self, names: Sequence[str], /) -> Known:
        """Estimates from prices; what is new is kept for everybody."""
        ...

    def recall(self, names: Sequence[str], with_returns: Collection[str] = (), /) -> Known:
        """Estimates as they are kept."""
        ...

    def scenarios(self) -> Sequence[ScenarioView]:
        """Those everybody shares."""
        ...


class Store(Protocol):
    """Where results of a portfolio go, and where a later phase finds those of an earlier one."""

    def forget_other_results(self, stamp: Stamp, /) -> None: ...

    def put_holdings(self, stamp: Stamp, rows: Sequence[dict[str, Any]], /) -> None: ...

    def put_greeks(self, stamp: Stamp, greeks: Mapping[str, str], /) -> None: ...

    def put_snapshots(self, stamp: Stamp, rows: Sequence[dict[str, Any]], first: date | None = None, /) -> None:
        """first: rows before it are of a history that is not so long any more."""
        ...

    def put_figures(self, stamp: Stamp, keys: Collection[str], rows: Sequence[FigureRow], /) -> None: ...

    def put_exhibit(self, stamp: Stamp, name: str, content: str, /) -> None: ...

    def put_book(self, stamp: Stamp, book: StoredBook, /) -> None: ...

    def holdings(self, stamp: Stamp, /) -> list[Held]: ...

    def sector_sums(self, stamp: Stamp, /) -> list[SectorSum]: ...

    def nav(self, stamp: Stamp, /) -> NavFact | None: ...

    def book(self, stamp: Stamp, /) -> StoredBook | None: ...


@dataclass(frozen=True, slots=True)
class Computation:
    scope: Scope
    run_id: UUID
    now: datetime
    facts: Facts
    store: Store

    @property
    def portfolio_id(self) -> UUID:
        return self.scope.portfolio.id

    @property
    def stamp(self) -> Stamp:
        """What every result carries."""
        return Stamp(self.portfolio_id, self.scope.as_of, self.scope.source, self.run_id, self.now)


# With the database behind it


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    session: Session
    market: MarketDataService
    securities: SecuritiesService
    source: str
    as_of: date
    now: datetime

    def describe(self, symbols: Iterable[str]) -> dict[str, SecurityView]:
        return self.securities.describe(self.session, symbols)

    def quotes(self, symbols: Sequence[str]) -> Mapping[str, MarketQuote]:
        return self.market.latest_quotes(self.session, self.source, symbols, self.as_of)

    def closes(self, symbols: Sequence[str], first: date, last: date) -> PriceTable:
        return self.market.closes(self.session, self.source, symbols, first, last)

    def refresh(self, names: Sequence[str]) -> Known:
        from sigmasight_ui.services.risk import estimates

        return estimates.refresh(
            estimates.MarketDay(self.session, self.market, self.source, self.as_of), names, self.now
        )

    def recall(self, names: Sequence[str], with_returns: Collection[str] = ()) -> Known:
        from sigmasight_ui.services.risk import estimates

        day = estimates.MarketDay(self.session, self.market, self.source, self.as_of)
        return estimates.recall(day, names, with_returns)

    def scenarios(self) -> Sequence[ScenarioView]:
        return reference.scenarios(self.session)


@dataclass(frozen=True, slots=True)
class DatabaseStore:
    session: Session

    def forget_other_results(self, stamp: Stamp) -> None:
        writing.forget_other_results(self.session, stamp.portfolio, stamp.as_of, stamp.source)

    def put_holdings(self, stamp: Stamp, rows: Sequence[dict[str, Any]]) -> None:
        writing.put_holdings(self.session, stamp, rows)
        writing.forget_book(self.session, stamp.portfolio)

    def put_greeks(self, stamp: Stamp, greeks: Mapping[str, str]) -> None:
        writing.put_greeks(self.session, stamp.portfolio, greeks)
        writing.forget_book(self.session, stamp.portfolio)

    def put_snapshots(self, stamp: Stamp, rows: Sequence[dict[str, Any]], first: date | None = None) -> None:
        if first is not None:
            writing.drop_snapshots_before(self.session, stamp.portfolio, first)
        writing.put_snapshots(self.session, stamp, rows)

    def put_figures(self, stamp: Stamp, keys: Collection[str], rows: Sequence[FigureRow]) -> None:
        writing.put_figures(self.session, stamp, keys, rows)

    def put_exhibit(self, stamp: Stamp, name: str, content: str) -> None:
        writing.put_exhibits(self.session, stamp, {name: content})

    def put_book(self, stamp: Stamp, book: StoredBook) -> None:
        writing.put_book(self.session, stamp, book)

    def holdings(self, stamp: Stamp) -> list[Held]:
        return results.holdings(self.session, (stamp.portfolio,), stamp.source, stamp.as_of)

    def sector_sums(self, stamp: Stamp) -> list[SectorSum]:
        return views.sector_sums(self.session, (stamp.portfolio,))

    def nav(self, stamp: Stamp) -> NavFact | None:
        found = results.nav(self.session, stamp.portfolio, stamp.as_of)
        return NavFact(*found) if found else None

    def book(self, stamp: Stamp) -> StoredBook | None:
        return results.books(self.session, (stamp.portfolio,)).get(stamp.portfolio)
