"""The rules of a scenario of one's own: its name, which factors may be shocked and how far. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

MAX_NAME = 60
MAX_SCENARIOS = 20
INTEREST_RATE = "interest_rate"
FACTORS = ("market", "value", "growth", "momentum", "quality", "size", "low_volatility", INTEREST_RATE)
RETURNS = (-0.95, 1.0)
YIELD_CHANGES = (-0.10, 0.10)
_RETURN_OF_A_POINT = 16.5
"""What a long bond loses when its yield rises by as much; only for the word of severity."""
_BANDS = ((0.35, "extreme"), (0.20, "severe"), (0.10, "moderate"), (0.05, "mild"))

CODES = {
    "ERR_SCENARIO_001": ("name", "The scenario has no name.", "Enter one, such as Oil shock."),
    "ERR_SCENARIO_002": ("name", f"The name has more than {MAX_NAME} characters.", "Shorten it."),
    "ERR_SCENARIO_003": (
        "name",
        "You already have a scenario of this name.",
        "Choose another name, or change that one.",
    ),
    "ERR_SCENARIO_004": ("shocks", "The scenario shocks nothing.", "Enter at least one shock other than 0."),
    "ERR_SCENARIO_005": ("shocks", "A factor is not known.", f"Factors are {', '.join(FACTORS)}."),
    "ERR_SCENARIO_006": (
        "shocks",
        "A shock is no number, or larger than a scenario can be.",
        "Returns go from -0.95 to 1, changes of the interest rate from -0.10 to 0.10 (ten percentage points).",
    ),
    "ERR_SCENARIO_007": (
        "name",
        f"You have {MAX_SCENARIOS} scenarios, which is as many as there can be.",
        "Delete one you no longer need.",
    ),
}


class Problem(NamedTuple):
    code: str
    field: str
    message: str
    hint: str


def problem(code: str) -> Problem:
    return Problem(code, *CODES[code])


def clean_name(name: str | None) -> str:
    return "".join(c if c.isprintable() else " " for c in name or "").strip()


def name_problems(name: str | None) -> list[Problem]:
    cleaned = clean_name(name)
    if not cleaned:
        return [problem("ERR_SCENARIO_001")]
    return [problem("ERR_SCENARIO_002")] if len(cleaned) > MAX_NAME else []


def shock_problems(shocks: Mapping[str, float] | None) -> list[Problem]:
    given = shocks or {}
    if not any(given.values()):
        return [problem("ERR_SCENARIO_004")]
    if not set(given) <= set(FACTORS):
        return [problem("ERR_SCENARIO_005")]
    return [] if all(_is_possible(key, shock) for key, shock in given.items()) else [problem("ERR_SCENARIO_006")]


def severity(shocks: Mapping[str, float]) -> str:
    sizes = (abs(shock) * (_RETURN_OF_A_POINT if key == INTEREST_RATE else 1) for key, shock in shocks.items())
    largest = round(max(sizes, default=0.0), 9)
    return next((word for least, word in _BANDS if largest >= least), "base")


def _is_possible(key: str, shock: float) -> bool:
    lowest, highest = YIELD_CHANGES if key == INTEREST_RATE else RETURNS
    return math.isfinite(shock) and lowest <= shock <= highest
