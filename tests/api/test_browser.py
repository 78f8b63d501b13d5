"""The two forms only browsers send: a ticket becomes a cookie, and the cookie is given back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sigmasight_ui.api.app import create_api
from sigmasight_ui.api.browser import own_page
from sigmasight_ui.services.identity.schemas import Visitor
from tests.api.conftest import FORM, ORIGIN, Client, code_of

ME = "/api/v1/auth/me"
ELSEWHERE = {"Origin": "https://evil.example"}


def test_ticket_becomes_a_cookie_no_script_can_read(client, person, enter):
    answer = enter(client, person)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/dashboard")
    attributes = {part.strip().lower() for part in answer.headers["Set-Cookie"].split(";")[1:]}
    assert attributes == {"httponly", "max-age=2592000", "path=/", "samesite=lax"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(ME).json()["email"] == person.email


def test_cookie_over_https_is_bound_to_this_host(services, person, enter):
    secure = replace(services, settings=replace(services.settings, public_url=ORIGIN.replace("http:", "https:")))
    client = Client(create_api(lambda: secure), base_url="https://localhost:8000", client=("10.8.8.8", 1))
    ticket = services.identity.hand_over(services.db.transaction, _user(services, person), Visitor()).ticket
    answer = client.post("/auth/enter", data={"ticket": ticket}, follow_redirects=False)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sigmasight=")
    assert "; Secure" in cookie
    assert client.get(ME).status_code == 200


def _user(services, person):
    with services.db.transaction(person.actor) as session:
        return services.identity.profile(session, person.actor)


def test_ticket_is_good_once_and_for_a_minute(client, new_client, person, services, clock):
    tickets = [
        services.identity.hand_over(services.db.transaction, _user(services, person), Visitor()).ticket
        for _ in range(2)
    ]
    first = client.post("/auth/enter", data={"ticket": tickets[0]}, follow_redirects=False)
    assert "Set-Cookie" in first.headers
    clock.instant += timedelta(seconds=61)
    for spent in (*tickets, "", "x", "\x00", f"{'0' * 32}.x", "x" * 5_000):
        answer = new_client().post("/auth/enter", data={"ticket": spent}, follow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/login?problem=ticket")
        assert "Set-Cookie" not in answer.headers


def test_a_database_that_is_away_spends_no_ticket(client_without_database):
    answer = client_without_database.post("/auth/enter", data={"ticket": f"{'0' * 32}.x"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?problem=away")


def test_entering_again_ends_the_session_before(client, new_client, person, new_person, enter):
    enter(client, person)
    stolen = dict(client.cookies)
    enter(client, new_person())
    assert new_client().get(ME, cookies=stolen).status_code == 401
    assert client.get(ME).json()["email"] != person.email


def test_logout_ends_every_copy_of_the_cookie(client, new_client, person, enter):
    enter(client, person)
    copy = dict(client.cookies)
    answer = client.post("/auth/logout", headers={"Origin": ORIGIN}, follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert 'sigmasight=""' in answer.headers["Set-Cookie"]
    assert new_client().get(ME, cookies=copy).status_code == 401
    again = client.post("/auth/logout", headers={"Origin": ORIGIN}, follow_redirects=False)
    assert again.status_code == 303


@pytest.mark.parametrize("path", ["/auth/enter", "/auth/logout"])
@pytest.mark.parametrize("headers", [ELSEWHERE, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}])
def test_other_sites_cannot_sign_anybody_in_or_out(client, person, enter, path, headers):
    enter(client, person)
    answer = client.post(path, data={"ticket": "x"}, headers=headers, follow_redirects=False)
    assert (answer.status_code, code_of(answer)) == (403, "ERR_AUTH_006")
    assert client.get(ME).status_code == 200


def test_other_sites_cannot_write_with_the_cookie(client, person, enter):
    enter(client, person)
    for method, path, body in (
        ("POST", "/api/v1/portfolios", FORM),
        ("PATCH", ME, {"full_name": "Mallory"}),
        ("DELETE", "/api/v1/auth/sessions", None),
        ("POST", "/api/v1/onboarding/sample", None),
    ):
        refused = client.request(method, path, json=body, headers=ELSEWHERE)
        assert (refused.status_code, code_of(refused)) == (403, "ERR_AUTH_006")
    assert client.post("/api/v1/portfolios", json=FORM, headers={"Origin": ORIGIN}).status_code == 201
    assert client.get(ME, headers=ELSEWHERE).status_code == 200, "reading is up to the browser's same-origin policy"


def test_bearer_token_needs_no_origin(client, person):
    answer = client.post("/api/v1/portfolios", json=FORM, headers={**person.headers, **ELSEWHERE})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "wanted",
    ["/dashboard?account=0b5c", "/risk", "/onboarding/progress/7f3e", "/portfolios/a-b_c.d~e", "/settings?a=b&c=%20d"],
)
def test_own_page_is_gone_back_to(client, person, enter, wanted):
    assert enter(client, person, next=wanted).headers["Location"] == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/%2f%2fevil.example/..//",
        "javascript:alert(1)", "/a\r\nSet-Cookie: x=y", "/a#//evil", "", " /risk", "/auth/logout", "/api/v1/auth/me",
        "/x" * 300, "/\tevil", "/a\u2028b", "/.evil.example", "/@evil.example", "evil.example",
    ],
)  # fmt: skip
def test_nobody_is_led_to_another_place(wanted):
    assert own_page(wanted) == "/dashboard"
