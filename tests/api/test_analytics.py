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
FIGURE = {"value", "reason", "n_obs", "window", "as_of", "coverage_nav", "std_error", "method"}
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


def test_one_account_is_all_accounts_with_its_contribution(get, calculated):
    for call in CALLS:
        one, every = get(f"{ONE}/{calculated}/{call}"), get(f"{ALL}/{call}")
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


def test_what_has_no_engine_is_null_in_words_never_zero(get, calculated):
    factors = get(f"{ONE}/{calculated}/factor-exposures")
    assert (factors["status"], len(factors["factors"])) == ("not_computed", 8)
    assert factors["factors"][0]["exposure"]["reason"] == "this installation does not compute factor exposures"
    assert len(get(f"{ONE}/{calculated}/stress-test")["scenarios"]) == 22
    assert get(f"{ONE}/{calculated}/correlation-matrix")["matrix"] is None
    assert get(f"{ALL}/tail-risk")["var_95"]["reason"] == "this installation does not compute value at risk"


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
