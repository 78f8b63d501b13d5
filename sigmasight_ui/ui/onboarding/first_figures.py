"""The three figures a person sees first when everything is calculated."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.services.risk.schemas import FigureView
from sigmasight_ui.ui import format
from sigmasight_ui.ui.words import beta_in_words


@dataclass(frozen=True)
class FirstFigure:
    label: str
    value: str
    error: str
    note: str


def first_figures(services: Services, session: Session, actor: Actor, portfolio_id: UUID) -> list[FirstFigure]:
    amounts = format.Amounts(services.identity.profile(session, actor).privacy_mode)
    head = services.risk.overview(session, actor, portfolio_id)
    figures = services.risk.figures(session, actor, portfolio_id)
    return [
        FirstFigure(
            "Net asset value",
            amounts.money(head.nav, 0),
            "",
            head.reason or f"cash {amounts.money(head.cash.amount, 0)}",
        ),
        _figure("Beta to SPY", figures["beta_252"], format.ratio, format.error),
        _figure("Volatility, a year", figures["volatility_63"], format.percent, _percent_error),
    ]


def _figure(label: str, figure: FigureView, show, show_error) -> FirstFigure:
    if figure.value is None:
        return FirstFigure(label, format.UNKNOWN, "", figure.reason or "")
    days = format.plural(figure.n_obs or 0, "day")
    note = f"{beta_in_words(figure.value)}, {days}" if label.startswith("Beta") else days
    return FirstFigure(label, show(figure.value), show_error(figure.std_error), note)


def _percent_error(value: float | None) -> str:
    return "" if value is None else f"± {format.ratio(100 * value, 1)}"
