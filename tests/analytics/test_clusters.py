"""Clusters against scipy's own cut, their order, and their names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, leaves_list, linkage

from sigmasight_ui.analytics.clusters import Tree, cluster, named_clusters
from sigmasight_ui.analytics.correlation import Correlations, correlate, standardise
from sigmasight_ui.analytics.returns import Returns
from tests.analytics.conftest import SamplePrices

Floats = NDArray[np.float64]


def as_returns(values: Floats) -> Returns:
    known = np.isfinite(values)
    return Returns(np.where(known, values, 0.0), known, np.zeros(values.shape[1], dtype=bool))


def of_matrix(matrix: Any) -> Correlations:
    full = np.array(matrix, dtype=float)
    n = np.full(full.shape, 252)
    return Correlations(full, n, np.ones(len(full), dtype=bool), full, False, None, 252)


def groups(correlations: Correlations, cut: float = 0.7) -> list[list[int]]:
    labels = cluster(correlations, cut).labels
    return sorted(np.flatnonzero(labels == label).tolist() for label in range(labels.max(initial=-1) + 1))


TWO_PAIRS = [
    [1, 0.9, 0.1, 0.2, 0.0],
    [0.9, 1, 0.1, 0.1, 0.0],
    [0.1, 0.1, 1, 0.8, 0.0],
    [0.2, 0.1, 0.8, 1, 0.0],
    [0, 0, 0, 0, 1],
]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(2, 30), st.floats(-0.5, 0.95))
def test_the_cut_is_scipys(seed: int, size: int, cut: float) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 0.01, (252, 4)) @ rng.normal(0, 1, (4, size)) + rng.normal(0, 0.01, (252, size))
    correlations = correlate(standardise(as_returns(values)))
    tree = cluster(correlations, cut)
    distance = np.sqrt(np.maximum((1 - correlations.matrix[np.triu_indices(size, 1)]) / 2, 0))
    joined = linkage(distance, "average")
    expected = fcluster(joined, np.sqrt((1 - cut) / 2), "distance")
    assert tree.order.tolist() == leaves_list(joined).tolist()
    wanted = sorted(m for m in (np.flatnonzero(expected == c).tolist() for c in np.unique(expected)) if len(m) > 1)
    assert groups(correlations, cut) == wanted
    assert (tree.labels == -1).sum() == size - sum(map(len, wanted))


def test_what_moves_together_is_found_and_stands_together() -> None:
    tree = cluster(of_matrix(TWO_PAIRS))
    assert groups(of_matrix(TWO_PAIRS)) == [[0, 1], [2, 3]]
    assert tree.labels[4] == -1
    order = tree.order.tolist()
    assert abs(order.index(0) - order.index(1)) == abs(order.index(2) - order.index(3)) == 1


def test_one_cluster_of_all_and_none_of_any() -> None:
    together, apart = np.full((4, 4), 0.95), np.eye(4)
    np.fill_diagonal(together, 1.0)
    assert groups(of_matrix(together)) == [[0, 1, 2, 3]]
    assert groups(of_matrix(apart)) == []
    assert groups(of_matrix([[1.0, 0.7], [0.7, 1.0]])) == [[0, 1]]
    assert sorted(cluster(of_matrix(apart)).order.tolist()) == [0, 1, 2, 3]


def test_opposites_do_not_belong_together() -> None:
    assert groups(of_matrix([[1.0, -0.99], [-0.99, 1.0]])) == []


def test_average_linkage_and_not_the_nearest_member() -> None:
    """A chain: each neighbour is close, the ends are not."""
    chain = [[1, 0.75, 0.2], [0.75, 1, 0.75], [0.2, 0.75, 1.0]]
    assert groups(of_matrix(chain)) == [[0, 1]]


def test_what_has_no_correlations_comes_last_and_belongs_to_none() -> None:
    rng = np.random.default_rng(1)
    move = rng.normal(0, 0.01, 252)
    values = np.column_stack([rng.normal(0, 0.01, 252), np.full(252, np.nan), move, move + rng.normal(0, 0.001, 252)])
    correlations = correlate(standardise(as_returns(values)))
    tree = cluster(correlations)
    assert tree.labels.tolist() == [-1, -1, 0, 0]
    assert tree.order[-1] == 1
    (only,) = named_clusters(tree, correlations, ["a", "b", "c", "d"], [1, 1, 1, 2])
    assert (only.members, only.name) == ((3, 2), "d and 1 other")


def test_nothing_to_cluster() -> None:
    for columns in ([], [0]):
        correlations = correlate(standardise(as_returns(np.random.default_rng(0).normal(0, 0.01, (252, 3)))), columns)
        tree = cluster(correlations)
        assert (tree.labels.tolist(), tree.order.tolist()) == ([-1] * len(columns), columns)
        assert named_clusters(tree, correlations, ["a"] * len(columns), [1.0] * len(columns)) == ()


def test_a_cluster_of_hidden_pairs_has_no_correlation_of_its_own() -> None:
    """Two that each move with a third, and have too few days in common with each other."""
    hidden = of_matrix([[1.0, np.nan], [np.nan, 1.0]])
    (only,) = named_clusters(Tree(np.array([0, 0]), np.array([0, 1])), hidden, ["a", "b"], [1.0, 2.0])
    assert (only.correlation, only.name) == (None, "b and 1 other")


@pytest.mark.parametrize("cut", [-1.0, 1.0, 2.0])
def test_a_cut_is_a_correlation(cut: float) -> None:
    with pytest.raises(ValueError, match="^a correlation lies between -1 and 1$"):
        cluster(of_matrix(TWO_PAIRS), cut)


def test_real_stocks_group_by_industry(sample: SamplePrices) -> None:
    symbols = ["AAPL", "BAC", "CVX", "JPM", "KO", "LLY", "MSFT", "PEP", "PG", "XOM"]
    sectors = ["IT", "Financials", "Energy", "Financials", "Staples", "Health", "IT", "Staples", "Staples", "Energy"]
    correlations = correlate(standardise(sample.returns(symbols, "2022-12-28")))
    found = named_clusters(cluster(correlations), correlations, symbols, np.ones(10), sectors)
    assert {c.name: {symbols[m] for m in c.members} for c in found} == {
        "Energy": {"CVX", "XOM"},
        "Financials": {"BAC", "JPM"},
        "IT": {"AAPL", "MSFT"},
        "Staples": {"KO", "PEP", "PG"},
    }
    assert all(c.correlation is not None and c.correlation > 0.7 for c in found)


def test_names_by_sector_or_leader_and_the_largest_first() -> None:
    correlations = of_matrix(TWO_PAIRS)
    tree = cluster(correlations)
    names, sizes = ["A", "B", "C", "D", "E"], [1.0, 2.0, 5.0, 4.0, 100.0]
    first, second = named_clusters(tree, correlations, names, sizes, ["Energy", "Energy", "Energy", "Utilities", "IT"])
    assert (first.name, first.members, first.leader, first.size) == ("Energy (C)", (2, 3), 2, 9.0)
    assert (second.name, second.members, second.leader, second.sector) == ("Energy (B)", (1, 0), 1, "Energy")
    assert (first.correlation, second.correlation) == (0.8, 0.9)
    other, _ = named_clusters(tree, correlations, names, [1, 2, 4, 4, 0], ["x", "x", "Energy", "Utilities", None])
    assert (other.name, other.sector) == ("C and 1 other", None)


def test_without_sectors_the_leader_names_it() -> None:
    together = np.full((4, 4), 0.95)
    np.fill_diagonal(together, 1.0)
    correlations = of_matrix(together)
    for sectors in (None, [None, "", "  ", None]):
        (only,) = named_clusters(cluster(correlations), correlations, ["A", "B", "C", "D"], [1, 3, 2, 3], sectors)
        assert (only.name, only.members, only.sector) == ("B and 3 others", (1, 3, 2, 0), None)


def test_sizes_of_nothing_still_have_a_name() -> None:
    correlations = of_matrix(TWO_PAIRS)
    first, _ = named_clusters(cluster(correlations), correlations, list("ABCDE"), np.zeros(5), ["x"] * 5)
    assert (first.name, first.size) == ("A and 1 other", 0.0)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ([1.0], "one name, size and sector for every column"),
        ([1, 1, 1, 1, np.nan], "sizes are finite and not negative"),
        ([1, 1, 1, 1, -1], "sizes are finite and not negative"),
    ],
)
def test_sizes_are_finite_complete_and_not_negative(sizes: list[float], message: str) -> None:
    correlations = of_matrix(TWO_PAIRS)
    with pytest.raises(ValueError, match=f"^{message}$"):
        named_clusters(cluster(correlations), correlations, list("ABCDE"), sizes)
