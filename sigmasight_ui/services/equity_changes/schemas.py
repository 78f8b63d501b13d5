"""What goes into and comes out of the room: forms as typed, views, and the flows that valuation counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class ChangeType(StrEnum):
    CONTRIBUTION = "CONTRIBUTION"
    WITHDRAWAL = "WITHDRAWAL"


@dataclass(frozen=True, slots=True)
class EquityChangeForm:
    """As typed: nothing is checked yet. For an edit, None leaves a field as it is."""

    change_type: str | None = None
    amount: str | None = None
    change_date: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class EquityChangeView:
    """`editable_until` and `deletable_until` are the last instants; `signed` is negative for a withdrawal."""

    id: UUID
    portfolio_id: UUID
    change_type: ChangeType
    amount: Decimal
    change_date: date
    notes: str | None
    created_at: datetime
    editable_until: datetime
    deletable_until: datetime

    @property
    def signed(self) -> Decimal:
        return self.amount if self.change_type is ChangeType.CONTRIBUTION else -self.amount


@dataclass(frozen=True, slots=True)
class EquityChangePage:
    """Newest first; the sums are of all changes, not only of the page."""

    items: tuple[EquityChangeView, ...]
    total: int
    contributed: Decimal
    withdrawn: Decimal


class Flow(NamedTuple):
    """Signed from the portfolio's side: a contribution is positive."""

    portfolio_id: UUID
    day: date
    amount: Decimal
