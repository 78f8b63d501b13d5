"""Every figure of a study by its key, as runs store them one part at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sigmasight_ui.services.risk import exhibits, rules
from sigmasight_ui.services.risk.schemas import FigureView, ScenarioView
from sigmasight_ui.services.risk.study.figures import view
from sigmasight_ui.services.risk.study.study import Study


def every_figure(s: Study, scenarios: Sequence[ScenarioView]) -> dict[str, FigureView]:
    """s: with the returns of its largest symbols. Exposures and sectors, which are sums of dollars, are not in it."""
    return {
        **s.betas,
        **exhibits.of_volatility(s.volatility),
        **exhibits.of_tail(s.tail),
        **exhibits.of_factors(s.factors),
        **exhibits.of_correlations(s.correlations),
        **exhibits.of_greeks(s.greeks),
        **concentration(s),
        **exhibits.of_stress(s.stress(scenarios)),
    }


def concentration(s: Study) -> dict[str, FigureView]:
    from sigmasight_ui.services.risk.measuring import concentration_figures

    valued = [held for held in s.positions.held if held.value is not None]
    found = concentration_figures([held.symbol for held in valued], [held.gross or 0.0 for held in valued], s.nav)
    return {key: view(found[key][0], s.as_of, key, found[key][1]) for key in rules.CONCENTRATION}
