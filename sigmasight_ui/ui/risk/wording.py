"""Turns of phrase that several cards share."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sigmasight_ui.services.risk.schemas import FigureView, SymbolLeftOut
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Number


def loss(share: Number | None, decimals: int = 2) -> str:
    """A loss counted as positive, shown as the change it is: −1.74%"""
    return format.percent(None if share is None else -share, decimals)


def percent_error(error: float | None, decimals: int = 1) -> str:
    """± 1.6, in points of a percentage that stands before it."""
    return format.error(None if error is None else 100 * error, decimals)


def days(figure: FigureView) -> str:
    return "" if figure.n_obs is None else format.plural(figure.n_obs, "day")


def tight(text: str) -> str:
    """No space before a percent sign, as everywhere on screen."""
    return text.replace(" %", "%")


def inside(name: str) -> str:
    """A name within a sentence: market crash, but VIX spike."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def sentence(text: str) -> str:
    """A reason as a sentence of its own."""
    return "" if not text else f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def left_out(symbols: Sequence[SymbolLeftOut], most: int = 3) -> str:
    """Leaves out ATVI: no price."""
    if not symbols:
        return ""
    named = [f"{each.symbol} ({each.reason})" for each in symbols[:most]]
    more = [f"{len(symbols) - most} more"] if len(symbols) > most else []
    return f"Leaves out {format.listed(named + more)}"


def joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def dollars(value: float | None) -> Decimal | None:
    """Figures in dollars leave the engine as plain numbers."""
    return None if value is None else Decimal(str(value))
