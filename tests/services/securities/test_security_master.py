"""The bundled extract: complete, clean, and in our own dialect."""

from collections import Counter

from sigmasight_ui.services.securities.rules import GICS_SECTORS
from sigmasight_ui.services.securities.schemas import AssetClass
from sigmasight_ui.services.securities.service import bundled_profiles
from sigmasight_ui.services.securities.symbols import canonical_ticker

PROFILES = {profile.symbol: profile for profile in bundled_profiles()}
FACTOR_PROXIES = ("SPY", "VTV", "VUG", "MTUM", "QUAL", "IWM", "USMV", "TLT")


def test_each_symbol_appears_once_in_canonical_form() -> None:
    assert len(PROFILES) == len(bundled_profiles())
    assert [symbol for symbol in PROFILES if canonical_ticker(symbol) != symbol] == []


def test_every_stock_has_a_gics_sector_and_nothing_else_has_one() -> None:
    stocks = {s: p for s, p in PROFILES.items() if p.asset_class is AssetClass.STOCK}
    assert {p.sector for p in stocks.values()} == set(GICS_SECTORS)
    assert [s for s, p in PROFILES.items() if s not in stocks and p.sector is not None] == []


def test_it_is_broad() -> None:
    counts = Counter(profile.asset_class for profile in PROFILES.values())
    assert counts[AssetClass.STOCK] >= 600
    assert counts[AssetClass.ETF] >= 200
    assert counts[AssetClass.MUTUAL_FUND] + counts[AssetClass.CASH] >= 60


def test_the_factor_proxies_are_funds() -> None:
    assert {PROFILES[symbol].asset_class for symbol in FACTOR_PROXIES} == {AssetClass.ETF}


def test_names_are_clean_and_dollars_the_only_currency() -> None:
    assert all(profile.name and profile.name == profile.name.strip() for profile in PROFILES.values())
    assert {profile.currency for profile in PROFILES.values()} == {"USD"}


def test_well_known_rows() -> None:
    assert PROFILES["AAPL"].sector == "Information Technology"
    assert PROFILES["BRK.B"].name == "Berkshire Hathaway (Class B)"
    assert PROFILES["VFIAX"].asset_class is AssetClass.MUTUAL_FUND
    assert {PROFILES[s].asset_class for s in ("SPAXX", "VMFXX", "SWVXX")} == {AssetClass.CASH}
