"""Receipts over REST: what stands behind a figure, and the same hash when it is computed again."""

from __future__ import annotations

import pytest

from tests.api.conftest import code_of
from tests.api.test_analytics import ALL, CALLS, ONE, calculated, definitions, get, pending, world

__all__ = ["calculated", "definitions", "get", "pending", "world"]  # fixtures


@pytest.mark.parametrize("key", ["beta_252", "stress:market_crash_35"])
def test_receipt_and_recompute(client, person, get, calculated, key):
    receipt = get(f"{ONE}/{calculated}/receipts/{key}")
    assert receipt["figure"] == key
    assert receipt["result"]["value"] is not None
    assert receipt["formula"] == receipt["result"]["method"]
    assert [each["symbol"] for each in receipt["inputs"]] == ["MSFT", "KO", "XOM"]
    assert len(receipt["result_hash"]) == len(receipt["input_hash"]) == 64
    answer = client.post(receipt["recompute_url"], headers=person.headers)
    assert answer.status_code == 200
    again = answer.json()
    assert (again["same"], again["changes"], again["before"], again["after"]) == (True, [], receipt, receipt)


def test_of_all_accounts(client, person, get, calculated):
    receipt = get(f"{ALL}/receipts/volatility_63")
    assert receipt["portfolio_id"] is None
    assert receipt["recompute_url"] == f"{ALL}/receipts/volatility_63/recompute"
    assert client.post(receipt["recompute_url"], headers=person.headers).json()["same"] is True


def test_unknown_figure_and_nothing_calculated(client, person, get, pending):
    unknown = client.get(f"{ONE}/{pending}/receipts/nothing", headers=person.headers)
    assert (unknown.status_code, code_of(unknown)) == (404, "ERR_RISK_008")
    receipt = get(f"{ONE}/{pending}/receipts/beta_252")
    assert receipt["result"]["reason"] == "not calculated yet"
    refused = client.post(receipt["recompute_url"], headers=person.headers)
    assert (refused.status_code, code_of(refused)) == (409, "ERR_RISK_001")


def figures_with_receipts(body):
    """Every figure in an answer that says where its receipt is."""
    if isinstance(body, dict):
        if body.get("receipt_url"):
            yield body
        for each in body.values():
            yield from figures_with_receipts(each)
    elif isinstance(body, list):
        for each in body:
            yield from figures_with_receipts(each)


@pytest.mark.slow
@pytest.mark.parametrize("where", [ONE, ALL])
@pytest.mark.parametrize("call", CALLS)
def test_every_receipt_that_is_promised_is_there_and_says_the_same(get, calculated, where, call):
    address = f"{ONE}/{calculated}" if where == ONE else ALL
    for figure in figures_with_receipts(get(f"{address}/{call}")):
        result = get(figure["receipt_url"])["result"]
        assert result == {**figure, "receipt_url": result["receipt_url"]}, figure["receipt_url"]
