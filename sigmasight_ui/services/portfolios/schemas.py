"""What goes into and comes out of the portfolios room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sigmasight_ui.services.portfolios.account_types import ACCOUNT_TYPES
from sigmasight_ui.services.portfolios.broker_formats.contract import (
    LOTS,
    POSITIONS,
    Account,
    DraftCash,
    DraftPosition,
    FileTotal,
    Format,
    Guide,
    Question,
    Reading,
    Recognition,
    Skipped,
)
from sigmasight_ui.services.portfolios.broker_formats.mapping import FIELDS as MAPPED_FIELDS
from sigmasight_ui.services.portfolios.broker_formats.mapping import MappedField, MappingOffer
from sigmasight_ui.services.portfolios.broker_formats.mapping import fits as mapping_fits
from sigmasight_ui.services.portfolios.csv_problems import CsvProblem, problem_fields
from sigmasight_ui.services.portfolios.csv_reading import MAX_BYTES
from sigmasight_ui.services.portfolios.csv_rows import POSITION_COLUMNS, PositionRow
from sigmasight_ui.services.portfolios.csv_rules import SHARES_PER_CONTRACT as CONTRACT_SIZE
from sigmasight_ui.services.portfolios.csv_sample import TEMPLATE_FILE_NAME
from sigmasight_ui.services.portfolios.csv_template import ParsedCsv
from sigmasight_ui.services.portfolios.lot_identity import content_hash

__all__ = [
    "CONTRACT_SIZE",
    "LOTS",
    "MAPPED_FIELDS",
    "MAX_BYTES",
    "POSITIONS",
    "TEMPLATE_FILE_NAME",
    "Account",
    "CheckedPosition",
    "ClosedPosition",
    "CsvProblem",
    "DraftCash",
    "DraftPosition",
    "FileTotal",
    "Format",
    "Guide",
    "HeldLot",
    "Lot",
    "MappedField",
    "MappingOffer",
    "ParsedCsv",
    "PortfolioChange",
    "PortfolioForm",
    "PortfolioRow",
    "PositionChange",
    "PositionForm",
    "PositionPage",
    "PositionRow",
    "PositionView",
    "Question",
    "Reading",
    "Recognition",
    "Removal",
    "Skipped",
    "content_hash",
    "counted_together",
    "mapping_fits",
    "problem_fields",
    "values_of",
]


@dataclass(frozen=True)
class PortfolioForm:
    """The form as typed: nothing is checked yet, and nothing is lost when it is refused."""

    portfolio_name: str = ""
    account_name: str = ""
    account_type: str = ""
    equity_balance: str = ""
    description: str | None = None


@dataclass(frozen=True)
class PortfolioChange:
    """New values as typed; None leaves a field as it is."""

    portfolio_name: str | None = None
    account_name: str | None = None
    account_type: str | None = None
    equity_balance: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class PortfolioRow:
    """One account of a person; `positions` counts every lot, closed ones included."""

    id: UUID
    name: str
    account_name: str
    account_type: str
    description: str | None
    equity_balance: Decimal
    is_sample: bool
    created_at: datetime
    positions: int

    @property
    def account_label(self) -> str:
        return ACCOUNT_TYPES[self.account_type]


def counted_together(rows: Sequence[PortfolioRow]) -> tuple[PortfolioRow, ...]:
    """The accounts of a combined view. A sample portfolio is never added to real money; samples are only combined
    where there is nothing else."""
    return tuple(row for row in rows if not row.is_sample) or tuple(rows)


@dataclass(frozen=True)
class PositionView:
    """One lot as people see it. Quantity is signed; an option's prices are per share of the contract."""

    id: UUID
    symbol: str
    position_type: str
    investment_class: str
    investment_subtype: str | None
    quantity: Decimal
    entry_price: Decimal
    entry_date: date
    exit_date: date | None
    exit_price: Decimal | None
    underlying_symbol: str | None
    strike_price: Decimal | None
    expiration_date: date | None
    option_type: str | None
    entry_date_estimated: bool = False
    import_id: UUID | None = None


@dataclass(frozen=True)
class PositionPage:
    items: tuple[PositionView, ...]
    total: int


class Lot(NamedTuple):
    """One lot for valuation: plain tuples, because a portfolio may have tens of thousands."""

    id: UUID
    portfolio_id: UUID
    symbol: str
    position_type: str
    investment_class: str
    investment_subtype: str | None
    quantity: Decimal
    entry_price: Decimal
    entry_date: date
    exit_date: date | None
    exit_price: Decimal | None
    underlying_symbol: str | None
    strike_price: Decimal | None
    expiration_date: date | None
    option_type: str | None
    created_at: datetime


@dataclass(frozen=True)
class PositionForm:
    """One lot as typed, in the order of the twelve columns."""

    symbol: str = ""
    quantity: str = ""
    entry_price: str = ""
    entry_date: str = ""
    investment_class: str = ""
    investment_subtype: str = ""
    underlying_symbol: str = ""
    strike_price: str = ""
    expiration_date: str = ""
    option_type: str = ""
    exit_date: str = ""
    exit_price: str = ""


@dataclass(frozen=True)
class PositionChange:
    """New values as typed; None leaves a field as it is, blank clears it."""

    symbol: str | None = None
    quantity: str | None = None
    entry_price: str | None = None
    entry_date: str | None = None
    investment_class: str | None = None
    investment_subtype: str | None = None
    underlying_symbol: str | None = None
    strike_price: str | None = None
    expiration_date: str | None = None
    option_type: str | None = None
    exit_date: str | None = None
    exit_price: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedPosition:
    """A numbered form after the rules: a position, or the problems that keep it from being one."""

    number: int
    position: PositionRow | None
    problems: tuple[CsvProblem, ...]


@dataclass(frozen=True)
class ClosedPosition:
    """`rest` is what stays open, None when all was closed; `realised_pnl` in dollars, exact."""

    closed: PositionView
    rest: PositionView | None
    realised_pnl: Decimal | None


class Removal(StrEnum):
    """Why a lot was taken away."""

    DELETED = "deleted"  # by hand
    REPLACED = "replaced"  # by an import that says what the account holds
    UNDONE = "undone"  # with the import that had created it


class HeldLot(NamedTuple):
    """One lot with where it came from."""

    id: UUID
    portfolio_id: UUID
    symbol: str
    investment_class: str
    quantity: Decimal
    entry_price: Decimal
    entry_date: date
    exit_date: date | None
    exit_price: Decimal | None
    created_at: datetime
    import_id: UUID | None
    import_line: int | None
    broker_id: str | None
    content_hash: str | None
    entry_date_estimated: bool
    edited_at: datetime | None


def values_of(row: PositionRow) -> dict[str, Any]:
    """The columns of a lot that a checked row fills."""
    return {name: getattr(row, name) for name in POSITION_COLUMNS}
