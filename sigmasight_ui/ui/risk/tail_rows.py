"""One-day losses: the histogram of the days there were, and what was lost on the bad ones."""

from __future__ import annotations

from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import Bin, TailFigure, TailRisk
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.kit.histogram_geometry import Histogram, histogram
from sigmasight_ui.ui.kit.receipt import Fact
from sigmasight_ui.ui.risk import wording
from sigmasight_ui.ui.risk.cards import MISSING, SHOWN, Card
from sigmasight_ui.ui.risk.receipts import Receipt, receipt

NAMES = {"var_95": "VaR 95%", "var_99": "VaR 99%", "cvar_95": "CVaR 95%", "cvar_99": "CVaR 99%"}
_MEANING = {
    "var_95": "On one day in twenty the loss was this much or more.",
    "var_99": "On one day in a hundred the loss was this much or more.",
    "cvar_95": "The average loss of the worst day in twenty.",
    "cvar_99": "The average loss of the worst day in a hundred.",
}


@dataclass(frozen=True)
class TailLine:
    """One measure both ways; `reason` when history gives none."""

    key: str
    name: str
    share: str
    amount: str
    interval: str
    normal: str
    reason: str = ""


@dataclass(frozen=True)
class BinLine:
    between: str
    days: str


@dataclass(frozen=True)
class Tail(Card):
    plot: Histogram = field(default_factory=Histogram)
    lines: list[TailLine] = field(default_factory=list)
    bins: list[BinLine] = field(default_factory=list)


def tail(found: TailRisk, amounts: Amounts) -> Tail:
    if found.reason is not None or not found.bins:
        return Tail(MISSING, reason=wording.sentence(found.reason or "no daily returns are known"))
    return Tail(
        SHOWN,
        finding=_finding(found, amounts),
        foot=_foot(found),
        plot=_plot(found),
        lines=[_line(key, found, amounts) for key in NAMES],
        bins=[BinLine(_between(each), format.plural(each.count, "day")) for each in found.bins if each.count],
        receipts={key: _receipt(key, getattr(found.historical, key), amounts) for key in NAMES},
    )


def _finding(found: TailRisk, amounts: Amounts) -> str:
    var = found.historical.var_95
    if var.figure.value is None:
        return wording.sentence(f"unknown: {var.figure.reason}")
    amount = format.percent(var.figure.value, 2) if var.amount is None else amounts.money(var.amount, 0)
    return f"On one day in twenty, expect to lose {amount} or more."


def _foot(found: TailRisk) -> str:
    var = found.historical.var_95
    interval = ""
    if var.low is not None and var.high is not None:
        interval = f"interval of VaR 95% is {wording.loss(var.high)} to {wording.loss(var.low)}"
    return wording.joined(f"Historical, {format.plural(found.n_obs, 'day')}", interval)


def _plot(found: TailRisk) -> Histogram:
    var, cvar = found.historical.var_95.figure.value, found.historical.cvar_95.figure.value
    marks = [(-value, words, wording.loss(value)) for value, words in ((var, "VaR 95%"), (cvar, "CVaR")) if value]
    bins = found.bins
    return histogram(
        [bins[0].low, *(each.high for each in bins)],
        [each.count for each in bins],
        limit=None if var is None else -var,
        marks=marks,
        axis=wording.percent_axis([bins[0].low, bins[-1].high], signed=True),
        reading=lambda number: f"{_between(bins[number])}: {format.plural(bins[number].count, 'day')}",
        summary=f"Histogram of {found.n_obs:,} daily returns. "
        + ", ".join(f"{words} at {value}" for _, words, value in marks),
    )


def _between(each: Bin) -> str:
    return f"{format.percent(each.low, 2, signed=True)} to {format.percent(each.high, 2, signed=True)}"


def _line(key: str, found: TailRisk, amounts: Amounts) -> TailLine:
    historical: TailFigure = getattr(found.historical, key)
    normal: TailFigure = getattr(found.normal, key)
    amount = None if historical.amount is None else -historical.amount
    return TailLine(
        key,
        NAMES[key],
        wording.loss(historical.figure.value),
        format.NONE if amount is None else amounts.money(amount, 0),
        _interval(historical),
        wording.loss(normal.figure.value),
        historical.figure.reason or "",
    )


def _interval(measure: TailFigure) -> str:
    if measure.low is not None and measure.high is not None:
        return f"{wording.loss(measure.high)} to {wording.loss(measure.low)}"
    return wording.percent_error(measure.figure.std_error, 2) or format.NONE


def _receipt(key: str, measure: TailFigure, amounts: Amounts) -> Receipt:
    amount = None if measure.amount is None else -measure.amount
    facts = [Fact("Amount", amounts.money(amount))]
    if measure.confidence is not None:
        facts.append(Fact(f"{format.percent(measure.confidence, 0)} interval", _interval(measure)))
    error = wording.percent_error(measure.figure.std_error, 2)
    return receipt(NAMES[key], measure.figure, wording.loss(measure.figure.value), _MEANING[key], *facts, error=error)
