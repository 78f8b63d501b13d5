"""Portfolios over REST: list in pages, create without positions, change, archive."""

from uuid import uuid4

import pytest

from sigmasight_ui.core.rate_limit import Limit
from sigmasight_ui.services.portfolios import rules
from tests.api.conftest import FORM, code_of

URL = "/api/v1/portfolios"


@pytest.fixture
def post(client, person):
    return lambda **fields: client.post(URL, json={**FORM, **fields}, headers=person.headers)


def test_portfolio_without_positions(post, client, person):
    answer = post(description="Empty", equity_balance=412806.55)
    assert answer.status_code == 201
    body = answer.json()
    assert body == {
        "id": body["id"],
        "portfolio_name": "Core growth",
        "account_name": "Schwab Taxable",
        "account_type": "taxable",
        "account_type_label": "Taxable Brokerage Account",
        "equity_balance": "412806.55",
        "description": "Empty",
        "is_sample": False,
        "positions": 0,
        "created_at": "2026-11-20T15:00:00Z",
    }
    assert client.get(f"{URL}/{body['id']}", headers=person.headers).json() == body
    empty = {"items": [], "total": 0, "limit": 50, "offset": 0}
    assert client.get(f"{URL}/{body['id']}/positions", headers=person.headers).json() == empty


def test_portfolios_are_made_so_often_and_no_more(post, monkeypatch):
    monkeypatch.setattr(rules, "CREATIONS", Limit("portfolio", 2, 3600))
    assert [post(account_name=name).status_code for name in ("One", "")] == [201, 400]
    third = post(account_name="Two")
    assert (third.status_code, code_of(third)) == (429, "ERR_RATE_001")
    assert int(third.headers["Retry-After"]) > 0


def test_there_is_a_most_of_portfolios_in_use(post, client, person, monkeypatch):
    monkeypatch.setattr(rules, "MAX_PORTFOLIOS", 2)
    first = post(account_name="One").json()
    assert post(account_name="Two").status_code == 201
    third = post(account_name="Three")
    assert (third.status_code, code_of(third)) == (409, "ERR_PORT_012")
    client.delete(f"{URL}/{first['id']}", headers=person.headers)
    assert post(account_name="Three").status_code == 201


def test_list_comes_in_pages(post, client, person):
    made = {post(account_name=f"Account {n}").json()["id"] for n in range(5)}
    pages = [client.get(f"{URL}?limit=2&offset={n}", headers=person.headers).json() for n in (0, 2, 4, 6)]
    assert [len(page["items"]) for page in pages] == [2, 2, 1, 0]
    assert {(page["total"], page["limit"]) for page in pages} == {(5, 2)}
    assert {item["id"] for page in pages for item in page["items"]} == made


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=-1", "limit=x", "offset=-1", "offset=1e9", "limit="])
def test_bounds_of_a_page(client, person, query):
    for path in (URL, f"{URL}/{uuid4()}/positions", "/api/v1/auth/sessions"):
        answer = client.get(f"{path}?{query}", headers=person.headers)
        assert (answer.status_code, code_of(answer)) == (422, "ERR_REQUEST_001")


def test_change(post, client, person):
    made = post().json()
    url = f"{URL}/{made['id']}"
    answer = client.patch(url, json={"account_name": "IRA", "equity_balance": "5,000"}, headers=person.headers)
    assert answer.json() == {**made, "account_name": "IRA", "equity_balance": "5000.00"}
    assert client.patch(url, json={"description": None}, headers=person.headers).json() == answer.json()
    assert client.get(url, headers=person.headers).json() == answer.json()


def test_change_that_breaks_rules_names_them(post, client, person):
    url = f"{URL}/{post().json()['id']}"
    answer = client.patch(url, json={"account_type": "x", "equity_balance": "1e400"}, headers=person.headers)
    assert (answer.status_code, code_of(answer)) == (400, "ERR_PORT_009")
    problems = answer.json()["error"]["details"]["problems"]
    assert [problem["code"] for problem in problems] == ["ERR_PORT_009", "ERR_PORT_004"]


@pytest.mark.parametrize("equity", [0, -5, 1e9, "NaN", "Infinity", "1e400", "٣٠٠", "0x10", "", None])
def test_equity_balance_that_is_none(post, equity):
    answer = post(equity_balance=equity)
    assert answer.status_code == 400
    assert code_of(answer) in ("ERR_PORT_004", "ERR_PORT_005", "ERR_PORT_006")


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "1e400", "true", "[]", "{}"])
def test_equity_balance_that_is_no_json_text(client, person, literal):
    body = '{"portfolio_name": "a", "account_name": "b", "account_type": "ira", "equity_balance": ' + literal + "}"
    headers = {**person.headers, "Content-Type": "application/json"}
    answer = client.post(URL, content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert code_of(answer)


def test_names_that_clash(post, client, person):
    post()
    other = post(account_name="IRA").json()
    for answer in (
        post(account_name="ira"),
        client.patch(f"{URL}/{other['id']}", json={"account_name": "SCHWAB TAXABLE"}, headers=person.headers),
    ):
        assert (answer.status_code, code_of(answer)) == (409, "ERR_PORT_001")


def test_archive_also_the_last_one(post, client, person):
    url = f"{URL}/{post().json()['id']}"
    answer = client.delete(url, headers=person.headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(URL, headers=person.headers).json()["items"] == []
    for gone in (client.get(url, headers=person.headers), client.delete(url, headers=person.headers)):
        assert (gone.status_code, code_of(gone)) == (404, "ERR_NOT_FOUND")
    assert post().status_code == 201, "its account name is free again"
