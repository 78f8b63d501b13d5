"""The four figures a person sees first when everything is calculated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.risk.schemas import DataQuality, FigureView, Headline, Overview
from sigmasight_ui.ui import format
from sigmasight_ui.ui.risk import wording
from sigmasight_ui.ui.runs.quality_rows import chip
from sigmasight_ui.ui.words import beta_in_words, symbol_in_words


@dataclass(frozen=True)
class FirstFigure:
    label: str
    value: str
    error: str
    note: str


@dataclass(frozen=True)
class ToFix:
    """What is not in the figures; `what` is empty where nothing is missing."""

    what: str = ""
    why: str = ""


@dataclass(frozen=True)
class FirstFigures:
    """`note` says where the prices come from and as of when."""

    rows: list[FirstFigure] = field(default_factory=list)
    note: str = ""
    to_fix: ToFix = ToFix()


def first_figures(services: Services, open_: Transactions, actor: Actor, portfolio_id: UUID) -> FirstFigures:
    with open_(actor) as session:
        head = services.risk.overview(session, actor, portfolio_id)
    if head.as_of is None:
        return FirstFigures()
    found = services.risk.headline(open_, actor, portfolio_id)
    amounts = format.Amounts(actor.privacy_mode)
    cash = head.reason or f"cash {amounts.money(head.cash.amount, 0)}"
    rows = [
        FirstFigure("Net asset value", amounts.money(head.nav, 0), "", cash),
        _figure("Beta to SPY", found.beta, format.ratio, format.error),
        _figure("Volatility, a year", found.volatility, format.percent, _percent_error),
        _worst_stress(found),
    ]
    return FirstFigures(rows, _origin(services.risk.data_quality(open_, actor, portfolio_id)), to_fix(head))


def to_fix(head: Overview) -> ToFix:
    names = [symbol_in_words(symbol) for symbol in head.left_out_symbols]
    if not names:
        return ToFix()
    if head.origin is not None and head.origin.is_sample:
        what = f"{format.plural(len(names), 'holding')} without a value"
        return ToFix(what, f"The bundled sample prices have none of {format.listed(names, 3)}.")
    has, it = ("has", "it") if len(names) == 1 else ("have", "them")
    what = "One thing to fix" if len(names) == 1 else f"{len(names)} things to fix"
    return ToFix(what, f"{format.listed(names, 3)} {has} no value. Close {it}, or correct the symbol.")


def _origin(found: DataQuality) -> str:
    """In the words of the chip of every other page."""
    note = f" {found.origin.note}" if found.origin is not None and found.origin.note else ""
    return f"{chip(found)}.{note}"


def _figure(
    label: str, figure: FigureView, show: Callable[[float], str], show_error: Callable[[float | None], str]
) -> FirstFigure:
    if figure.value is None:
        return FirstFigure(label, format.UNKNOWN, "", figure.reason or "")
    days = format.plural(figure.n_obs or 0, "day")
    note = f"{beta_in_words(figure.value)}, {days}" if label.startswith("Beta") else days
    return FirstFigure(label, show(figure.value), show_error(figure.std_error), note)


def _worst_stress(found: Headline) -> FirstFigure:
    worst = found.worst_stress
    if worst is None:
        return FirstFigure("Worst stress", format.UNKNOWN, "", found.stress.reason or "")
    note = f"{wording.inside(wording.tight(worst.name))}, 1 of {found.scenarios:,}"
    return FirstFigure("Worst stress", format.percent(found.stress.value, signed=True), "", note)


def _percent_error(value: float | None) -> str:
    return format.error(None if value is None else 100 * value, 1)
