"""Attacks on the event socket: a stolen tab, a foreign origin, events that no button is bound to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import websocket
from playwright.sync_api import BrowserContext, expect

from sigmasight_ui.ui.shell.state import ShellState
from tests.e2e.people import csv_file, good_rows, ready, register, upload
from tests.e2e.product import Product
from tests.e2e.raw_socket import RawSocket, redirects

STATE = "reflex___state____state"
HYDRATE = f"{STATE}.hydrate"
SHELL = ShellState.get_full_name()


@dataclass(frozen=True)
class Victim:
    email: str
    cookie: str
    token: str


@pytest.fixture
def victim(new_context: Callable[..., BrowserContext], tmp_path) -> Victim:
    """Somebody with a portfolio whose tab has just been closed."""
    context = new_context()
    page = context.new_page()
    person = register(page)
    upload(page, csv_file(tmp_path, good_rows(3)), "Secret Account")
    expect(page.get_by_role("link", name="Add another portfolio")).to_be_visible(timeout=60000)
    page.goto("/dashboard")
    ready(page)
    [cookie] = [c for c in context.cookies() if c["name"] == "sigmasight"]
    token = page.evaluate("sessionStorage.getItem('token')")
    page.close()
    return Victim(person.email, f"{cookie['name']}={cookie['value']}", token)


@pytest.fixture
def connect(product: Product) -> Iterator[Callable[..., RawSocket]]:
    opened: list[RawSocket] = []

    def make(**options: str) -> RawSocket:
        opened.append(RawSocket(product.url, **options))
        return opened[-1]

    yield make
    for raw in opened:
        raw.close()


def test_another_site_cannot_open_the_socket_with_the_cookie(connect, victim):
    with pytest.raises(websocket.WebSocketBadStatusException, match="40[03]"):
        connect(origin="https://evil.example", cookie=victim.cookie)


def test_the_session_itself_works_over_a_raw_socket(connect, victim):
    """So that the refusals below are refusals, and not a client that cannot speak."""
    answers = connect(cookie=victim.cookie).send(f"{SHELL}.load")
    assert victim.email in str(answers)
    assert "Secret Account" in str(answers)


@pytest.mark.parametrize("cookie", ["", "sigmasight=forged"])
def test_a_stolen_tab_without_its_cookie_is_empty(connect, victim, cookie):
    raw = connect(token=victim.token, cookie=cookie)
    answers = [*raw.send(HYDRATE), *raw.send(f"{SHELL}.load")]
    assert "Secret Account" not in str(answers)
    assert victim.email not in str(answers)
    assert redirects(answers) == ["/login?next=/dashboard"]


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        (f"{SHELL}.setvar", {"var_name": "selected", "value": "forged"}),
        (f"{SHELL}.reset", {}),
        (f"{SHELL}._account", {}),
        (f"{SHELL}.__init__", {}),
        (f"{SHELL}.get_state", {"state_cls": "x"}),
        ("no.such.event", {"password": "hunter2"}),
        (
            f"{STATE}.reflex___state____update_vars_internal_state.update_vars_internal",
            {"vars": {f"{SHELL}.selected": "forged", f"{SHELL}._owner": "forged"}},
        ),
    ],
)
def test_events_no_button_is_bound_to_change_nothing(connect, victim, event, payload):
    raw = connect(cookie=victim.cookie)
    raw.send(f"{SHELL}.load")
    assert "forged" not in str(raw.send(event, **payload))
    assert "forged" not in str(raw.send(HYDRATE))


def test_somebody_elses_account_in_the_address_shows_nothing_of_it(connect, victim, new_context, tmp_path):
    page = new_context().new_page()
    register(page)
    upload(page, csv_file(tmp_path, good_rows(2)), "Foreign Account")
    expect(page.get_by_role("link", name="Add another portfolio")).to_be_visible(timeout=60000)
    page.goto("/dashboard")
    ready(page)
    foreign = page.locator("[role=radio][href*=account]").last.get_attribute("href").partition("account=")[2]
    answers = connect(cookie=victim.cookie).send(f"{SHELL}.load", path=f"/dashboard?account={foreign}")
    assert "Foreign Account" not in str(answers)
