"""Contributions and withdrawals against the real database, and what valuation makes of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import uuid4

import pytest
from sqlalchemy import text

from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.equity_changes.schemas import EquityChangeForm, Flow
from sigmasight_ui.services.risk.schemas import HistoryRange
from tests.services.risk.conftest import NOW, SAMPLE_DAY, lot
from tests.services.risk.conftest import owner as owner
from tests.services.risk.conftest import prices as prices
from tests.services.risk.conftest import world as world

D = Decimal
BOUGHT = date(2015, 7, 1)


@pytest.fixture
def made(world, owner):
    return world.portfolio(owner, [lot("AAPL", "100", "30", BOUGHT)], "20000")


@pytest.fixture
def use(world, owner):
    def call(name, *arguments, by=None, **options):
        actor = by or owner
        with world.services.db.transaction(actor) as session:
            return getattr(world.services.equity_changes, name)(session, actor, *arguments, **options)

    return call


@pytest.fixture
def later(world):
    """Moves the clock, and back after the test."""
    yield lambda **by: setattr(world.clock, "instant", NOW + timedelta(**by))
    world.clock.instant = NOW


def typed(amount="1000", day="2016-03-01", kind="CONTRIBUTION", notes=None):
    return EquityChangeForm(kind, amount, day, notes)


def refused(call, *arguments, **options):
    with pytest.raises(AppError) as caught:
        call(*arguments, **options)
    return caught.value.code


def test_record_list_change_delete_and_undo(use, made):
    first = use("record", made, typed("1000.50", notes="bonus"))
    second = use("record", made, typed("250", "2016-04-01", "WITHDRAWAL"))
    page = use("page", made)
    assert [each.id for each in page.items] == [second.id, first.id]
    assert (page.total, page.contributed, page.withdrawn) == (2, D("1000.50"), D("250.00"))
    assert first.editable_until - first.created_at == timedelta(days=7)
    changed = use("change", made, first.id, EquityChangeForm(amount="900"))
    assert (changed.amount, changed.change_date, changed.notes) == (D("900.00"), date(2016, 3, 1), "bonus")
    assert use("change", made, first.id, EquityChangeForm(notes="")).notes is None
    use("delete", made, second.id)
    assert use("page", made).total == 1
    assert refused(use, "get", made, second.id) == "ERR_EQUITY_008"
    assert refused(use, "delete", made, second.id) == "ERR_EQUITY_009"
    assert refused(use, "change", made, second.id, typed()) == "ERR_EQUITY_009"
    assert use("restore", made, second.id) == second
    assert use("restore", made, second.id) == second
    assert use("page", made).items[0] == second


def test_the_same_id_records_once(use, made):
    mine = uuid4()
    assert use("record", made, typed(), mine) == use("record", made, typed(), mine)
    assert use("page", made).total == 1
    assert refused(use, "record", made, typed("2000"), mine) == "ERR_EQUITY_010"
    use("delete", made, mine)
    assert refused(use, "record", made, typed(), mine) == "ERR_EQUITY_010"


def test_an_id_of_another_portfolio_is_free(world, owner, use, made):
    other, mine = world.portfolio(owner, [], "5000"), uuid4()
    use("record", made, typed(), mine)
    assert use("record", other, typed(day="2026-11-20"), mine).portfolio_id == other


def test_changed_within_seven_days_deleted_within_thirty(use, made, later):
    found = use("record", made, typed())
    later(days=7, seconds=1)
    assert refused(use, "change", made, found.id, typed("5")) == "ERR_EQUITY_006"
    later(days=30, seconds=1)
    assert refused(use, "delete", made, found.id) == "ERR_EQUITY_007"
    later(days=30)
    use("delete", made, found.id)


def test_not_before_the_account_begins(world, owner, use, made):
    assert use("allowed_days", made) == (BOUGHT, date(2026, 11, 20))
    assert refused(use, "record", made, typed(day="2015-06-30")) == "ERR_EQUITY_005"
    empty = world.portfolio(owner, [], "5000")
    assert use("allowed_days", empty)[0] == date(2026, 11, 20)
    assert refused(use, "record", empty, typed(day="2026-11-19")) == "ERR_EQUITY_005"
    assert refused(use, "record", empty, typed(day="2026-11-21")) == "ERR_EQUITY_002"


def test_the_day_ends_in_new_york(use, made, later):
    """NOW is ten in the morning there; from midnight UTC on it is still the same day, for another five hours."""
    later(hours=11)
    assert use("allowed_days", made)[1] == date(2026, 11, 20)
    assert refused(use, "record", made, typed(day="2026-11-21")) == "ERR_EQUITY_002"
    later(hours=14, minutes=1)
    assert use("record", made, typed(day="2026-11-21")).change_date == date(2026, 11, 21)


def test_a_withdrawal_takes_at_most_what_the_account_was_worth(world, owner, use, made):
    assert refused(use, "record", made, typed("20000.01", kind="WITHDRAWAL")) == "ERR_EQUITY_003"
    use("record", made, typed("500", "2016-02-01"))
    use("record", made, typed("20500", "2016-03-01", "WITHDRAWAL"))
    assert refused(use, "record", made, typed("0.01", "2016-03-02", "WITHDRAWAL")) == "ERR_EQUITY_003"


def test_after_a_calculation_it_is_the_net_asset_value_that_counts(world, owner, use, made):
    world.calculate(owner, made)
    with world.services.db.transaction(owner) as session:
        query = text("select nav from snapshots where portfolio_id = :p and session = '2016-03-01'")
        nav = session.execute(query, {"p": made}).scalar_one()
    assert nav != 20000
    over = typed(str(nav + D("0.01")), kind="WITHDRAWAL")
    assert refused(use, "record", made, over) == "ERR_EQUITY_003"
    use("record", made, typed("100", "2016-02-29"))
    taken = use("record", made, typed(str(nav + 100), kind="WITHDRAWAL"))
    world.calculate(owner, made)
    assert use("change", made, taken.id, EquityChangeForm(notes="all of it")).notes == "all of it"
    assert refused(use, "change", made, taken.id, EquityChangeForm(amount=str(nav + 101))) == "ERR_EQUITY_003"


def test_nobody_else_sees_or_changes_them(world, use, made):
    found, stranger = use("record", made, typed()), world.user()
    for name, *arguments in (
        ("page",), ("get", found.id), ("record", typed()), ("change", found.id, typed()), ("delete", found.id),
        ("restore", found.id),
    ):  # fmt: skip
        assert refused(use, name, made, *arguments, by=stranger) == "ERR_NOT_FOUND"
    assert use("flows_of", [made], by=stranger) == ()
    assert use("flows_of", [made]) == (Flow(made, date(2016, 3, 1), D("1000.00")),)


def test_everything_is_in_the_audit_without_amounts(world, owner, use, made):
    found = use("record", made, typed("4321"))
    use("change", made, found.id, typed("4322"))
    use("change", made, found.id, typed("4322"))
    use("delete", made, found.id)
    use("restore", made, found.id)
    with world.services.db.transaction(owner) as session:
        query = text("select action, details from audit_log where action like 'equity_change.%' order by id")
        told = session.execute(query).all()
    assert [action.partition(".")[2] for action, _ in told] == ["record", "change", "delete", "restore"]
    assert {frozenset(details) for _, details in told} == {frozenset(("equity_change_id", "change_type", "date"))}


# What valuation makes of them


def test_net_asset_value_holds_the_flows_every_day_and_returns_do_not(world, owner, use, made):
    query = text("select * from snapshots where portfolio_id = :p order by session")

    def snapshots():
        world.calculate(owner, made)
        with world.services.db.transaction(owner) as session:
            return session.execute(query, {"p": made}).mappings().all()

    before = snapshots()
    use("record", made, typed("5000", "2016-02-27"))  # a Saturday
    use("record", made, typed("1500", "2016-05-02", "WITHDRAWAL"))
    after = snapshots()
    for old, new in zip(before, after, strict=True):
        moved = (5000 if new["session"] >= date(2016, 2, 29) else 0) - (
            1500 if new["session"] >= date(2016, 5, 2) else 0
        )
        assert new["nav"] == new["cash"] + new["long_value"] + new["short_value"] == old["nav"] + moved
        assert (new["day_pnl"], new["unrealised_pnl"]) == (old["day_pnl"], old["unrealised_pnl"])
    flowed = {row["session"]: row["flow"] for row in after if row["flow"]}
    assert flowed == {date(2016, 2, 29): D(5000), date(2016, 5, 2): D(-1500)}
    for earlier, row in pairwise(after):
        assert row["day_return"] == pytest.approx(float(row["day_pnl"] / earlier["nav"]), abs=1e-6)


def test_figures_are_out_of_date_until_they_are_calculated_again(world, owner, use, made, later):
    world.calculate(owner, made)
    assert world.read(owner, "data_quality", made).out_of_date is None
    later(seconds=1)
    found = use("record", made, typed())
    quality = world.read(owner, "data_quality", made)
    assert quality.out_of_date.startswith("deposits or withdrawals of Account ")
    assert not quality.analytics_complete
    later(seconds=2)
    world.calculate(owner, made)
    assert world.read(owner, "data_quality", made).out_of_date is None
    later(seconds=3)
    use("delete", made, found.id)
    assert world.read(owner, "data_quality", made).out_of_date is not None


def test_overview_says_what_was_deposited(world, owner, use, made):
    use("record", made, typed("5000", "2016-03-01"))
    assert world.read(owner, "overview", made).cash.amount == D("22000.00")
    use("record", made, typed("700", "2016-06-20", "WITHDRAWAL"))
    world.calculate(owner, made)
    seen = world.read(owner, "overview", made)
    assert (seen.net_deposits, seen.net_deposits_30d) == (D("4300.00"), D("-700.00"))
    assert seen.cash.amount == D("21300.00")


def test_performance_of_portfolio_and_owner(world, owner, use, made, prices):
    """By hand: 100 AAPL and cash, 10,000 more on 1 March 2016."""
    use("record", made, typed("10000", "2016-03-01"))
    world.calculate(owner, made)
    found = world.read(owner, "performance", made).ranges[HistoryRange.YEAR]
    close = {day: prices.by_symbol["AAPL"][day] for day in ("2015-07-01", "2016-03-01", "2016-07-01")}
    start, middle, end = (17000 + 100 * close[day] for day in close)
    grown = (middle / start) * ((end + 10000) / (middle + 10000))
    assert found.time_weighted.value == pytest.approx(grown - 1, abs=1e-7)
    assert found.first_session == BOUGHT
    assert found.last_session == SAMPLE_DAY
    assert found.annualised.value == pytest.approx(grown ** (365 / 366) - 1, abs=1e-7)
    invested = (date(2016, 7, 1) - date(2016, 3, 1)).days / 366
    assert found.modified_dietz.value == pytest.approx((end - start) / (start + 10000 * invested), abs=1e-9)
    rate = found.money_weighted_annual.value
    paid = start * (1 + rate) ** (366 / 365) + 10000 * (1 + rate) ** (122 / 365)
    assert paid == pytest.approx(end + 10000, abs=0.01)
    assert (found.contributed, found.withdrawn, found.opened) == (D(10000), D(0), D(0))
    assert float(found.gain) == pytest.approx(end - start, abs=0.02)
    spy = prices.by_symbol["SPY"]
    assert found.benchmark_return.value == pytest.approx(spy["2016-07-01"] / spy["2015-07-01"] - 1, abs=1e-12)
    month = world.read(owner, "performance", made).ranges[HistoryRange.MONTH]
    assert month.money_weighted.reason.startswith("no deposits or withdrawals in this range")
    assert month.annualised.reason == "less than a year is not annualised"


def test_any_stored_symbol_is_a_benchmark_and_others_say_so(world, owner, made, prices):
    world.calculate(owner, made)
    apple = prices.by_symbol["AAPL"]
    found = world.read(owner, "performance", made, "aapl")
    assert found.benchmark_symbol == "AAPL"
    year = found.ranges[HistoryRange.YEAR].benchmark_return
    assert year.value == pytest.approx(apple["2016-07-01"] / apple["2015-07-01"] - 1, abs=1e-9)
    unknown = world.read(owner, "performance", made, "NOPE").ranges[HistoryRange.YEAR].benchmark_return
    assert (unknown.value, unknown.reason) == (None, "no closes of NOPE")


def test_the_same_money_buys_the_benchmark_on_its_day(world, owner, use, made, prices):
    use("record", made, typed("10000", "2016-03-01"))
    world.calculate(owner, made)
    points = world.read(owner, "nav_history", made, HistoryRange.YEAR).points
    spy = prices.by_symbol["SPY"]
    shares = float(points[0].nav) / spy["2015-07-01"] + 10000 / spy["2016-03-01"]
    assert float(points[-1].benchmark) == pytest.approx(shares * spy["2016-07-01"], abs=0.02)


def test_several_accounts_are_one(world, use, made, owner):
    """An account that begins within the range brings its first value in; both together gain what each gained."""
    use("record", made, typed("10000", "2016-03-01"))
    second = world.portfolio(owner, [lot("MSFT", "10", "50", date(2016, 2, 1))], "4000")
    for each in (made, second):
        world.calculate(owner, each)
    apart = [world.read(owner, "performance", each).ranges[HistoryRange.ALL] for each in (made, second)]
    found = world.read(owner, "performance", None).ranges[HistoryRange.ALL]
    assert found.contributed == D(10000)
    assert found.opened > 3900
    assert found.gain == sum(each.gain for each in apart)
    assert found.money_weighted.value is not None
    assert world.read(owner, "performance", None).ranges[HistoryRange.MONTH].opened == 0


def test_without_a_calculation_there_is_no_performance(world, owner, made):
    found = world.read(owner, "performance", made)
    assert {each.time_weighted.reason for each in found.ranges.values()} == {"not calculated yet"}
    assert {each.money_weighted.reason for each in found.ranges.values()} == {"not calculated yet"}
