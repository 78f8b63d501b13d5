"""What scenarios and replays of history would do to a portfolio, as a whole and holding by holding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sigmasight_ui.analytics import stress as engine
from sigmasight_ui.analytics.covariance import FactorCovariance
from sigmasight_ui.analytics.figure import Figure, known, unavailable
from sigmasight_ui.analytics.options import CONTRACT_SIZE, Options
from sigmasight_ui.analytics.replay import replay
from sigmasight_ui.analytics.returns import Floats, Returns
from sigmasight_ui.analytics.scenarios import DURATION, FactorMoves, complete_moves, factor_shocks
from sigmasight_ui.core.calendar import sessions_between
from sigmasight_ui.services.risk import inputs
from sigmasight_ui.services.risk.episodes import Episode, episodes
from sigmasight_ui.services.risk.held import Held
from sigmasight_ui.services.risk.schemas import (
    FigureView,
    ScenarioView,
    StressKind,
    StressPosition,
    StressPositions,
    StressResults,
    StressRow,
)
from sigmasight_ui.services.risk.study.factors import left_out
from sigmasight_ui.services.risk.study.figures import on_nav, view
from sigmasight_ui.services.risk.study.greeks import RATE
from sigmasight_ui.services.risk.study.subject import Subject
from sigmasight_ui.services.securities.symbols import parse_occ

SHOWN = 200
NO_PARTS = "a replay of history has no factors"
NAMES = {
    "market": "Market", "value": "Value", "growth": "Growth", "momentum": "Momentum", "quality": "Quality",
    "size": "Size", "low_volatility": "Low Volatility", "interest_rate": "Rates",
}  # fmt: skip
METHOD = "exposures x expected factor moves given the shocks, options revalued"
METHOD_REPLAY = "today's positions held through the episode, by their own returns"
NOTES = (
    f"Rates act through long bonds with a duration of {DURATION:g} years.",
    "Factors a scenario does not name move as they usually do with those it names.",
    "Options are revalued; their implied volatilities stay as they are.",
)


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """One scenario or replay: the row, and the gains of symbols (in the subject's order) and options; None without."""

    row: StressRow
    symbols: Floats | None = None
    symbols_direct: Floats | None = None
    options: Floats | None = None
    options_direct: Floats | None = None


def stress_view(s: Subject, scenarios: Sequence[ScenarioView]) -> StressResults:
    prepared = _prepare(s)
    rows = scenario_rows(s, scenarios)
    rows += [_replayed(prepared, number, each).row for number, each in enumerate(episodes())]
    rows.sort(key=lambda row: row.rank)
    best = max((row.total.coverage_nav or 0.0 for row in rows), default=None)
    return StressResults(tuple(rows), NOTES, s.as_of, best, left_out(s), s.problem)


def scenario_rows(s: Subject, scenarios: Sequence[ScenarioView]) -> list[StressRow]:
    prepared = _prepare(s)
    return [_scenario(prepared, each).row for each in scenarios]


def positions_view(s: Subject, scenarios: Sequence[ScenarioView], key: str) -> StressPositions | None:
    prepared = _prepare(s)
    outcome = _find(prepared, scenarios, key)
    if outcome is None:
        return None
    gains = sorted(_gains(prepared, outcome), key=lambda each: (each.total is None, each.total or 0, each.held.symbol))
    shown = gains if len(gains) <= SHOWN else [*gains[: SHOWN // 2], *gains[-SHOWN // 2 :]]
    reasons = {each.symbol: each.reason for each in left_out(s)}
    items = tuple(_item(s, each, reasons.get(each.held.symbol) or outcome.row.reason) for each in shown)
    return StressPositions(outcome.row, items, len(gains), s.as_of)


@dataclass(frozen=True, eq=False, slots=True)
class _Prepared:
    """What all scenarios share. values: (S,) market values; options: None without any."""

    subject: Subject
    values: Floats
    options: engine.OptionPositions | None
    nav: float


def _prepare(s: Subject) -> _Prepared:
    values = np.array([s.positions.values.get(name, 0.0) for name in s.symbols.names], dtype=np.float64)
    return _Prepared(s, values, _options(s), float(s.nav.nav))


def _options(s: Subject) -> engine.OptionPositions | None:
    rows = s.positions.options
    if not rows:
        return None
    columns = s.symbols.columns
    terms = [parse_occ(held.symbol) for held, _ in rows]
    of = Options(
        spot=_floats(contract.spot for _, contract in rows),
        strike=_floats(float(term.strike) if term else None for term in terms),
        years=_floats(contract.years for _, contract in rows),
        rate=np.full(len(rows), RATE),
        dividend=_floats(contract.dividend for _, contract in rows),
        call=np.array([term is not None and term.option_type == "CALL" for term in terms], dtype=np.bool_),
    )
    return engine.OptionPositions(
        of,
        volatility=_floats(contract.volatility for _, contract in rows),
        units=_floats(held.quantity * CONTRACT_SIZE for held, _ in rows),
        underlying=np.array([columns[contract.underlying] for _, contract in rows], dtype=np.intp),
        market_values=_floats(held.value for held, _ in rows),
    )


def _floats(numbers: Iterable[float | None]) -> Floats:
    return np.array([np.nan if number is None else number for number in numbers], dtype=np.float64)


# Scenarios


def _find(p: _Prepared, scenarios: Sequence[ScenarioView], key: str) -> Outcome | None:
    for scenario in scenarios:
        if scenario.key == key:
            return _scenario(p, scenario)
    for number, episode in enumerate(episodes()):
        if episode.key == key:
            return _replayed(p, number, episode)
    return None


def _scenario(p: _Prepared, scenario: ScenarioView) -> Outcome:
    s = p.subject
    moves = _moves(s.model.covariance, tuple(scenario.shocks.items()))
    if s.problem or moves.reason:
        figure = unavailable(s.problem or moves.reason or "", method=METHOD)
        return Outcome(_row(p, scenario, (figure, figure, figure)))
    found = engine.stress(
        s.symbols.estimates, p.values, moves, p.options, without_model=s.positions.unmodelled
    )  # fmt: skip
    figures = (found.figure(), found.direct_figure(), found.propagated_figure())
    gains = found.options
    return Outcome(
        _row(p, scenario, figures), found.symbols, found.symbols_direct,
        None if gains is None else gains.total, None if gains is None else gains.direct,
    )  # fmt: skip


@lru_cache(maxsize=128)
def _moves(covariance: FactorCovariance, shocks: tuple[tuple[str, float], ...]) -> FactorMoves:
    """The same for all portfolios of a day, which come one after the other."""
    return complete_moves(covariance, factor_shocks(dict(shocks)))


def _row(p: _Prepared, scenario: ScenarioView, figures: tuple[Figure, Figure, Figure]) -> StressRow:
    total, direct, propagated = (_share(p, figure) for figure in figures)
    return StressRow(
        key=scenario.key, name=scenario.name, category=scenario.category, severity=scenario.severity,
        kind=StressKind.CUSTOM if scenario.custom else StressKind.SCENARIO, words=words(scenario.shocks),
        shocks=dict(scenario.shocks), total=total, direct=direct, propagated=propagated,
        amount=inputs.money(figures[0].value), reason=total.reason,
    )  # fmt: skip


def words(shocks: Mapping[str, float]) -> str:
    """ "Market −35 %, Rates +0.5 points"."""
    return ", ".join(f"{name} {_amount(key, shocks[key])}" for key, name in NAMES.items() if key in shocks)


def _amount(key: str, shock: float) -> str:
    number = f"{100 * shock:+.4g}".replace("-", "−")
    return f"{number} points" if key == "interest_rate" else f"{number}%"


# Replays


def _replayed(p: _Prepared, number: int, episode: Episode) -> Outcome:
    s = p.subject
    if s.problem:
        return Outcome(_replay_row(p, episode, unavailable(s.problem, method=METHOD_REPLAY)))
    if episode.last > s.as_of:
        return Outcome(_replay_row(p, episode, unavailable(f"it ends after {s.as_of}", method=METHOD_REPLAY)))
    growth = s.symbols.episodes[:, number]
    whole = np.isfinite(growth)[None, :]
    one_step = Returns(np.where(whole, growth, 0.0), whole, s.symbols.estimates.cash)
    gross = sum(held.gross or 0.0 for held, _ in s.positions.options)
    found = replay(one_step, p.values, s.positions.unmodelled + gross)
    return Outcome(_replay_row(p, episode, _told(found.total, episode)), found.by_symbol)


def _told(figure: Figure, episode: Episode) -> Figure:
    days = len(sessions_between(episode.first, episode.last)) - 1
    if figure.value is None:
        coverage = figure.coverage or 0.0
        reason = f"only {coverage:.0%} of the positions have prices from {episode.first} to {episode.last}"
        return unavailable(reason, method=figure.method, n_obs=days, coverage=coverage)
    return known(figure.value, method=figure.method, n_obs=days, coverage=figure.coverage)


def _replay_row(p: _Prepared, episode: Episode, total: Figure) -> StressRow:
    none = view(unavailable(NO_PARTS, method=total.method), p.subject.as_of)
    share = _share(p, total)
    return StressRow(
        key=episode.key, name=episode.name, category="historical", severity=episode.severity, kind=StressKind.REPLAY,
        words=f"today's holdings from {episode.first:%-d %b %Y} to {episode.last:%-d %b %Y}", shocks={}, total=share,
        direct=none, propagated=none, amount=inputs.money(total.value), reason=share.reason,
    )  # fmt: skip


# Rows


def _share(p: _Prepared, figure: Figure) -> FigureView:
    """Of NAV, from dollars."""
    of_nav = figure
    if figure.value is not None:
        of_nav = known(figure.value / p.nav, method=figure.method, n_obs=figure.n_obs, coverage=figure.coverage)
    return view(on_nav(of_nav, p.subject.nav), p.subject.as_of)


class _Gain(NamedTuple):
    """Of one holding, in dollars; None where it is not known."""

    held: Held
    total: float | None
    direct: float | None


def _gains(p: _Prepared, outcome: Outcome) -> Iterator[_Gain]:
    s = p.subject
    columns = s.symbols.columns
    places = {held.symbol: place for place, (held, _) in enumerate(s.positions.options)}
    of_symbols, of_symbols_direct = _known(outcome.symbols), _known(outcome.symbols_direct)
    of_options, of_options_direct = _known(outcome.options), _known(outcome.options_direct)
    for held in s.positions.held:
        if (place := places.get(held.symbol)) is not None:
            yield _Gain(held, of_options.get(place), of_options_direct.get(place))
        elif held.symbol in s.positions.values:
            column = columns[held.symbol]
            yield _Gain(held, of_symbols.get(column), of_symbols_direct.get(column))
        else:
            nothing = 0.0 if held.is_cash else None
            yield _Gain(held, nothing, nothing)


def _known(gains: Floats | None) -> dict[int, float]:
    """By place."""
    if gains is None:
        return {}
    return {place: gain for place, gain in enumerate(gains.tolist()) if gain == gain}


def _item(s: Subject, gain: _Gain, reason: str | None) -> StressPosition:
    held, total, direct = gain
    nav = float(s.nav.nav)
    return StressPosition(
        held.symbol, held.name, inputs.money(held.value), inputs.money(total), inputs.money(direct),
        None if total is None or direct is None else inputs.money(total - direct),
        None if total is None or nav <= 0 else total / nav,
        None if total is not None else reason or "no history of it",
    )  # fmt: skip
