"""The bundled sample: whole, licensed, honest about its end, and believed by our own rules."""

import csv
import subprocess
import sys
from datetime import date
from decimal import Decimal
from importlib import resources

import pytest

from sigmasight_ui.adapters.market_data.sample import SampleSource
from sigmasight_ui.core import calendar
from sigmasight_ui.services.market_data import rules
from sigmasight_ui.services.market_data.schemas import Bar, SeriesStatus, SymbolRange
from sigmasight_ui.services.securities.schemas import AssetClass
from sigmasight_ui.services.securities.service import bundled_profiles

FOLDER = resources.files("sigmasight_ui.adapters.market_data") / "sample_data"
ROWS = list(csv.DictReader((FOLDER / "symbols.csv").read_text(encoding="utf-8").splitlines()))
FUNDS_END, STOCKS_END = date(2016, 7, 1), date(2022, 12, 28)
SOURCE = SampleSource()


@pytest.mark.parametrize("row", ROWS, ids=[row["symbol"] for row in ROWS])
def test_every_series_is_complete_and_believed(row: dict[str, str]) -> None:
    start, end = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
    request = SymbolRange(row["symbol"], start, end)
    sessions = calendar.sessions_between(start, end)
    judged = rules.judge(SOURCE.fetch([request])[0], request, sessions)
    assert (judged.status, judged.reason) == (SeriesStatus.OK, None)
    assert [bar.session for bar in judged.bars] == sessions
    assert len(sessions) == int(row["rows"])


def test_a_price_is_the_one_in_the_file() -> None:
    [series] = SOURCE.fetch([SymbolRange("AAPL", date(2014, 1, 1), date(2014, 1, 3))])
    assert series.bars == (Bar(date(2014, 1, 2), Decimal("17.365")), Bar(date(2014, 1, 3), Decimal("16.984")))


def test_what_is_not_in_it_is_said_to_be_missing() -> None:
    [series] = SOURCE.fetch([SymbolRange("TSLA", date(2014, 1, 1), date(2014, 1, 3))])
    assert (series.status, series.reason) == (SeriesStatus.EMPTY, "not in the sample market data")


@pytest.mark.parametrize(
    ("symbols", "last"),
    [
        (["AAPL", "MTUM"], STOCKS_END),
        (["AAPL", "SPY"], FUNDS_END),
        (["AAPL", "TSLA"], STOCKS_END),  # an unknown symbol does not hold the others back
        (["TSLA"], FUNDS_END),
        ([], FUNDS_END),
    ],
)
def test_the_last_session_is_the_one_all_symbols_share(symbols: list[str], last: date) -> None:
    assert SOURCE.last_session(symbols) == last


def test_the_stand_ins_exist() -> None:
    assert SOURCE.stand_ins == {"VTV": "VLUE", "IWM": "SIZE", "VUG": None}
    assert {symbol for symbol in SOURCE.stand_ins.values() if symbol} <= {row["symbol"] for row in ROWS}


def test_it_knows_what_its_symbols_are() -> None:
    profiles = {profile.symbol: profile for profile in SOURCE.profiles(["AAPL", "SPY", "^GSPC", "TSLA"])}
    assert (profiles["AAPL"].asset_class, profiles["AAPL"].sector) == (AssetClass.STOCK, "Information Technology")
    assert (profiles["SPY"].asset_class, profiles["SPY"].sector) == (AssetClass.ETF, None)
    assert profiles["^GSPC"].asset_class is AssetClass.OTHER
    assert "TSLA" not in profiles


def test_the_security_master_agrees_with_it() -> None:
    master = {profile.symbol: profile for profile in bundled_profiles()}
    for profile in SOURCE.profiles([row["symbol"] for row in ROWS]):
        known = master[profile.symbol]
        assert (known.asset_class, known.sector) == (profile.asset_class, profile.sector), profile.symbol


def test_it_says_that_it_is_a_sample() -> None:
    assert SOURCE.is_sample
    assert SOURCE.note is not None


def test_the_licences_travel_with_the_prices() -> None:
    assert "BSD 3-Clause License" in (FOLDER / "LICENSE-skfolio.txt").read_text(encoding="utf-8")
    assert "The skfolio developers" in (FOLDER / "LICENSE-skfolio.txt").read_text(encoding="utf-8")
    assert "MIT License" in (FOLDER / "LICENSE-mlfinpy.txt").read_text(encoding="utf-8")


def test_importing_it_reads_nothing() -> None:
    code = "import sys, sigmasight_ui.adapters.market_data.sample as s; print(s._prices.cache_info().currsize)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "0\n"
