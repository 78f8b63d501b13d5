"""Scenarios as a list with direct and propagated bars, and one scenario position by position."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import StressKind, StressPosition, StressPositions, StressResults, StressRow
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Amounts, Change
from sigmasight_ui.ui.kit.chart_geometry import BarScale, Span
from sigmasight_ui.ui.kit.receipt import Fact
from sigmasight_ui.ui.risk import wording
from sigmasight_ui.ui.risk.cards import MISSING, SHOWN, Card
from sigmasight_ui.ui.risk.receipts import Receipt, receipt
from sigmasight_ui.ui.words import symbol_in_words

FEW = 9
LOSS, NAME, SEVERITY = "loss", "name", "severity"
_SEVERITIES = ("extreme", "severe", "moderate", "mild", "base")
KINDS = {StressKind.REPLAY: "real history", StressKind.CUSTOM: "your own"}


@dataclass(frozen=True)
class StressLine:
    """`reason` when there is no result; `first` and `then` are the direct and the propagated part of the bar."""

    key: str
    name: str
    severity: str
    words: str
    mark: str
    first: Span
    then: Span
    of_nav: Change
    amount: Change
    is_custom: bool
    reason: str = ""


@dataclass(frozen=True)
class Stress(Card):
    zero: str = "0%"
    lines: list[StressLine] = field(default_factory=list)
    shown: str = ""
    more: str = ""


@dataclass(frozen=True)
class PositionLoss:
    title: str
    value: str
    direct: str
    propagated: str
    total: Change
    share: str
    reason: str = ""


@dataclass(frozen=True)
class Drill:
    """One scenario by position; `key` is empty while none is open."""

    key: str = ""
    lines: list[PositionLoss] = field(default_factory=list)
    note: str = ""


def stress(found: StressResults, amounts: Amounts, *, sort: str, descending: bool, everything: bool) -> Stress:
    if found.reason is not None:
        return Stress(MISSING, reason=wording.sentence(found.reason))
    scale = BarScale.of(*(each.value for row in found.rows for each in (row.total, row.direct)))
    rows = sorted_rows(found.rows, sort, descending)
    shown = rows if everything else rows[:FEW]
    return Stress(
        SHOWN,
        finding=_finding(found.rows, amounts),
        foot=wording.joined(*(wording.sentence(note) for note in found.notes[:1])),
        zero=scale.zero,
        lines=[_line(row, scale, amounts) for row in shown],
        shown=f"{len(shown)} of {len(rows)} shown",
        more="" if len(rows) <= FEW else ("Show fewer" if everything else f"Show all {len(rows)}"),
        receipts={f"stress:{row.key}": _receipt(row, amounts) for row in rows},
    )


def sorted_rows(rows: Sequence[StressRow], sort: str, descending: bool) -> list[StressRow]:
    """What has no result comes last, whichever way."""
    keys: dict[str, Callable[[StressRow], float | str]] = {
        LOSS: lambda row: row.total.value or 0.0,
        NAME: lambda row: row.name.lower(),
        SEVERITY: lambda row: _SEVERITIES.index(row.severity) if row.severity in _SEVERITIES else len(_SEVERITIES),
    }
    known = [row for row in rows if row.total.value is not None]
    rest = [row for row in rows if row.total.value is None]
    return sorted(known, key=keys[sort], reverse=descending) + rest


def drill(found: StressPositions, amounts: Amounts) -> Drill:
    more = found.total - len(found.items)
    note = f"{format.plural(more, 'more position')} with smaller changes" if more > 0 else ""
    return Drill(found.row.key, [_position(item, amounts) for item in found.items], note)


def _finding(rows: Sequence[StressRow], amounts: Amounts) -> str:
    known = [(row, row.total.value) for row in rows if row.total.value is not None]
    if not known:
        return "No scenario has a result."
    worst, share = min(known, key=lambda pair: pair[1])
    count = format.plural(len(known), "scenario")
    amount = amounts.signed(worst.amount, 0)
    if share >= 0:
        return f"None of {count} ends in a loss."
    return f"The worst of {count} is {wording.inside(wording.tight(worst.name))}: {format.percent(share)} or {amount}."


def _line(row: StressRow, scale: BarScale, amounts: Amounts) -> StressLine:
    total, direct = row.total.value, row.direct.value
    nowhere = Span(scale.zero, scale.zero)
    first = nowhere if total is None else scale.span(0.0, total if direct is None else direct)
    then = nowhere if total is None or direct is None else scale.span(direct, total)
    return StressLine(
        row.key,
        wording.tight(row.name),
        row.severity,
        wording.tight(row.words),
        KINDS.get(row.kind, ""),
        first,
        then,
        format.moved(total),
        Change(amounts.signed(row.amount, 0), format.direction(row.amount)),
        row.kind is StressKind.CUSTOM,
        "" if total is not None else wording.sentence(row.reason or row.total.reason or "no reason was recorded"),
    )


def _position(item: StressPosition, amounts: Amounts) -> PositionLoss:
    return PositionLoss(
        symbol_in_words(item.symbol),
        amounts.money(item.market_value, 0),
        amounts.signed(item.direct, 0) if item.direct is not None else format.NONE,
        amounts.signed(item.propagated, 0) if item.propagated is not None else format.NONE,
        Change(amounts.signed(item.total, 0), format.direction(item.total)),
        format.NONE if item.share is None else format.percent(item.share, 2, signed=True),
        item.reason or "",
    )


def _receipt(row: StressRow, amounts: Amounts) -> Receipt:
    facts = [Fact("Shocks", wording.tight(row.words)), Fact("Amount", amounts.signed(row.amount))]
    if row.direct.value is not None:
        facts += [
            Fact("Direct", format.percent(row.direct.value, signed=True)),
            Fact("Propagated", format.percent(row.propagated.value, signed=True)),
        ]
    formula = "Exposures times the moves of the factors: those of the scenario, and those that usually move with them."
    if row.kind is StressKind.REPLAY:
        formula = "The holdings' own returns over that stretch of history, at today's quantities."
    return receipt(wording.tight(row.name), row.total, format.percent(row.total.value, signed=True), formula, *facts)
