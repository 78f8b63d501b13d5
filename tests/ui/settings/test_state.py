"""Settings through the real event pipeline."""

import pytest

from sigmasight_ui.services.identity.schemas import Visitor
from sigmasight_ui.ui.settings.state import SettingsState
from sigmasight_ui.ui.shell.notices import NoticeState
from sigmasight_ui.ui.shell.state import ShellState
from tests.conftest import PASSWORD

S = SettingsState
NEW = "Another-Horse-43"


@pytest.fixture
def settings_page(ada):
    ada.open("/settings", S.load)
    return ada


def texts(person):
    return [notice.text for notice in person.see(NoticeState, "notices")]


def devices(person):
    return [(line.device, line.is_current) for line in person.see(S, "sessions")]


def test_the_name_is_saved_and_shown_in_the_frame(settings_page):
    settings_page.send(S.save_name, form={"full_name": "  Ada King  "})
    assert (settings_page.see(S, "full_name"), texts(settings_page)) == ("Ada King", ["Name saved"])
    assert settings_page.see(ShellState, "person").initials == "AK"


@pytest.mark.parametrize("form", [{"full_name": " "}, {}, None, {"full_name": ["Ada"]}])
def test_a_missing_name_is_refused_beside_its_field(settings_page, form):
    settings_page.send(S.save_name, form=form)
    assert settings_page.see(S, "name_errors") == {
        "full_name": "Your name is missing. Write your full name. (ERR_USER_004)"
    }
    assert settings_page.see(S, "full_name") == "Ada Example"


def test_a_changed_password_ends_every_other_session_and_empties_the_form(settings_page, sign_in):
    other = sign_in(settings_page.actor)
    forms = settings_page.see(S, "password_forms")
    settings_page.send(S.change_password, form={"current_password": PASSWORD, "password": NEW})
    assert texts(settings_page) == ["Password changed, 1 other session was ended"]
    assert settings_page.see(S, "password_forms") == forms + 1
    assert devices(settings_page) == [("Firefox on Linux", True)]
    assert other.send(S.load, "/settings").redirects == ["/login?next=/settings"]
    assert NEW not in str(settings_page.seen)


def test_a_changed_password_says_nothing_of_sessions_where_there_were_none(settings_page):
    settings_page.send(S.change_password, form={"current_password": PASSWORD, "password": NEW})
    assert texts(settings_page) == ["Password changed"]


@pytest.mark.parametrize(
    ("form", "field", "code"),
    [
        ({"current_password": "wrong", "password": NEW}, "current_password", "ERR_AUTH_003"),
        ({"current_password": PASSWORD, "password": "short"}, "password", "ERR_USER_003"),
        (None, "current_password", "ERR_AUTH_003"),
    ],
)
def test_a_refused_password_says_what_to_do_beside_its_field(settings_page, form, field, code):
    settings_page.send(S.change_password, form=form)
    assert settings_page.see(S, "password_errors")[field].endswith(f"({code})")
    assert not settings_page.see(S, "is_changing_password")


def test_one_session_is_ended_and_stops_at_once(settings_page, sign_in):
    other = sign_in(settings_page.actor)
    settings_page.send(S.load, "/settings")
    (line,) = [each for each in settings_page.see(S, "sessions") if not each.is_current]
    settings_page.send(S.end_session, session_id=line.id)
    assert devices(settings_page) == [("Firefox on Linux", True)]
    assert other.send(S.load, "/settings").redirects


def test_neither_the_current_nor_anothers_session_is_ended_here(settings_page, sign_in):
    ben = sign_in()
    current = settings_page.see(S, "sessions")[0].id
    for wanted in (current, str(ben.actor.session_id), "no id", None):
        settings_page.send(S.end_session, session_id=wanted)
    assert settings_page.send(S.load, "/settings").redirects == []
    assert ben.send(S.load, "/settings").redirects == []


def test_all_others_are_ended_programs_too(settings_page, sign_in):
    sign_in(settings_page.actor)
    email = settings_page.see(S, "email")
    services = settings_page.services
    services.identity.sign_in_program(services.db.transaction, email, PASSWORD, Visitor(device="curl/8"))
    settings_page.send(S.load, "/settings")
    assert len(settings_page.see(S, "sessions")) == 3
    settings_page.send(S.end_others)
    assert (len(settings_page.see(S, "sessions")), texts(settings_page)) == (1, ["2 other sessions ended"])


def test_amounts_are_hidden_by_choice(settings_page):
    for choice, hidden in (("shown", False), ("hidden", True), ("hidden", True), ("shown", False)):
        settings_page.send(S.choose_amounts, choice=choice)
        assert settings_page.call("identity", "profile").privacy_mode is hidden


def test_how_long_imported_files_are_kept_is_chosen(ada):
    ada.open("/settings", SettingsState.load)
    assert ada.see(SettingsState, "file_days") == "30"
    ada.send(SettingsState.choose_file_days, days="7")
    assert ada.call("identity", "profile").import_file_days == 7
    ada.send(SettingsState.choose_file_days, days="100000")
    assert ada.see(SettingsState, "file_days") == "7"
