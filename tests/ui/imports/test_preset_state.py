"""Named mappings on the screen where they are chosen, through the real event pipeline."""

import pytest

from sigmasight_ui.services.imports.schemas.choices import ColumnMapping, ImportChange
from sigmasight_ui.ui.imports.preset_state import PresetState
from sigmasight_ui.ui.imports.review_state import ReviewState
from sigmasight_ui.ui.shell.notices import NoticeState

pytestmark = pytest.mark.slow

P = PresetState
KNOWN, OTHER = "Holding;Pieces\nNVDA;110\n", "Paper;Count\nNVDA;110\n"


def start(person, text):
    person._wait()
    return person.services.imports.start(person.services.db.transaction, person.actor, "a.csv", text.encode()).import_id


def shown(person):
    return [(each.name, each.fits) for each in person.see(ReviewState, "mapping").presets]


def id_of(person, name):
    return next(each.id for each in person.see(ReviewState, "mapping").presets if each.name == name)


def texts(person):
    return [notice.text for notice in person.see(NoticeState, "notices")]


@pytest.fixture
def mapping(ada):
    """A screen for a file nobody knows, and two mappings that were named for other files."""
    for name in ("Bank", "Depot"):
        columns = ColumnMapping({"symbol": "Holding", "quantity": "Pieces"}, name)
        import_id = start(ada, KNOWN)
        ada.services.imports.change(ada.services.db.transaction, ada.actor, import_id, ImportChange(mapping=columns))
    ada.open(f"/imports/{start(ada, OTHER)}", ReviewState.load)
    return ada


def test_what_was_named_is_listed_even_where_it_does_not_fit(mapping):
    assert shown(mapping) == [("Depot", False), ("Bank", False)]
    mapping.send(ReviewState.use_preset, preset_id=id_of(mapping, "Bank"))
    assert mapping.see(ReviewState, "needs_mapping")


def test_a_name_is_changed_where_it_stands(mapping):
    mapping.send(P.rename, preset_id=id_of(mapping, "Bank"), name=" My bank ")
    assert shown(mapping) == [("Depot", False), ("My bank", False)]
    assert texts(mapping) == ["Bank is called My bank now."]


def test_a_name_that_is_taken_is_taken_back(mapping):
    mapping.send(P.rename, preset_id=id_of(mapping, "Bank"), name="depot")
    assert shown(mapping) == [("Depot", False), ("Bank", False)]
    assert texts(mapping) == ["You already have a mapping of this name. Choose another name."]
    assert mapping.see(P, "refusals") == 1


def test_one_is_deleted_after_a_question(mapping):
    mapping.send(P.ask, preset_id=id_of(mapping, "Bank"))
    assert mapping.see(P, "asked_name") == "Bank"
    mapping.send(P.keep)
    mapping.send(P.delete)
    assert len(shown(mapping)) == 2
    mapping.send(P.ask, preset_id=id_of(mapping, "Bank"))
    mapping.send(P.delete)
    assert (shown(mapping), mapping.see(P, "asked_id")) == ([("Depot", False)], "")
    assert [each.name for each in mapping.call("import_presets", "list_own")] == ["Depot"]


@pytest.mark.parametrize("wanted", ["no id", None, {"a": 1}, "00000000-0000-0000-0000-000000000005"])
def test_what_no_control_sends_changes_nothing(mapping, wanted):
    mapping.send(P.rename, preset_id=wanted, name="x")
    mapping.send(P.rename, preset_id=id_of(mapping, "Bank"), name={"a": 1})
    mapping.send(P.ask, preset_id=wanted)
    mapping.send(P.delete)
    assert shown(mapping) == [("Depot", False), ("Bank", False)]
