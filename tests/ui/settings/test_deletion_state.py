"""Deleting one's account on the settings page, through the real event pipeline."""

import pytest
from sqlalchemy import create_engine, text

from sigmasight_ui.core.errors import AppError
from sigmasight_ui.ui.settings.deletion_state import DeletionState
from sigmasight_ui.ui.settings.state import SettingsState
from tests.conftest import PASSWORD

D = DeletionState
RIGHT = {"deletion_password": PASSWORD, "deletion_words": " Delete my account "}


@pytest.fixture
def asked(ada):
    ada.open("/settings", SettingsState.load)
    ada.send(D.ask)
    return ada


def test_with_password_and_words_everything_goes_and_every_tab_is_signed_out(asked, sign_in):
    other = sign_in(asked.actor)
    made = asked.portfolio()
    assert asked.send(D.delete, form=RIGHT).redirects == ["/login?said=deleted"]
    for tab in (asked, other):
        assert tab.send(SettingsState.load, "/settings").redirects == ["/login?next=/settings"]
    with pytest.raises(AppError, match="ERR_NOT_FOUND"):
        sign_in().call("portfolios", "get", made)


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({**RIGHT, "deletion_password": "Wrong-Horse-42"}, "password", "ERR_AUTH_003"),
        ({**RIGHT, "deletion_words": "delete"}, "words", "Type these words: delete my account."),
        ({}, "words", "Type these words: delete my account."),
        (None, "words", "Type these words: delete my account."),
    ],
)
def test_anything_less_deletes_nothing(asked, form, field, said):
    assert asked.send(D.delete, form=form).redirects == []
    assert said in asked.see(D, "errors")[field]
    assert not asked.see(D, "is_deleting")
    assert asked.call("identity", "profile").full_name == "Ada Example"


def test_the_only_administrator_is_told_so(asked, promote):
    promote(asked.actor)
    asked.send(D.delete, form=RIGHT)
    assert asked.see(D, "problem").endswith("(ERR_USER_006)")
    asked.send(D.ask)
    assert (asked.see(D, "problem"), asked.see(D, "errors")) == ("", {})


@pytest.fixture
def promote(database):
    def make(actor):
        engine = create_engine(database.url("postgres"))
        with engine.begin() as connection:
            connection.execute(text("update users set is_superuser = true where id = :id"), {"id": actor.user_id})
        engine.dispose()

    return make
