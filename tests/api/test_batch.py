import threading
from collections import Counter
from uuid import UUID

import pytest

from sigmasight_ui.jobs.scope import JobScope
from tests.api.conftest import HEADER, code_of

ONE_ROW = f"{HEADER}AAPL,10,24.39,2015-01-20,PUBLIC,STOCK\n"


@pytest.fixture
def portfolio(create) -> str:
    return create(ONE_ROW).json()["portfolio_id"]


@pytest.fixture
def calculate(client, person, portfolio):
    def call(query: str = ""):
        return client.post(f"/api/v1/portfolio/{portfolio}/calculate{query}", headers=person.headers)

    return call


@pytest.fixture
def carry_out(services, person):
    return lambda run_id: services.pipeline.execute(JobScope(services), UUID(run_id), person.id)


def test_calculate_answers_at_once_with_where_to_look(client, person, portfolio, calculate):
    answer = calculate()
    assert answer.status_code == 202
    body = answer.json()
    assert (body["portfolio_id"], body["status"]) == (portfolio, "started")
    assert set(body) == {"portfolio_id", "batch_run_id", "status", "message", "preprocessing", "poll_url"}
    assert body["preprocessing"]["symbols_count"] == 1
    assert not body["preprocessing"]["ready_for_batch"]
    found = client.get(body["poll_url"], headers=person.headers)
    assert (found.status_code, found.json()["status"]) == (200, "queued")


def test_status_tells_the_run_as_it_is(client, person, calculate, carry_out):
    started = calculate().json()
    carry_out(started["batch_run_id"])
    body = client.get(started["poll_url"], headers=person.headers).json()
    assert (body["status"], body["progress_percent"], body["triggered_by"]) == ("completed", 100, "user")
    assert (body["error_code"], body["reason"]) == (None, None)
    assert body["started_at"] == body["finished_at"] == "2026-11-20T15:00:00Z"
    assert [phase["name"] for phase in body["phases"]] == [
        "Read positions", "Identify securities", "Fetch prices", "Value positions", "Profit and loss", "Option Greeks",
        "Betas", "Volatility", "Factor exposures", "Stress tests", "Tail risk", "Correlations",
        "Concentration and sectors",
    ]  # fmt: skip
    assert body["phases"][0] == {
        "phase": "read_positions", "name": "Read positions", "status": "completed", "current": 1, "total": 1,
        "unit": "positions", "duration_seconds": 0, "reason": None,
    }  # fmt: skip


@pytest.mark.parametrize("query", ["", "?force=true"])
def test_while_one_is_active_there_is_no_second(calculate, query):
    first = calculate()
    second = calculate(query)
    assert (second.status_code, code_of(second)) == (409, "ERR_BATCH_006")
    assert second.json()["error"]["details"] == {"batch_run_id": first.json()["batch_run_id"]}


def test_many_at_once_are_one(new_client, person, portfolio):
    answers, start = Counter(), threading.Barrier(8)

    def ask() -> None:
        client = new_client()
        start.wait()
        answers[client.post(f"/api/v1/portfolio/{portfolio}/calculate", headers=person.headers).status_code] += 1

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {202: 1, 409: 7}


def test_force_repeats_what_was_completed(client, clock, person, calculate, carry_out):
    carry_out(calculate().json()["batch_run_id"])
    again = calculate("?force=true")
    assert again.status_code == 202
    assert again.json()["preprocessing"]["price_coverage_percentage"] == 100
    body = client.get(again.json()["poll_url"], headers=person.headers).json()
    assert {phase["status"] for phase in body["phases"]} == {"waiting"}


def test_cancel(client, person, portfolio, calculate, carry_out):
    run_id = calculate().json()["batch_run_id"]
    asked = client.post(f"/api/v1/portfolio/{portfolio}/batch-runs/{run_id}/cancel", headers=person.headers)
    assert (asked.status_code, asked.json()["status"], asked.json()["cancel_requested"]) == (202, "queued", True)
    carry_out(run_id)
    ended = client.get(f"/api/v1/portfolio/{portfolio}/batch-status/{run_id}", headers=person.headers).json()
    assert (ended["status"], ended["progress_percent"]) == ("cancelled", 0)
    assert calculate().status_code == 202


@pytest.mark.parametrize(("kind", "media"), [("txt", "text/plain; charset=utf-8"), ("json", "application/json")])
def test_log_download(client, person, portfolio, calculate, carry_out, kind, media):
    run_id = calculate().json()["batch_run_id"]
    carry_out(run_id)
    url = f"/api/v1/portfolio/{portfolio}/batch-runs/{run_id}/log"
    answer = client.get(url, params={"format": kind}, headers=person.headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    name = f"portfolio_setup_log_{portfolio[:8]}_20261120_150000.{kind}"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert "Run ended: completed" in answer.text
    refused = client.get(url, params={"format": "xml"}, headers=person.headers)
    assert refused.status_code == 422


def test_without_signing_in_nothing_is_told(client, portfolio, calculate):
    run_id = calculate().json()["batch_run_id"]
    for method, path in (("post", "calculate"), ("get", f"batch-status/{run_id}"), ("get", f"batch-runs/{run_id}/log")):
        assert client.request(method, f"/api/v1/portfolio/{portfolio}/{path}").status_code == 401
