"""What screens and programs read: one account, all accounts, before and after the first calculation."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from itertools import pairwise
from uuid import uuid4

import numpy as np
import pytest
import statsmodels.api as sm

from sigmasight_ui.core.calendar import sessions_between
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.risk import rules
from sigmasight_ui.services.risk.performance import range_start
from sigmasight_ui.services.risk.schemas import HistoryRange, HoldingsSort
from tests.services.risk.conftest import LIVE_DAY, SAMPLE_DAY, lot

pytestmark = pytest.mark.slow

D = Decimal
READS = (
    "overview", "nav_history", "performance", "figures", "symbol_betas", "sector_exposure", "holdings", "data_quality",
)  # fmt: skip
FIRST = [lot("AAPL", "100", "24", date(2015, 7, 1)), lot("XOM", "-20", "80", date(2015, 7, 1)), lot("KO", "10", "39")]
SECOND = [lot("MSFT", "300", "45", date(2015, 7, 1)), lot("AAPL", "50", "25", date(2015, 7, 1))]


@pytest.fixture
def two(world, owner):
    """Two accounts of one person, with a symbol in common."""
    return world.calculated(owner, FIRST, "20000"), world.calculated(owner, SECOND, "30000")


# One account


def test_overview_adds_up(world, owner):
    made = world.calculated(owner, [lot("MSFT", "100", "40", date(2016, 1, 4)), lot("KO", "-50", "44")], "5000")
    seen = world.read(owner, "overview", made)
    assert (seen.as_of, seen.reason, seen.origin.is_sample, seen.coverage) == (SAMPLE_DAY, None, True, 1.0)
    assert seen.nav == seen.cash.amount + seen.net.amount
    assert seen.cash.amount == D("3200.00")
    assert seen.gross.amount == seen.long.amount - seen.short.amount
    assert seen.net.share == pytest.approx(float(seen.net.amount / seen.nav))
    assert (seen.open_positions, seen.priced_positions, seen.left_out_symbols) == (2, 2, ())
    assert (seen.largest.symbol, seen.largest.amount) == ("MSFT", seen.long.amount)
    assert seen.unrealised_pnl == seen.nav - 5000
    assert seen.day_return == pytest.approx(float(seen.day_pnl / (seen.nav - seen.day_pnl)), abs=1e-5)
    assert (seen.equity_balance, seen.cost, seen.margin_used) == (D(5000), D(1800), D(0))


def test_cash_below_zero_is_margin_used(world, owner):
    made = world.calculated(owner, [lot("MSFT", "100", "48")], "3000")
    seen = world.read(owner, "overview", made)
    assert (seen.cash.amount, seen.margin_used) == (D("-1800.00"), D("1800.00"))
    assert world.read(owner, "figures", made)["cash"].value == pytest.approx(float(D(-1800) / seen.nav))


def test_cash_of_one_account_does_not_pay_the_margin_of_another(world, owner):
    world.calculated(owner, [lot("MSFT", "100", "48")], "3000")
    pending = world.portfolio(owner, [lot("MSFT", "100", "48")], "4000")
    world.calculated(owner, [lot("KO", "10", "44")], "9000")
    seen = world.read(owner, "overview", None)
    assert (seen.cash.amount, seen.margin_used) == (D("6760.00"), D("1800.00"))
    assert world.read(owner, "overview", pending).margin_used == D("800.00")


def test_gains_realised_this_year_begin_with_the_year(world, owner):
    def sold(symbol, on, price):
        return lot(symbol, "10", "40", date(2015, 9, 1), exit_date=on, exit_price=D(price))

    made = world.calculated(
        owner, [sold("KO", date(2015, 12, 1), "42"), sold("JNJ", date(2016, 3, 1), "45"), lot("MSFT", "1", "45")]
    )
    seen = world.read(owner, "overview", made)
    assert (seen.realised_pnl, seen.realised_this_year) == (D("70.00"), D("50.00"))


def test_before_the_first_calculation_only_the_file_is_known(world, owner):
    made = world.portfolio(owner, [lot("MSFT", "100", "40"), lot("KO", "-50", "44"), lot("MSFT", "10", "50")], "5000")
    seen = world.read(owner, "overview", made)
    assert (seen.nav, seen.reason, seen.as_of, seen.day_pnl) == (None, "not calculated yet", None, None)
    assert (seen.cost, seen.cash.amount, seen.equity_balance) == (D(2300), D(2700), D(5000))
    assert (seen.largest.symbol, seen.largest.amount, seen.open_positions) == ("MSFT", D(4500), 3)
    figures = world.read(owner, "figures", made)
    assert set(figures) == set(rules.FIGURES)
    assert {(view.value, view.reason) for view in figures.values()} == {(None, "not calculated yet")}
    page = world.read(owner, "holdings", made)
    assert [(row.symbol, row.quantity, row.cost, row.price) for row in page.items] == [
        ("MSFT", D(110), D(4500), None), ("KO", D(-50), D(-2200), None),
    ]  # fmt: skip
    assert (page.reason, page.total.cost, page.total.market_value) == ("not calculated yet", D(2300), None)
    assert world.read(owner, "nav_history", made).reason == "not calculated yet"
    assert world.read(owner, "sector_exposure", made).reason == "not calculated yet"


# History


@pytest.mark.parametrize("range_", HistoryRange)
def test_history_against_the_same_money_in_the_benchmark(world, owner, prices, range_):
    made = world.calculated(owner, FIRST[:2], "20000")
    found = world.read(owner, "nav_history", made, range_)
    start = max(range_start(range_, SAMPLE_DAY), date(2015, 7, 1))
    assert [point.session for point in found.points] == sessions_between(start, SAMPLE_DAY)
    spy = prices.by_symbol["SPY"]
    first = found.points[0]
    for point in found.points:
        expected = float(first.nav) * spy[point.session.isoformat()] / spy[start.isoformat()]
        assert float(point.benchmark) == pytest.approx(expected, abs=0.006)
    assert found.benchmark_return.value == pytest.approx(spy["2016-07-01"] / spy[start.isoformat()] - 1, abs=1e-12)


def test_returns_and_drawdown_equal_plain_python(world, owner, prices):
    made = world.calculated(owner, FIRST[:2], "20000")
    days = [day.isoformat() for day in sessions_between(date(2015, 7, 1), SAMPLE_DAY)]
    value = [100 * prices.by_symbol["AAPL"][day] - 20 * prices.by_symbol["XOM"][day] + 19200 for day in days]
    daily = [b / a - 1 for a, b in pairwise(value)]
    wealth, peak, deepest = 1.0, 1.0, 0.0
    for each in daily:
        wealth *= 1 + each
        peak = max(peak, wealth)
        deepest = min(deepest, wealth / peak - 1)
    found = world.read(owner, "performance", made)
    assert found.returns[HistoryRange.ALL].value == pytest.approx(wealth - 1, abs=1e-8)
    assert found.max_drawdown.value == pytest.approx(deepest, abs=1e-8)
    start = days.index(range_start(HistoryRange.QUARTER, SAMPLE_DAY).isoformat())
    quarter = math.prod(1 + each for each in daily[start:]) - 1
    assert found.returns[HistoryRange.QUARTER].value == pytest.approx(quarter, abs=1e-8)
    assert world.read(owner, "nav_history", made, HistoryRange.QUARTER).return_.value == pytest.approx(quarter)


@pytest.mark.parametrize(
    ("range_", "as_of", "expected"),
    [
        (HistoryRange.MONTH, date(2016, 3, 31), date(2016, 2, 29)),
        (HistoryRange.MONTH, date(2016, 1, 15), date(2015, 12, 15)),
        (HistoryRange.QUARTER, date(2016, 2, 29), date(2015, 11, 27)),
        (HistoryRange.YEAR_TO_DATE, date(2016, 2, 29), date(2015, 12, 31)),
        (HistoryRange.YEAR, date(2016, 2, 29), date(2015, 2, 27)),
    ],
)
def test_a_range_is_measured_from_the_last_close_before_it(range_, as_of, expected):
    assert range_start(range_, as_of) == expected


def test_long_histories_are_thinned_out_but_keep_both_ends():
    for count in (1, 2, 499, 500, 501, 1260, 5000):
        indices = list(rules.evenly(count, 500))
        assert len(indices) == min(count, 500)
        assert (indices[0], indices[-1]) == (0, count - 1)
        assert indices == sorted(set(indices))


# All accounts


def test_one_account_alone_is_all_accounts_to_the_last_digit(world, owner):
    made = world.calculated(owner, FIRST, "20000")
    world.portfolio(owner, SECOND, is_sample=True)
    for name in READS:
        assert world.read(owner, name, made) == world.read(owner, name, None), name


def test_all_accounts_sum_their_values(world, owner, two):
    every = world.read(owner, "overview", None)
    each = [world.read(owner, "overview", made) for made in two]
    for field in ("nav", "day_pnl", "unrealised_pnl", "realised_pnl", "cost", "equity_balance", "open_positions"):
        assert getattr(every, field) == sum(getattr(one, field) for one in each), field
    for field in ("long", "short", "gross", "net", "cash"):
        assert getattr(every, field).amount == sum(getattr(one, field).amount for one in each), field
    assert sum(share.weight for share in every.accounts) == pytest.approx(1)
    assert every.left_out == ()


def test_pooled_figures_are_those_of_the_pooled_positions(world, owner, two, prices):
    """Against a regression on the pooled positions themselves, not a mean of the accounts' figures."""
    pooled = world.read(owner, "figures", None)
    held = {"AAPL": 150.0, "XOM": -20.0, "KO": 10.0, "MSFT": 300.0}
    table = prices.table([*held, "SPY"], "2016-07-01")
    nav = float(world.read(owner, "overview", None).nav)
    dollars = np.array(list(held.values())) * table[-1, :-1]
    daily = table[1:] / table[:-1] - 1
    series = daily[:, :-1] @ dollars / nav
    fit = sm.OLS(series[-252:], sm.add_constant(daily[-252:, -1])).fit()
    assert pooled["beta_252"].value == pytest.approx(fit.params[1], abs=1e-8)
    assert pooled["beta_252"].std_error == pytest.approx(fit.bse[1], abs=1e-8)
    for window in (21, 63, 252):
        expected = series[-window:].std(ddof=1) * math.sqrt(252)
        assert pooled[f"volatility_{window}"].value == pytest.approx(expected, abs=1e-8)
    shares = np.abs(dollars) / np.abs(dollars).sum()
    assert pooled["hhi"].value == pytest.approx(float((shares**2).sum() * 10_000), abs=1e-6)
    assert pooled["largest"].details == {"symbol": "MSFT"}
    assert pooled["net"].value == pytest.approx(dollars.sum() / nav, abs=1e-8)
    own = [world.read(owner, "figures", made)["volatility_252"].value for made in two]
    weights = [share.weight for share in world.read(owner, "overview", None).accounts]
    assert pooled["volatility_252"].value < np.dot(own, weights)


def test_contributions_add_up_to_the_combined_beta(world, owner, two):
    with world.services.db.transaction(owner) as session:
        parts = world.services.risk.contributions(session, owner, "beta_252")
        of_volatility = world.services.risk.contributions(session, owner, "volatility_63")
    combined = world.read(owner, "figures", None)["beta_252"].value
    assert sum(part.contribution for part in parts) == pytest.approx(combined, abs=1e-10)
    assert {part.contribution for part in of_volatility} == {None}
    assert all(part.value > 0 for part in of_volatility)


def test_combined_sectors_and_holdings_join_what_two_accounts_hold(world, owner, two):
    page = world.read(owner, "holdings", None, sort=HoldingsSort.SYMBOL, descending=False, opened=["AAPL"])
    assert [row.symbol for row in page.items] == ["AAPL", "KO", "MSFT", "XOM"]
    apple = page.items[0]
    assert (apple.quantity, apple.cost, apple.lots) == (D(150), D(3650), 2)
    assert {one.portfolio_id for one in apple.opened} == set(two)
    seen = world.read(owner, "overview", None)
    assert page.total.market_value == seen.net.amount
    rows = world.read(owner, "sector_exposure", None).rows
    assert sum(row.amount for row in rows) == seen.net.amount
    assert sum(row.gross.value for row in rows) == pytest.approx(seen.gross.share, abs=1e-8)
    assert rows[0].sector == "Information Technology"


def test_the_total_of_the_holdings_is_the_overviews_to_the_cent(world, owner):
    """Each of the accounts rounds by itself; fractions of a share make thirds of a cent."""
    for number in range(3):
        rows = [
            lot("AAPL", f"{number + 1}.33333", "90"),
            lot("KO", f"-{number}.77777", "40"),
            lot("MSFT", "0.12345", "50"),
        ]
        world.calculated(owner, rows, "9000")
    seen, total = world.read(owner, "overview", None), world.read(owner, "holdings", None).total
    assert total.market_value == seen.net.amount
    assert (total.unrealised_pnl, total.day_pnl) == (seen.unrealised_pnl, seen.day_pnl)


def test_an_account_that_is_not_calculated_is_named_and_left_out(world, owner):
    made = world.calculated(owner, FIRST)
    waiting = world.portfolio(owner, SECOND)
    seen = world.read(owner, "overview", None)
    assert seen.nav == world.read(owner, "overview", made).nav
    assert [(left.portfolio_id, left.reason) for left in seen.left_out] == [(waiting, "not calculated yet")]
    assert not world.read(owner, "data_quality", None).analytics_complete


def test_an_account_at_other_prices_is_not_added(world, owner):
    world.quote("LIVE1")
    old = world.calculated(owner, FIRST)
    new = world.live_calculated(owner, [lot("LIVE1", "10", "100", date(2026, 10, 1))])
    world.calculate(owner, new, LIVE_DAY, "yahoo")
    seen = world.read(owner, "overview", None)
    assert {share.portfolio_id for share in seen.accounts} | {left.portfolio_id for left in seen.left_out} == {old, new}
    assert len(seen.left_out) == 1
    assert seen.left_out[0].reason.startswith("calculated with prices of another source")


def test_accounts_valued_on_different_days_are_pooled_up_to_the_older(world, owner):
    world.quote("LIVE2")
    world.quote("LIVE3")
    day_before = sessions_between(date(2026, 11, 1), LIVE_DAY)[-2]
    world.live_calculated(owner, [lot("LIVE2", "10", "100", date(2026, 10, 1))])
    world.live_calculated(owner, [lot("LIVE3", "10", "100", date(2026, 10, 1))], as_of=day_before)
    figures = world.read(owner, "figures", None)
    assert (figures["beta_252"].as_of, figures["beta_252"].n_obs) == (day_before, 252)
    assert world.read(owner, "nav_history", None).points[-1].session == day_before


def test_gains_of_different_days_are_not_added(world, owner):
    world.quote("LIVE2")
    newer, older = LIVE_DAY, sessions_between(date(2026, 11, 1), LIVE_DAY)[-2]
    world.live_calculated(owner, [lot("LIVE2", "10", "100", date(2026, 10, 1))], as_of=newer)
    lagging = world.live_calculated(owner, [lot("LIVE2", "20", "100", date(2026, 10, 1))], as_of=older)
    seen = world.read(owner, "overview", None)
    assert (seen.day_pnl, seen.day_return) == (None, None)
    assert seen.day_reason == "the accounts are not calculated to the same day yet"
    assert seen.nav is not None
    world.calculate(owner, lagging, newer, "yahoo")
    assert world.read(owner, "overview", None).day_pnl is not None


def test_somebody_without_accounts_sees_nothing_and_no_error(world, owner):
    assert world.read(owner, "overview", None).nav is None
    assert world.read(owner, "holdings", None).items == ()
    assert world.read(owner, "data_quality", None).symbols_needed == 0


@pytest.mark.parametrize("name", READS)
def test_foreign_and_unknown_portfolios_are_the_same_refusal(world, owner, name):
    made = world.portfolio(owner, FIRST)
    stranger = world.user()
    answers = []
    for portfolio_id in (made, uuid4()):
        with pytest.raises(AppError) as refused:
            world.read(stranger, name, portfolio_id)
        answers.append(refused.value.envelope())
    assert answers[0] == answers[1]
    assert answers[0]["error"]["code"] == "ERR_NOT_FOUND"
