"""The security master against a real database: seeding twice, asking, and what a vendor may change."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlmodel import Session

from sigmasight_ui.services.securities.schemas import AssetClass, SecurityProfile
from sigmasight_ui.services.securities.service import SecuritiesService, bundled_profiles
from tests.fakes.clock import FixedClock

VENDOR = SecurityProfile("NEWCO", "New Company", AssetClass.STOCK, "yahoo", "Energy", "Uranium", exchange="NasdaqGS")


@pytest.fixture
def securities(clock: FixedClock) -> SecuritiesService:
    return SecuritiesService(clock)


def test_seeding_brings_the_extract_in_once(session: Session, securities: SecuritiesService) -> None:
    assert securities.seed(session) == len(bundled_profiles())
    assert securities.seed(session) == 0
    assert session.execute(text("select count(*) from securities")).scalar() == len(bundled_profiles())


def test_seeding_repairs_its_own_rows_but_not_those_of_a_vendor(
    session: Session, securities: SecuritiesService
) -> None:
    securities.seed(session)
    session.execute(text("update securities set name = 'Old name' where symbol = 'AAPL'"))
    securities.enrich(session, [replace(VENDOR, symbol="MSFT", name="Microsoft Corporation")])
    assert securities.seed(session) == 1
    views = securities.describe(session, ["AAPL", "MSFT"])
    assert views["AAPL"].name == "Apple"
    assert views["MSFT"].name == "Microsoft Corporation"


def test_every_symbol_asked_for_gets_a_view(session: Session, securities: SecuritiesService) -> None:
    securities.seed(session)
    views = securities.describe(session, ["SPY", "BRK.B", "SPAXX", "NOPE", "SPY"])
    assert list(views) == ["SPY", "BRK.B", "SPAXX", "NOPE"]
    assert (views["SPY"].asset_class, views["SPY"].sector) == (AssetClass.ETF, "ETFs")
    assert (views["BRK.B"].sector, views["BRK.B"].fixed_price) == ("Financials", None)
    assert (views["SPAXX"].sector, views["SPAXX"].fixed_price) == ("Cash", Decimal(1))
    unknown = views["NOPE"]
    assert (unknown.name, unknown.sector, unknown.known, unknown.currency) == ("NOPE", "Unclassified", False, None)


def test_missing_keeps_the_order_and_names_each_once(session: Session, securities: SecuritiesService) -> None:
    securities.seed(session)
    assert securities.missing(session, ["ZZZZ", "AAPL", "NEWCO", "ZZZZ"]) == ["ZZZZ", "NEWCO"]
    assert securities.missing(session, []) == []


def test_a_vendor_adds_facts_and_its_silence_erases_none(session: Session, securities: SecuritiesService) -> None:
    assert securities.enrich(session, [VENDOR]) == 1
    assert securities.missing(session, ["NEWCO"]) == []
    securities.enrich(session, [replace(VENDOR, name="New Co", sector=None, industry=None, exchange=None)])
    view = securities.describe(session, ["NEWCO"])["NEWCO"]
    assert (view.name, view.sector, view.industry, view.exchange) == ("New Co", "Energy", "Uranium", "NasdaqGS")


def test_nothing_to_store_is_no_statement(session: Session, securities: SecuritiesService) -> None:
    assert securities.enrich(session, []) == 0
    assert securities.describe(session, []) == {}
