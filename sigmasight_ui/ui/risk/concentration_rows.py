"""How much hangs on few positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import FigureView
from sigmasight_ui.ui import format
from sigmasight_ui.ui.kit.chart import BarRow
from sigmasight_ui.ui.kit.chart_geometry import BarScale
from sigmasight_ui.ui.risk import wording
from sigmasight_ui.ui.risk.cards import MISSING, SHOWN, Card
from sigmasight_ui.ui.risk.receipts import receipt

_SHARES = {"largest": "Largest position", "top_3": "Three largest", "top_10": "Ten largest"}
_FORMULAS = {
    "largest": "The largest market value, long or short, of gross exposure.",
    "top_3": "The three largest market values, long or short, of gross exposure.",
    "top_10": "The ten largest market values, long or short, of gross exposure.",
    "effective_n": "One divided by the sum of squared shares of gross exposure.",
    "hhi": "Sum of the squared shares of gross exposure, in hundredths of a percent.",
}


@dataclass(frozen=True)
class Measure:
    key: str
    name: str
    value: str
    reason: str = ""


@dataclass(frozen=True)
class Concentration(Card):
    bars: list[BarRow] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)


def concentration(figures: Mapping[str, FigureView]) -> Concentration:
    effective = figures["effective_n"]
    if effective.value is None:
        return Concentration(MISSING, reason=wording.sentence(effective.reason or ""))
    named = {
        **{key: (name, format.percent(figures[key].value)) for key, name in _SHARES.items()},
        "effective_n": ("As if equally held", f"{format.ratio(effective.value, 1)} positions"),
        "hhi": ("Herfindahl index", _hhi(figures["hhi"])),
    }
    return Concentration(
        SHOWN,
        finding=_finding(figures),
        foot=wording.joined("Shares of gross exposure", _as_of(effective)),
        bars=[_bar(name, figures[key].value) for key, name in _SHARES.items()],
        measures=[Measure(key, name, value, figures[key].reason or "") for key, (name, value) in named.items()],
        receipts={key: receipt(name, figures[key], value, _FORMULAS[key]) for key, (name, value) in named.items()},
    )


def _finding(figures: Mapping[str, FigureView]) -> str:
    equal, three = format.ratio(figures["effective_n"].value, 1), format.percent(figures["top_3"].value)
    return f"As spread out as {equal} positions of equal size; the three largest hold {three}."


def _hhi(figure: FigureView) -> str:
    return format.UNKNOWN if figure.value is None else f"{round(figure.value):,} of 10,000"


def _as_of(figure: FigureView) -> str:
    return "" if figure.as_of is None else format.day(figure.as_of)


def _bar(name: str, share: float | None) -> BarRow:
    scale = BarScale.of(1.0)
    return BarRow(name, format.percent(share), scale.at(share or 0.0))
