"""Portfolios somebody was given: seen by who may view, imported into by who may manage."""

import pytest
from sqlalchemy import text

from sigmasight_ui.services.imports.schemas.choices import Mode
from sigmasight_ui.services.imports.schemas.history import ImportState
from sigmasight_ui.services.portfolios.schemas import PositionChange, PositionForm
from tests.services.imports.conftest import MSFT, NVDA, TWO, TWO_ACCOUNTS, refused, schwab

VIEW, MANAGE = 1, 3


def give(person, other, portfolio_id, level):
    with person.services.db.transaction(person.actor) as session:
        session.execute(
            text("insert into portfolio_access (user_id, portfolio_id, level) values (:user, :portfolio, :level)"),
            {"user": other.actor.user_id, "portfolio": portfolio_id, "level": level},
        )


@pytest.fixture
def shared(person, other):
    """The first person's portfolio, given to the second at a level."""
    made = person.run(TWO)

    def share(level):
        give(person, other, made.portfolio_id, level)
        return made.portfolio_id

    return share


def test_who_may_view_sees_where_positions_came_from_and_changes_nothing(person, other, shared):
    portfolio_id = shared(VIEW)
    (record,) = other.history(portfolio_id)
    assert (record.imported_by, record.has_file) == ("Ada Example", False)
    lot = other.positions(portfolio_id)[0]
    assert other.call("provenance", lot.id).lots[0].cells[0] == lot.symbol
    before = person.stored(portfolio_id)
    assert refused(other.start, TWO, portfolio_id).code == "ERR_ACCESS_001"
    assert not other.call("history", portfolio_id).may_change
    for verb in ("undo", "redo"):
        assert refused(other.call, verb, record.import_id).code == "ERR_ACCESS_001"
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
    assert [each.has_file for each in person.history(portfolio_id)] == [False, True]
    assert len(person.positions(portfolio_id)) == 3
    newest = other.history(portfolio_id)[0]
    other.call("undo", newest.import_id)
    assert person.stored(portfolio_id) == before


def audited(person):
    with person.services.db.transaction(person.actor) as session:
        rows = session.execute(
            text("select action, actor_id from audit_log where action in ('import.undo', 'import.redo') order by id")
        )
        return [tuple(row) for row in rows]


def test_who_may_manage_undoes_and_redoes_what_somebody_else_imported(person, other, shared):
    portfolio_id = shared(MANAGE)
    before = person.stored(portfolio_id)
    person.run(schwab([NVDA, MSFT, ("VTI", 10, "3000.00", "$2,140.90")]), portfolio_id, mode=Mode.ADD)
    after = person.stored(portfolio_id)
    import_id = other.history(portfolio_id)[0].import_id
    assert other.call("history", portfolio_id).may_change
    assert other.call("undo", import_id).state is ImportState.UNDONE
    assert person.stored(portfolio_id) == before
    assert person.history(portfolio_id)[0].undone_by == "Ada Example"
    assert person.get(import_id).state is ImportState.UNDONE
    assert other.call("redo", import_id).state is ImportState.CONFIRMED
    assert person.stored(portfolio_id) == after
    assert person.history(portfolio_id)[0].undone_by is None
    me = other.actor.user_id
    assert audited(other) == [("import.undo", me), ("import.redo", me)]


def test_a_portfolio_of_somebody_else_is_emptied_by_undoing_and_stays(person, other, shared):
    """Only its owner can take the portfolio itself away."""
    portfolio_id = shared(MANAGE)
    after = person.stored(portfolio_id)
    import_id = other.history(portfolio_id)[0].import_id
    other.call("undo", import_id)
    assert person.positions(portfolio_id) == ()
    assert [row.id for row in person.call("list_visible", room="portfolios")] == [portfolio_id]
    other.call("redo", import_id)
    assert person.stored(portfolio_id) == after


def test_the_part_of_an_import_one_may_not_change_is_left_alone(person, other):
    result = person.confirm(person.start(TWO_ACCOUNTS).import_id)
    given, kept = (made.portfolio_id for made in result.portfolios)
    give(person, other, given, MANAGE)
    give(person, other, kept, VIEW)
    before = person.stored(kept)
    answer = other.call("undo", result.import_id)
    states = {made.portfolio_id: made.state for made in answer.portfolios}
    assert (answer.state, states) == (
        ImportState.CONFIRMED, {given: ImportState.UNDONE, kept: ImportState.CONFIRMED},
    )  # fmt: skip
    assert (person.positions(given), person.stored(kept)) == ((), before)
    assert person.call("undo", result.import_id).state is ImportState.UNDONE
    assert person.count("positions") == 0


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
    assert len(person.history(portfolio_id)) == 1
