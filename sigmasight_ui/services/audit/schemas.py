"""What the audit room shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AuditRow:
    at: datetime
    action: str
    outcome: str
    by_impersonator: bool
