"""Stretches of real history that portfolios are sent through again, by the prices of their holdings then."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Episode:
    """From the close of the session `first` to that of `last`."""

    key: str
    name: str
    severity: str
    first: date
    last: date


@cache
def episodes() -> tuple[Episode, ...]:
    rows = json.loads((resources.files(__package__) / "data" / "episodes.json").read_text(encoding="utf-8"))
    return tuple(
        Episode(
            row["key"], row["name"], row["severity"], date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
        )
        for row in rows
    )  # fmt: skip
