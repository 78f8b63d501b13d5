"""Which portfolios an answer is about: one, or all the actor may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.money import ZERO
from sigmasight_ui.services.portfolios.schemas import PortfolioRow, counted_together
from sigmasight_ui.services.portfolios.service import PortfolioService
from sigmasight_ui.services.risk import inputs, rules
from sigmasight_ui.services.risk.repository import views
from sigmasight_ui.services.risk.repository.views import Latest
from sigmasight_ui.services.risk.schemas import AccountShare, LeftOut


@dataclass(frozen=True, slots=True)
class Accounts:
    """`valued` have a newest snapshot at prices of the same source; `left_out` are the others of a combined answer."""

    asked: tuple[PortfolioRow, ...]
    valued: tuple[PortfolioRow, ...]
    latest: Mapping[UUID, Latest]
    left_out: tuple[LeftOut, ...]

    @property
    def ids(self) -> list[UUID]:
        return [portfolio.id for portfolio in self.valued]

    @property
    def rows(self) -> list[Latest]:
        return [self.latest[portfolio.id] for portfolio in self.valued]

    @property
    def single(self) -> UUID | None:
        """The one portfolio whose stored numbers are the answer."""
        return self.valued[0].id if len(self.valued) == 1 else None

    @property
    def as_of(self) -> date | None:
        """The oldest: an answer is no newer than its oldest part."""
        return min((row.session for row in self.rows), default=None)

    @property
    def source(self) -> str | None:
        return self.rows[0].source if self.valued else None

    @property
    def computed_at(self) -> datetime | None:
        return min((row.computed_at for row in self.rows), default=None)

    @property
    def nav(self) -> Decimal:
        return sum((row.nav for row in self.rows), ZERO)

    @property
    def nav_for_weights(self) -> Decimal | None:
        """None where an account's value is not known well enough to be a denominator."""
        return None if any(rules.value_problem(row.coverage) for row in self.rows) else self.nav

    def shares(self) -> tuple[AccountShare, ...]:
        return tuple(
            AccountShare(p.id, p.account_name, self.latest[p.id].nav, inputs.ratio(self.latest[p.id].nav, self.nav))
            for p in self.valued
        )


def choose(session: Session, actor: Actor, portfolio_id: UUID | None, portfolios: PortfolioService) -> Accounts:
    """One portfolio the actor may view, or all visible ones. A sample portfolio is not added to real money."""
    if portfolio_id is not None:
        asked: tuple[PortfolioRow, ...] = (portfolios.get(session, actor, portfolio_id),)
    else:
        asked = counted_together(portfolios.list_visible(session, actor))
    latest = views.latest(session, [portfolio.id for portfolio in asked])
    newest = max(latest.values(), key=lambda row: (row.computed_at, row.session), default=None)
    source = newest.source if newest else None
    valued = tuple(p for p in asked if p.id in latest and latest[p.id].source == source)
    left_out = tuple(LeftOut(p.id, p.account_name, _why(latest.get(p.id))) for p in asked if p not in valued)
    return Accounts(asked, valued, latest, left_out if len(asked) > 1 else ())


def _why(row: Latest | None) -> str:
    return rules.NOT_CALCULATED if row is None else f"calculated with prices of another source, {row.source}"
