"""Every route with somebody else's id, found in the OpenAPI so that new routes are covered the day they appear."""

import itertools
import re
from uuid import uuid4

import jwt
import pytest

from sigmasight_ui.api.app import create_api
from tests.api.conftest import HEADER, TWO_ROWS, Client

pytestmark = pytest.mark.slow

OPEN_TO_ALL = {
    ("post", "/api/v1/onboarding/register"),
    ("get", "/api/v1/onboarding/csv-template"),
    ("post", "/api/v1/auth/login"),
    ("get", "/health/live"),
    ("get", "/health/ready"),
    ("get", "/health/prerequisites"),
}
BAD_ROW = f"{HEADER}AAPL,,1.00,2024-01-15\n"


def operations():
    paths = create_api(lambda: None).openapi()["paths"]
    return [(method, path) for path, methods in paths.items() for method in methods]


def parameters(path):
    return re.findall(r"{(\w+)}", path)


def start_import(client: Client, person):
    files = {"csv_file": ("positions.csv", TWO_ROWS.encode(), "text/csv")}
    return client.post("/api/v1/imports", files=files, headers=person.headers)


WITH_IDS = [(method, path) for method, path in operations() if parameters(path)]


def call(client: Client, method, path, person=None):
    body = {"json": {}} if method in ("post", "put", "patch") else {}
    return client.request(method.upper(), path, headers=person.headers if person else {}, **body)


def deposit(client, portfolio_id, person):
    body = {"change_type": "CONTRIBUTION", "amount": "1", "change_date": "2026-11-19"}
    url = f"/api/v1/portfolios/{portfolio_id}/equity-changes"
    return client.post(url, json=body, headers=person.headers).json()["id"]


def scenario(client, person):
    body = {"name": "Own", "shocks": {"market": -0.1}}
    return client.post("/api/v1/analytics/scenarios", json=body, headers=person.headers).json()["id"]


def preset(client, person):
    """Named while a file nobody knows is looked at."""
    files = {"csv_file": ("own.csv", b"Holding;Pieces\nNVDA;110\n", "text/csv")}
    review = client.post("/api/v1/imports", files=files, headers=person.headers).json()
    mapping = {"columns": {"symbol": "Holding", "quantity": "Pieces"}, "preset": "Bank"}
    client.patch(f"/api/v1/imports/{review['import_id']}", json={"mapping": mapping}, headers=person.headers)
    return client.get("/api/v1/import-presets", headers=person.headers).json()["items"][0]["id"]


@pytest.fixture
def ids_of(client, create):
    """One of everything a person may have, by the names routes use for it."""

    def make(person):
        made = create(path="uploads", by=person).json()
        review = start_import(client, person).json()
        lots = client.get(f"/api/v1/portfolios/{made['portfolio_id']}/positions", headers=person.headers).json()
        refused = create(BAD_ROW, path="uploads", by=person, account_name="Other").json()
        own_scenario = scenario(client, person)
        return {
            "portfolio_id": made["portfolio_id"],
            "run_id": made["run_id"],
            "upload_id": refused["upload_id"],
            "change_id": deposit(client, made["portfolio_id"], person),
            "scenario_id": own_scenario,
            "figure": f"stress:custom:{own_scenario}",
            "import_id": review["import_id"],
            "preset_id": preset(client, person),
            "position_id": lots["items"][0]["id"],
            "session_id": jwt.decode(person.token, options={"verify_signature": False})["jti"],
        }

    return make


def test_sweep_knows_every_kind_of_id(ids_of, person):
    assert {name for _, path in WITH_IDS for name in parameters(path)} <= set(ids_of(person))


@pytest.mark.parametrize(("method", "path"), WITH_IDS, ids=[f"{method} {path}" for method, path in WITH_IDS])
def test_foreign_id_is_answered_like_an_unknown_one(client, new_person, ids_of, method, path):
    owner, stranger = new_person(), new_person()
    foreign, own = ids_of(owner), ids_of(stranger)
    names = parameters(path)
    for mine in itertools.product((False, True), repeat=len(names)):
        if all(mine):
            continue
        kept = {name: own[name] for name, is_mine in zip(names, mine, strict=True) if is_mine}
        with_foreign = path.format(**{**foreign, **kept})
        with_unknown = path.format(**{**{name: uuid4() for name in names}, **kept})
        answers = [call(client, method, address, stranger) for address in (with_foreign, with_unknown)]
        assert [answer.status_code for answer in answers] == [404, 404], (with_foreign, answers[0].text)
        assert answers[0].json() == answers[1].json()
        assert not set(foreign.values()) & set(re.findall(r"[0-9a-f-]{36}", answers[0].text))


@pytest.mark.parametrize(("method", "path"), WITH_IDS, ids=[f"{method} {path}" for method, path in WITH_IDS])
@pytest.mark.parametrize("wrong", ["1", "null", "..%2f..%2fetc", "%00", "'%20or%201=1--", "x" * 3000])
def test_id_that_is_no_id_is_unknown_too(client, person, method, path, wrong):
    address = re.sub(r"{\w+}", wrong, path)
    assert call(client, method, address, person).status_code == 404


@pytest.mark.parametrize(("method", "path"), operations(), ids=[f"{m} {p}" for m, p in operations()])
def test_nobody_gets_in_without_signing_in(client, method, path):
    address = re.sub(r"{\w+}", str(uuid4()), path)
    answer = call(client, method, address)
    if (method, path) in OPEN_TO_ALL:
        assert answer.status_code != 404
    else:
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "ERR_AUTH_001")


def test_archived_portfolio_is_gone_on_every_route(client, new_person, ids_of):
    owner = new_person()
    ids = ids_of(owner)
    assert call(client, "delete", f"/api/v1/portfolios/{ids['portfolio_id']}", owner).status_code == 204
    for method, path in WITH_IDS:
        if "portfolio_id" in parameters(path):
            answer = call(client, method, path.format(**ids), owner)
            assert answer.status_code == 404, (method, path, answer.text)


def test_owner_reaches_what_the_stranger_does_not(client, new_person, ids_of):
    """The sweep would also pass over an application that knows nothing; this one knows."""
    owner = new_person()
    ids = ids_of(owner)
    for method, path in WITH_IDS:
        if method == "get":
            answer = call(client, method, path.format(**ids), owner)
            assert answer.status_code == 200, (path, answer.text)
