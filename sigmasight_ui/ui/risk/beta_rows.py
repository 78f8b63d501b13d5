"""Betas of single symbols over two windows, those that move most first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import FigureView, SymbolBeta
from sigmasight_ui.ui import format
from sigmasight_ui.ui.risk.cards import MISSING, SHOWN, Card
from sigmasight_ui.ui.risk.headline_rows import LIMITED
from sigmasight_ui.ui.risk.receipts import Receipt, receipt
from sigmasight_ui.ui.words import symbol_in_words

FEW, MOST = 11, 200
FAST = 1.5


@dataclass(frozen=True)
class BetaLine:
    key: str
    title: str
    weight: str
    quarter: str
    quarter_error: str
    quarter_reason: str
    year: str
    year_error: str
    year_reason: str
    days: str
    mark: str


@dataclass(frozen=True)
class Betas(Card):
    lines: list[BetaLine] = field(default_factory=list)
    shown: str = ""
    more: str = ""


def betas(found: Sequence[SymbolBeta], *, everything: bool) -> Betas:
    if not found:
        return Betas(MISSING, reason="No symbol has daily returns yet.")
    rows = sorted(found, key=_order)
    shown = rows[: MOST if everything else FEW]
    return Betas(
        SHOWN,
        finding=_finding(rows),
        lines=[_line(row) for row in shown],
        shown=f"{len(shown)} of {len(rows)} shown",
        more="" if len(rows) <= FEW else ("Show fewer" if everything else f"Show all {min(len(rows), MOST)}"),
        receipts={f"beta:{row.symbol}": _receipt(row) for row in shown},
    )


def _order(row: SymbolBeta) -> tuple[bool, float, str]:
    value = row.beta_252.value if row.beta_252.value is not None else row.beta_90.value
    return value is None, -(value or 0.0), row.symbol


def _finding(rows: Sequence[SymbolBeta]) -> str:
    known = [(row.symbol, row.beta_252.value) for row in rows if row.beta_252.value is not None]
    if not known:
        return "No symbol has enough days for a beta."
    fast = [(symbol, beta) for symbol, beta in known if beta >= FAST][:3]
    if fast:
        names = format.listed([symbol for symbol, _ in fast])
        verb = "moves" if len(fast) == 1 else "move"
        return f"{names} {verb} {format.ratio(fast[-1][1], 1)} times as far as SPY or more."
    symbol, beta = known[0]
    return f"{symbol} moves most, {format.ratio(beta, 1)} times as far as SPY."


def _line(row: SymbolBeta) -> BetaLine:
    return BetaLine(
        f"beta:{row.symbol}",
        symbol_in_words(row.symbol),
        format.percent(row.weight),
        *_figure(row.beta_90),
        *_figure(row.beta_252),
        "0" if not row.beta_252.n_obs else f"{row.beta_252.n_obs:,}",
        LIMITED if row.beta_252.limited or row.beta_90.limited else "",
    )


def _figure(figure: FigureView) -> tuple[str, str, str]:
    return format.ratio(figure.value), format.error(figure.std_error), figure.reason or ""


def _receipt(row: SymbolBeta) -> Receipt:
    figure = row.beta_252
    formula = f"How far {symbol_in_words(row.symbol)} moved on days when SPY moved by 1%, by least squares."
    title = f"Beta of {symbol_in_words(row.symbol)}"
    return receipt(title, figure, format.ratio(figure.value), formula, error=format.error(figure.std_error))
