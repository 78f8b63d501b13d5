"""Analytics over HTTP: shapes, numbers as strings and as numbers, reasons, and strangers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import ANONYMOUS
from tests.api.conftest import HEADER, Client, Person
from tests.fakes.price_source import FakeSource
from tests.services.risk.conftest import RiskWorld

ROWS = HEADER + "MSFT,100,40.50,2016-01-04,PUBLIC,STOCK\nXOM,-20,80.00,2016-02-01\nKO,50,43.00,2016-02-01\n"
CALLS = (
    "overview", "factor-exposures", "market-beta", "stress-test", "correlation-matrix", "volatility",
    "concentration", "sector-exposure", "greeks", "tail-risk", "performance",
)  # fmt: skip
FIGURE = {"value", "reason", "n_obs", "window", "as_of", "coverage_nav", "std_error", "method", "receipt_url"}
ONE = "/api/v1/analytics/portfolio"
ALL = "/api/v1/analytics/aggregate"


@pytest.fixture(autouse=True, scope="module")
def definitions(services: Services) -> None:
    with services.db.transaction(ANONYMOUS, role="app_worker") as session:
        services.risk.seed_reference(session)


@pytest.fixture
def world(services: Services, clock) -> RiskWorld:
    return RiskWorld(services, clock, FakeSource())


@pytest.fixture
def pending(create) -> str:
    answer = create(ROWS, equity_balance="10000")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["portfolio_id"])


@pytest.fixture
def calculated(pending: str, world: RiskWorld, person: Person) -> str:
    world.calculate(person.actor, UUID(pending))
    return pending


@pytest.fixture
def get(client: Client, person: Person) -> Callable[..., dict]:
    def call(url: str, by: Person | None = None) -> dict:
        answer = client.get(url, headers=(by or person).headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return answer.json()

    return call


def figures_in(body: object) -> list[dict]:
    """Every figure anywhere in an answer."""
    if isinstance(body, dict):
        own = [body] if set(body) == FIGURE else []
        return own + [found for value in body.values() for found in figures_in(value)]
    return [found for value in body for found in figures_in(value)] if isinstance(body, list) else []


@pytest.mark.parametrize("call", CALLS)
def test_every_figure_has_a_value_or_a_reason(get, calculated, call):
    for url in (f"{ONE}/{calculated}/{call}", f"{ALL}/{call}"):
        body = get(url)
        found = figures_in(body)
        assert found, url
        for figure in found:
            assert (figure["value"] is None) == bool(figure["reason"]), figure


@pytest.mark.parametrize("call", CALLS)
def test_a_portfolio_never_calculated_says_so(get, pending, call):
    body = get(f"{ONE}/{pending}/{call}")
    assert {figure["value"] for figure in figures_in(body)} <= {None}
    assert body["reason"]


def test_overview_is_money_as_text_and_ratios_as_numbers(get, calculated):
    body = get(f"{ONE}/{calculated}/overview")
    assert (body["portfolio_id"], body["as_of"], body["coverage"]) == (calculated, "2016-07-01", 1)
    assert body["prices"] == {
        "source": "sample", "label": "Sample market data", "is_sample": True,
        "note": "Sample prices of the past, not current ones.",
    }  # fmt: skip
    parts = [Decimal(body[name]["value"]) for name in ("cash", "long", "short")]
    assert Decimal(body["nav"]["value"]) == sum(parts)
    assert body["cash"]["value"] == "5400.00"
    assert Decimal(body["short"]["value"]) < 0
    assert body["net"]["share"] == pytest.approx(float(sum(parts[1:]) / sum(parts)))
    assert (body["open_positions"], body["priced_positions"], body["left_out_symbols"]) == (3, 3, [])
    assert body["largest"]["symbol"] == "MSFT"
    assert body["calculated_at"] == "2026-11-20T15:00:00Z"


def test_overview_before_the_first_calculation_keeps_what_the_file_said(get, pending):
    body = get(f"{ONE}/{pending}/overview")
    assert body["nav"] == {"value": None, "reason": "not calculated yet", "share": None}
    assert (body["cost"], body["equity_balance"], body["cash"]["value"]) == ("4600.00", "10000.00", "5400.00")


def test_beta_carries_error_window_and_symbols(get, calculated):
    body = get(f"{ONE}/{calculated}/market-beta")
    assert (body["beta_252"]["n_obs"], body["beta_90"]["window"], body["benchmark"]) == (252, 90, "SPY")
    assert body["beta_252"]["std_error"] > 0
    assert {each["symbol"] for each in body["symbols"]} == {"MSFT", "XOM", "KO"}
    assert body["contributions"] == []


def without_receipts(body: object) -> object:
    if isinstance(body, dict):
        return {key: without_receipts(value) for key, value in body.items() if key != "receipt_url"}
    return [without_receipts(value) for value in body] if isinstance(body, list) else body


def test_one_account_is_all_accounts_with_its_contribution(get, calculated):
    for call in CALLS:
        one, every = (without_receipts(get(url)) for url in (f"{ONE}/{calculated}/{call}", f"{ALL}/{call}"))
        assert every.pop("portfolio_id") is None
        assert one.pop("portfolio_id") == calculated
        contributions = every.pop("contributions", None)
        one.pop("contributions", None)
        assert one == every, call
        assert contributions is None or [part["portfolio_id"] for part in contributions] == [calculated]


def test_sectors_add_up_to_net_exposure(get, calculated):
    body = get(f"{ONE}/{calculated}/sector-exposure")
    seen = get(f"{ONE}/{calculated}/overview")
    assert sum(Decimal(each["value"]) for each in body["sectors"]) == Decimal(seen["net"]["value"])
    assert sum(each["net"]["value"] for each in body["sectors"]) == pytest.approx(seen["net"]["share"], abs=1e-6)


def test_factors_add_up_to_the_volatility_of_the_model(get, calculated):
    body = get(f"{ONE}/{calculated}/factor-exposures")
    keys = ["market", "value", "momentum", "quality", "size", "low_volatility", "interest_rate"]
    assert [each["key"] for each in body["factors"]] == keys
    market = body["factors"][0]
    assert market["low"] < market["exposure"]["value"] < market["high"]
    assert market["exposure"]["receipt_url"] == f"{ONE}/{calculated}/receipts/factor:market"
    whole = body["volatility"]["value"]
    parts = [each["contribution"]["value"] for each in body["factors"]]
    assert sum(parts) + body["specific_contribution"]["value"] == pytest.approx(whole)
    assert sum(each["contribution"] for each in body["positions"]) == pytest.approx(whole)
    assert (body["positions_total"], body["left_out"]) == (3, [])
    assert {each["key"]: each["beta"]["reason"] for each in body["spreads"]}["growth_value_spread"]


def test_scenarios_come_worst_first_with_parts_and_replays(get, calculated):
    body = get(f"{ONE}/{calculated}/stress-test")
    rows = {each["key"]: each for each in body["scenarios"]}
    assert len([each for each in rows.values() if each["kind"] == "scenario"]) == 22
    losses = [each["total"]["value"] for each in body["scenarios"] if each["total"]["value"] is not None]
    assert losses == sorted(losses)
    crash = rows["market_crash_35"]
    parts = crash["direct"]["value"] + crash["propagated"]["value"]
    assert crash["total"]["value"] == pytest.approx(parts)
    assert rows["replay_brexit"]["total"]["value"] is not None
    assert rows["replay_covid"]["total"]["reason"] == "it ends after 2016-07-01"


def test_shocks_can_be_tried_without_keeping_them(client, person, get, calculated):
    url = f"{ONE}/{calculated}/stress-test"
    tried = client.post(url, json={"market": -0.35}, headers=person.headers)
    assert tried.status_code == 200, tried.text
    rows = {each["key"]: each for each in get(url)["scenarios"]}
    assert tried.json()["scenario"]["total"]["value"] == rows["market_crash_35"]["total"]["value"]
    assert sum(Decimal(each["total"]) for each in tried.json()["positions"]) == pytest.approx(
        Decimal(rows["market_crash_35"]["amount"]), abs=Decimal("0.02")
    )
    for wrong in ({}, {"luck": 0.1}, {"market": -2}):
        refused = client.post(url, json=wrong, headers=person.headers)
        assert refused.status_code == 400
        assert refused.json()["error"]["code"].startswith("ERR_SCENARIO_")


def test_correlations_tail_and_greeks_have_their_shapes(get, calculated):
    matrix = get(f"{ONE}/{calculated}/correlation-matrix")
    assert (len(matrix["symbols"]), matrix["shown"], matrix["matrix"][0][0]) == (3, 3, 1)
    assert matrix["overlaps"][0][1] == 252
    tail = get(f"{ONE}/{calculated}/tail-risk")
    assert (
        0 < tail["var_95"]["figure"]["value"] < tail["cvar_95"]["figure"]["value"] < tail["cvar_99"]["figure"]["value"]
    )
    assert tail["var_95"]["low"] < tail["var_95"]["figure"]["value"] < tail["var_95"]["high"]
    assert sum(each["count"] for each in tail["bins"]) == tail["n_obs"] == 504
    nothing = get(f"{ONE}/{calculated}/greeks")
    assert (nothing["of"], nothing["reason"]) == (0, "there are no options")


def test_data_quality_before_and_after(get, pending, world, person):
    url = f"/api/v1/data/portfolio/{pending}/data-quality"
    before = get(url)
    assert (before["analytics_complete"], before["last_calculated"], before["as_of"]) == (False, None, None)
    assert "beta_252" in {each["figure"] for each in before["missing_calculations"]}
    world.calculate(person.actor, UUID(pending))
    after = get(url)
    assert (after["analytics_complete"], after["price_coverage"], after["missing_prices"]) == (True, 1, [])


def test_strangers_get_the_answer_of_an_unknown_address(client, new_person, calculated):
    stranger = new_person()
    paths = [f"{ONE}/{{}}/{call}" for call in CALLS] + ["/api/v1/data/portfolio/{}/data-quality"]
    for path in paths:
        answers = [client.get(path.format(each), headers=stranger.headers) for each in (calculated, uuid4(), "x")]
        assert {answer.status_code for answer in answers} == {404}, path
        assert len({answer.text for answer in answers}) == 1
        assert client.get(path.format(calculated)).status_code == 401


def test_openapi_describes_every_call(client):
    document = client.get("/api/v1/openapi.json").json()
    for call in CALLS:
        for path in (f"{ONE}/{{portfolio_id}}/{call}", f"{ALL}/{call}"):
            operation = document["paths"][path]["get"]
            assert operation["description"]
            assert "$ref" in operation["responses"]["200"]["content"]["application/json"]["schema"]
