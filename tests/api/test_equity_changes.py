"""Contributions and withdrawals over REST."""

from uuid import uuid4

import pytest

from tests.api.conftest import code_of


@pytest.fixture
def url(create):
    return f"/api/v1/portfolios/{create().json()['portfolio_id']}/equity-changes"


@pytest.fixture
def post(client, person, url):
    def call(**fields):
        body = {"change_type": "CONTRIBUTION", "amount": "2,500.00", "change_date": "2026-11-19", **fields}
        return client.post(url, json=body, headers=person.headers)

    return call


def test_one_from_beginning_to_end(client, person, url, post):
    answer = post(notes="bonus")
    assert answer.status_code == 201
    body = answer.json()
    assert body == {
        "id": body["id"],
        "portfolio_id": url.split("/")[4],
        "change_type": "CONTRIBUTION",
        "amount": "2500.00",
        "change_date": "2026-11-19",
        "notes": "bonus",
        "created_at": "2026-11-20T15:00:00Z",
        "editable_until": "2026-11-27T15:00:00Z",
        "deletable_until": "2026-12-20T15:00:00Z",
    }
    one = f"{url}/{body['id']}"
    assert client.get(one, headers=person.headers).json() == body
    page = client.get(url, headers=person.headers).json()
    assert page == {
        "items": [body], "total": 1, "limit": 50, "offset": 0, "contributed": "2500.00", "withdrawn": "0.00",
    }  # fmt: skip
    changed = client.patch(one, json={"amount": 100, "change_type": "withdrawal"}, headers=person.headers)
    assert changed.json() == {**body, "amount": "100.00", "change_type": "WITHDRAWAL"}
    assert client.delete(one, headers=person.headers).status_code == 204
    assert (client.get(one, headers=person.headers).status_code, code_of(client.get(one, headers=person.headers))) == (
        404, "ERR_EQUITY_008",
    )  # fmt: skip
    again = client.delete(one, headers=person.headers)
    assert (again.status_code, code_of(again)) == (409, "ERR_EQUITY_009")


def test_the_same_request_twice_records_once(client, person, url, post):
    mine = str(uuid4())
    first, second = post(id=mine), post(id=mine)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert client.get(url, headers=person.headers).json()["total"] == 1
    assert (post(id=mine, amount="1").status_code, code_of(post(id=mine, amount="1"))) == (409, "ERR_EQUITY_010")


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"amount": "0"}, "ERR_EQUITY_001", "amount"),
        ({"amount": None}, "ERR_EQUITY_001", "amount"),
        ({"change_date": "2026-11-21"}, "ERR_EQUITY_002", "change_date"),
        ({"change_type": "WITHDRAWAL", "amount": "99999999"}, "ERR_EQUITY_003", "amount"),
        ({"change_date": "2024-01-14"}, "ERR_EQUITY_005", "change_date"),
        ({"change_type": "gift"}, "ERR_EQUITY_011", "change_type"),
    ],
)
def test_refusals_name_code_and_field(post, fields, code, field):
    answer = post(**fields)
    assert (answer.status_code, code_of(answer)) == (400, code)
    assert answer.json()["error"]["details"]["field"] == field


def test_pages(client, person, url, post):
    for day in ("2026-11-16", "2026-11-17", "2026-11-18"):
        post(change_date=day)
    pages = [client.get(f"{url}?limit=2&offset={n}", headers=person.headers).json()["items"] for n in (0, 2)]
    days = [[each["change_date"] for each in page] for page in pages]
    assert days == [["2026-11-18", "2026-11-17"], ["2026-11-16"]]


def test_performance_by_range_and_benchmark(client, person, create):
    made = create().json()["portfolio_id"]
    answer = client.get(f"/api/v1/analytics/portfolio/{made}/performance?benchmark=QQQ", headers=person.headers).json()
    assert answer["benchmark"] == "QQQ"
    assert set(answer["ranges"]) == {"1M", "3M", "YTD", "1Y", "All"}
    assert answer["ranges"]["1Y"]["money_weighted"]["reason"] == "not calculated yet"
    bad = client.get(f"/api/v1/analytics/portfolio/{made}/performance?benchmark=A%00", headers=person.headers)
    assert (bad.status_code, code_of(bad)) == (422, "ERR_REQUEST_001")
