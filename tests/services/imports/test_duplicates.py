"""Importing again never doubles, and never swallows what is really there twice."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from sigmasight_ui.services.imports.matching import find_duplicates, hash_of
from sigmasight_ui.services.imports.schemas.choices import Mode, RowEdit
from sigmasight_ui.services.imports.schemas.review import RowStatus
from sigmasight_ui.services.imports.settling import Row
from sigmasight_ui.services.portfolios.schemas import DraftPosition, HeldLot, PositionChange, PositionRow
from tests.services.imports.conftest import MSFT, NVDA, TWO, schwab

HEADER = "Symbol,Quantity,Entry Price Per Share,Entry Date\n"
TEMPLATE = HEADER + "AAPL,100,158.00,2024-01-15\nSHOP,-25,62.50,2024-02-10\n"


def test_same_file_again_adds_nothing(person):
    made = person.run(TWO)
    before = person.stored(made.portfolio_id)
    for mode in (Mode.ADD, Mode.REPLACE):
        again = person.run(TWO, made.portfolio_id, mode=mode)
        assert (again.positions_imported, again.already_there, again.positions_removed) == (0, 2, 0)
        assert person.stored(made.portfolio_id) == before


def test_duplicate_is_shown_beside_what_it_repeats_and_can_be_added_anyway(person):
    made = person.run(TWO)
    review = person.start(schwab([NVDA, ("VTI", 10, "3000.00", "$2,140.90")]), made.portfolio_id)
    added = person.change(review.import_id, mode=Mode.ADD)
    nvda, vti = added.positions
    assert (nvda.status, vti.status) == (RowStatus.DUPLICATE, RowStatus.IMPORT)
    assert (nvda.duplicate.line, nvda.duplicate.position_id) == (4, person.lots(made.portfolio_id)["NVDA"].id)
    assert nvda.duplicate.label
    anyway = person.change(review.import_id, edits={4: RowEdit(add_anyway=True)})
    assert anyway.positions[0].status is RowStatus.IMPORT
    assert person.confirm(review.import_id).portfolios[0].positions_imported == 2


def test_next_months_date_makes_no_new_lot(person):
    made = person.run(TWO)
    later = TWO.replace("2026/11/19", "2026/11/20")
    assert person.run(later, made.portfolio_id, mode=Mode.ADD).positions_imported == 0


def test_lot_that_was_edited_is_still_the_one_of_the_file(person):
    made = person.run(TWO)
    lot = person.lots(made.portfolio_id)["NVDA"]
    person.call("edit", lot.id, PositionChange(entry_date="2023-03-01", quantity="111"), room="positions")
    assert person.run(TWO, made.portfolio_id, mode=Mode.ADD).positions_imported == 0


def test_deleted_lot_comes_back_with_the_file(person):
    made = person.run(TWO)
    person.call("delete", person.lots(made.portfolio_id)["NVDA"].id, room="positions")
    assert person.run(TWO, made.portfolio_id, mode=Mode.ADD).positions_imported == 1


def test_grown_file_adds_only_what_is_new(person):
    made = person.run(TEMPLATE)
    grown = TEMPLATE + "MSFT,5,300.00,2024-03-01\n"
    review = person.start(grown, made.portfolio_id)
    assert review.mode is Mode.ADD
    assert person.confirm(review.import_id).portfolios[0].positions_imported == 1


def test_a_lot_sold_in_part_is_still_one_lot_of_the_file(person):
    made = person.run(schwab([NVDA]))
    person.call("close", person.lots(made.portfolio_id)["NVDA"].id, "10", "200.00", "2026-11-19", room="positions")
    review = person.start(schwab([NVDA, NVDA]), made.portfolio_id)
    added = person.change(review.import_id, mode=Mode.ADD)
    assert [row.status for row in added.positions] == [RowStatus.DUPLICATE, RowStatus.IMPORT]


def test_export_of_a_portfolio_imports_into_it_without_a_new_lot(person):
    made = person.run(TWO)
    lot = person.lots(made.portfolio_id)["NVDA"]
    person.call("close", lot.id, "10", "200.00", "2026-11-19", room="positions")
    exported = person.call("export_csv", made.portfolio_id, room="portfolios")
    again = person.start(exported, made.portfolio_id)
    assert {row.status for row in again.positions} == {RowStatus.DUPLICATE}
    assert len(again.positions) == 3


def test_export_of_a_portfolio_is_the_same_portfolio_somewhere_else(person, other):
    made = person.run(TWO)
    exported = person.call("export_csv", made.portfolio_id, room="portfolios")
    copy = other.run(exported.decode())
    assert other.call("export_csv", copy.portfolio_id, room="portfolios") == exported


def test_lots_entered_by_hand_count_too(person):
    made = person.run(schwab([MSFT]))
    from sigmasight_ui.services.portfolios.schemas import PositionForm

    person.call("add", made.portfolio_id, [PositionForm("AAPL", "100", "158.00", "2024-01-15")], room="positions")
    assert person.run(TEMPLATE, made.portfolio_id).positions_imported == 1


# -- the multiset itself -------------------------------------------------------------------------------------------

ROW = PositionRow(
    row=1, line=1, symbol="NVDA", quantity=Decimal(1), entry_price=Decimal(2), entry_date=date(2024, 1, 2),
    investment_class="PUBLIC", investment_subtype=None, underlying_symbol=None, strike_price=None,
    expiration_date=None, option_type=None, exit_date=None, exit_price=None, position_type="LONG",
)  # fmt: skip


def row(symbol="NVDA", quantity=1, broker_id=None, day=ROW.entry_date):
    draft = DraftPosition(
        line=1, account="A", symbol=symbol, quantity=Decimal(quantity), entry_price=Decimal(2), entry_date=day,
        investment_class="PUBLIC", broker_id=broker_id,
    )  # fmt: skip
    position = replace(ROW, symbol=symbol, quantity=Decimal(quantity), entry_date=day or date(2026, 11, 19))
    return Row(draft, position, (), day is None, edited=False, add_anyway=False, status=RowStatus.IMPORT)


def lot(of: Row, with_hash=True, estimated=None):
    position = of.position
    return HeldLot(
        uuid4(), UUID(int=1), position.symbol, "PUBLIC", position.quantity, position.entry_price, position.entry_date,
        None, None, datetime(2026, 11, 1, tzinfo=UTC), None, 1, of.draft.broker_id,
        hash_of(of.draft) if with_hash else None, of.estimated if estimated is None else estimated, None,
    )  # fmt: skip


PIECES = st.lists(st.tuples(st.sampled_from(["NVDA", "MSFT"]), st.integers(1, 2)), max_size=8)


@settings(max_examples=60, deadline=None, database=None)
@given(PIECES, PIECES, st.booleans())
def test_as_many_are_new_as_the_file_has_more(before, file, with_hash):
    rows = [row(*piece) for piece in file]
    find_duplicates(rows, [lot(row(*piece), with_hash) for piece in before])
    for piece in set(file):
        fresh = sum(each.duplicate is None for each, of in zip(rows, file, strict=True) if of == piece)
        assert fresh == max(0, file.count(piece) - before.count(piece))


def test_two_ids_of_the_broker_are_two_lots():
    rows = [row(broker_id="7"), row(broker_id="8")]
    find_duplicates(rows, [lot(row(broker_id="7"))])
    assert [each.duplicate is not None for each in rows] == [True, False]


def test_date_that_nobody_knows_matches_any():
    rows = [row(day=None)]
    find_duplicates(rows, [lot(row(), with_hash=False)])
    assert rows[0].duplicate is not None
    dated = [row(day=date(2020, 5, 5))]
    find_duplicates(dated, [lot(row(), with_hash=False)])
    assert dated[0].duplicate is None
