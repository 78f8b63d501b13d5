"""What the review screen is made of, read once for every answer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.imports.schemas.review import Review
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.imports import review_rows
from sigmasight_ui.ui.imports.review_view import Choice, ReviewPage


@dataclass(frozen=True)
class Loaded:
    """What the screen is made of; the portfolios and formats are what may be chosen."""

    review: Review
    page: ReviewPage
    portfolios: list[Choice]
    formats: list[Choice]


def load(services: Services, open_: Transactions, actor: Actor, review: Review, shown: str, offset: int) -> Loaded:
    with open_(actor) as session:
        names = _portfolios(services, session, actor)
    page = review_rows.review_page(review, names, shown, offset, Amounts(actor.privacy_mode))
    formats = [Choice(each.key, each.label) for each in services.imports.formats()]
    return Loaded(review, page, [Choice(str(id_), name) for id_, name in names.items()], formats)


def _portfolios(services: Services, session: Session, actor: Actor) -> dict[UUID, str]:
    return {row.id: row.account_name for row in services.portfolios.list_visible(session, actor) if not row.is_sample}
