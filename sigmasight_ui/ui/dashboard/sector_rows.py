"""Sectors as shares of net asset value, as bars and as a table of the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import SectorExposureView, SectorRow
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.kit.chart import BarRow
from sigmasight_ui.ui.kit.chart_geometry import BarScale


@dataclass(frozen=True)
class SectorLine:
    sector: str
    net: str
    gross: str
    amount: str
    reason: str = ""


@dataclass(frozen=True)
class Sectors:
    """`reason` when there is nothing to show; `zero` is where the bars begin."""

    finding: str = ""
    reason: str = ""
    zero: str = "0%"
    bars: list[BarRow] = field(default_factory=list)
    lines: list[SectorLine] = field(default_factory=list)


def sectors(found: SectorExposureView, amounts: Amounts) -> Sectors:
    if found.reason is not None:
        return Sectors(reason=found.reason)
    scale = BarScale.of(*(row.net.value for row in found.rows))
    return Sectors(
        finding=_finding(found.rows),
        zero=scale.zero,
        bars=[_bar(row, scale, amounts) for row in found.rows],
        lines=[_line(row, amounts) for row in found.rows],
    )


def _finding(rows: Sequence[SectorRow]) -> str:
    known = [row for row in rows if row.net.value is not None]
    if not known:
        return f"Shares are unknown: {rows[0].net.reason}."
    largest = max(known, key=lambda row: abs(row.net.value or 0))
    share = largest.net.value or 0.0
    side = "short " if share < 0 else ""
    return f"{format.percent(abs(share))} of NAV is {side}in {largest.sector}, the largest sector."


def _bar(row: SectorRow, scale: BarScale, amounts: Amounts) -> BarRow:
    share = row.net.value
    end = scale.zero if share is None else scale.at(share)
    return BarRow(row.sector, format.percent(share), end, error=amounts.money(row.amount, 0))


def _line(row: SectorRow, amounts: Amounts) -> SectorLine:
    return SectorLine(
        row.sector,
        format.percent(row.net.value),
        format.percent(row.gross.value),
        amounts.money(row.amount),
        row.net.reason or "",
    )
