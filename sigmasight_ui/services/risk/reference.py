"""The definitions every portfolio shares: eight factors and twenty-two scenarios, shipped with the code.

Shocks are returns of the factor's proxy as decimals; those of `interest_rate` are changes of the yield (0.01 is one
percentage point).
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from sqlmodel import Session

from sigmasight_ui.services.risk.repository import results
from sigmasight_ui.services.risk.schemas import Prerequisites

FACTORS_NEEDED, SCENARIOS_NEEDED = 8, 18


def seed(session: Session) -> None:
    """Bring the definitions in, or up to date. Safe to repeat."""
    results.put_definitions(session, _read("factors.json"), _read("scenarios.json"))


def prerequisites(session: Session) -> Prerequisites:
    factors, scenarios = results.count_definitions(session)
    return Prerequisites(factors, scenarios, FACTORS_NEEDED, SCENARIOS_NEEDED)


def _read(name: str) -> list[dict[str, Any]]:
    rows = json.loads((resources.files(__package__) / "data" / name).read_text(encoding="utf-8"))
    return [{**row, "ordinal": number} for number, row in enumerate(rows, start=1)]
