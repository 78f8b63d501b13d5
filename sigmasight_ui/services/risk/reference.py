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
from sigmasight_ui.services.risk.schemas import FactorView, Prerequisites, ScenarioView

FACTORS_NEEDED, SCENARIOS_NEEDED = 8, 18


def seed(session: Session) -> None:
    """Bring the definitions in, or up to date. Safe to repeat."""
    results.put_definitions(session, _read("factors.json"), _read("scenarios.json"))


def factors(session: Session) -> tuple[FactorView, ...]:
    return tuple(FactorView(row.key, row.name, row.proxy_symbol) for row in results.factors(session))


def scenarios(session: Session) -> tuple[ScenarioView, ...]:
    return tuple(
        ScenarioView(row.key, row.name, row.category, row.severity, row.shocks) for row in results.scenarios(session)
    )


def prerequisites(session: Session) -> Prerequisites:
    counts = len(results.factors(session)), len(results.scenarios(session))
    return Prerequisites(*counts, FACTORS_NEEDED, SCENARIOS_NEEDED)


def _read(name: str) -> list[dict[str, Any]]:
    rows = json.loads((resources.files(__package__) / "data" / name).read_text(encoding="utf-8"))
    return [{**row, "ordinal": number} for number, row in enumerate(rows, start=1)]
