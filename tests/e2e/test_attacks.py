"""What a hostile client can do to the running product over its socket, and with stolen pieces of a session."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import httpx
import pytest
import websocket
from reflex.state import State, UpdateVarsInternalState
from reflex.utils.format import format_event_handler

from sigmasight_ui.ui.gate import SessionState
from sigmasight_ui.ui.onboarding.progress_state import ProgressState
from sigmasight_ui.ui.shell.state import ShellState
from sigmasight_ui.ui.socket_rate import PER_MINUTE
from tests.e2e.processes import child
from tests.e2e.programs import Program
from tests.e2e.raw_tab import NAMESPACE, RawTab
from tests.e2e.victim import (
    EVIL,
    LOAD_SHELL,
    handlers,
    needs_session,
    operations,
    product,
    stranger,
    strangers_cookie,
    sweep,
    victim,
    victims_tab,
)

__all__ = ["product", "stranger", "strangers_cookie", "victim", "victims_tab"]  # fixtures

REFRESH_PROGRESS = format_event_handler(ProgressState.refresh)


# -- the socket --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin", [EVIL, "null", "http://localhost:1", "http://localhost.evil.example", "{own}.evil.example", "file://"]
)
def test_other_origins_cannot_open_the_socket_even_with_the_cookie(product, victim, origin):
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        RawTab(product.url, cookie=victim.cookie, origin=origin.format(own=product.url))
    assert refused.value.status_code in (400, 403)


@pytest.mark.parametrize("cookie", ["none", "forged", "strangers", "garbage", "victims id with another secret"])
def test_a_stolen_tab_token_is_worth_nothing_without_its_cookie(product, victim, strangers_cookie, cookie):
    with RawTab(product.url, cookie=victim.cookie) as tab:
        assert victim.found_in(tab.hydrate(victim.page))
    name, _, value = victim.cookie.partition("=")
    forged = {
        "none": "",
        "forged": f"{name}={uuid4().hex}.{uuid4().hex}",
        "strangers": strangers_cookie,
        "garbage": f"{name}=%00'; {name}={'x' * 3000}; ;=; {name}",
        "victims id with another secret": f"{name}={value.partition('.')[0]}.{uuid4().hex}",
    }[cookie]
    with RawTab(product.url, token=tab.token, cookie=forged) as stolen:
        stolen.ask(REFRESH_PROGRESS, victim.page)
        stolen.hydrate(victim.page)
        assert victim.found_in(stolen.heard) == []


def test_a_token_in_use_is_not_shared(product, victim, victims_tab):
    with RawTab(product.url, token=victims_tab.token) as second:
        assert '"new_token"' in second.heard
        assert victim.found_in(second.hydrate(victim.page)) == []
    assert victim.found_in(victims_tab.hydrate(victim.page)), "and its owner goes on undisturbed"


def test_a_cookie_without_an_origin_is_no_more_than_the_cookie(product, victim):
    """Programs send no Origin; browsers always do, so this opens no door for other sites."""
    with RawTab(product.url, origin=None) as tab:
        assert victim.found_in(tab.hydrate(victim.page)) == []


def test_events_no_button_is_bound_to_do_nothing(victim, victims_tab):
    before = victim.state()
    shell, progress = (each.get_full_name() for each in (ShellState, ProgressState))
    names = [
        f"{progress}._read", f"{progress}.__init__", f"{progress}.reset", f"{progress}.get_state", f"{shell}.dict",
        f"{shell}.setvar", f"{State.get_full_name()}.setvar", f"{SessionState.get_full_name()}.setvar",
        f"{SessionState.get_full_name()}._bind", "reset", "", "a" * 5000, "reflex.state.State.reset", "..", "\x00",
        f"{shell}.load.__globals__", "_redirect", "_eval_js", "_call_function", "_download",
    ]  # fmt: skip
    for name in names:
        heard = victims_tab.ask(name, victim.page, var_name="hide_amounts", value=True)
        assert '"events"' not in heard, (name, heard)
        assert shell not in heard and progress not in heard, (name, heard)
    assert victim.state() == before


def test_no_variable_can_be_written_from_outside(product, victim, stranger, strangers_cookie):
    wanted = {
        f"{ShellState.get_full_name()}.person_rx_state_": {"name": "Mallory", "is_superuser": True},
        f"{ProgressState.get_full_name()}.portfolio_id_rx_state_": victim.ids["portfolio_id"],
        f"{ProgressState.get_full_name()}.run_id": victim.ids["run_id"],
        f"{SessionState.get_full_name()}._owner": victim.ids["session_id"],
    }
    before = victim.state()
    with RawTab(product.url, cookie=strangers_cookie) as tab:
        tab.hydrate("/onboarding/upload")
        name = format_event_handler(UpdateVarsInternalState.update_vars_internal)
        assert "Mallory" not in tab.ask(name, vars=wanted)
        for handler in (ProgressState.retry, ProgressState.cancel):
            tab.ask(format_event_handler(handler), victim.page)
        assert "Mallory" not in tab.hydrate(victim.page)
        assert victim.found_in(tab.heard) == []
    assert victim.state() == before


ODD_VALUES = (None, 7, -1e400, True, "", "x" * 20_000, [], [[]] * 50, {}, {"a": {"b": [1]}}, "\x00", "\ud800")


def test_wrong_types_and_extra_arguments_crash_nothing(product):
    """Only what anyone may send; whether it is refused in words or ignored, the tab goes on and shows no internals."""
    cookie = Program(product.url).register().browser_cookie()
    for value in ODD_VALUES:
        with RawTab(product.url, cookie=cookie) as tab:
            for name, signature in handlers().items():
                arguments = [argument for argument in signature.parameters if argument != "self"]
                tab.send(name, **dict.fromkeys(arguments, value) if arguments else {"surplus": value})
                tab.send(name, **dict.fromkeys(arguments, value), surplus=value)
            tab.settle()
            for internal in ("Traceback", "TypeError", "site-packages", "sigmasight_ui/"):
                assert internal not in tab.heard


# -- every handler, every route ----------------------------------------------------------------------------------------


def test_no_event_shows_or_changes_anything_of_somebody_else(product, victim):
    """As somebody of their own, whose sessions and settings the events may well change."""
    before = victim.state()
    with RawTab(product.url, cookie=Program(product.url).register().browser_cookie()) as tab:
        brought = sweep(tab, victim)
        assert victim.found_in(tab.heard) == []
    assert len(brought) > 25
    assert victim.state() == before


def test_without_a_session_every_event_leads_to_sign_in(product, victim):
    before = victim.state()
    with RawTab(product.url) as tab:
        brought = sweep(tab, victim)
        assert victim.found_in(tab.heard) == []
    open_to_all = {name.rpartition(".")[0] for name in brought if not needs_session(name)}
    for name, heard in brought.items():
        if needs_session(name):
            assert '"_redirect"' in heard and '"path":"/login?next=' in heard.replace(" ", ""), (name, heard)
            state = name.rpartition(".")[0]
            assert state not in heard or state in open_to_all, (name, heard)
    assert victim.state() == before


def test_no_route_shows_or_changes_anything_of_somebody_else(product, victim, stranger):
    before, asked = victim.state(), 0
    with httpx.Client(base_url=product.url, headers={"X-Forwarded-For": stranger.address}) as nobody:
        for method, path in operations(product):
            if not path.startswith("/api/v1/") or "{" not in path:
                continue
            address = re.sub(r"{(\w+)}", lambda match: victim.ids[match[1]], path)
            body = {"json": {}} if method in ("POST", "PATCH", "PUT") else {}
            for client, expected in ((stranger.http, 404), (nobody, 401)):
                answer = client.request(method, address, **body)
                assert answer.status_code == expected, (method, address, answer.text)
                assert victim.found_in(answer.text + str(answer.headers)) == []
                asked += 1
    assert asked > 20
    assert victim.state() == before


# -- hostile frames ----------------------------------------------------------------------------------------------------


def test_enormous_events_are_dropped_and_cost_no_memory(product, strangers_cookie):
    web, frame = child(product, "web"), f"42{NAMESPACE},{json.dumps(['event', {'name': 'x' * 10_000_000}])}"
    before = web.memory_info().rss
    with RawTab(product.url, cookie=strangers_cookie) as bystander:
        for _ in range(8):
            with RawTab(product.url, cookie=strangers_cookie) as tab:
                try:
                    tab.send_frame(frame)
                    assert "<closed>" in tab.listen(10)
                except OSError:
                    continue  # hung up before all of it was sent
        assert "xxxx" not in bystander.ask(LOAD_SHELL)
    assert child(product, "web").pid == web.pid, "the same process as before"
    assert web.memory_info().rss - before < 80_000_000


JUNK = [
    "", "x", "4", "42", "42/_event,", "42/_event,[", '42/_event,["event"]', '42/_event,["event",null]',
    '42/_event,["event",7]', '42/_event,["event","{"]', '42/_event,["event",[]]', '42/_event,["event",{}]',
    '42/_event,["event",{"name":7}]', '42/_event,["event",{"name":"a","payload":[]}]',
    '42/_event,["event",{"name":"a","payload":{},"router_data":[]}]', '42/_event,["connect",{}]', '42["event",{}]',
    '42/_event,["client_error",{"message":"\\u001b[31m' + "x" * 5000 + '"}]', '42/_event,["disconnect"]', "41/_event,",
    "40/other,", '451-/_event,["event",{"_placeholder":true,"num":0}]', "0", "1", "2probe", "5", "6", "9" * 400,
    '42/_event,["event",' + "[" * 50_000, "4" + "[" * 50_000, b"\x00\xff\xfe", b"", "b####", "bAAAA",
    '42/_event,["__init__",1]',
]  # fmt: skip


def test_junk_frames_disturb_nobody(product, strangers_cookie, victims_tab, victim):
    web = child(product, "web")
    for junk in JUNK:
        with RawTab(product.url, cookie=strangers_cookie) as tab:
            tab.send_frame(junk)
            assert victim.found_in(tab.listen(0.05)) == []
    assert victim.found_in(victims_tab.hydrate(victim.page))
    assert child(product, "web").pid == web.pid


def test_one_address_opens_no_end_of_sockets_and_shuts_nobody_out(product, victim):
    opened: list[RawTab] = []
    with pytest.raises(websocket.WebSocketBadStatusException):
        for _ in range(PER_MINUTE + 200):
            opened.append(RawTab(product.url, address="203.0.113.5"))
    assert len(opened) >= PER_MINUTE
    with RawTab(product.url, cookie=victim.cookie) as tab:
        assert victim.found_in(tab.hydrate(victim.page))
    for each in opened:
        each.close()


# -- sessions that end -------------------------------------------------------------------------------------------------


def test_a_revoked_session_is_refused_at_its_next_event(product):
    program = Program(product.url, name="Rita Revoked").register()
    with RawTab(product.url, cookie=program.browser_cookie()) as tab:
        assert "Rita Revoked" in tab.ask(LOAD_SHELL)
        assert program.http.delete("/api/v1/auth/sessions").json()["sessions_ended"] == 1
        for heard in (tab.ask(LOAD_SHELL, "/settings"), tab.hydrate("/onboarding/upload")):
            assert '"_redirect"' in heard
            assert "Rita Revoked" not in heard


def test_signing_out_in_one_tab_ends_the_others(product):
    program = Program(product.url, name="Otto Out").register()
    cookie = program.browser_cookie()
    with RawTab(product.url, cookie=cookie) as first, RawTab(product.url, cookie=cookie) as second:
        assert "Otto Out" in first.ask(LOAD_SHELL) and "Otto Out" in second.ask(LOAD_SHELL)
        httpx.post(f"{product.url}/auth/logout", headers={"Cookie": cookie, "Origin": product.url})
        for tab in (first, second):
            heard = tab.ask(LOAD_SHELL) + tab.hydrate("/onboarding/upload")
            assert '"_redirect"' in heard
            assert "Otto Out" not in heard
    assert program.http.get("/api/v1/auth/me").status_code == 200, "the token is a session of its own"
