"""The security master: what a symbol is. A bundled extract covers the common ones, a vendor fills in the rest."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

from sqlmodel import Session

from sigmasight_ui.core.clock import Clock
from sigmasight_ui.services.securities import repository
from sigmasight_ui.services.securities.models import Security
from sigmasight_ui.services.securities.rules import UNCLASSIFIED, fixed_price, sector_bucket
from sigmasight_ui.services.securities.schemas import AssetClass, SecurityProfile, SecurityView

BUNDLED = "bundled"


class SecuritiesService:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def seed(self, session: Session) -> int:
        """Bring the bundled extract in, or up to date; returns how many rows changed. Safe to repeat."""
        return repository.put_bundled(session, bundled_profiles(), self._clock.now())

    def describe(self, session: Session, symbols: Iterable[str]) -> dict[str, SecurityView]:
        """A view for every symbol asked for; unknown ones are Unclassified and named by their ticker."""
        wanted = list(dict.fromkeys(symbols))
        known = repository.get_many(session, wanted)
        return {symbol: _view(known[symbol]) if symbol in known else _unknown(symbol) for symbol in wanted}

    def missing(self, session: Session, symbols: Iterable[str]) -> list[str]:
        """The symbols the master has no row for, in the order given: what a vendor may be asked about."""
        wanted = list(dict.fromkeys(symbols))
        known = repository.known_symbols(session, wanted)
        return [symbol for symbol in wanted if symbol not in known]

    def enrich(self, session: Session, profiles: Sequence[SecurityProfile]) -> int:
        """Store what a vendor says; it replaces a bundled row, but its silences erase nothing."""
        return repository.put_newest(session, profiles, self._clock.now())


@cache
def bundled_profiles() -> tuple[SecurityProfile, ...]:
    extract = resources.files(__package__) / "data" / "security_master.csv"
    return tuple(
        SecurityProfile(
            symbol=row["symbol"],
            name=row["name"],
            asset_class=AssetClass(row["asset_class"]),
            source=BUNDLED,
            sector=row["sector"] or None,
            currency=row["currency"],
        )
        for row in csv.DictReader(extract.read_text(encoding="utf-8").splitlines())
    )


def _view(row: Security) -> SecurityView:
    asset_class = AssetClass(row.asset_class)
    return SecurityView(
        symbol=row.symbol,
        name=row.name,
        asset_class=asset_class,
        sector=sector_bucket(asset_class, row.sector),
        industry=row.industry,
        currency=row.currency,
        exchange=row.exchange,
        known=True,
        fixed_price=fixed_price(asset_class),
    )


def _unknown(symbol: str) -> SecurityView:
    return SecurityView(
        symbol=symbol,
        name=symbol,
        asset_class=AssetClass.OTHER,
        sector=UNCLASSIFIED,
        industry=None,
        currency=None,
        exchange=None,
        known=False,
        fixed_price=None,
    )
