"""Scenarios over REST: one's own beside those everybody has."""

import pytest

from tests.api.conftest import code_of

URL = "/api/v1/analytics/scenarios"


@pytest.fixture
def post(client, person):
    def call(by=None, **fields):
        body = {"name": "Oil shock", "shocks": {"market": -0.12, "interest_rate": 0.01}, **fields}
        return client.post(URL, json=body, headers=(by or person).headers)

    return call


def own(client, person):
    items = client.get(URL, headers=person.headers).json()["items"]
    return [(each["name"], each["shocks"]) for each in items if each["custom"]]


def test_one_from_beginning_to_end(client, person, post):
    answer = post()
    assert answer.status_code == 201
    body = answer.json()
    assert body == {
        "id": body["id"], "key": f"custom:{body['id']}", "name": "Oil shock", "category": "custom",
        "severity": "moderate", "custom": True, "shocks": {"market": -0.12, "interest_rate": 0.01},
        "updated_at": "2026-11-20T15:00:00Z",
    }  # fmt: skip
    assert own(client, person) == [("Oil shock", body["shocks"])]
    one = f"{URL}/{body['id']}"
    changed = client.patch(one, json={"shocks": {"market": -0.4}}, headers=person.headers).json()
    assert (changed["name"], changed["severity"], changed["shocks"]) == ("Oil shock", "extreme", {"market": -0.4})
    assert client.patch(one, json={"name": "Crash"}, headers=person.headers).json()["name"] == "Crash"
    assert client.delete(one, headers=person.headers).status_code == 204
    assert client.delete(one, headers=person.headers).status_code == 404
    assert own(client, person) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": ""}, "ERR_SCENARIO_001"),
        ({"name": "x" * 61}, "ERR_SCENARIO_002"),
        ({"shocks": {}}, "ERR_SCENARIO_004"),
        ({"shocks": {"oil": 1}}, "ERR_SCENARIO_005"),
        ({"shocks": {"market": -2}}, "ERR_SCENARIO_006"),
    ],
)
def test_refusals(post, fields, code):
    answer = post(**fields)
    assert (answer.status_code, code_of(answer)) == (400, code)


def test_names_are_unique_for_each_person_without_regard_to_case(client, post, new_person):
    first, other = post(), new_person()
    assert post(by=other).status_code == 201
    taken = post(name="OIL SHOCK")
    assert (taken.status_code, code_of(taken)) == (409, "ERR_SCENARIO_003")
    second = post(name="Second").json()
    renamed = client.patch(f"{URL}/{second['id']}", json={"name": "oil shock"}, headers=other.headers)
    assert renamed.status_code == 404
    assert first.status_code == 201


def test_twenty_at_most(post):
    for number in range(20):
        assert post(name=f"Scenario {number}").status_code == 201
    one_more = post(name="One more")
    assert (one_more.status_code, code_of(one_more)) == (409, "ERR_SCENARIO_007")
