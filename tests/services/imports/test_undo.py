"""Undoing takes back exactly what an import did, and can be undone."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from sigmasight_ui.services.imports.schemas.choices import EditedSince, Mode
from sigmasight_ui.services.imports.schemas.history import ImportState
from sigmasight_ui.services.portfolios.schemas import PortfolioChange, PositionChange, PositionForm
from tests.services.imports.conftest import MSFT, NVDA, TWO, TWO_ACCOUNTS, refused, schwab

pytestmark = pytest.mark.slow

LATER = schwab(
    [("NVDA", 137, "25000.00", "$21,000.00"), ("VTI", 10, "3000.00", "$2,140.90")], cash="$500.00", day="2026/11/20"
)

WAITING = text(
    "select exists (select from pg_locks where not granted"
    " and (database = (select oid from pg_database where datname = current_database()) or database is null))"
)


@pytest.fixture
def made(person):
    return person.run(TWO)


def last(person, portfolio_id):
    return person.history(portfolio_id)[0].import_id


def test_undone_import_leaves_the_portfolio_as_it_was(person, made):
    before = person.stored(made.portfolio_id)
    person.run(LATER, made.portfolio_id)
    assert person.stored(made.portfolio_id) != before
    result = person.call("undo", last(person, made.portfolio_id))
    assert result.state is ImportState.UNDONE
    assert person.stored(made.portfolio_id) == before
    assert person.history(made.portfolio_id)[0].state is ImportState.UNDONE


def test_undoing_can_be_undone(person, made):
    person.run(LATER, made.portfolio_id)
    import_id, after = last(person, made.portfolio_id), person.stored(made.portfolio_id)
    for _ in range(2):
        person.call("undo", import_id)
        person.call("redo", import_id)
        assert person.stored(made.portfolio_id) == after
    assert person.call("redo", import_id).state is ImportState.CONFIRMED


def test_portfolio_the_import_made_goes_with_it_and_comes_back(person, made):
    import_id, after = last(person, made.portfolio_id), person.stored(made.portfolio_id)
    person.call("undo", import_id)
    assert person.call("list_visible", room="portfolios") == ()
    person.call("redo", import_id)
    assert person.stored(made.portfolio_id) == after


def test_what_undoing_would_touch_is_known_before(person, made):
    import_id = last(person, made.portfolio_id)
    (name,) = (row.account_name for row in person.call("list_visible", room="portfolios"))
    reach = person.call("undo_reach", import_id)
    assert (reach.edits, reach.accounts, reach.going) == ((), (name,), (name,))
    person.call("add", made.portfolio_id, [PositionForm("AAPL", "1", "158.00", "2024-01-15")], room="positions")
    reach = person.call("undo_reach", import_id)
    assert (reach.accounts, reach.going) == ((name,), ())


def test_redo_does_not_take_a_name_that_is_somebody_elses_now(person, made):
    import_id = last(person, made.portfolio_id)
    name = person.call("list_visible", room="portfolios")[0].account_name
    person.call("undo", import_id)
    again = person.run(TWO)
    assert person.call("list_visible", room="portfolios")[0].account_name == name
    assert refused(person.call, "redo", import_id).code == "ERR_PORT_001"
    assert [row.id for row in person.call("list_visible", room="portfolios")] == [again.portfolio_id]


def test_what_was_added_by_hand_stays_and_keeps_its_portfolio(person, made):
    person.call("add", made.portfolio_id, [PositionForm("AAPL", "1", "158.00", "2024-01-15")], room="positions")
    person.call("undo", last(person, made.portfolio_id))
    assert set(person.lots(made.portfolio_id)) == {"AAPL"}


def test_what_was_only_matched_stays(person, made):
    before = person.stored(made.portfolio_id)
    person.run(schwab([NVDA, ("VTI", 10, "3000.00", "$2,140.90")]), made.portfolio_id, mode=Mode.ADD)
    assert len(person.positions(made.portfolio_id)) == 3
    person.call("undo", last(person, made.portfolio_id))
    assert person.stored(made.portfolio_id) == before


def test_edits_since_are_listed_and_asked_about(person, made):
    import_id, lot = last(person, made.portfolio_id), person.lots(made.portfolio_id)["NVDA"]
    person.call("edit", lot.id, PositionChange(quantity="111"), room="positions")
    refusal = refused(person.call, "undo", import_id)
    assert (refusal.code, [edit["symbol"] for edit in refusal.details["edits"]]) == ("ERR_IMPORT_004", ["NVDA"])
    assert [edit.position_id for edit in person.call("undo_reach", import_id).edits] == [lot.id]
    assert len(person.positions(made.portfolio_id)) == 2
    person.call("undo", import_id, EditedSince.KEEP)
    assert {symbol: lot.quantity for symbol, lot in person.lots(made.portfolio_id).items()} == {"NVDA": Decimal(111)}


def test_edited_lot_that_was_removed_comes_back_as_edited(person, made):
    import_id, lot = last(person, made.portfolio_id), person.lots(made.portfolio_id)["NVDA"]
    person.call("edit", lot.id, PositionChange(quantity="111"), room="positions")
    after = person.stored(made.portfolio_id)
    person.call("undo", import_id, EditedSince.REMOVE)
    person.call("redo", import_id)
    assert person.stored(made.portfolio_id) == after


def test_both_parts_of_a_lot_partly_sold_go(person, made):
    lot = person.lots(made.portfolio_id)["NVDA"]
    person.call("close", lot.id, "10", "200.00", "2026-11-19", room="positions")
    assert len(person.positions(made.portfolio_id)) == 3
    person.call("undo", last(person, made.portfolio_id), EditedSince.REMOVE)
    assert person.count("positions") == 0


def test_what_somebody_deleted_stays_deleted(person, made):
    import_id, lot = last(person, made.portfolio_id), person.lots(made.portfolio_id)["NVDA"]
    person.call("delete", lot.id, room="positions")
    person.call("undo", import_id)
    person.call("redo", import_id)
    assert set(person.lots(made.portfolio_id)) == {"MSFT"}
    assert refused(person.call, "restore", lot.id, room="positions").code == "ERR_NOT_FOUND"


def test_later_import_that_replaced_its_lots_is_undone_first(person, made):
    first = last(person, made.portfolio_id)
    person.run(LATER, made.portfolio_id)
    second = last(person, made.portfolio_id)
    refusal = refused(person.call, "undo", first)
    assert (refusal.code, refusal.details["import_id"]) == ("ERR_IMPORT_005", str(second))
    person.call("undo", second)
    person.call("undo", first)
    assert person.count("positions") == 0


def test_undone_import_is_not_done_again_over_a_newer_one(person, made):
    person.run(LATER, made.portfolio_id)
    second = last(person, made.portfolio_id)
    person.call("undo", second)
    person.run(schwab([MSFT, ("AAPL", 1, "200.00", "$100.00")]), made.portfolio_id)
    assert refused(person.call, "redo", second).code == "ERR_IMPORT_009"


def test_balance_that_was_changed_since_is_left_alone(person, made):
    person.run(LATER, made.portfolio_id)
    person.call("update", made.portfolio_id, PortfolioChange(equity_balance="77777"), room="portfolios")
    person.call("undo", last(person, made.portfolio_id))
    assert person.call("get", made.portfolio_id, room="portfolios").equity_balance == 77_777


def test_archived_portfolio_stays_out_of_it(person):
    result = person.confirm(person.start(TWO_ACCOUNTS).import_id)
    first = result.portfolios[0].portfolio_id
    person.call("archive", first, room="portfolios")
    person.call("undo", result.import_id)
    assert person.call("list_visible", room="portfolios") == ()
    assert len(person.stored(first)) == 2  # its lot and its balance
    alone = person.run(TWO)
    import_id = last(person, alone.portfolio_id)
    person.call("archive", alone.portfolio_id, room="portfolios")
    assert refused(person.call, "undo", import_id).code == "ERR_NOT_FOUND"


def test_only_what_was_confirmed_is_undone(person):
    review = person.start(TWO)
    assert refused(person.call, "undo", review.import_id).code == "ERR_IMPORT_007"
    assert refused(person.call, "redo", review.import_id).code == "ERR_IMPORT_008"


def test_undoing_twice_is_undoing_once(person, made):
    import_id = last(person, made.portfolio_id)
    assert person.call("undo", import_id) == person.call("undo", import_id)


def test_redo_sent_while_the_undo_is_being_written_waits_for_it(person, made):
    import_id, after = last(person, made.portfolio_id), person.stored(made.portfolio_id)
    with ThreadPoolExecutor() as others:
        with person.services.db.transaction(person.actor) as session:
            person.services.imports.undo(session, person.actor, import_id)
            redone = others.submit(person.call, "redo", import_id)
            while not session.execute(WAITING).scalar():
                assert not redone.done()
        assert redone.result(60).state is ImportState.CONFIRMED
    assert person.stored(made.portfolio_id) == after


def test_the_history_is_read_a_page_at_a_time(person, made):
    for _ in range(3):
        person.run(TWO, made.portfolio_id)
    whole = person.history(made.portfolio_id)
    assert [record.import_id for record in person.history(made.portfolio_id, 2, 1)] == [
        record.import_id for record in whole[1:3]
    ]
    assert (len(whole), person.call("history", made.portfolio_id, 1, 9).total) == (4, 4)
    assert person.history(made.portfolio_id, 1, 9) == ()


SYMBOLS = ("NVDA", "MSFT", "VTI", "AAPL")
FILES = st.lists(
    st.tuples(st.sampled_from(SYMBOLS), st.integers(1, 3), st.integers(100, 103)),
    min_size=1, max_size=4, unique_by=lambda row: row[0],
)  # fmt: skip


@settings(max_examples=12, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=FILES, second=FILES, mode=st.sampled_from([Mode.ADD, Mode.REPLACE]), edit=st.integers(0, 5))
def test_import_edit_undo_restores_the_state(person, first, second, mode, edit):
    """Whatever two files say and whatever is edited in between: undo is the way back, redo the way forth, and
    importing a file twice is importing it once."""

    def file(rows):
        return schwab([(symbol, quantity, "1.00", f"${quantity * price}.00") for symbol, quantity, price in rows])

    for row in person.call("list_visible", room="portfolios"):
        person.call("archive", row.id, room="portfolios")
    portfolio_id: UUID = person.run(file(first)).portfolio_id
    before = person.stored(portfolio_id)
    person.run(file(second), portfolio_id, mode=mode)
    once = person.stored(portfolio_id)
    person.run(file(second), portfolio_id, mode=mode)
    assert person.stored(portfolio_id) == once
    second_import = person.history(portfolio_id)[1].import_id
    person.call("undo", last(person, portfolio_id))
    mine = [lot for lot in person.positions(portfolio_id) if lot.import_id == second_import]
    if edit < len(mine):
        person.call("edit", mine[edit].id, PositionChange(quantity="7"), room="positions")
    after = person.stored(portfolio_id)
    person.call("undo", second_import, EditedSince.REMOVE)
    assert person.stored(portfolio_id) == before
    person.call("redo", second_import)
    assert person.stored(portfolio_id) == after
