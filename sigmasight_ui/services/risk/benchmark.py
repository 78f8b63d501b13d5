"""The sectors of the benchmark: weights bundled with the code, of a day that is always said with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources

from sigmasight_ui.services.risk.schemas import SectorExposureView, SectorRow


@dataclass(frozen=True, slots=True)
class Benchmark:
    symbol: str
    as_of: date
    source: str
    weights: dict[str, float]


@cache
def benchmark() -> Benchmark:
    found = json.loads((resources.files(__package__) / "data" / "benchmark_sectors.json").read_text(encoding="utf-8"))
    return Benchmark(found["symbol"], date.fromisoformat(found["as_of"]), found["source"], found["weights"])


def against_benchmark(rows: Sequence[SectorRow], as_of: date | None, reason: str | None) -> SectorExposureView:
    """Net weights beside the benchmark's; a sector it does not have weighs nothing there."""
    against = benchmark()
    held = {row.sector for row in rows}
    return SectorExposureView(
        rows=tuple(_beside(row, against.weights.get(row.sector, 0.0)) for row in rows),
        as_of=as_of,
        reason=reason,
        benchmark_symbol=against.symbol,
        benchmark_as_of=against.as_of,
        benchmark_source=against.source,
        not_held=tuple((sector, weight) for sector, weight in against.weights.items() if sector not in held),
    )


def _beside(row: SectorRow, weight: float) -> SectorRow:
    return replace(row, benchmark=weight, difference=None if row.net.value is None else row.net.value - weight)
