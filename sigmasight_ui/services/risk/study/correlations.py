"""How the largest holdings move together."""

from __future__ import annotations

import numpy as np

from sigmasight_ui.analytics.clusters import Cluster, Tree, cluster, named_clusters
from sigmasight_ui.analytics.correlation import Correlations, correlate, standardise
from sigmasight_ui.analytics.returns import Floats
from sigmasight_ui.services.risk import nothing, rules
from sigmasight_ui.services.risk.schemas import CorrelationCluster, CorrelationMatrix
from sigmasight_ui.services.risk.study.figures import on_nav, view
from sigmasight_ui.services.risk.study.positions import Positions
from sigmasight_ui.services.risk.study.subject import Subject
from sigmasight_ui.services.risk.study.symbols import Symbols

SHOWN = 50
NO_POSITIONS = "no position has daily returns"
_AVERAGE, _EFFECTIVE = rules.CORRELATION


def largest(held: Positions) -> tuple[str, ...]:
    """The symbols whose correlations are shown: those that expose most money."""
    return largest_after(held, 0)


def largest_after(held: Positions, changes: int) -> tuple[str, ...]:
    """The symbols that can be among them when so many exposures change."""
    ranked = sorted(held.exposures, key=lambda name: (-abs(held.exposures[name]), name))
    return tuple(ranked[: SHOWN + changes])


def correlation_view(s: Subject) -> CorrelationMatrix:
    names = largest(s.positions)
    if not names:
        return nothing.correlations(NO_POSITIONS, s.as_of)
    chosen = s.symbols.pick(names)
    if chosen.returns is None:
        raise ValueError("correlations are made from returns")
    found = correlate(standardise(chosen.returns))
    tree = cluster(found)
    average, effective = (on_nav(figure, s.nav) for figure in (found.average(), found.effective_number()))
    order = tree.order.tolist()
    matrix = np.round(found.matrix[np.ix_(order, order)], 6)
    return CorrelationMatrix(
        symbols=tuple(names[column] for column in order),
        matrix=tuple(tuple(x if x == x else None for x in row) for row in matrix.tolist()),
        overlaps=tuple(map(tuple, found.n[np.ix_(order, order)].tolist())),
        clusters=_clusters(s, chosen, found, tree),
        average=view(average, s.as_of, _AVERAGE),
        effective_number=view(effective, s.as_of, _EFFECTIVE),
        hidden_pairs=found.hidden,
        repaired=found.repaired,
        notes=_notes(found),
        shown=len(names),
        of=len(s.positions.exposures),
        window=found.window,
        as_of=s.as_of,
        left_out=s.positions.left_out,
        reason=average.reason,
    )


def _clusters(s: Subject, chosen: Symbols, found: Correlations, tree: Tree) -> tuple[CorrelationCluster, ...]:
    sizes = np.array([abs(s.positions.exposures[name]) for name in chosen.names])
    of_symbol = {held.symbol: held.sector for held in s.positions.held}
    sectors = [of_symbol.get(name) for name in chosen.names]
    places = {column: place for place, column in enumerate(tree.order.tolist())}
    return tuple(
        _cluster(each, chosen.names, places, sizes)
        for each in named_clusters(tree, found, chosen.names, sizes, sectors)
    )


def _cluster(each: Cluster, names: tuple[str, ...], places: dict[int, int], sizes: Floats) -> CorrelationCluster:
    whole = float(sizes.sum())
    return CorrelationCluster(
        name=each.name,
        members=tuple(names[column] for column in sorted(each.members, key=places.__getitem__)),
        sector=each.sector,
        correlation=each.correlation,
        share=each.size / whole if whole else None,
    )


def _notes(found: Correlations) -> tuple[str, ...]:
    notes = []
    if found.hidden:
        notes.append(f"{found.hidden} of {found.pairs} pairs hidden: fewer than 60 days in common")
    if found.repaired:
        notes.append("correlations of different days were impossible together and were adjusted as little as needed")
    return tuple(notes)
