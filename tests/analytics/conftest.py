"""Golden numbers and the bundled prices they were computed from."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, settings
from numpy.typing import NDArray

import sigmasight_ui
from sigmasight_ui.analytics.returns import Returns, simple_returns

SAMPLE = Path(sigmasight_ui.__file__).parent / "adapters/market_data/sample_data/demo_prices.csv.gz"
DATA = Path(__file__).parents[1] / "data"

settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate], database=None, derandomize=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is unknown or undefined is dealt with, so nothing is left for numpy to complain about in the log."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.filterwarnings("error::RuntimeWarning"))


@dataclass(frozen=True)
class SamplePrices:
    by_symbol: dict[str, dict[str, float]]

    def table(self, symbols: Sequence[str], last: str, first: str = "") -> NDArray[np.float64]:
        """(sessions, symbols) over every session of the sample from `first` to `last`."""
        sessions = [day for day in sorted(self.by_symbol["^GSPC"]) if first <= day <= last]
        return np.array([[self.by_symbol[s].get(day, np.nan) for s in symbols] for day in sessions])

    def returns(self, symbols: Sequence[str], last: str, first: str = "") -> Returns:
        return simple_returns(self.table(symbols, last, first), cash=[s == "_CASH" for s in symbols])


@pytest.fixture(scope="session")
def sample() -> SamplePrices:
    by_symbol: dict[str, dict[str, float]] = defaultdict(dict)
    with gzip.open(SAMPLE, "rt") as lines:
        for row in csv.DictReader(lines):
            by_symbol[row["symbol"]][row["date"]] = float(row["price"])
    return SamplePrices(by_symbol)


@pytest.fixture(scope="session")
def crises() -> SamplePrices:
    """Twenty stocks and the index through 2000-2002 and 2007-2009, before the sample begins."""
    with gzip.open(DATA / "crisis_prices.csv.gz", "rt") as lines:
        rows = list(csv.DictReader(lines))
    return SamplePrices({s: {row["Date"]: float(row[s]) for row in rows} for s in rows[0] if s != "Date"})


@pytest.fixture(scope="session")
def reference() -> dict[str, Any]:
    values: dict[str, Any] = json.loads((DATA / "reference_values.json").read_text())
    return values
