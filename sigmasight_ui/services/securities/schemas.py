"""What the room takes in and hands out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class AssetClass(StrEnum):
    STOCK = "STOCK"
    ETF = "ETF"
    MUTUAL_FUND = "MUTUAL_FUND"
    BOND = "BOND"
    CASH = "CASH"  # money-market funds and brokerage sweeps
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class SecurityProfile:
    """Facts about a symbol as a source states them, already in our words; None where it says nothing."""

    symbol: str
    name: str
    asset_class: AssetClass
    source: str
    sector: str | None = None
    industry: str | None = None
    currency: str = "USD"
    exchange: str | None = None


@dataclass(frozen=True, slots=True)
class SecurityView:
    """One row for every symbol asked for: an unknown one is named by its ticker and says so."""

    symbol: str
    name: str
    asset_class: AssetClass
    sector: str  # a GICS sector or one of the buckets of rules.sector_bucket, never empty
    industry: str | None
    currency: str | None
    exchange: str | None
    known: bool
    fixed_price: Decimal | None  # set for money-market funds, whose share is worth one dollar by construction
