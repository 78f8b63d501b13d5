"""How well the figures are founded: the chip's words, and what it opens."""

from __future__ import annotations

from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import DataQuality, MissingSymbol
from sigmasight_ui.ui import format
from sigmasight_ui.ui.kit.receipt import Fact
from sigmasight_ui.ui.words import price_note

NAMES = {
    "long": "Long exposure",
    "short": "Short exposure",
    "gross": "Gross exposure",
    "net": "Net exposure",
    "cash": "Cash share",
    "beta_252": "Beta, 252 days",
    "beta_90": "Beta, 90 days",
    "volatility_21": "Volatility, 21 days",
    "volatility_63": "Volatility, 63 days",
    "volatility_252": "Volatility, 252 days",
    "volatility_percentile": "Volatility percentile",
    "volatility_ewma": "Volatility, recent days weighted",
    "volatility_forecast": "Volatility forecast",
    "var_95": "Value at risk, 95%",
    "var_99": "Value at risk, 99%",
    "cvar_95": "Expected shortfall, 95%",
    "cvar_99": "Expected shortfall, 99%",
    "hhi": "Herfindahl index",
    "effective_n": "Effective positions",
    "top_3": "Three largest",
    "top_10": "Ten largest",
    "largest": "Largest share",
}
SHOWN = 50


@dataclass(frozen=True)
class MissingLine:
    name: str
    why: str
    last: str = ""


@dataclass(frozen=True)
class Quality:
    """`is_complete`: every price there and of the last close, every figure calculated, nothing left out."""

    chip: str = ""
    is_complete: bool = False
    facts: list[Fact] = field(default_factory=list)
    symbols: list[MissingLine] = field(default_factory=list)
    figures: list[MissingLine] = field(default_factory=list)
    accounts: list[MissingLine] = field(default_factory=list)
    more: str = ""


def quality(found: DataQuality) -> Quality:
    left = len(found.missing) - SHOWN
    return Quality(
        chip=chip(found),
        is_complete=found.analytics_complete and found.sessions_behind == 0,
        facts=_facts(found),
        symbols=[_symbol(missing) for missing in found.missing[:SHOWN]],
        figures=_figures(found) if found.as_of is not None else [],
        accounts=[MissingLine(each.account_name, _sentence(each.reason)) for each in found.left_out],
        more=f"{format.plural(left, 'more symbol')} without a price" if left > 0 else "",
    )


def chip(found: DataQuality) -> str:
    """Prices as of 19 Nov 2026, 96% covered"""
    share = "" if found.coverage is None else f", {format.covered(found.coverage)} covered"
    if found.as_of is not None:
        return f"{price_note(found.origin, found.as_of)}{share}"
    return f"{'Not calculated yet' if found.symbols_priced else 'No prices yet'}{share}"


def _facts(found: DataQuality) -> list[Fact]:
    covered = f"{found.symbols_priced:,} of {format.plural(found.symbols_needed, 'symbol')}"
    facts = [Fact("Symbols with a price", covered)]
    if found.as_of is not None:
        facts.append(Fact("Prices as of", format.day(found.as_of)))
    if found.origin is not None:
        facts.append(Fact("Source", found.origin.label))
    if found.sessions_behind:
        facts.append(Fact("Behind the last close", format.plural(found.sessions_behind, "trading day")))
    facts.append(Fact("Last calculated", format.moment(found.last_calculated) if found.last_calculated else "never"))
    if found.origin is not None and found.origin.note:
        facts.append(Fact("Note", found.origin.note))
    return facts


def _symbol(missing: MissingSymbol) -> MissingLine:
    last = (
        f"last close {format.quantity(missing.last_close)} on {format.day(missing.last_session)}"
        if missing.last_close is not None
        else "no close known"
    )
    return MissingLine(missing.symbol, _sentence(missing.reason), last)


def _figures(found: DataQuality) -> list[MissingLine]:
    """Figures that are unknown for one reason share a line."""
    names: dict[str, list[str]] = {}
    for missing in found.missing_figures:
        names.setdefault(missing.reason, []).append(NAMES.get(missing.figure, missing.figure))
    return [MissingLine(format.listed(together), _sentence(reason)) for reason, together in names.items()]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
