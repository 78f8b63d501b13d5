"""A scenario of one's own as it is typed: percentages of funds, points of the interest rate."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sigmasight_ui.core.money import plain, read_number

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


def field(key: str) -> str:
    return f"shock-{key}"


def read_shocks(typed: Mapping[str, str]) -> tuple[dict[str, float], dict[str, str]]:
    """Shocks as decimals, and errors by field; what is left empty is no shock."""
    shocks, errors = {}, {}
    for key, _ in FACTORS:
        text = typed.get(key, "").strip()
        if not text:
            continue
        percent = read_number(text.removesuffix("%"))
        if percent is None:
            errors[field(key)] = NOT_A_NUMBER
        else:
            shocks[key] = float(percent / 100)
    return shocks, errors


def write_shocks(shocks: Mapping[str, float]) -> dict[str, str]:
    """As they would be typed; every factor has a text."""
    return {key: plain(Decimal(f"{shocks[key] * 100:.6g}")) if key in shocks else "" for key, _ in FACTORS}
