"""What other sites, curious visitors and readers of the logs get out of the running product: nothing."""

from __future__ import annotations

import contextlib
import re
import socket
from uuid import uuid4

import httpx
import pytest
import websocket

from sigmasight_ui.ui.auth.state import LoginState
from sigmasight_ui.ui.frontend import STATIC
from tests.e2e.people import PASSWORD
from tests.e2e.product import INVITE
from tests.e2e.programs import SIGN_IN, Program, csv_text
from tests.e2e.raw_tab import RawTab
from tests.e2e.victim import (
    EVIL,
    operations,
    product,
    stranger,
    strangers_cookie,
    victim,
    victims_tab,
)

__all__ = ["product", "stranger", "strangers_cookie", "victim", "victims_tab"]  # fixtures


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


def test_a_visitor_cannot_write_away_the_address_the_proxy_adds(product):
    """As a proxy that adds a line of its own instead of extending the one it was sent."""
    answers = []
    for number in range(12):
        headers = [("X-Forwarded-For", f"198.51.100.{number}"), ("X-Forwarded-For", "203.0.113.77")]
        wrong = {"email": f"{uuid4().hex}@example.com", "password": "wrong"}
        answers.append(httpx.post(f"{product.url}/api/v1/auth/login", json=wrong, headers=headers).status_code)
    assert answers[:5] == [401] * 5
    assert 429 in answers[5:]


@pytest.mark.parametrize("path", ["/", "/login", "/api/v1/auth/me", "/health/live", "/no/such/page"])
def test_nobody_is_listened_to_without_end(product, path):
    answer = httpx.get(product.url + path, headers={"Cookie": f"other={'x' * 40_000}"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (431, "ERR_REQUEST_003")
    with pytest.raises(websocket.WebSocketBadStatusException):
        RawTab(product.url, cookie=f"other={'x' * 40_000}")


def test_hundreds_of_connections_that_say_nothing_shut_nobody_out(product, victim):
    address = ("127.0.0.1", int(product.env["PORT"]))
    with contextlib.ExitStack() as silent:
        for _ in range(400):
            silent.enter_context(socket.create_connection(address, timeout=20))
        assert httpx.get(f"{product.url}/login", timeout=20).status_code == 200
        assert victim.program.http.get("/api/v1/portfolios", timeout=20).status_code == 200


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
