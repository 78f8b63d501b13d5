"""What if over REST."""

from __future__ import annotations

import pytest

from sigmasight_ui.core.rate_limit import Limit
from sigmasight_ui.services.risk import rules
from tests.api.conftest import code_of
from tests.api.test_analytics import ONE, calculated, definitions, pending, world

__all__ = ["calculated", "definitions", "pending", "world"]  # fixtures


@pytest.fixture
def post(client, person):
    def call(portfolio, *changes):
        body = {"changes": [{"symbol": symbol, "quantity_delta": delta} for symbol, delta in changes]}
        return client.post(f"{ONE}/{portfolio}/what-if", json=body, headers=person.headers)

    return call


def test_every_figure_before_and_after(post, calculated):
    answer = post(calculated, ("msft", "-50"), ("KO", 10))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    sold, bought = body["changes"]
    assert (sold["symbol"], sold["quantity_before"], sold["quantity_after"]) == ("MSFT", "100", "50")
    assert sold["amount"].startswith("-")
    assert bought["amount"] == f"{10 * float(bought['price']):.2f}"
    beta = body["figures"]["beta_252"]
    assert beta["title"] == "Beta, 252 days"
    assert beta["difference"] == pytest.approx(beta["after"]["value"] - beta["before"]["value"])
    assert {"volatility_63", "var_95", "effective_n", "gross", "stress:market_down_10"} <= set(body["figures"])
    assert body["prices"]["is_sample"] is True
    assert body["as_of"] == "2016-07-01"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ([], 400, "ERR_RISK_002"),
        ([("MSFT", "one")], 400, "ERR_RISK_004"),
        ([("MSFT", None)], 400, "ERR_RISK_004"),
        ([("NOSUCH", 1)], 400, "ERR_RISK_005"),
    ],
)
def test_refusals(post, calculated, changes, status, code):
    answer = post(calculated, *changes)
    assert (answer.status_code, code_of(answer)) == (status, code)


def test_who_asks_too_often_waits(client, person, post, calculated, monkeypatch):
    monkeypatch.setattr(rules, "ON_DEMAND", Limit("computation of the test", 3, 60))
    url = f"{ONE}/{calculated}"
    assert post(calculated, ("MSFT", 1)).status_code == 200
    assert client.post(f"{url}/stress-test", json={"market": -0.2}, headers=person.headers).status_code == 200
    recompute = f"{url}/receipts/beta_252/recompute"
    assert client.post(recompute, headers=person.headers).status_code == 200
    for refused in (
        post(calculated, ("MSFT", 1)),
        client.post(f"{url}/stress-test", json={"market": -0.2}, headers=person.headers),
        client.post(recompute, headers=person.headers),
    ):
        assert (refused.status_code, code_of(refused)) == (429, "ERR_RATE_001")


def test_before_the_first_calculation(post, pending):
    answer = post(pending, ("MSFT", 1))
    assert (answer.status_code, code_of(answer)) == (409, "ERR_RISK_001")
