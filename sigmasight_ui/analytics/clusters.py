"""Groups of positions that move together, and a name for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sigmasight_ui.analytics.correlation import Correlations
from sigmasight_ui.analytics.returns import Floats

MIN_CORRELATION = 0.7
"""Positions of one cluster are, on average, at least this much correlated with those they were joined to."""

Labels = NDArray[np.intp]


@dataclass(frozen=True, eq=False, slots=True)
class Tree:
    """labels: (N,) cluster of every column, numbered from 0; a column in no cluster of at least two, or without
    correlations, is -1. order: all N columns so that those that move together are neighbours; the unknown come last."""

    labels: Labels
    order: Labels


def cluster(correlations: Correlations, min_correlation: float = MIN_CORRELATION) -> Tree:
    """Hierarchical clusters by average linkage on the distance sqrt((1 - correlation) / 2), cut at `min_correlation`.

    Hidden pairs count with the average correlation. Opposite movements are far apart, not near: a cluster is what rises
    together. Raises ValueError unless -1 < min_correlation < 1.
    Source: Mantegna (1999), Hierarchical structure in financial markets, Eur. Phys. J. B 11; average linkage: Sokal &
    Michener (1958).
    """
    if not -1 < min_correlation < 1:
        raise ValueError("a correlation lies between -1 and 1")
    labels = np.full(len(correlations.usable), -1, dtype=np.intp)
    usable = np.flatnonzero(correlations.usable)
    unknown = np.flatnonzero(~correlations.usable)
    if len(usable) < 2:
        return Tree(labels, np.concatenate([usable, unknown]))
    from scipy.cluster.hierarchy import linkage  # 40 MB that the web process never needs

    upper = correlations.filled[np.triu_indices(len(usable), 1)]
    together, order = _walk(linkage(_distance(upper), method="average"), float(_distance(np.array(min_correlation))))
    for number, members in enumerate(together):
        labels[usable[members]] = number
    return Tree(labels, np.concatenate([usable[order], unknown]))


def _walk(joined: Floats, farthest: float) -> tuple[list[list[int]], list[int]]:
    """The groups of at least two that are joined within a distance, and all leaves from left to right."""
    groups = {leaf: [leaf] for leaf in range(len(joined) + 1)}
    together: list[list[int]] | None = None
    for number, (left, right, distance, _) in enumerate(joined.tolist(), start=len(joined) + 1):
        if together is None and distance > farthest:
            together = [members for members in groups.values() if len(members) > 1]
        groups[number] = groups.pop(int(left)) + groups.pop(int(right))
    (order,) = groups.values()
    return [order] if together is None else together, order


def _distance(correlation: Floats) -> Floats:
    distance: Floats = np.sqrt(np.maximum((1.0 - correlation) / 2.0, 0.0))
    return distance


@dataclass(frozen=True, slots=True)
class Cluster:
    """members: columns, the largest first; leader: the first of them. size: sum of theirs. sector: that of more than
    half of the size, None when there is none. correlation: mean over the visible pairs, None without any."""

    name: str
    members: tuple[int, ...]
    leader: int
    sector: str | None
    correlation: float | None
    size: float


def named_clusters(
    tree: Tree,
    correlations: Correlations,
    names: Sequence[str],
    sizes: ArrayLike,
    sectors: Sequence[str | None] | None = None,
) -> tuple[Cluster, ...]:
    """The clusters of a tree, the largest first, each called by its sector or else by its leader.

    names, sizes (gross market values, any unit), sectors: of the N columns; None or blank = unknown. A sector names a
    cluster when it makes up more than half of its size; two clusters of one sector add their leaders' names. Without
    such a sector: "AAPL and 3 others". NaN rule: sizes are finite and not negative, else ValueError.
    """
    weights = np.asarray(sizes, dtype=np.float64)
    known_sectors = [(sector or "").strip() for sector in sectors or [None] * len(names)]
    if not len(weights) == len(names) == len(known_sectors) == len(tree.labels):
        raise ValueError("one name, size and sector for every column")
    if not np.all(np.isfinite(weights)) or np.any(weights < 0):
        raise ValueError("sizes are finite and not negative")
    found = [
        _cluster(np.flatnonzero(tree.labels == label), correlations, names, weights, known_sectors)
        for label in range(tree.labels.max(initial=-1) + 1)
    ]
    often = Counter(each.name for each in found)
    distinct = (
        replace(each, name=f"{each.name} ({names[each.leader]})") if often[each.name] > 1 else each for each in found
    )
    return tuple(sorted(distinct, key=lambda each: (-each.size, each.leader)))


def _cluster(
    columns: Labels, correlations: Correlations, names: Sequence[str], weights: Floats, sectors: Sequence[str]
) -> Cluster:
    members = sorted(columns.tolist(), key=lambda column: (-weights[column], column))
    total = float(weights[members].sum())
    by_sector: Counter[str] = Counter()
    for column in members:
        by_sector[sectors[column]] += weights[column]
    largest, size = by_sector.most_common(1)[0]
    sector = largest if largest and size > total / 2 else None
    inside = correlations.matrix[np.ix_(members, members)][np.triu_indices(len(members), 1)]
    visible = inside[~np.isnan(inside)]
    others = len(members) - 1
    name = sector or f"{names[members[0]]} and {others} {'other' if others == 1 else 'others'}"
    mean = float(visible.mean()) if len(visible) else None
    return Cluster(name, tuple(members), members[0], sector, mean, total)
