from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.services.portfolios.schemas import PositionPage, PositionView
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.portfolios.detail_rows import positions, subtitle
from tests.ui.dashboard.made import portfolio

PUT = PositionView(
    UUID(int=1), "SPY261218P00560000", "SP", "OPTIONS", None, Decimal(-3), Decimal("4.5"), date(2026, 3, 1), None, None,
    "SPY", Decimal(560), date(2026, 12, 18), "PUT",
)  # fmt: skip


def shown(item, amounts=Amounts()):
    return positions(PositionPage((item,), 1), 0, amounts).lines[0]


def test_an_option_in_words():
    line = shown(PUT)
    assert (line.symbol, line.kind, line.quantity) == ("SPY 18 Dec 2026 560 put", "Short put, option", "−3")
    assert (line.exit_price, line.exit_date, line.is_open) == ("–", "–", True)


def test_subtypes_keep_their_abbreviations():
    etf = replace(PUT, symbol="TLT", position_type="LONG", investment_class="PUBLIC", investment_subtype="ETF")
    assert shown(etf).kind == "Long, ETF"
    assert shown(replace(etf, investment_subtype="PRIVATE_EQUITY")).kind == "Long, private equity"


@given(st.decimals(min_value="0.000001", max_value=10**6, places=6))
def test_no_decimal_of_an_imported_price_is_lost(price):
    text = shown(replace(PUT, entry_price=price)).entry_price
    assert Decimal(text.replace(",", "")) == price
    assert len(text.partition(".")[2]) >= 2


def test_hidden_amounts():
    assert (shown(PUT, Amounts(hidden=True)).quantity, shown(PUT, Amounts(hidden=True)).entry_price) == (
        "•••••",
        "4.50",
    )
    assert subtitle(portfolio(), Amounts(hidden=True)).endswith("equity balance $••••• at import")


def test_the_price_of_a_private_holding_is_an_amount():
    house = replace(PUT, symbol="HOUSE", position_type="LONG", investment_class="PRIVATE", exit_price=Decimal(9))
    line = shown(house, Amounts(hidden=True))
    assert (line.entry_price, line.exit_price) == ("•••••", "•••••")
    assert (shown(house).entry_price, shown(house).exit_price) == ("4.50", "9.00")
