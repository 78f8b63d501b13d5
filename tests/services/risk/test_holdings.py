"""The table of holdings, and what is said of the data behind the figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from sigmasight_ui.services.portfolios.schemas import PositionChange, PositionForm
from sigmasight_ui.services.risk import rules
from sigmasight_ui.services.risk.schemas import HoldingsSort
from tests.services.risk.conftest import LIVE_DAY, NOW, SAMPLE_DAY, lot

pytestmark = pytest.mark.slow

D = Decimal


def test_holdings_are_sorted_filtered_and_paged_where_they_are_stored(world, owner):
    made = world.calculated(
        owner, [lot(s, "10", "30") for s in ("AAPL", "MSFT", "KO", "JNJ", "PEP")] + [lot("ATVI", "1", "1")]
    )
    for sort in HoldingsSort:
        up = [row.symbol for row in world.read(owner, "holdings", made, sort=sort, descending=False).items]
        down = [row.symbol for row in world.read(owner, "holdings", made, sort=sort).items]
        assert sorted(up) == sorted(down) == ["AAPL", "ATVI", "JNJ", "KO", "MSFT", "PEP"]
        if sort in (HoldingsSort.PRICE, HoldingsSort.MARKET_VALUE, HoldingsSort.BETA, HoldingsSort.DAY):
            assert up[-1] == down[-1] == "ATVI", sort
            assert up[:-1] == down[:-1][::-1]
    first = world.read(owner, "holdings", made, limit=2)
    second = world.read(owner, "holdings", made, limit=2, offset=2)
    assert [row.market_value for row in (*first.items, *second.items)] == sorted(
        (row.market_value for row in (*first.items, *second.items)), reverse=True
    )
    assert first.total == second.total
    assert (first.total.holdings, first.total.without_value) == (6, 1)
    beyond = world.read(owner, "holdings", made, offset=100)
    assert (beyond.items, beyond.total) == ((), first.total)
    assert [row.symbol for row in world.read(owner, "holdings", made, contains="coca").items] == ["KO"]
    assert [row.symbol for row in world.read(owner, "holdings", made, contains="pep").items] == ["PEP"]
    for nothing in ("%", "_", "\\", "'; drop table holding_values; --"):
        assert world.read(owner, "holdings", made, contains=nothing).items == ()


def test_a_holding_shows_all_its_numbers(world, owner, prices):
    made = world.calculated(
        owner, [lot("MSFT", "10", "40"), lot("MSFT", "5", "43", date(2016, 6, 2)), lot("KO", "-3", "44")], "5000"
    )
    page = world.read(owner, "holdings", made)
    row = page.items[0]
    close = {day: D(str(price)) for day, price in prices.by_symbol["MSFT"].items()}
    price, before = close["2016-07-01"], close["2016-06-30"]
    assert (row.symbol, row.name, row.quantity, row.cost, row.average_cost) == ("MSFT", "Microsoft", 15, 615, 41)
    assert (row.price, row.price_session, row.market_value) == (price, SAMPLE_DAY, round(15 * price, 2))
    assert row.day_change == pytest.approx(float(price / before) - 1)
    assert row.day_pnl == round(15 * (price - before), 2)
    assert row.unrealised_pnl == round(15 * price - 615, 2)
    assert row.return_ == pytest.approx(float((15 * price - 615) / 615))
    assert row.weight == pytest.approx(float(15 * price / world.read(owner, "overview", made).nav), abs=1e-8)
    betas = {each.symbol: each.beta_252.value for each in world.read(owner, "symbol_betas", made)}
    assert row.beta == betas["MSFT"]
    assert len(row.closes) == 30
    assert row.closes[-1] == pytest.approx(float(price))
    assert (row.lots, row.opened) == (2, ())
    opened, closed = world.read(owner, "holdings", made, opened=("MSFT", "NOT HELD")).items
    assert [(one.quantity, one.cost) for one in opened.opened] == [(10, 400), (5, 215)]
    assert sum(one.unrealised_pnl for one in opened.opened) == row.unrealised_pnl
    assert (closed.lots, closed.opened) == (1, ())
    short = page.items[1]
    assert (short.quantity, short.cost, short.average_cost) == (-3, -132, 44)
    assert short.return_ == pytest.approx(float(short.unrealised_pnl / 132), abs=1e-4)
    assert (row.marks, short.marks) == ((), ())


def test_long_and_short_lots_of_one_symbol_have_no_average_cost(world, owner):
    made = world.calculated(owner, [lot("MSFT", "10", "40"), lot("MSFT", "-4", "43")], "5000")
    (row,) = world.read(owner, "holdings", made).items
    assert (row.quantity, row.average_cost, row.market_value) == (6, None, round(6 * row.price, 2))
    seen = world.read(owner, "overview", made)
    assert seen.gross.amount == round(14 * row.price, 2)
    assert world.read(owner, "figures", made)["hhi"].value == pytest.approx(10_000)


def test_marks_say_what_stands_behind_a_number(world, owner):
    world.live.give("OLDIE", {date(2026, 11, 12): "10", date(2026, 11, 13): "11"})
    private = lot("FUND_I", "1", "5", date(2026, 11, 2), investment_class="PRIVATE", investment_subtype="OTHER")
    bought = [lot("OLDIE", "1", "10", date(2026, 11, 2)), lot("GONE", "1", "10", date(2026, 11, 2)), private]
    made = world.live_calculated(owner, [*bought, lot("SPY", "1", "10", date(2026, 11, 20))])
    marks = {row.symbol: row.marks for row in world.read(owner, "holdings", made).items}
    assert marks == {"OLDIE": ("old price",), "GONE": ("no price",), "FUND_I": ("entry price",), "SPY": ("new",)}


# Data quality


def test_data_quality_names_what_is_missing_and_why(world, owner):
    world.live.give("WENT", {date(2026, 5, 4): "10", date(2026, 5, 5): "11.5"})
    day = date(2026, 4, 1)
    made = world.live_calculated(
        owner, [lot("WENT", "1", "10", day), lot("NEVER", "1", "10", day), lot("SPY", "1", "90", day)]
    )
    found = world.read(owner, "data_quality", made)
    assert (found.symbols_needed, found.symbols_priced, found.analytics_complete) == (3, 1, False)
    assert found.coverage == pytest.approx(1 / 3)
    missing = {each.symbol: (each.last_close, each.last_session) for each in found.missing}
    assert missing == {"WENT": (D("11.5"), date(2026, 5, 5)), "NEVER": (None, None)}
    assert {each.symbol: each.reason for each in found.missing}["NEVER"] == "unknown symbol"
    assert found.missing_figures == ()
    assert (found.as_of, found.sessions_behind) == (LIVE_DAY, 0)


def test_data_quality_before_the_first_calculation(world, owner):
    found = world.read(owner, "data_quality", world.portfolio(owner, [lot("LATER", "1", "10")]))
    assert (found.as_of, found.last_calculated, found.symbols_priced) == (None, None, 0)
    assert len(found.missing_figures) == len(rules.FIGURES)


def test_data_quality_counts_the_trading_days_since(world, owner):
    week_before = date(2026, 11, 12)
    made = world.live_calculated(owner, [lot("SPY", "1", "90", date(2026, 10, 1))], as_of=week_before)
    assert world.read(owner, "data_quality", made).sessions_behind == 5


def test_everything_there_is_complete(world, owner):
    made = world.calculated(owner, [lot("MSFT", "10", "40")])
    found = world.read(owner, "data_quality", made)
    assert (found.analytics_complete, found.coverage, found.sessions_behind) == (True, 1.0, None)
    assert found.origin.note == "Sample prices of the past, not current ones."


@pytest.fixture
def a_second_later(world):
    """Moves the clock, and back after the test."""
    world.clock.instant += timedelta(seconds=1)
    yield lambda: setattr(world.clock, "instant", world.clock.instant + timedelta(seconds=1))
    world.clock.instant = NOW


def test_figures_are_out_of_date_once_a_position_changes(world, owner, a_second_later):
    """Also when it is taken away and put back: the run in between may have missed it."""
    made = world.calculated(owner, [lot("MSFT", "10", "40"), lot("KO", "10", "39")])
    with world.services.db.transaction(owner) as session:
        (ko, msft) = world.services.portfolios.positions(session, owner, made).items
    for name, arguments in (
        ("edit", (msft.id, PositionChange(quantity="11"))),
        ("close", (msft.id, "1", "50.00", "2026-11-19")),
        ("delete", (ko.id,)),
        ("restore", (ko.id,)),
        ("add", (made, [PositionForm("SPY", "1", "90.00", "2016-01-04")])),
    ):
        assert world.read(owner, "data_quality", made).out_of_date is None
        a_second_later()
        with world.services.db.transaction(owner) as session:
            getattr(world.services.positions, name)(session, owner, *arguments)
        assert world.read(owner, "data_quality", made).out_of_date.startswith("positions of Account "), name
        world.calculate(owner, made)
