"""Turns of phrase that several cards share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from sigmasight_ui.services.risk.schemas import FigureView, SymbolLeftOut
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Number
from sigmasight_ui.ui.words import symbol_in_words

_ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def loss(share: Number | None, decimals: int = 2) -> str:
    """A loss counted as positive, shown as the change it is: −1.74%"""
    return format.percent(None if share is None else -share, decimals)


def percent_error(error: float | None, decimals: int = 1) -> str:
    """± 1.6, in points of a percentage that stands before it."""
    return format.error(None if error is None else 100 * error, decimals)


def days(figure: FigureView) -> str:
    return "" if figure.n_obs is None else format.plural(figure.n_obs, "day")


def percent_axis(values: Iterable[float | None], *, signed: bool = False) -> Callable[[float], str]:
    """As many decimals as the labels of an axis need to differ."""
    known = [value for value in values if value is not None]
    span = max(known, default=0.0) - min(known, default=0.0)
    decimals = 0 if span > 0.04 else 1 if span > 0.004 else 2
    return lambda value: format.percent(value, decimals, signed=signed)


def dated(text: str) -> str:
    """Dates inside words as they are written everywhere on screen."""
    return _ISO_DATE.sub(lambda found: format.day(date.fromisoformat(found.group())), text)


def tight(text: str) -> str:
    """No space before a percent sign, as everywhere on screen."""
    return text.replace(" %", "%")


def inside(name: str) -> str:
    """A name within a sentence: market crash, but VIX spike."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def sentence(text: str) -> str:
    """A reason as a sentence of its own."""
    return "" if not text else f"{text[:1].upper()}{dated(text[1:])}{'' if text.endswith('.') else '.'}"


def left_out(symbols: Sequence[SymbolLeftOut], most: int = 3) -> str:
    """leaves out ATVI (no price)"""
    if not symbols:
        return ""
    named = [f"{symbol_in_words(each.symbol)} ({dated(each.reason)})" for each in symbols[:most]]
    more = [f"{len(symbols) - most} more"] if len(symbols) > most else []
    return f"leaves out {format.listed(named + more)}"


def joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def dollars(value: float | None) -> Decimal | None:
    """Figures in dollars leave the engine as plain numbers."""
    return None if value is None else Decimal(str(value))
