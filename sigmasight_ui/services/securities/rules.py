"""Sectors: one vocabulary (GICS), the names other vendors use for it, and a bucket for everything without one."""

from __future__ import annotations

from decimal import Decimal

from sigmasight_ui.services.securities.schemas import AssetClass

GICS_SECTORS = (
    "Communication Services",
    "Consumer Discretionary",
    "Consumer Staples",
    "Energy",
    "Financials",
    "Health Care",
    "Industrials",
    "Information Technology",
    "Materials",
    "Real Estate",
    "Utilities",
)
UNCLASSIFIED = "Unclassified"
_BUCKETS = {
    AssetClass.ETF: "ETFs",
    AssetClass.MUTUAL_FUND: "Mutual funds",
    AssetClass.BOND: "Bonds",
    AssetClass.CASH: "Cash",
}

_VENDOR_NAMES = {
    "basic materials": "Materials",
    "consumer cyclical": "Consumer Discretionary",
    "consumer defensive": "Consumer Staples",
    "financial services": "Financials",
    "financial": "Financials",
    "healthcare": "Health Care",
    "technology": "Information Technology",
    "telecommunication services": "Communication Services",
} | {sector.lower(): sector for sector in GICS_SECTORS}

_QUOTE_TYPES = {
    "EQUITY": AssetClass.STOCK,
    "ETF": AssetClass.ETF,
    "MUTUALFUND": AssetClass.MUTUAL_FUND,
    "MONEYMARKET": AssetClass.CASH,
}
ONE_DOLLAR = Decimal(1)


def canonical_sector(name: str | None) -> str | None:
    """The GICS name of a vendor's sector; None for one we do not know, which is better than a twelfth sector."""
    return _VENDOR_NAMES.get((name or "").strip().lower())


def asset_class_of(quote_type: str | None) -> AssetClass:
    """From the vendor's kind of quote; what is neither share nor fund (index, currency, coin) is OTHER."""
    return _QUOTE_TYPES.get((quote_type or "").upper(), AssetClass.OTHER)


def sector_bucket(asset_class: AssetClass, sector: str | None) -> str:
    """Where a holding counts in a sector chart: funds are not looked through, and nothing is dropped."""
    return _BUCKETS.get(asset_class) or sector or UNCLASSIFIED


def fixed_price(asset_class: AssetClass) -> Decimal | None:
    return ONE_DOLLAR if asset_class is AssetClass.CASH else None
