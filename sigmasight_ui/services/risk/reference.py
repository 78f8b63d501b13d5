"""The definitions every portfolio shares: eight factors and twenty-two scenarios, shipped with the code.

Shocks are returns of the factor's proxy as decimals; those of `interest_rate` are changes of the yield (0.01 is one
percentage point).
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from sqlmodel import Session

from sigmasight_ui.services.risk import repository

FACTORS_NEEDED, SCENARIOS_NEEDED = 8, 18


def seed(session: Session) -> int:
    """Bring the definitions in, or up to date; returns how many rows changed. Safe to repeat."""
    changed = repository.put_factors(session, [{**row, "ordinal": i} for i, row in enumerate(factors())])
    scenarios_ = [{**row, "shocks": json.dumps(row["shocks"]), "ordinal": i} for i, row in enumerate(scenarios())]
    return changed + repository.put_scenarios(session, scenarios_)


@cache
def factors() -> tuple[dict[str, Any], ...]:
    return _read("factors.json")


@cache
def scenarios() -> tuple[dict[str, Any], ...]:
    return _read("scenarios.json")


def _read(name: str) -> tuple[dict[str, Any], ...]:
    return tuple(json.loads((resources.files(__package__) / "data" / name).read_text(encoding="utf-8")))
