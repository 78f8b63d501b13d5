"""Exposures to factors as bars with error, and as a table of the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import FactorExposureRow, FactorExposures
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Amounts, Change
from sigmasight_ui.ui.kit.chart import BarRow
from sigmasight_ui.ui.kit.chart_geometry import BarScale
from sigmasight_ui.ui.kit.receipt import Fact
from sigmasight_ui.ui.risk import wording
from sigmasight_ui.ui.risk.cards import MISSING, SHOWN, Card
from sigmasight_ui.ui.risk.receipts import Receipt, receipt

MARKET = "market"


@dataclass(frozen=True)
class FactorLine:
    """`reason` when there is no exposure; `amount` has a direction only when it is clear of zero."""

    key: str
    bar: BarRow
    beta: str
    error: str
    interval: str
    amount: Change
    is_clear: bool
    contribution: str
    reason: str = ""


@dataclass(frozen=True)
class Factors(Card):
    zero: str = "0%"
    lines: list[FactorLine] = field(default_factory=list)


def factors(found: FactorExposures, amounts: Amounts) -> Factors:
    if found.reason is not None:
        return Factors(MISSING, reason=wording.sentence(found.reason))
    scale = BarScale.of(*(value for row in found.rows for value in (row.low, row.beta.value, row.high)))
    return Factors(
        SHOWN,
        finding=_finding(found.rows, amounts),
        foot=_foot(found),
        zero=scale.zero,
        lines=[_line(row, scale, amounts) for row in found.rows],
        receipts={_key(row): _receipt(row, amounts) for row in found.rows},
    )


def name_of(row: FactorExposureRow) -> str:
    return f"{row.name} – {row.opposite}" if row.opposite else row.name


def _finding(rows: Sequence[FactorExposureRow], amounts: Amounts) -> str:
    market = next((row for row in rows if row.key == MARKET), None)
    parts = []
    if market is not None and market.dollars_per_1pct is not None:
        verb = "lose" if market.dollars_per_1pct >= 0 else "gain"
        amount = amounts.money(abs(market.dollars_per_1pct), 0)
        cause = f"{format.percent(market.share, 0)} of the risk is the market: if" if market.share else "If"
        parts.append(f"{cause} {market.formula} falls 1%, expect to {verb} about {amount}.")
    leans = _leans([row for row in rows if row.key != MARKET and row.clear_of_zero])
    parts.append(leans or "No other factor is clear of zero.")
    return " ".join(parts)


def _leans(rows: Sequence[FactorExposureRow]) -> str:
    known = [(row, row.beta.value) for row in rows if row.beta.value is not None]
    towards = [row.name if beta > 0 else row.opposite for row, beta in known if beta > 0 or row.opposite]
    away = [row.name for row, beta in known if beta < 0 and not row.opposite]
    parts = []
    if towards:
        parts.append(f"It leans to {format.listed([name.lower() for name in towards if name])}")
    if away:
        verb = "" if towards else "It leans "
        parts.append(f"{verb}away from {format.listed([name.lower() for name in away])}")
    return " and ".join(parts) + "." if parts else ""


def _foot(found: FactorExposures) -> str:
    r_squared = "" if found.r_squared.value is None else f"R² {format.ratio(found.r_squared.value)}"
    return wording.joined(r_squared, wording.days(found.r_squared), "joint regression")


def _line(row: FactorExposureRow, scale: BarScale, amounts: Amounts) -> FactorLine:
    beta = row.beta.value
    bar = BarRow(
        name_of(row),
        "",
        scale.zero if beta is None else scale.at(beta),
        note=f"{row.formula}, one axis" if row.opposite else row.formula,
        low="" if row.low is None else scale.at(row.low),
        high="" if row.high is None else scale.at(row.high),
        weak=not row.clear_of_zero,
    )
    return FactorLine(
        _key(row),
        bar,
        format.ratio(beta, signed=True),
        format.error(row.beta.std_error),
        _interval(row),
        Change(amounts.signed(row.dollars_per_1pct, 0), format.direction(row.dollars_per_1pct)),
        row.clear_of_zero,
        _contribution(row),
        "" if beta is not None else row.beta.reason or "no reason was recorded",
    )


def _key(row: FactorExposureRow) -> str:
    return f"factor:{row.key}"


def _interval(row: FactorExposureRow) -> str:
    if row.low is None or row.high is None:
        return format.NONE
    return f"{format.ratio(row.low, signed=True)} to {format.ratio(row.high, signed=True)}"


def _contribution(row: FactorExposureRow) -> str:
    return format.NONE if row.share is None else format.percent(row.share)


def _receipt(row: FactorExposureRow, amounts: Amounts) -> Receipt:
    facts = (
        Fact("95% interval", _interval(row)),
        Fact("For +1%", amounts.signed(row.dollars_per_1pct)),
        Fact("Share of the risk", _contribution(row)),
    )
    formula = (
        f"Slope of the daily returns of your positions, as you hold them today, on {row.formula}, "
        "in one regression with all factors."
    )
    value, error = format.ratio(row.beta.value, signed=True), format.error(row.beta.std_error)
    return receipt(f"{name_of(row)} exposure", row.beta, value, formula, *facts, error=error)
