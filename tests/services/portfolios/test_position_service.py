"""Lots one by one: the rules of the file, realised gains, and the way back."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.portfolios.schemas import PortfolioForm, PositionChange, PositionForm

FORM = PortfolioForm("Core growth", "Schwab Taxable", "taxable", "100000")
NVDA = PositionForm("nvda", "110", "149.71", "2024-01-15")
WAITING = text("select count(*) from pg_locks where not granted")
PUT = PositionForm(
    quantity="-3", entry_price="12.25", entry_date="2024-04-19", underlying_symbol="QQQ", strike_price="480",
    expiration_date="2027-01-15", option_type="put",
)  # fmt: skip


@pytest.fixture
def owner(new_user):
    return new_user()


@pytest.fixture
def ask(services, owner):
    def call(name, *arguments, by=None, **options):
        with services.db.transaction(by or owner) as session:
            return getattr(services.positions, name)(session, by or owner, *arguments, **options)

    return call


@pytest.fixture
def portfolio(services, owner):
    with services.db.transaction(owner) as session:
        return services.portfolios.create(session, owner, FORM)


def refused(work, *arguments, **options):
    with pytest.raises(AppError) as refusal:
        work(*arguments, **options)
    return refusal.value


def stored(services, owner):
    with services.db.transaction(owner) as session:
        rows = session.execute(text("select * from positions order by id")).mappings()
        return [dict(row) for row in rows]


def test_added_lot_is_read_like_a_row_of_the_file(ask, portfolio):
    share, option = ask("add", portfolio.id, [NVDA, PUT])
    assert (share.symbol, share.quantity, share.investment_class) == ("NVDA", Decimal(110), "PUBLIC")
    assert (option.symbol, option.position_type) == ("QQQ270115P00480000", "SP")
    assert not share.entry_date_estimated


def test_all_problems_of_all_rows_come_together_and_nothing_is_added(ask, portfolio, services, owner):
    rows = [NVDA, PositionForm("MSFT", "0", "-1", "2024-01-15"), PositionForm("VTI", "1", "158.123", "2999-01-01")]
    refusal = refused(ask, "add", portfolio.id, rows)
    found = [(error["row"], error["code"]) for error in refusal.details["errors"]]
    assert found == [(2, "ERR_POS_006"), (2, "ERR_POS_010"), (3, "ERR_POS_011"), (3, "ERR_POS_014")]
    assert stored(services, owner) == []


def test_today_is_the_day_in_new_york(ask, portfolio, clock):
    """At ten in the evening there it is tomorrow in UTC, and nobody has bought anything tomorrow."""
    clock.instant = datetime(2026, 11, 20, 3, tzinfo=UTC)
    tomorrow = refused(ask, "add", portfolio.id, [PositionForm("MSFT", "1", "400", "2026-11-20")])
    assert [error["code"] for error in tomorrow.details["errors"]] == ["ERR_POS_014"]
    assert ask("add", portfolio.id, [PositionForm("MSFT", "1", "400", "2026-11-19")])


def test_edit_changes_what_is_said_and_nothing_else(ask, portfolio):
    (made,) = ask("add", portfolio.id, [NVDA])
    changed = ask("edit", made.id, PositionChange(quantity="120"))
    assert (changed.quantity, changed.entry_price, changed.symbol) == (Decimal(120), Decimal("149.71"), "NVDA")
    assert refused(ask, "edit", made.id, PositionChange(entry_price="")).code == "ERR_POS_008"


def test_edited_symbol_takes_its_class_along(ask, portfolio):
    _, option = ask("add", portfolio.id, [NVDA, PUT])
    changed = ask("edit", option.id, PositionChange(symbol="QQQ270115C00490000"))
    assert (changed.option_type, changed.strike_price, changed.position_type) == ("CALL", Decimal(490), "SC")
    share = ask("edit", option.id, PositionChange(symbol="QQQ", quantity="5"))
    assert (share.investment_class, share.option_type, share.position_type) == ("PUBLIC", None, "LONG")


def test_lot_is_reopened_by_clearing_its_exit(ask, portfolio):
    (made,) = ask("add", portfolio.id, [NVDA])
    ask("close", made.id, "", "200.00", "2026-11-19")
    again = ask("edit", made.id, PositionChange(exit_date="", exit_price=""))
    assert (again.exit_date, again.exit_price) == (None, None)


def test_part_of_a_lot_is_sold_with_its_gain(ask, portfolio):
    (made,) = ask("add", portfolio.id, [NVDA])
    found = ask("close", made.id, "10", "200.00", "2026-11-19")
    assert (found.closed.quantity, found.rest.quantity, found.rest.id) == (Decimal(10), Decimal(100), made.id)
    assert found.realised_pnl == Decimal("502.90")
    assert found.closed.entry_date == made.entry_date


def test_short_option_is_bought_back_with_its_gain(ask, portfolio):
    (made,) = ask("add", portfolio.id, [PUT])
    found = ask("close", made.id, "", "2.25", "2026-11-19")
    assert (found.rest, found.realised_pnl) == (None, Decimal(3000))


@pytest.mark.parametrize(
    ("quantity", "price", "day", "code"),
    [
        ("111", "200.00", "2026-11-19", "ERR_POS_034"),
        ("0", "200.00", "2026-11-19", "ERR_POS_034"),
        ("ten", "200.00", "2026-11-19", "ERR_POS_034"),
        ("10", "", "2026-11-19", "ERR_POS_025"),
        ("10", "200.00", "", "ERR_POS_025"),
        ("10", "", "", "ERR_POS_025"),
        ("10", "-1", "2026-11-19", "ERR_POS_024"),
        ("10", "200.00", "2023-01-01", "ERR_POS_018"),
        ("10", "200.00", "2026-12-01", "ERR_POS_026"),
    ],
)
def test_sale_that_cannot_be_is_refused_and_changes_nothing(
    ask, portfolio, services, owner, quantity, price, day, code
):
    (made,) = ask("add", portfolio.id, [NVDA])
    before = stored(services, owner)
    assert refused(ask, "close", made.id, quantity, price, day).code == code
    assert stored(services, owner) == before


def test_what_is_closed_is_not_closed_again(ask, portfolio):
    (made,) = ask("add", portfolio.id, [NVDA])
    ask("close", made.id, "", "200.00", "2026-11-19")
    assert refused(ask, "close", made.id, "", "200.00", "2026-11-19").code == "ERR_POS_033"


def test_deleted_lot_comes_back_exactly_for_a_day(ask, portfolio, services, owner, clock):
    ask("add", portfolio.id, [NVDA, PUT])
    before = stored(services, owner)
    for lot in before:
        ask("delete", lot["id"])
    assert stored(services, owner) == []
    assert refused(ask, "delete", before[0]["id"]).code == "ERR_NOT_FOUND"
    ask("restore", before[0]["id"])
    assert stored(services, owner) == before[:1]
    clock.instant += timedelta(hours=25)
    with services.db.transaction(owner, role="app_worker") as session:
        assert services.positions.forget_deleted(session, clock.now() - timedelta(hours=24)) == 1
    assert refused(ask, "restore", before[1]["id"]).code == "ERR_NOT_FOUND"


def test_of_two_sales_at_once_the_second_sells_from_what_is_left(services, owner, ask, portfolio):
    (made,) = ask("add", portfolio.id, [NVDA])
    refusals = []

    def sell():
        try:
            ask("close", made.id, "60", "200.00", "2026-11-19")
        except AppError as refusal:
            refusals.append(refusal.code)

    second = threading.Thread(target=sell)
    with services.db.transaction(owner) as session:
        services.positions.close(session, owner, made.id, "60", "200.00", "2026-11-19")
        second.start()
        while second.is_alive() and not session.execute(WAITING).scalar():
            second.join(0.01)
    second.join()
    assert refusals == ["ERR_POS_034"]
    assert sorted(lot["quantity"] for lot in stored(services, owner)) == [50, 60]


def test_somebody_elses_lot_is_unknown(ask, portfolio, new_user):
    (made,) = ask("add", portfolio.id, [NVDA])
    stranger = new_user()
    calls = {
        "get": (), "portfolio_of": (), "edit": (PositionChange(quantity="1"),), "close": ("", "1", "2026-11-19"),
        "delete": (), "restore": (),
    }  # fmt: skip
    for name, arguments in calls.items():
        assert refused(ask, name, made.id, *arguments, by=stranger).code == "ERR_NOT_FOUND"
    assert refused(ask, "add", portfolio.id, [NVDA], by=stranger).code == "ERR_NOT_FOUND"
    ask("delete", made.id)
    assert refused(ask, "restore", made.id, by=stranger).code == "ERR_NOT_FOUND"


def test_equal_lots_have_ids_of_their_own_where_ids_are_derived(services, new_user, ask):
    demo = new_user("someone@sigmasight.com")
    with services.db.transaction(demo) as session:
        portfolio = services.portfolios.create(session, demo, FORM)
    made = [*ask("add", portfolio.id, [NVDA, NVDA], by=demo), *ask("add", portfolio.id, [NVDA], by=demo)]
    assert len({lot.id for lot in made}) == 3
    assert {lot.id.version for lot in made} == {5}


@settings(max_examples=15, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.integers(1, 40), max_size=4), price=st.integers(1, 400))
def test_parts_sold_and_what_is_left_are_the_lot(services, owner, ask, portfolio, parts, price):
    """Quantity and cost are only cut into pieces, whatever is sold in whatever order; gains add up to the whole."""
    (made,) = ask("add", portfolio.id, [NVDA])
    gains, left = Decimal(0), Decimal(110)
    for part in parts:
        if part > left:
            assert refused(ask, "close", made.id, str(part), f"{price}.00", "2026-11-19").code == "ERR_POS_034"
        elif left:
            gains += ask("close", made.id, str(part), f"{price}.00", "2026-11-19").realised_pnl
            left -= part
        if not left:
            break
    lots = [lot for lot in stored(services, owner) if lot["created_at"] is not None]
    assert sum(lot["quantity"] for lot in lots) == 110
    assert gains == (110 - left) * (Decimal(price) - Decimal("149.71"))
    for lot in lots:
        ask("delete", lot["id"])
