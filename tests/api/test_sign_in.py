"""Tokens for programs: signing in, what ends a session, and every way a token can be wrong (catalogue C3)."""

import base64
import json
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import jwt
import psycopg
import pytest

from sigmasight_ui.core.database_roles import psycopg_dsn
from tests.api.conftest import ORIGIN, code_of
from tests.conftest import PASSWORD

LOGIN, ME = "/api/v1/auth/login", "/api/v1/auth/me"


def test_login_answers_with_a_bearer_token(client, person):
    answer = client.post(LOGIN, json={"email": person.email.upper(), "password": PASSWORD})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("bearer", 30 * 86400)
    assert body["user"] == {
        "id": str(person.id), "email": person.email, "full_name": "Ada Example", "is_superuser": False,
    }  # fmt: skip
    me = client.get(ME, headers={"Authorization": f"Bearer {body['access_token']}"})
    assert me.json() == {**body["user"], "privacy_mode": False, "import_file_days": 30}


@pytest.mark.parametrize(
    "credentials",
    [
        {"password": "Wrong-Horse-42"},
        {"email": "nobody@example.com"},
        {"email": "\x00@example.com"},
        {"email": "'; drop table users;--"},
        {"password": "x" * 100_000},
        {"password": "\x00"},
        {"email": None, "password": None},
        {"email": "", "password": ""},
    ],
)
def test_login_has_one_answer_for_everything_that_is_not_right(client, person, credentials):
    answer = client.post(LOGIN, json={"email": person.email, "password": PASSWORD, **credentials})
    assert (answer.status_code, code_of(answer)) == (401, "ERR_AUTH_002")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_sixth_login_within_a_minute_waits_whoever_it_is_for(client, new_client, person):
    answers = [client.post(LOGIN, json={"email": f"{n}@example.com", "password": "x"}) for n in range(6)]
    assert Counter(answer.status_code for answer in answers) == {401: 5, 429: 1}
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 12
    for _ in range(5):
        new_client().post(LOGIN, json={"email": person.email, "password": "x"})
    refused = new_client().post(LOGIN, json={"email": person.email, "password": PASSWORD})
    assert (refused.status_code, code_of(refused)) == (429, "ERR_RATE_001")


def test_logout_ends_the_token_at_once(client, person):
    assert client.post("/api/v1/auth/logout", headers=person.headers).status_code == 200
    assert client.get(ME, headers=person.headers).status_code == 401
    assert client.post("/api/v1/auth/logout", headers=person.headers).status_code == 401


def test_profile_can_be_changed(client, person):
    answer = client.patch(ME, json={"full_name": " Grace Hopper ", "privacy_mode": True}, headers=person.headers)
    assert (answer.json()["full_name"], answer.json()["privacy_mode"]) == ("Grace Hopper", True)
    assert client.patch(ME, json={}, headers=person.headers).json() == answer.json()
    assert code_of(client.patch(ME, json={"full_name": " "}, headers=person.headers)) == "ERR_USER_004"
    attempt = {"is_superuser": True, "email": "else@example.com", "id": str(uuid4())}
    assert client.patch(ME, json=attempt, headers=person.headers).json() == answer.json()


def test_password_change_ends_the_other_sessions(client, person):
    other = client.post(LOGIN, json={"email": person.email, "password": PASSWORD}).json()["access_token"]
    wrong = {"current_password": "Wrong-Horse-42", "new_password": "Another-Horse-77"}
    answer = client.post("/api/v1/auth/password", json=wrong, headers=person.headers)
    assert (answer.status_code, code_of(answer)) == (422, "ERR_AUTH_003")
    right = {**wrong, "current_password": PASSWORD}
    answer = client.post("/api/v1/auth/password", json=right, headers=person.headers)
    assert answer.json()["sessions_ended"] == 1
    assert client.get(ME, headers=person.headers).status_code == 200
    assert client.get(ME, headers={"Authorization": f"Bearer {other}"}).status_code == 401
    for password, status in ((PASSWORD, 401), ("Another-Horse-77", 200)):
        assert client.post(LOGIN, json={"email": person.email, "password": password}).status_code == status


def test_sessions_can_be_listed_and_ended(client, person):
    tokens = [
        client.post(LOGIN, json={"email": person.email, "password": PASSWORD}).json()["access_token"] for _ in range(3)
    ]
    listed = client.get("/api/v1/auth/sessions", headers=person.headers).json()
    assert (listed["total"], listed["limit"], listed["offset"]) == (4, 50, 0)
    assert [item["is_current"] for item in listed["items"]].count(True) == 1
    page = client.get("/api/v1/auth/sessions?limit=1&offset=3", headers=person.headers).json()
    assert page["items"] == listed["items"][3:]
    claims = jwt.decode(tokens[0], options={"verify_signature": False})
    ended = client.delete(f"/api/v1/auth/sessions/{claims['jti']}", headers=person.headers)
    assert (ended.status_code, ended.content) == (204, b"")
    assert client.get(ME, headers={"Authorization": f"Bearer {tokens[0]}"}).status_code == 401
    assert client.delete("/api/v1/auth/sessions", headers=person.headers).json()["sessions_ended"] == 2
    assert client.get("/api/v1/auth/sessions", headers=person.headers).json()["total"] == 1


def test_token_runs_out_after_thirty_days(client, person, clock):
    clock.instant += timedelta(days=29)
    assert client.get(ME, headers=person.headers).status_code == 200
    clock.instant += timedelta(days=1, seconds=1)
    assert client.get(ME, headers=person.headers).status_code == 401


class Forgery:
    """Signs claims with the real key unless told otherwise, so that each case differs in one thing only."""

    def __init__(self, services, token):
        signer = services.identity._signer
        self._key_id = signer._signing_id
        self._key = signer._keys[self._key_id]
        self._claims = jwt.decode(token, options={"verify_signature": False})

    def __call__(self, *, key=None, headers=None, algorithm="HS256", without=(), **claims):
        body = {name: value for name, value in {**self._claims, **claims}.items() if name not in without}
        parts = {"kid": self._key_id, **(headers or {})}
        if not isinstance(body.get("sub", ""), str):
            return self._by_hand(body, parts)
        return jwt.encode(body, self._key if key is None else key, algorithm=algorithm, headers=parts)

    def _by_hand(self, body, parts):
        """For what the library refuses to write."""
        signing = ".".join(_part(piece) for piece in ({"alg": "HS256", "typ": "JWT", **parts}, body))
        algorithm = jwt.get_algorithm_by_name("HS256")
        signature = algorithm.sign(signing.encode(), algorithm.prepare_key(self._key))
        return f"{signing}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def _part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


NOW = 1_795_187_600  # close to the tests' own instant
OTHER_KEY = b"k" * 32
BAD_TOKENS = {
    "empty": lambda forge: "",
    "not a token": lambda forge: "abc",
    "two dots": lambda forge: "..",
    "none algorithm": lambda forge: jwt.encode({"sub": "x"}, None, algorithm="none"),
    "none algorithm with our claims": lambda forge: forge(key="", algorithm="none"),
    "another algorithm": lambda forge: forge(algorithm="HS512"),
    "wrong key": lambda forge: forge(key=OTHER_KEY),
    "unknown kid": lambda forge: forge(headers={"kid": "someone-else"}),
    "kid is a path": lambda forge: forge(headers={"kid": "../../../../dev/null"}),
    "kid is a number": lambda forge: f"{_part({'alg': 'HS256', 'kid': 5})}.{_part({})}.x",
    "kid is a list": lambda forge: f"{_part({'alg': 'HS256', 'kid': ['a']})}.{_part({})}.x",
    "header is a list": lambda forge: f"{_part([])}.{_part({})}.x",
    "claims are a list": lambda forge: f"{_part({'alg': 'HS256', 'kid': 'a'})}.{_part([])}.x",
    "nested a thousand times": lambda forge: f"{base64.urlsafe_b64encode(b'[' * 2900).decode()}.x.y",
    "ran out": lambda forge: forge(exp=NOW - 86_400 * 365),
    "not valid yet": lambda forge: forge(nbf=NOW + 86_400 * 365),
    "expiry is text": lambda forge: forge(exp="never"),
    "no expiry": lambda forge: forge(without=["exp"]),
    "no jti": lambda forge: forge(without=["jti"]),
    "for somebody else": lambda forge: forge(aud="another-service"),
    "no audience": lambda forge: forge(without=["aud"]),
    "from somebody else": lambda forge: forge(iss="another-service"),
    "another type": lambda forge: forge(typ="refresh"),
    "no type": lambda forge: forge(without=["typ"]),
    "subject is a number": lambda forge: forge(sub=1),
    "unknown session": lambda forge: forge(jti=str(uuid4())),
    "session is no id": lambda forge: forge(jti="' or 1=1 --"),
    "64 KB": lambda forge: forge(padding="x" * 65_536),
    "signature cut": lambda forge: forge()[:-4],
}


@pytest.mark.parametrize("make", BAD_TOKENS.values(), ids=BAD_TOKENS)
def test_token_that_is_not_ours_and_alive_is_refused(client, services, person, make):
    forge = Forgery(services, person.token)
    assert client.get(ME, headers={"Authorization": f"Bearer {forge()}"}).status_code == 200, "the forger has the key"
    answer = client.get(ME, headers={"Authorization": f"Bearer {make(forge)}"})
    assert (answer.status_code, code_of(answer)) == (401, "ERR_AUTH_001")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic dXNlcjpwdw==", "bearer\t", "Token {token}"])
def test_other_authorisation_headers_are_nobodys(client, person, header):
    answer = client.get(ME, headers={"Authorization": header.format(token=person.token)})
    assert (answer.status_code, code_of(answer)) == (401, "ERR_AUTH_001")


def test_token_counts_in_the_header_only(client, person):
    assert client.get(f"{ME}?access_token={person.token}&token={person.token}").status_code == 401
    assert client.get(ME, cookies={"sigmasight": person.token}).status_code == 401


def test_claims_do_not_decide_who_is_an_administrator(client, services, person):
    token = Forgery(services, person.token)(is_superuser=True, email="root@example.com")
    assert client.get(ME, headers={"Authorization": f"Bearer {token}"}).json()["is_superuser"] is False


def test_account_that_was_switched_off_is_out_at_once(client, person, database):
    with psycopg.connect(psycopg_dsn(database.server.url("postgres", database.name))) as connection:
        connection.execute("update users set is_active = false where id = %s", [person.id])
    assert client.get(ME, headers=person.headers).status_code == 401
    assert client.post(LOGIN, json={"email": person.email, "password": PASSWORD}).status_code == 401


def test_an_account_is_deleted_with_its_password_and_every_session_ends(client, new_client, person, enter, create):
    browser = new_client()
    enter(browser, person)
    made = create().json()

    def delete(caller=client, **options):
        return caller.request("DELETE", "/api/v1/auth/me", headers=person.headers, **options)

    for body in ({}, {"json": {}}, {"json": {"password": "Wrong-Horse-42"}}, {"json": {"password": None}}):
        answer = delete(**body)
        assert (answer.status_code, code_of(answer)) == (422, "ERR_AUTH_003")
    assert client.get(f"/api/v1/portfolios/{made['portfolio_id']}", headers=person.headers).status_code == 200
    assert delete(json={"password": PASSWORD}).status_code == 204
    assert client.get("/api/v1/auth/me", headers=person.headers).status_code == 401
    assert browser.get("/api/v1/auth/me").status_code == 401
    again = client.post("/api/v1/auth/login", json={"email": person.email, "password": PASSWORD})
    assert (again.status_code, code_of(again)) == (401, "ERR_AUTH_002")


def test_only_the_own_page_deletes_an_account_by_cookie(new_client, person, enter):
    browser = new_client()
    enter(browser, person)
    body = {"password": PASSWORD}
    foreign = browser.request("DELETE", "/api/v1/auth/me", json=body, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    own = browser.request("DELETE", "/api/v1/auth/me", json=body, headers={"Origin": ORIGIN})
    assert own.status_code == 204


def test_how_long_imported_files_are_kept_is_part_of_the_profile(client, person):
    answer = client.patch(ME, json={"import_file_days": 0}, headers=person.headers)
    assert answer.json()["import_file_days"] == client.get(ME, headers=person.headers).json()["import_file_days"] == 0
    for days in (-1, 3651):
        refused = client.patch(ME, json={"import_file_days": days}, headers=person.headers)
        assert (refused.status_code, code_of(refused)) == (422, "ERR_USER_005")
    assert client.patch(ME, json={"privacy_mode": True}, headers=person.headers).json()["import_file_days"] == 0
