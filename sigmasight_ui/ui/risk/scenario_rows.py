"""A scenario of one's own as it is typed: percentages of funds, points of the interest rate."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sigmasight_ui.ui import format

FACTORS = (
    ("market", "Market"),
    ("value", "Value"),
    ("growth", "Growth"),
    ("momentum", "Momentum"),
    ("quality", "Quality"),
    ("size", "Small caps"),
    ("low_volatility", "Low volatility"),
    ("interest_rate", "Interest rate, points"),
)
NOT_A_NUMBER = "Not a number. Write a percentage such as -20."
_SAID = str.maketrans({format.MINUS: "-", "–": "-", "%": "", " ": ""})


def field(key: str) -> str:
    return f"shock-{key}"


def read_shocks(typed: Mapping[str, str]) -> tuple[dict[str, float], dict[str, str]]:
    """Shocks as decimals, and errors by field; what is left empty is no shock."""
    shocks, errors = {}, {}
    for key, _ in FACTORS:
        text = typed.get(key, "").translate(_SAID)
        if not text:
            continue
        value = _number(text)
        if value is None:
            errors[field(key)] = NOT_A_NUMBER
        else:
            shocks[key] = value / 100
    return shocks, errors


def write_shocks(shocks: Mapping[str, float]) -> dict[str, str]:
    """As they would be typed; every factor has a text."""
    return {key: f"{shocks[key] * 100:.6g}" if key in shocks else "" for key, _ in FACTORS}


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
