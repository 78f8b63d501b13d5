"""Sectors as shares of net asset value beside those of the benchmark, as bars and as a table of the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import SectorExposureView, SectorRow
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.kit.chart import BarRow
from sigmasight_ui.ui.kit.chart_geometry import BarScale
from sigmasight_ui.ui.risk import wording
from sigmasight_ui.ui.risk.cards import MISSING, SHOWN, Card


@dataclass(frozen=True)
class SectorLine:
    sector: str
    net: str
    gross: str
    benchmark: str
    difference: str
    amount: str
    reason: str = ""


@dataclass(frozen=True)
class Sectors(Card):
    """`zero` is where the bars begin; `benchmark` names what the ticks are, empty when nobody knows its sectors."""

    title: str = "Sectors"
    benchmark: str = ""
    zero: str = "0%"
    bars: list[BarRow] = field(default_factory=list)
    lines: list[SectorLine] = field(default_factory=list)


def sectors(found: SectorExposureView, amounts: Amounts) -> Sectors:
    if found.reason is not None:
        return Sectors(MISSING, reason=wording.sentence(found.reason))
    scale = BarScale.of(*(value for row in found.rows for value in (row.net.value, row.benchmark)))
    symbol = found.benchmark_symbol or ""
    rows = sorted(found.rows, key=lambda row: row.net.value or 0.0, reverse=True)
    return Sectors(
        SHOWN,
        finding=_finding(found.rows, symbol),
        foot=_foot(found),
        title=f"Sectors against {symbol}" if symbol else "Sectors",
        benchmark=symbol,
        zero=scale.zero,
        bars=[_bar(row, scale, amounts) for row in rows],
        lines=[_line(row, amounts) for row in rows],
    )


def _finding(rows: Sequence[SectorRow], benchmark: str) -> str:
    known = [row for row in rows if row.net.value is not None]
    if not known:
        return f"Shares are unknown: {rows[0].net.reason}."
    largest = max(known, key=lambda row: abs(row.net.value or 0))
    share = largest.net.value or 0.0
    side = "short " if share < 0 else ""
    more = f", {_beside(largest.difference)} {benchmark}" if largest.difference is not None and benchmark else ""
    return f"{format.percent(abs(share))} of NAV is {side}in {largest.sector}, the largest sector{more}."


def _beside(difference: float) -> str:
    points = format.percent(abs(difference)).removesuffix("%")
    return f"{points} points {'above' if difference >= 0 else 'below'}"


def _foot(found: SectorExposureView) -> str:
    if not found.benchmark_symbol:
        return ""
    weights = f"{found.benchmark_symbol}, weights of {format.day(found.benchmark_as_of)}"
    absent = [f"{sector} ({format.percent(weight)})" for sector, weight in found.not_held]
    return wording.joined(weights, f"not held: {format.listed(absent, 4)}" if absent else "")


def _bar(row: SectorRow, scale: BarScale, amounts: Amounts) -> BarRow:
    share, other = row.net.value, row.benchmark
    return BarRow(
        row.sector,
        format.percent(share),
        scale.zero if share is None else scale.at(share),
        error=amounts.money(row.amount, 0) if row.difference is None else format.points(row.difference),
        tick="" if other is None else scale.at(other),
    )


def _line(row: SectorRow, amounts: Amounts) -> SectorLine:
    return SectorLine(
        row.sector,
        format.percent(row.net.value),
        format.percent(row.gross.value),
        format.NONE if row.benchmark is None else format.percent(row.benchmark),
        format.NONE if row.difference is None else format.points(row.difference),
        amounts.money(row.amount),
        row.net.reason or "",
    )
