"""Portfolios somebody was given: seen by who may view, imported into by who may manage."""

import pytest
from sqlalchemy import text

from sigmasight_ui.services.imports.schemas import Mode
from sigmasight_ui.services.portfolios.schemas import PositionChange, PositionForm
from tests.services.imports.conftest import MSFT, NVDA, TWO, refused, schwab

VIEW, MANAGE = 1, 3


@pytest.fixture
def shared(person, other):
    """The first person's portfolio, given to the second at a level."""
    made = person.run(TWO)

    def give(level):
        with person.services.db.transaction(person.actor) as session:
            session.execute(
                text("insert into portfolio_access (user_id, portfolio_id, level) values (:user, :portfolio, :level)"),
                {"user": other.actor.user_id, "portfolio": made.portfolio_id, "level": level},
            )
        return made.portfolio_id

    return give


def test_who_may_view_sees_where_positions_came_from_and_changes_nothing(person, other, shared):
    portfolio_id = shared(VIEW)
    (record,) = other.call("history", portfolio_id)
    assert (record.imported_by, record.has_file) == ("Ada Example", False)
    lot = other.positions(portfolio_id)[0]
    assert other.call("provenance", lot.id).lots[0].cells[0] == lot.symbol
    before = person.stored(portfolio_id)
    assert refused(other.start, TWO, portfolio_id).code == "ERR_ACCESS_001"
    assert refused(other.call, "undo", record.import_id).code == "ERR_NOT_FOUND"
    for name, *arguments in (
        ("edit", lot.id, PositionChange(quantity="1")),
        ("close", lot.id, "", "1.00", "2026-11-19"),
        ("delete", lot.id),
        ("add", portfolio_id, [PositionForm("AAPL", "1", "158.00", "2024-01-15")]),
    ):
        assert refused(other.call, name, *arguments, room="positions").code == "ERR_ACCESS_001"
    assert person.stored(portfolio_id) == before


def test_who_may_manage_imports_and_takes_it_back(person, other, shared):
    portfolio_id = shared(MANAGE)
    before = person.stored(portfolio_id)
    other.run(schwab([NVDA, MSFT, ("VTI", 10, "3000.00", "$2,140.90")]), portfolio_id, mode=Mode.ADD)
    assert [each.has_file for each in person.call("history", portfolio_id)] == [False, True]
    assert len(person.positions(portfolio_id)) == 3
    newest = other.call("history", portfolio_id)[0]
    other.call("undo", newest.import_id)
    assert person.stored(portfolio_id) == before


def test_an_import_of_ones_own_is_not_sent_into_what_one_may_only_view(other, shared):
    portfolio_id = shared(VIEW)
    review = other.start(TWO)
    assert all(account.is_new for account in review.recognised.accounts)
    assert portfolio_id not in {account.portfolio_id for account in review.recognised.accounts}


def test_comparing_writes_nothing_into_what_one_may_only_view_by_now(person, other, shared):
    portfolio_id = shared(MANAGE)
    review = other.start(TWO, portfolio_id)
    other.change(review.import_id, mode=Mode.RECONCILE)
    with person.services.db.transaction(person.actor) as session:
        session.execute(text("delete from portfolio_access"))
    shared(VIEW)
    assert refused(other.confirm, review.import_id).code == "ERR_ACCESS_001"
    assert len(person.call("history", portfolio_id)) == 1
