"""What a source of prices must be able to do. Adapters: Yahoo Finance, the bundled sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from sigmasight_ui.services.market_data.schemas import SymbolRange, SymbolSeries
from sigmasight_ui.services.securities.schemas import SecurityProfile


class PriceSource(Protocol):
    """Talks to the outside world and therefore never within a transaction; never raises for what a vendor does."""

    @property
    def name(self) -> str:
        """Short and stable: stored beside every price."""
        ...

    @property
    def label(self) -> str:
        """For people: 'Yahoo Finance'."""
        ...

    @property
    def note(self) -> str | None:
        """What every screen that shows these prices must say with them; None for a live source."""
        ...

    @property
    def is_sample(self) -> bool: ...

    @property
    def stand_ins(self) -> Mapping[str, str | None]:
        """Factor proxies this source replaces by another fund, or by None where it has nothing like it."""
        ...

    def last_session(self, symbols: Sequence[str], /) -> date | None:
        """The newest session on which the source prices all of `symbols` it knows; None while it is live."""
        ...

    def fetch(self, requests: Sequence[SymbolRange]) -> Sequence[SymbolSeries]:
        """One batch. Statuses are OK (with bars as they traded), EMPTY or ERROR; on a fault of the source itself
        the series that met it carries it, and symbols not asked any more are left out."""
        ...

    def profiles(self, symbols: Sequence[str]) -> Sequence[SecurityProfile]:
        """What the source knows about the symbols; unknown ones are left out."""
        ...
