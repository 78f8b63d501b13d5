import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
import reflex as rx
from reflex_base.registry import RegistrationContext

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.ui.gate import LONGEST_ADDRESS, Gate, SessionState, current_actor
from sigmasight_ui.ui.public import is_public, public
from sigmasight_ui.ui.shell.outage import OutageState
from tests.ui.pipeline import Tab

ADA = Actor(user_id=UUID(int=1), role="user", session_id=UUID(int=101))
BEN = Actor(user_id=UUID(int=2), role="user", session_id=UUID(int=102))
HYDRATE = "reflex___state____state.hydrate"
SESSIONS = {"sigmasight=ada": ADA, "sigmasight=ben": BEN}


class GateProbe(rx.State):
    wanted: str = ""
    rows: list[str] = rx.field(default_factory=list)
    note: str = ""
    who: str = ""

    @rx.event
    def load(self):
        self.rows = ["a secret of the tenant"]
        self.who = str(current_actor.get().user_id)

    @rx.event
    def touch(self):
        self.note = "touched"

    @rx.event
    @public
    def repeat(self, wanted: str):
        self.wanted = wanted

    @rx.event
    @public
    def ping(self):
        self.note = "pong"

    @public
    @rx.event
    def ping_marked_above(self):
        self.note = "pong"


def resolve(cookie: str, _address: str | None) -> Actor | None:
    return SESSIONS.get(cookie)


def tab() -> Tab:
    return Tab(Gate(resolve))


def test_anonymous_is_sent_to_sign_in_and_gets_nothing():
    outcome = tab().send(GateProbe.load, path="/dashboard?account=7")
    assert outcome.redirects == ["/login?next=/dashboard%3Faccount%3D7"]
    assert "secret" not in str(outcome.deltas)


def test_a_forged_cookie_is_anonymous():
    assert tab().send(GateProbe.load, cookie="sigmasight=forged").redirects


def test_a_session_runs_the_handler_as_its_actor():
    outcome = tab().send(GateProbe.load, cookie="sigmasight=ada")
    assert outcome.redirects == []
    assert "a secret of the tenant" in str(outcome.deltas)
    assert str(ADA.user_id) in str(outcome.deltas)


def test_public_handlers_run_for_anyone():
    for handler in (GateProbe.ping, GateProbe.ping_marked_above):
        assert "pong" in str(tab().send(handler).deltas)


def test_a_tab_token_without_the_cookie_finds_an_empty_tree():
    stolen = tab()
    stolen.send(GateProbe.load, cookie="sigmasight=ada")
    outcome = stolen.send(HYDRATE)
    assert "secret" not in str(outcome.deltas)


def test_a_tab_token_with_another_session_finds_an_empty_tree():
    stolen = tab()
    stolen.send(GateProbe.load, cookie="sigmasight=ada")
    outcome = stolen.send(GateProbe.touch, cookie="sigmasight=ben")
    assert "secret" not in str(outcome.deltas)
    assert "touched" in str(outcome.deltas)


def test_a_revoked_session_loses_what_its_tab_held():
    sessions = dict(SESSIONS)
    revoked = Tab(Gate(lambda cookie, _address: sessions.get(cookie)))
    revoked.send(GateProbe.load, cookie="sigmasight=ada")
    del sessions["sigmasight=ada"]
    assert revoked.send(GateProbe.touch, cookie="sigmasight=ada").redirects
    assert "secret" not in str(revoked.send(HYDRATE).deltas)


def test_backend_vars_cannot_be_written_from_the_browser():
    target = tab()
    target.send(
        "reflex___state____state.reflex___state____update_vars_internal_state.update_vars_internal",
        cookie="sigmasight=ada",
        vars={f"{SessionState.get_full_name()}._owner": "someone else"},
    )
    assert target.send(GateProbe.touch, cookie="sigmasight=ada").redirects == []


def test_no_variable_is_set_by_name():
    probe = GateProbe.get_full_name()
    outcome = tab().send(f"{probe}.setvar", cookie="sigmasight=ada", var_name="note", value="forged")
    assert "forged" not in str(outcome.deltas)
    assert (outcome.error, outcome.events) == (None, [])


def test_half_a_character_is_not_repeated():
    assert "wh\U0001f600le" in str(tab().send(GateProbe.repeat, wanted="wh\U0001f600le").deltas)
    for payload in ({"wanted": "\ud83d"}, {"wanted": ["a", {"b": "\ud83d"}]}):
        outcome = tab().send(GateProbe.repeat, **payload)
        assert (outcome.deltas, outcome.events, outcome.error) == ([], [], None)
    assert tab().send(GateProbe.ping, path="/\udead").deltas == []


def test_when_sessions_cannot_be_resolved_nothing_runs_and_the_page_says_so():
    def away(_cookie: str, _address: str | None) -> Actor | None:
        raise ConnectionError("no route to host")

    held = tab()
    held.send(GateProbe.load, cookie="sigmasight=ada")
    held._gate = Gate(away)
    for handler in (GateProbe.touch, HYDRATE, OutageState.try_again):
        outcome = held.send(handler, cookie="sigmasight=ada")
        [(state, shown)] = outcome.deltas[0].items()
        assert state == OutageState.get_full_name()
        assert len(shown["reference_rx_state_"]) == 8
        assert outcome.events == []
    held._gate = Gate(resolve)
    back = str(held.send(OutageState.try_again, cookie="sigmasight=ada").deltas)
    assert "a secret of the tenant" in back
    assert "'reference_rx_state_': ''" in back


def test_a_database_that_falls_silent_is_told_like_one_that_is_away():
    answers = threading.Event()

    def silent(cookie: str, address: str | None) -> Actor | None:
        assert answers.wait(60)
        return resolve(cookie, address)

    try:
        held = Tab(Gate(silent, patience=0.01))
        [delta] = held.send(GateProbe.load, cookie="sigmasight=ada").deltas
        assert [*delta] == [OutageState.get_full_name()]
        assert "secret" not in str(delta)
    finally:
        answers.set()
    held._gate = Gate(resolve)
    assert "a secret of the tenant" in str(held.send(GateProbe.load, cookie="sigmasight=ada").deltas)


def test_an_outage_says_nothing_to_somebody_with_a_stolen_tab_token():
    def away(_cookie: str, _address: str | None) -> Actor | None:
        raise ConnectionError("no route to host")

    stolen = tab()
    stolen.send(GateProbe.load, cookie="sigmasight=ada")
    stolen._gate = Gate(away)
    assert "secret" not in str(stolen.send(HYDRATE, cookie="sigmasight=ben").deltas)
    stolen._gate = Gate(resolve)
    assert "secret" not in str(stolen.send(HYDRATE, cookie="sigmasight=ben").deltas)


def test_recognising_people_does_not_wait_for_busy_handlers():
    async def scenario() -> float:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        busy = asyncio.create_task(asyncio.to_thread(released.wait, 5))
        await asyncio.sleep(0.05)
        started = loop.time()
        outcome = await tab().sent(GateProbe.load, "sigmasight=ada")
        assert "a secret of the tenant" in str(outcome.deltas)
        released.set()
        await busy
        return loop.time() - started

    released = threading.Event()
    assert asyncio.run(scenario()) < 4


def test_the_handlers_anyone_may_call_are_these():
    registered = RegistrationContext.get().event_handlers.values()
    ours = [r.handler.fn for r in registered if r.states[0].__module__.startswith("sigmasight_ui.")]
    assert {handler.__qualname__ for handler in ours if is_public(handler)} == {
        "ClaimState.load",
        "ClaimState.submit",
        "ClaimState.arrive",
        "LoginState.arrive",
        "LoginState.look",
        "LoginState.submit",
        "RegisterState.arrive",
        "NoticeState.dismiss",
        "NoticeState.report",
        "OutageState.try_again",
        "RegisterState.submit",
    }


@pytest.mark.parametrize("handler", [GateProbe.ping, f"{GateProbe.get_full_name()}.setvar"])
def test_a_tab_keeps_no_endless_address(handler):
    visitor = tab()
    visitor.send(GateProbe.ping, path="/login")
    assert visitor.send(handler, path="/login?next=/" + "a" * LONGEST_ADDRESS).deltas == []
    [tree] = visitor.trees()
    assert tree.router.url.path == "/"
    assert tree.router.session.client_ip == "192.0.2.7"
    assert "aaaa" not in str(tree.router_data)


def test_an_address_as_browsers_write_it_is_kept():
    visitor = tab()
    assert "pong" in str(visitor.send(GateProbe.ping, path="/login?next=/" + "a" * 2000).deltas)
    [tree] = visitor.trees()
    assert "aaaa" in tree.router.url.query
