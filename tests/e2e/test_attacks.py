"""What a hostile client can do to the running product: over its socket, over HTTP, with stolen pieces of a session."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
import websocket
from reflex.state import State, UpdateVarsInternalState
from reflex.utils.format import format_event_handler
from reflex_base.registry import RegistrationContext

from sigmasight_ui.sigmasight_ui import app
from sigmasight_ui.ui.auth.state import LoginState
from sigmasight_ui.ui.frontend import STATIC
from sigmasight_ui.ui.gate import SessionState
from sigmasight_ui.ui.onboarding.progress_state import ProgressState
from sigmasight_ui.ui.public import is_public
from sigmasight_ui.ui.shell.state import ShellState
from sigmasight_ui.ui.socket_rate import PER_MINUTE
from tests.e2e.people import PASSWORD
from tests.e2e.processes import child, product_of_its_own
from tests.e2e.product import INVITE, Product
from tests.e2e.programs import SIGN_IN, Program, csv_text
from tests.e2e.raw_tab import NAMESPACE, RawTab

EVIL = "https://evil.example"
LOAD_SHELL = format_event_handler(ShellState.load)
REFRESH_PROGRESS = format_event_handler(ProgressState.refresh)


def handlers() -> dict[str, inspect.Signature]:
    """Every event the product answers to, the framework's own included."""
    assert app is not None  # its import is what registers them
    return {
        name: inspect.signature(registered.handler.fn)
        for name, registered in RegistrationContext.get().event_handlers.items()
        if ".tests___" not in name
    }


def needs_session(name: str) -> bool:
    registered = RegistrationContext.get().event_handlers[name]
    ours = any(state.is_user_defined() for state in registered.states)
    return ours and not name.endswith(".setvar") and not is_public(registered.handler.fn)


@dataclass(frozen=True)
class Victim:
    """Somebody whose every text is recognisable wherever it turns up."""

    program: Program
    cookie: str
    ids: dict[str, str]
    marks: tuple[str, ...]

    @property
    def page(self) -> str:
        return f"/onboarding/progress/{self.ids['run_id']}?account={self.ids['portfolio_id']}"

    def found_in(self, text: str) -> list[str]:
        return [mark for mark in self.marks if mark.lower() in text.lower()]

    def state(self) -> tuple[object, ...]:
        http = self.program.http
        answers = (http.get("/api/v1/auth/me"), http.get("/api/v1/portfolios"), http.get("/api/v1/auth/sessions"))
        run = self.program.run_status(self.ids)
        return *(answer.json().get("items", answer.json()) for answer in answers[:2]), answers[2].json()["total"], run


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """Attacks fill the log with errors, and a product people use must have none."""
    with product_of_its_own() as running:
        running.start()
        yield running


@pytest.fixture(scope="module")
def victim(product: Product) -> Victim:
    secret = uuid4().hex[:10]
    names = ("person", "portfolio", "account", "description", "symbol")
    marks = {name: f"zq{name[:4]}{secret}" for name in names}
    program = Program(product.url, f"{marks['person']}@example.com", f"Vera {marks['person']}").register()
    texts = {"portfolio_name": marks["portfolio"], "description": marks["description"]}
    made = program.upload(marks["account"], **texts)
    refused = program.post_file(f"{marks['account']} 2", csv_text([f"{marks['symbol']},,1.00,2024-01-15"]), "uploads")
    cookie = program.browser_cookie()
    assert program.wait_for_run(made)["status"] == "completed"
    sessions = program.http.get("/api/v1/auth/sessions").json()["items"]
    ids = {
        "portfolio_id": made["portfolio_id"], "run_id": made["run_id"], "upload_id": refused.json()["upload_id"],
        "session_id": sessions[0]["id"],
    }  # fmt: skip
    return Victim(program, cookie, ids, tuple(marks.values()))


@pytest.fixture(scope="module")
def stranger(product: Product) -> Program:
    return Program(product.url).register()


@pytest.fixture(scope="module")
def strangers_cookie(stranger: Program) -> str:
    return stranger.browser_cookie()


@pytest.fixture
def victims_tab(product: Product, victim: Victim) -> Iterator[RawTab]:
    """An open tab with the victim's data in its state."""
    with RawTab(product.url, cookie=victim.cookie) as tab:
        shown = tab.ask(LOAD_SHELL, victim.page) + tab.hydrate(victim.page)
        assert len(victim.found_in(shown)) >= 3, "the tab has to show what others must not see"
        yield tab


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


def sweep(tab: RawTab, victim: Victim) -> dict[str, str]:
    """What each event brought back when it was called with the victim's ids wherever an id could go."""
    ids = "&".join(f"{name.removesuffix('_id')}={value}" for name, value in victim.ids.items())
    pages = [f"/onboarding/progress/{victim.ids['run_id']}?{ids}", f"/portfolios/{victim.ids['portfolio_id']}?{ids}"]
    brought = {}
    for name, signature in handlers().items():
        arguments = [argument for argument in signature.parameters if argument != "self"]
        before = len(tab.heard)
        for page in pages:
            for value in victim.ids.values() if arguments else ("",):
                tab.send(name, page, **{argument: _guess(argument, value, victim) for argument in arguments})
        tab.settle()
        brought[name] = tab.heard[before:]
    for page in (*pages, f"/onboarding/upload?{ids}", f"/dashboard?{ids}", f"/risk?{ids}", f"/settings?{ids}"):
        tab.hydrate(page)
    return brought


def _guess(argument: str, value: str, victim: Victim) -> object:
    if argument == "text":
        return json.dumps({"status": 400, "body": {"error": {"details": {"upload_id": value}}}})
    return {**victim.ids, "id": value} if argument in ("form", "vars") else value


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
    for name, heard in brought.items():
        if needs_session(name):
            assert '"_redirect"' in heard and '"path":"/login?next=' in heard.replace(" ", ""), (name, heard)
            assert name.rpartition(".")[0] not in heard, (name, heard)
    assert victim.state() == before


def operations(product: Product) -> list[tuple[str, str]]:
    paths = httpx.get(f"{product.url}/api/v1/openapi.json").json()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


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


# -- other sites -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{"Origin": EVIL}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}])
def test_other_sites_cannot_write_with_the_cookie(product, victim, headers):
    before, cookie = victim.state(), {"Cookie": victim.cookie, "X-Forwarded-For": victim.program.address}
    written = [(method, path) for method, path in operations(product) if method not in ("GET", "HEAD")]
    public = ("/api/v1/auth/login", "/api/v1/onboarding/register")
    for method, path in [*written, ("POST", "/auth/logout"), ("POST", "/auth/enter")]:
        address = re.sub(r"{(\w+)}", lambda match: victim.ids[match[1]], path)
        body = {"json": {}} if method in ("POST", "PATCH", "PUT") else {}
        answer = httpx.request(method, product.url + address, headers={**cookie, **headers}, **body)
        if path not in public:
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "ERR_AUTH_006"), (method, path)
        assert "set-cookie" not in answer.headers
    assert victim.state() == before
    assert httpx.get(f"{product.url}/api/v1/auth/me", headers=cookie).status_code == 200


def test_answers_are_not_readable_for_other_sites(product, victim):
    for method, path in (("GET", "/api/v1/portfolios"), ("OPTIONS", "/api/v1/portfolios"), ("GET", "/login")):
        headers = {"Cookie": victim.cookie, "Origin": EVIL, "Access-Control-Request-Method": "GET"}
        answer = httpx.request(method, product.url + path, headers=headers)
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example"])
def test_signing_in_leads_to_no_other_place(product, wanted):
    program = Program(product.url).register()
    with RawTab(product.url, address=program.address) as tab:
        form = {"email": program.email, "password": PASSWORD}
        heard = tab.ask(SIGN_IN, f"/login?next={wanted}", form=form)
    ticket = re.search(r'"ticket_rx_state_":\s*"([0-9a-f]{32}\.[\w-]+)"', heard)[1]
    with httpx.Client(base_url=product.url) as browser:
        answer = browser.post("/auth/enter", data={"ticket": ticket, "next": wanted}, headers={"Origin": product.url})
        assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard")
        again = browser.post("/auth/enter", data={"ticket": ticket}, headers={"Origin": product.url})
        assert again.headers["location"] == "/login?problem=ticket"


@pytest.mark.parametrize(
    "path", ["//evil.example/..", "/login//evil.example", "/%5cevil.example", "/onboarding/upload/"]
)
def test_addresses_redirect_to_our_own_pages_only(product, path):
    answer = httpx.get(product.url + path)
    location = answer.headers.get("location", "/")
    assert location.startswith("/") and not location.startswith(("//", "/\\"))


# -- what is shown to everybody ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/login", "/register", "/no/such/page", "/onboarding/progress/x"])
def test_pages_carry_the_security_headers(product, victim, path):
    cookie = {"Cookie": victim.cookie} if path.startswith("/onboarding") else {}
    headers = httpx.get(product.url + path, headers=cookie).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert "unsafe" not in policy["script-src"] and "http" not in policy["script-src"]
    assert (policy["default-src"], policy["object-src"], policy["base-uri"]) == ("'self'", "'none'", "'none'")
    assert (policy["frame-ancestors"], policy["form-action"]) == ("'none'", "'self'")
    assert policy["connect-src"] == f"'self' {product.url.replace('http', 'ws')}"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/portfolios", 401), ("GET", "/api/v1/nothing", 404), ("PUT", "/api/v1/portfolios", 405),
        ("GET", "/api/v1/openapi.json", 200), ("POST", "/api/v1/auth/login", 422), ("GET", "/health/ready", 200),
        ("GET", "/api/v1/portfolios/%00", 401), ("POST", "/auth/enter", 303),
    ],
)  # fmt: skip
def test_programs_get_headers_of_their_own(product, method, path, status):
    answer = httpx.request(method, product.url + path)
    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/docs", "/redoc", "/openapi.json", "/metrics", "/api/v1/docs", "/_upload", "/_upload/x", "/_all_routes",
        "/auth-codespace", "/.env", "/.git/config", "/..%2f..%2f.env", "/assets/..%2f..%2f..%2frxconfig.py",
        "/%2e%2e/%2e%2e/rxconfig.py", "/master.key", "/reflex.json", "/assets/", "/debug/pprof",
    ],
)  # fmt: skip
def test_nothing_but_the_product_is_served(product, path):
    assert httpx.get(product.url + path).status_code == 404


def test_no_file_can_be_left_on_the_server(product, strangers_cookie):
    for method in ("POST", "PUT"):
        for path in ("/_upload", "/_upload/", "/x.txt"):
            sent = {"files": {"files": ("evil.html", b"<script>alert(1)</script>", "text/html")}}
            headers = {"Cookie": strangers_cookie, "Origin": product.url, "reflex-client-token": "x"}
            answer = httpx.request(method, product.url + path, headers=headers, **sent)
            assert answer.status_code in (404, 405)


# -- secrets -----------------------------------------------------------------------------------------------------------


def test_secrets_reach_neither_the_logs_nor_the_bundle(product, victim, stranger):
    """Planted in every way in: right and wrong passwords, codes, tokens, cookies, forms, files, unknown events."""
    planted = [f"Planted-{word}-{uuid4().hex}" for word in ("Password", "Invite", "Cookie", "Cell", "Event", "Token")]
    password, invite, cookie, cell, event, token = planted
    account = {"email": f"{uuid4().hex}@example.com", "password": password, "full_name": "Paul", "invite_code": invite}
    address = {"X-Forwarded-For": stranger.address}
    httpx.post(f"{product.url}/api/v1/onboarding/register", json=account, headers=address)
    httpx.post(f"{product.url}/api/v1/auth/login", json={"email": stranger.email, "password": password})
    httpx.get(f"{product.url}/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})
    httpx.get(f"{product.url}/api/v1/auth/me?token={token}", headers={"Cookie": f"sigmasight={cookie}"})
    stranger.post_file("Planted", csv_text([f"{cell},,1.00,2024-01-15"]))
    name = f"sigmasight={cookie}"
    with RawTab(product.url, cookie=name, address=stranger.address) as tab:
        tab.send("gone.handler", password=event)
        tab.send("gone.it's", password=event)
        tab.send(SIGN_IN, form={"email": stranger.email, "password": password}, surplus=event)
        tab.send(SIGN_IN, form=[password, event])
        tab.settle()
        for broken in ([event], event, {"name": "x", "payload": event}, {"name": 7, "payload": {"password": event}}):
            with RawTab(product.url, cookie=name) as other:
                other.send_event(broken)
                other.listen(0.1)
    secrets = [*planted, PASSWORD, stranger.token, victim.program.token, *_secret_parts(victim.cookie)]
    logs = [line for line in product.lines if "Invite code for new accounts" not in line]
    logs += [path.read_text(errors="replace") for path in product.data_dir.rglob("*.log")]
    bundle = [
        path.read_text(errors="replace") for path in STATIC.rglob("*") if path.suffix in (".js", ".html", ".json")
    ]
    assert len(logs) > 3 and len(bundle) > 10
    secrets += [INVITE, *victim.marks]
    assert [(secret, place) for place in [*logs, *bundle] for secret in secrets if secret in place] == []


def _secret_parts(cookie: str) -> list[str]:
    return [cookie, cookie.rpartition(".")[2]]


def test_a_signed_in_state_keeps_no_secret(victims_tab, victim):
    assert victim.cookie.rpartition(".")[2] not in victims_tab.heard
    assert LoginState.get_full_name() in victims_tab.heard and PASSWORD not in victims_tab.heard
