"""What opens from a figure: the figure with its error, the formula in words, and what it stands on."""

from __future__ import annotations

from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import FigureView
from sigmasight_ui.ui import format
from sigmasight_ui.ui.kit.receipt import Fact


@dataclass(frozen=True)
class Receipt:
    title: str = ""
    value: str = ""
    error: str = ""
    formula: str = ""
    facts: list[Fact] = field(default_factory=list)


def receipt(title: str, figure: FigureView, value: str, formula: str, *facts: Fact, error: str = "") -> Receipt:
    """`facts` are the section's own; window, observations, date and coverage are every figure's."""
    found = [*facts, *_facts(figure)]
    return Receipt(title, value, f"{error} standard error" if error else "", formula, found)


def _facts(figure: FigureView) -> list[Fact]:
    facts = []
    if figure.reason is not None:
        facts.append(Fact("Unknown because", figure.reason))
    if figure.window is not None:
        facts.append(Fact("Window", f"{figure.window:,} trading days"))
    if figure.n_obs is not None:
        facts.append(Fact("Observations", f"{figure.n_obs:,}"))
    if figure.as_of is not None:
        facts.append(Fact("As of", format.day(figure.as_of)))
    if figure.coverage_nav is not None:
        facts.append(Fact("Coverage", f"{format.covered(figure.coverage_nav)} of the portfolio"))
    facts.append(Fact("Method", figure.method))
    return facts
