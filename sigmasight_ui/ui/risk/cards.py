"""What all cards of the page have in common: whether there is something to show, the finding, the reason, the foot."""

from __future__ import annotations

from dataclasses import dataclass, field

from sigmasight_ui.ui.risk.receipts import Receipt

LOADING, SHOWN, MISSING = "", "shown", "missing"


@dataclass(frozen=True)
class Card:
    """`phase` is empty until the first answer. `receipts`: by key, kept on the server until a figure is opened."""

    phase: str = LOADING
    finding: str = ""
    reason: str = ""
    foot: str = ""
    receipts: dict[str, Receipt] = field(default_factory=dict)
