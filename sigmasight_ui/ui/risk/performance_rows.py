"""What the account earned, range by range, beside a benchmark; and what the owner's own money earned."""

from __future__ import annotations

from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import FigureView, HistoryRange, Performance, RangePerformance
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Amounts, Change
from sigmasight_ui.ui.kit.chart import BarRow
from sigmasight_ui.ui.kit.chart_geometry import BarScale
from sigmasight_ui.ui.kit.receipt import Fact
from sigmasight_ui.ui.risk import wording
from sigmasight_ui.ui.risk.cards import MISSING, SHOWN, Card
from sigmasight_ui.ui.risk.receipts import Receipt, receipt

_NAMES = {
    HistoryRange.MONTH: "1 month",
    HistoryRange.QUARTER: "3 months",
    HistoryRange.YEAR_TO_DATE: "This year",
    HistoryRange.YEAR: "1 year",
    HistoryRange.ALL: "Since the start",
}
MONEY = f"money_weighted_annual:{HistoryRange.ALL.value}"
"""The key of its receipt."""


@dataclass(frozen=True)
class RangeLine:
    """`money`: what the owner's money earned in the whole range; each figure with the reason it may lack."""

    key: str
    name: str
    earned: Change
    reason: str
    benchmark: str
    benchmark_reason: str
    money: str
    money_reason: str
    gain: str


@dataclass(frozen=True)
class Returns(Card):
    """`money_reason`: why there is no money-weighted return of the account's whole life; `lacks_flows`: because nothing
    was deposited or withdrawn since it began."""

    benchmark: str = ""
    zero: str = "0%"
    bars: list[BarRow] = field(default_factory=list)
    lines: list[RangeLine] = field(default_factory=list)
    money: str = ""
    money_reason: str = ""
    lacks_flows: bool = False


def returns(found: Performance, amounts: Amounts) -> Returns:
    whole = found.ranges[HistoryRange.ALL]
    if all(each.time_weighted.value is None for each in found.ranges.values()):
        reason = whole.time_weighted.reason or "no daily values are known"
        return Returns(MISSING, benchmark=found.benchmark_symbol, reason=wording.sentence(reason))
    known = [(range_, found.ranges[range_]) for range_ in _NAMES if range_ in found.ranges]
    scale = BarScale.of(
        *(value for _, each in known for value in (each.time_weighted.value, each.benchmark_return.value))
    )
    money = whole.money_weighted_annual
    return Returns(
        SHOWN,
        finding=_finding(whole, found.benchmark_symbol),
        foot=_foot(whole, amounts),
        benchmark=found.benchmark_symbol,
        zero=scale.zero,
        bars=[_bar(range_, each, scale) for range_, each in known],
        lines=[_line(range_, each, amounts) for range_, each in known],
        money="" if money.value is None else f"{format.percent(money.value, signed=True)} a year",
        money_reason="" if money.value is not None else wording.sentence(money.reason or "no reason was recorded"),
        lacks_flows=money.value is None and whole.gain is not None,
        receipts={
            **{_key(range_): _receipt(range_, each, amounts) for range_, each in known},
            MONEY: _money_receipt(whole, amounts),
        },
    )


def _finding(whole: RangePerformance, benchmark: str) -> str:
    own, other = whole.time_weighted.value, whole.benchmark_return.value
    if own is None:
        return wording.sentence(whole.time_weighted.reason or "")
    since = "" if whole.first_session is None else f" since {format.day(whole.first_session)}"
    direction = "Up" if own >= 0 else "Down"
    beside = ""
    if other is not None:
        points = format.percent(abs(own - other)).removesuffix("%")
        beside = f", {points} points {'more' if own >= other else 'less'} than {benchmark}"
    alone = "" if other is not None else f" {wording.sentence(whole.benchmark_return.reason or '')}"
    return f"{direction} {format.percent(abs(own))}{since}{beside}.{alone}"


def _foot(whole: RangePerformance, amounts: Amounts) -> str:
    contributed, withdrawn = amounts.money(whole.contributed, 0), amounts.money(whole.withdrawn, 0)
    flows = f"{contributed} deposited, {withdrawn} withdrawn" if whole.contributed or whole.withdrawn else ""
    return wording.joined("Time-weighted", flows)


def _bar(range_: HistoryRange, each: RangePerformance, scale: BarScale) -> BarRow:
    own, other = each.time_weighted.value, each.benchmark_return.value
    difference = None if own is None or other is None else own - other
    return BarRow(
        _NAMES[range_],
        format.percent(own, signed=True),
        scale.zero if own is None else scale.at(own),
        error="" if difference is None else format.points(difference),
        tick="" if other is None else scale.at(other),
    )


def _line(range_: HistoryRange, each: RangePerformance, amounts: Amounts) -> RangeLine:
    return RangeLine(
        _key(range_),
        _NAMES[range_],
        format.moved(each.time_weighted.value),
        each.time_weighted.reason or "",
        format.percent(each.benchmark_return.value, signed=True),
        each.benchmark_return.reason or "",
        format.percent(each.money_weighted.value, signed=True),
        each.money_weighted.reason or "",
        amounts.signed(each.gain, 0),
    )


def _key(range_: HistoryRange) -> str:
    return f"time_weighted:{range_.value}"


def _receipt(range_: HistoryRange, each: RangePerformance, amounts: Amounts) -> Receipt:
    facts = [*_between(each), Fact("Gain", amounts.signed(each.gain)), *_flows(each, amounts)]
    facts += [Fact("A year", _shown(each.annualised)), Fact("Modified Dietz", _shown(each.modified_dietz))]
    formula = "Growth of one dollar from day to day; deposits and withdrawals count neither for nor against."
    title = f"Time-weighted return, {wording.inside(_NAMES[range_])}"
    return receipt(title, each.time_weighted, _shown(each.time_weighted), formula, *facts)


def _money_receipt(whole: RangePerformance, amounts: Amounts) -> Receipt:
    formula = "The yearly rate at which the first value, deposits and withdrawals become the last value (XIRR)."
    figure = whole.money_weighted_annual
    return receipt("Money-weighted return", figure, _shown(figure), formula, *_between(whole), *_flows(whole, amounts))


def _between(each: RangePerformance) -> list[Fact]:
    if each.first_session is None or each.last_session is None:
        return []
    return [Fact("Range", f"{format.day(each.first_session)} to {format.day(each.last_session)}")]


def _flows(each: RangePerformance, amounts: Amounts) -> list[Fact]:
    return [Fact("Deposited", amounts.money(each.contributed)), Fact("Withdrawn", amounts.money(each.withdrawn))]


def _shown(figure: FigureView) -> str:
    return figure.reason or format.percent(figure.value, 2, signed=True)
