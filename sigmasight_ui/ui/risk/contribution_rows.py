"""Where the risk comes from: what each factor and each position adds to the volatility of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import FactorExposures, PositionContribution
from sigmasight_ui.ui import format
from sigmasight_ui.ui.kit.chart import BarRow
from sigmasight_ui.ui.kit.chart_geometry import BarScale
from sigmasight_ui.ui.risk import wording
from sigmasight_ui.ui.risk.cards import MISSING, SHOWN, Card
from sigmasight_ui.ui.risk.factor_rows import name_of
from sigmasight_ui.ui.words import symbol_in_words

BARS = 10


@dataclass(frozen=True)
class PositionLine:
    title: str
    name: str
    weight: str
    contribution: str
    specific: str
    share: str
    reason: str = ""


@dataclass(frozen=True)
class Contributions(Card):
    factor_zero: str = "0%"
    factors: list[BarRow] = field(default_factory=list)
    position_zero: str = "0%"
    positions: list[BarRow] = field(default_factory=list)
    lines: list[PositionLine] = field(default_factory=list)


def contributions(found: FactorExposures) -> Contributions:
    if found.reason is not None:
        return Contributions(MISSING, reason=wording.sentence(found.reason))
    if found.volatility.value is None:
        return Contributions(MISSING, reason=wording.sentence(found.volatility.reason or ""))
    by_factor = _factor_bars(found)
    by_position = _position_bars(found.positions[:BARS])
    return Contributions(
        SHOWN,
        finding=_finding(found.positions),
        foot=_foot(found),
        factor_zero=by_factor[0],
        factors=by_factor[1],
        position_zero=by_position[0],
        positions=by_position[1],
        lines=[_line(row) for row in found.positions],
    )


def _finding(rows: Sequence[PositionContribution]) -> str:
    known = [(row, row.share) for row in rows if row.share is not None]
    if not known:
        return "No position has a contribution that can be told."
    first, share = max(known, key=lambda pair: pair[1])
    weight = "" if first.weight is None else f" at {format.percent(first.weight)} of NAV"
    hedges = [symbol_in_words(row.symbol) for row, part in known if part < 0]
    hedged = f" {format.listed(hedges, 3)} {'takes' if len(hedges) == 1 else 'take'} risk away." if hedges else ""
    return f"{symbol_in_words(first.symbol)} brings {format.percent(share)} of the risk{weight}.{hedged}"


def _foot(found: FactorExposures) -> str:
    total = f"Volatility by the model {format.percent(found.volatility.value)} a year"
    specific = found.specific_volatility.value
    own = "" if specific is None else f"{format.percent(specific)} from no factor"
    shown = min(len(found.positions), BARS)
    count = f"{shown} of {format.plural(found.positions_total, 'position')} drawn"
    return wording.joined(total, own, count)


def _factor_bars(found: FactorExposures) -> tuple[str, list[BarRow]]:
    whole = found.volatility.value or 1.0
    specific = found.specific_contribution.value
    parts = [(name_of(row), row.share, row.contribution.value) for row in found.rows if row.share is not None]
    if specific is not None:
        parts.append(("Single positions", specific / whole, specific))
    scale = BarScale.of(*(share for _, share, _ in parts))
    return scale.zero, [_bar(name, share, amount, scale) for name, share, amount in parts]


def _position_bars(rows: Sequence[PositionContribution]) -> tuple[str, list[BarRow]]:
    known = [(row, row.share) for row in rows if row.share is not None]
    scale = BarScale.of(*(share for _, share in known))
    return scale.zero, [_bar(symbol_in_words(row.symbol), share, row.contribution, scale) for row, share in known]


def _bar(name: str, share: float, amount: float | None, scale: BarScale) -> BarRow:
    return BarRow(name, format.percent(share), scale.at(share), error=format.points(amount), weak=share < 0)


def _line(row: PositionContribution) -> PositionLine:
    return PositionLine(
        symbol_in_words(row.symbol),
        row.name if row.name != row.symbol else "",
        format.percent(row.weight),
        format.points(row.contribution),
        format.points(row.specific),
        format.percent(row.share),
        row.reason or "",
    )
