"""Sector names and buckets."""

import pytest

from sigmasight_ui.services.securities.rules import (
    GICS_SECTORS,
    asset_class_of,
    canonical_sector,
    sector_bucket,
)
from sigmasight_ui.services.securities.schemas import AssetClass


@pytest.mark.parametrize(
    ("vendor", "gics"),
    [
        ("Financial Services", "Financials"),
        ("Consumer Cyclical", "Consumer Discretionary"),
        ("Consumer Defensive", "Consumer Staples"),
        ("Basic Materials", "Materials"),
        ("Technology", "Information Technology"),
        ("Healthcare", "Health Care"),
        ("Communication Services", "Communication Services"),
        ("Energy", "Energy"),
        ("real estate ", "Real Estate"),
        ("Conglomerates", None),
        ("", None),
        (None, None),
    ],
)
def test_vendor_names_become_gics_names(vendor: str | None, gics: str | None) -> None:
    assert canonical_sector(vendor) == gics


@pytest.mark.parametrize(
    ("asset_class", "sector", "bucket"),
    [
        (AssetClass.STOCK, "Energy", "Energy"),
        (AssetClass.STOCK, None, "Unclassified"),
        (AssetClass.ETF, "Energy", "ETFs"),
        (AssetClass.MUTUAL_FUND, None, "Mutual funds"),
        (AssetClass.BOND, None, "Bonds"),
        (AssetClass.CASH, None, "Cash"),
        (AssetClass.OTHER, None, "Unclassified"),
    ],
)
def test_everything_has_a_bucket(asset_class: AssetClass, sector: str | None, bucket: str) -> None:
    assert sector_bucket(asset_class, sector) == bucket


def test_there_are_eleven_sectors() -> None:
    assert len(GICS_SECTORS) == 11


@pytest.mark.parametrize(
    ("quote_type", "asset_class"),
    [
        ("EQUITY", AssetClass.STOCK),
        ("ETF", AssetClass.ETF),
        ("MUTUALFUND", AssetClass.MUTUAL_FUND),
        ("MONEYMARKET", AssetClass.CASH),
        ("CRYPTOCURRENCY", AssetClass.OTHER),
        (None, AssetClass.OTHER),
    ],
)
def test_kinds_of_quotes(quote_type: str | None, asset_class: AssetClass) -> None:
    assert asset_class_of(quote_type) is asset_class
