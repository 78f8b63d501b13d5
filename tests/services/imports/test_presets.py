"""Named mappings: kept, found again, renamed, deleted, and never somebody else's."""

import pytest

from sigmasight_ui.services.imports import rules
from sigmasight_ui.services.imports.schemas.choices import ColumnMapping
from tests.services.imports.conftest import refused

FILE = "Holding;Pieces\nNVDA;110\n"
COLUMNS = {"symbol": "Holding", "quantity": "Pieces"}


def name_it(person, name, columns=COLUMNS, content=FILE):
    review = person.start(content)
    person.change(review.import_id, mapping=ColumnMapping(columns, name))
    person.call("discard", review.import_id)


def presets(person):
    return person.call("list_own", room="import_presets")


def call(person, name, *arguments):
    return person.call(name, *arguments, room="import_presets")


def test_one_is_renamed_and_goes_on_reading_its_files(person):
    name_it(person, "Bank")
    (kept,) = presets(person)
    assert (kept.name, kept.columns) == ("Bank", COLUMNS)
    assert call(person, "rename", kept.id, "  My bank ").name == "My bank"
    assert call(person, "rename", kept.id, "MY BANK").name == "MY BANK"
    assert [row.symbol for row in person.start(FILE).positions] == ["NVDA"]


def test_one_that_is_deleted_reads_nothing_any_more(person):
    name_it(person, "Bank")
    call(person, "delete", presets(person)[0].id)
    assert presets(person) == ()
    again = person.start(FILE)
    assert (again.recognised, again.mapping.presets) == (None, ())


def test_the_same_name_again_is_the_same_preset_with_other_columns(person):
    name_it(person, "Bank")
    (first,) = presets(person)
    name_it(person, "BANK", {"symbol": "Stock", "quantity": "Pieces"}, "Stock;Pieces\nNVDA;110\n")
    (second,) = presets(person)
    assert (second.id, second.name, second.columns["symbol"]) == (first.id, "BANK", "Stock")


def test_names_that_are_taken_missing_or_too_long_are_refused(person):
    for name in ("Bank", "Other"):
        name_it(person, name)
    other = next(each for each in presets(person) if each.name == "Other")
    for name, code in (("bank", "ERR_IMPORT_012"), (" ", "ERR_IMPORT_003"), ("x" * 101, "ERR_IMPORT_003")):
        found = refused(call, person, "rename", other.id, name)
        assert (found.code, found.field) == (code, "name")
    assert sorted(each.name for each in presets(person)) == ["Bank", "Other"]


@pytest.mark.parametrize("use_case", ["rename", "delete"])
def test_nobody_reaches_one_of_somebody_else(person, other, use_case):
    name_it(person, "Bank")
    wanted = presets(person)[0].id
    arguments = ("Mine",) if use_case == "rename" else ()
    assert refused(call, other, use_case, wanted, *arguments).code == "ERR_NOT_FOUND"
    assert [each.name for each in presets(person)] == ["Bank"]
    assert presets(other) == ()


def test_there_is_a_most_that_one_may_name(person, monkeypatch):
    monkeypatch.setattr(rules, "MAX_PRESETS", 1)
    name_it(person, "Bank")
    review = person.start(FILE)
    one_more = ColumnMapping(COLUMNS, "Other")
    assert refused(person.change, review.import_id, mapping=one_more).code == "ERR_IMPORT_013"
    person.change(review.import_id, mapping=ColumnMapping(COLUMNS, "bank"))
    assert [each.name for each in presets(person)] == ["bank"]
