"""The frame's state through the real event pipeline, over a real database."""

from dataclasses import replace
from uuid import uuid4

import pytest

from sigmasight_ui.services.portfolios.schemas import PortfolioForm
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.gate import Gate
from sigmasight_ui.ui.shell.state import ShellState
from tests.ui.pipeline import Outcome, Tab

COOKIE = "sigmasight=ada"


@pytest.fixture
def ada(services, new_user, monkeypatch):
    monkeypatch.setattr(scope, "_provider", [lambda: services])
    return replace(new_user("ada@example.com"), session_id=uuid4())


@pytest.fixture
def open_account(services, ada):
    def make(name: str) -> str:
        form = PortfolioForm(f"{name} portfolio", name, "taxable", "1000.00")
        with services.db.transaction(ada) as session:
            return str(services.portfolios.create(session, ada, form).id)

    return make


@pytest.fixture
def tab(ada):
    return Tab(Gate(lambda cookie, _address: ada if cookie == COOKIE else None))


def load(tab: Tab, query: str = "") -> Outcome:
    return tab.send(ShellState.load, cookie=COOKIE, path=f"/dashboard{query}")


def value(outcome: Outcome, name: str):
    """The last value of a variable that the browser was sent."""
    found = [
        changed
        for delta in outcome.deltas
        for variables in delta.values()
        for key, changed in variables.items()
        if key.startswith(f"{name}_rx_state_")
    ]
    return found[-1]


def test_the_person_is_named(tab):
    person = value(load(tab), "person")
    assert (person.name, person.email, person.initials) == ("Ada Example", "ada@example.com", "AE")


def test_without_accounts_there_is_nothing_to_choose(tab):
    outcome = load(tab)
    assert value(outcome, "accounts") == []
    assert value(outcome, "current").alias == "All accounts"


def test_the_account_of_the_address_is_chosen(tab, open_account):
    open_account("Schwab Taxable")
    wanted = open_account("Fidelity IRA")
    outcome = load(tab, f"?account={wanted}")
    assert value(outcome, "current").alias == "Fidelity IRA"
    assert {row.alias for row in value(outcome, "accounts")} == {"Schwab Taxable", "Fidelity IRA"}


@pytest.mark.parametrize("query", ["", "?account=all", "?account=not-an-id"])
def test_anything_else_is_all_accounts(tab, open_account, query):
    open_account("Schwab Taxable")
    open_account("Fidelity IRA")
    assert value(load(tab, query), "current").alias == "All accounts"


def test_somebody_elses_account_is_not_there(tab, services, new_user, open_account):
    open_account("Schwab Taxable")
    open_account("Fidelity IRA")
    ben = new_user("ben@example.com")
    with services.db.transaction(ben) as session:
        foreign = services.portfolios.create(session, ben, PortfolioForm("Ben's", "Ben IRA", "ira", "5.00")).id
    outcome = load(tab, f"?account={foreign}")
    assert value(outcome, "current").alias == "All accounts"
    assert "Ben" not in str(outcome.deltas)


def test_hiding_amounts_is_remembered_and_loads_the_page_again(tab, services, ada):
    load(tab)
    outcome = tab.send(ShellState.toggle_amounts, cookie=COOKIE, path="/dashboard")
    with services.db.transaction(ada) as session:
        assert services.identity.profile(session, ada).privacy_mode is True
    assert outcome.error is None
    assert value(load(tab), "hide_amounts") is True


def test_another_tab_loads_its_page_again(tab, services, ada):
    load(tab)
    with services.db.transaction(ada) as session:
        services.identity.update_profile(session, ada, privacy_mode=True)
    outcome = tab.send(ShellState.follow_amounts, cookie=COOKIE, path="/dashboard")
    assert outcome.error is None
    assert [event.name for event in outcome.events] or outcome.deltas


def test_nobody_else_hears_of_it(tab, open_account):
    open_account("Schwab Taxable")
    load(tab)
    stolen = tab.send(ShellState.load, cookie="sigmasight=forged", path="/dashboard")
    assert stolen.redirects == ["/login?next=/dashboard"]
    assert "Schwab" not in str(stolen.deltas)


@pytest.mark.parametrize(("name", "initials"), [("Ben <b>Bold</b> “Quote”", "B"), ("<b>", "A"), ("Éa de Zoé", "ÉZ")])
def test_initials_are_letters_or_digits(services, ada, tab, name, initials):
    with services.db.transaction(ada) as session:
        services.identity.update_profile(session, ada, full_name=name)
    assert value(load(tab), "person").initials == initials
