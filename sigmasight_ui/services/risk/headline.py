"""The six figures over the risk page, each from where it is told in full."""

from __future__ import annotations

from collections.abc import Mapping

from sigmasight_ui.core.transactions import Later
from sigmasight_ui.services.risk import falls, figures, nothing, rules
from sigmasight_ui.services.risk.accounts import Accounts
from sigmasight_ui.services.risk.reading import Reader
from sigmasight_ui.services.risk.schemas import Drawdown, FigureView, Headline, StressResults, StressRow, TailRisk
from sigmasight_ui.services.risk.study.figures import NavFact

_KEYS = ("beta_252", "volatility_63", "volatility_forecast", "effective_n")


def headline(reader: Reader) -> Later[Headline]:
    accounts = reader.accounts
    if not accounts.valued:
        return lambda: nothing.headline(rules.NOT_CALCULATED)
    found = figures.figures(reader, _KEYS)
    stress, tail, fall = reader.stress(), reader.tail(), falls.drawdown(reader.session, accounts)
    nav, positions = reader.nav, len(set(reader.gross_values[0]))
    return lambda: _headline(accounts, found(), stress(), tail(), fall(), nav, positions)


def _headline(
    accounts: Accounts,
    found: Mapping[str, FigureView],
    stress: StressResults,
    tail: TailRisk,
    fall: Drawdown,
    nav: NavFact,
    positions: int,
) -> Headline:
    worst = _worst(stress.rows)
    missing = stress.reason or next((row.reason for row in stress.rows), None) or rules.NOT_CALCULATED
    return Headline(
        beta=found["beta_252"],
        volatility=found["volatility_63"],
        forecast=found["volatility_forecast"],
        var_95=tail.historical.var_95,
        stress=nothing.figure("stress", missing, accounts.as_of) if worst is None else worst.total,
        worst_stress=worst,
        scenarios=sum(row.total.value is not None for row in stress.rows),
        effective_n=found["effective_n"],
        positions=positions,
        drawdown=fall.current,
        worst_drawdown=fall.worst,
        trough=fall.trough,
        nav=accounts.nav_for_weights,
        as_of=accounts.as_of,
        coverage=nav.coverage,
        reason=rules.value_problem(nav.coverage),
    )


def _worst(rows: tuple[StressRow, ...]) -> StressRow | None:
    return next((row for row in rows if row.total.value is not None), None)
