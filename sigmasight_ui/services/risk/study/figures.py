"""Figures of the engine as the room hands them out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sigmasight_ui.analytics.figure import Figure
from sigmasight_ui.services.risk import rules
from sigmasight_ui.services.risk.schemas import FigureView


class NavFact(NamedTuple):
    """coverage: share of the positions' cost that is in it."""

    nav: Decimal
    coverage: float | None


def on_nav(figure: Figure, nav: NavFact) -> Figure:
    """Coverage of the whole portfolio: what has no price is not covered either."""
    if figure.coverage is None or nav.coverage is None or nav.coverage == 1.0:
        return figure
    return replace(figure, coverage=figure.coverage * nav.coverage)


def view(figure: Figure, as_of: date | None, key: str = "", details: dict[str, Any] | None = None) -> FigureView:
    return FigureView(
        figure.value, figure.reason, figure.n_obs, figure.window, as_of, figure.coverage, figure.std_error,
        rules.METHODS.get(key, figure.method), details or {},
    )  # fmt: skip
