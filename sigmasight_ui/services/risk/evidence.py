"""What a figure stands on, and fingerprints of what goes into it and of what comes out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sigmasight_ui.services.risk.schemas import FigureView
from sigmasight_ui.services.risk.study.study import Study


@dataclass(frozen=True, eq=False, slots=True)
class Evidence:
    """A study and the digests of the prices of its symbols."""

    study: Study
    digests: Mapping[str, str]

    @property
    def input_hash(self) -> str:
        s = self.study
        held = [(each.symbol, each.quantity, each.price, each.value) for each in sorted(s.positions.held)]
        return _hash([s.as_of, s.nav.nav, s.nav.coverage, held, sorted(self.digests.items()), s.model.digest])


def result_hash(key: str, shown: FigureView) -> str:
    numbers = (shown.value, shown.std_error, shown.coverage_nav)
    return _hash([key, shown.as_of, *map(_rounded, numbers), shown.reason, shown.n_obs, shown.window])


def _rounded(number: float | None) -> str | None:
    """Twelve digits: what is left is the order of additions."""
    return None if number is None else format(number, ".12g")


def _hash(content: Any) -> str:
    text = json.dumps(content, default=_plain, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)
