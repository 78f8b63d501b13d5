"""What goes into and comes out of the portfolios room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sigmasight_ui.services.portfolios.broker_formats.contract import (
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
from sigmasight_ui.services.portfolios.csv_problems import CsvProblem
from sigmasight_ui.services.portfolios.csv_reading import MAX_BYTES
from sigmasight_ui.services.portfolios.csv_rows import PositionRow
from sigmasight_ui.services.portfolios.csv_sample import TEMPLATE_FILE_NAME
from sigmasight_ui.services.portfolios.csv_template import ParsedCsv

__all__ = [
    "MAX_BYTES",
    "TEMPLATE_FILE_NAME",
    "Account",
    "CsvProblem",
    "DraftCash",
    "DraftPosition",
    "FileTotal",
    "Format",
    "Guide",
    "Lot",
    "ParsedCsv",
    "PortfolioChange",
    "PortfolioForm",
    "PortfolioRow",
    "PositionPage",
    "PositionRow",
    "PositionView",
    "Question",
    "Reading",
    "Recognition",
    "Skipped",
    "counted_together",
    "problem_fields",
]

_PROBLEM_FIELDS = tuple(field.name for field in fields(CsvProblem))


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
    account_label: str
    description: str | None
    equity_balance: Decimal
    is_sample: bool
    created_at: datetime
    positions: int


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


def problem_fields(problem: CsvProblem) -> dict[str, Any]:
    """A problem as the contract writes it."""
    return {name: getattr(problem, name) for name in _PROBLEM_FIELDS}
