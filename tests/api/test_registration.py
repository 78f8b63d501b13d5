"""An account by invitation: original cases 7.3 and 7.4, the order of refusals, and the limits."""

import json
import threading
from collections import Counter

import pytest
from sqlalchemy import text

from sigmasight_ui.core.actor import ANONYMOUS
from sigmasight_ui.core.config import PUBLIC_INVITE_CODE
from sigmasight_ui.core.rate_limit import hit
from sigmasight_ui.services.onboarding.rules import REGISTRATION_ACCOUNTS, REGISTRATION_ATTEMPTS
from tests.api.conftest import account, code_of
from tests.conftest import PASSWORD

URL = "/api/v1/onboarding/register"
TEN_ZEROES = "00000000-0000-0000-0000-000000000000"


def test_register_valid(client):
    form = account(email="  New.Person@Example.COM ", full_name="  Grace Hopper ")
    answer = client.post(URL, json=form)
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"user_id", "email", "full_name", "message", "next_step"}
    assert (body["email"], body["full_name"]) == ("new.person@example.com", "Grace Hopper")
    assert body["next_step"] == {"action": "login", "endpoint": "/api/v1/auth/login"}
    login = client.post(body["next_step"]["endpoint"], json={"email": form["email"], "password": PASSWORD})
    assert login.status_code == 200


def test_register_wrong_invite(client):
    answer = client.post(URL, json=account(invite_code="WRONG-CODE"))
    assert (answer.status_code, code_of(answer)) == (401, "ERR_INVITE_001")


def test_register_same_mail_again(client):
    first = account()
    assert client.post(URL, json=first).status_code == 201
    for address in (first["email"], f" {first['email'].upper()} "):
        answer = client.post(URL, json=account(email=address))
        assert (answer.status_code, code_of(answer)) == (409, "ERR_USER_001")
        assert answer.json()["error"]["details"]["email"].lower() == first["email"]


@pytest.mark.parametrize(
    ("password", "lacks"),
    [
        ("Ab1", None),
        ("lowercase1", "has_uppercase"),
        ("UPPERCASE1", "has_lowercase"),
        ("NoDigitsHere", "has_digit"),
    ],
)
def test_register_weak_password(client, password, lacks):
    answer = client.post(URL, json=account(password=password))
    assert (answer.status_code, code_of(answer)) == (422, "ERR_USER_003")
    details = answer.json()["error"]["details"]
    assert details["reason"]
    if lacks:
        rules = {"has_uppercase", "has_lowercase", "has_digit"}
        assert {name: details[name] for name in rules} == {name: name != lacks for name in rules}


@pytest.mark.parametrize("password", ["Password1", "Passw0rd", "Sigmasight1", "Example123"])
def test_register_password_that_fits_the_rules_but_is_common(client, password):
    answer = client.post(URL, json=account(password=password, full_name="Ada Example"))
    assert (answer.status_code, code_of(answer)) == (422, "ERR_USER_003")


@pytest.mark.parametrize("email", ["", "plain", "a@b", "a b@c.de", "a@b..de", "a@", "@b.de", "a@b.de\x00", "ä@b.de"])
def test_register_bad_mail(client, email):
    answer = client.post(URL, json=account(email=email))
    assert (answer.status_code, code_of(answer)) == (422, "ERR_USER_002")


@pytest.mark.parametrize("name", ["", "   ", "A\x00B", "x" * 201])
def test_register_without_a_usable_name(client, name):
    answer = client.post(URL, json=account(full_name=name))
    assert (answer.status_code, code_of(answer)) == (422, "ERR_USER_004")


INVITE = PUBLIC_INVITE_CODE
GOOD_INVITES = {
    "exact": INVITE,
    "lower": INVITE.lower(),
    "upper": INVITE.upper(),
    "swapped case": INVITE.swapcase(),
    "leading spaces": f"   {INVITE}",
    "trailing spaces": f"{INVITE}  ",
}
BAD_INVITES = {
    "wrong": "NOT-THE-CODE",
    "first word only": INVITE.split("-")[0],
    "first two words": "-".join(INVITE.split("-")[:2]),
    "empty": "",
    "spaces": "   ",
    "null": None,
    "not ascii": "PRESCÖTT-LINNAEAN-COWPERTHWAITE",
}


@pytest.mark.parametrize("code", GOOD_INVITES.values(), ids=GOOD_INVITES)
def test_invite_is_accepted(client, code):
    assert client.post(URL, json=account(invite_code=code)).status_code == 201


@pytest.mark.parametrize("code", BAD_INVITES.values(), ids=BAD_INVITES)
def test_invite_is_refused(client, code):
    answer = client.post(URL, json=account(invite_code=code))
    assert (answer.status_code, code_of(answer)) == (401, "ERR_INVITE_001")


def test_half_a_surrogate_pair_is_refused_like_any_wrong_text(client):
    for field, code in (("invite_code", "ERR_INVITE_001"), ("email", "ERR_USER_002")):
        body = json.dumps(account(**{field: "\ud800"}))
        answer = client.post(URL, content=body, headers={"Content-Type": "application/json"})
        assert code_of(answer) == code


def test_invite_code_left_out(client):
    form = account()
    del form["invite_code"]
    assert code_of(client.post(URL, json=form)) == "ERR_INVITE_001"


def test_refusals_come_in_the_order_of_the_specification(client):
    """Everything is wrong at first; each step corrects what was named, so each refusal names the next rule."""
    taken = account()
    assert client.post(URL, json=taken).status_code == 201
    form = {"invite_code": "no", "email": "plain", "password": "short", "full_name": " "}
    steps = [
        ("ERR_INVITE_001", {"invite_code": INVITE}),
        ("ERR_USER_002", {"email": taken["email"]}),
        ("ERR_USER_001", {"email": account()["email"]}),
        ("ERR_USER_003", {"password": PASSWORD}),
        ("ERR_USER_004", {"full_name": "Grace"}),
    ]
    for code, correction in steps:
        assert code_of(client.post(URL, json=form)) == code
        form |= correction
    assert client.post(URL, json=form).status_code == 201


def test_nobody_without_an_invite_learns_who_has_an_account(client):
    taken = account()
    client.post(URL, json=taken)
    answers = [client.post(URL, json={**taken, "invite_code": "no", "email": email}) for email in (taken["email"], "x")]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"text"', b"\xff\xfe{", b'{"email": 1}', b"[" * 5000, b"null"])
def test_body_that_is_no_registration_has_a_code_too(client, body):
    answer = client.post(URL, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (401, 422)
    assert code_of(answer)


def test_two_at_once_for_one_address_make_one_account(client, new_client):
    form, answers, both = account(), [], threading.Barrier(6)

    def attempt(own_client):
        both.wait()
        answers.append(own_client.post(URL, json=form))

    threads = [threading.Thread(target=attempt, args=(new_client(),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 5}
    assert {code_of(answer) for answer in answers if answer.status_code == 409} == {"ERR_USER_001"}


def address_of(client):
    return client._transport.client[0]


def spend(services, limit, who, leave):
    with services.db.transaction(ANONYMOUS) as session:
        for _ in range(limit.count - leave):
            assert hit(session, limit, who) is None


def test_a_hundred_attempts_an_hour_per_address_exactly_also_at_once(client, services):
    spend(services, REGISTRATION_ATTEMPTS, address_of(client), leave=5)
    answers, start = [], threading.Barrier(8)

    def attempts():
        start.wait()
        for _ in range(3):
            answers.append(client.post(URL, json=account(invite_code="no")))

    threads = [threading.Thread(target=attempts) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(answer.status_code for answer in answers) == {401: 5, 429: 19}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert code_of(refused) == "ERR_RATE_001"
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600 / 100


def test_another_address_is_not_limited_by_it(client, new_client, services):
    spend(services, REGISTRATION_ATTEMPTS, address_of(client), leave=0)
    assert client.post(URL, json=account()).status_code == 429
    assert new_client().post(URL, json=account()).status_code == 201


def test_fifty_accounts_a_day_per_address_counted_on_success_only(client, services):
    spend(services, REGISTRATION_ACCOUNTS, address_of(client), leave=1)
    for _ in range(3):
        assert client.post(URL, json=account(password="weak")).status_code == 422
    assert client.post(URL, json=account()).status_code == 201
    refused = client.post(URL, json=account())
    assert (refused.status_code, code_of(refused)) == (429, "ERR_RATE_001")
    assert 1 <= int(refused.headers["Retry-After"]) <= 86400 / 50
    assert "minutes" in refused.json()["error"]["message"]


def test_account_that_was_refused_by_the_limit_does_not_exist(client, services, new_client):
    spend(services, REGISTRATION_ACCOUNTS, address_of(client), leave=0)
    form = account()
    assert client.post(URL, json=form).status_code == 429
    assert new_client().post(URL, json=form).status_code == 201


def test_every_outcome_is_in_the_audit_log(client, services, database):
    form = account()
    client.post(URL, json={**form, "invite_code": "no"})
    client.post(URL, json=form)
    client.post(URL, json=form)
    query = text(
        "select outcome, details->>'code' from audit_log where action = 'account.create' and ip_hash = :ip order by id"
    )
    with services.db.transaction(ANONYMOUS, role="app_admin", reason="test") as session:
        rows = session.execute(query, {"ip": services.audit.ip_hash(address_of(client))}).all()
    assert [tuple(row) for row in rows] == [("refused", "ERR_INVITE_001"), ("done", None), ("refused", "ERR_USER_001")]
    assert form["password"] not in str(rows)
