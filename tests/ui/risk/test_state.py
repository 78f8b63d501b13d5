"""The risk page through the real event pipeline: what the browser is sent, and what a socket cannot get."""

import re
from uuid import uuid4

import pytest

from sigmasight_ui.services.risk.service import RiskService
from sigmasight_ui.ui.risk.cards import MISSING, SHOWN
from sigmasight_ui.ui.risk.receipt_state import ReceiptState
from sigmasight_ui.ui.risk.scenario_state import ScenarioState
from sigmasight_ui.ui.risk.sections import EMPTY
from sigmasight_ui.ui.risk.state import RiskState
from sigmasight_ui.ui.risk.what_if_state import ONE_ACCOUNT, WhatIfState
from sigmasight_ui.ui.runs.state import CalculationState
from tests.ui.risk import made

pytestmark = pytest.mark.slow

PAGE = (CalculationState.load, RiskState.load)
DOLLARS = re.compile(r"\$[0-9]")
ANSWERS = {
    "headline": made.HEADLINE,
    "factor_exposures": made.FACTORS,
    "stress": made.STRESS,
    "stress_positions": made.POSITIONS,
    "correlations": made.CORRELATIONS,
    "tail": made.TAIL,
    "volatility_profile": made.VOLATILITY,
    "drawdown": made.DRAWDOWN,
    "greeks": made.GREEKS,
    "performance": made.PERFORMANCE,
}


def risk(person, name):
    return person.see(RiskState, name)


@pytest.fixture
def answers(monkeypatch):
    """The figures of a real account are another test's matter."""
    for name, answer in ANSWERS.items():
        monkeypatch.setattr(RiskService, name, lambda *_arguments, answer=answer: answer)


def test_without_a_portfolio_the_page_says_how_to_begin(ada):
    ada.open("/risk", *PAGE)
    assert risk(ada, "layout") == "empty"


def test_before_the_first_calculation_every_card_gives_a_reason(ada):
    ada.portfolio("Schwab Taxable")
    ada.open("/risk", *PAGE)
    assert (risk(ada, "layout"), risk(ada, "is_loading")) == ("figures", False)
    cards = {name: risk(ada, name) for name in EMPTY if name != "strip"}
    assert {name for name, card in cards.items() if card.phase != MISSING or not card.reason} == set()
    assert all(tile.reason for tile in risk(ada, "strip").tiles)
    assert ada.see(CalculationState, "run").kind == "pending"


def test_every_card_is_published_as_soon_as_it_is_read(ada, answers):
    made_ = ada.calculated("Schwab Taxable")
    outcome = ada.open(f"/risk?account={made_}", *PAGE)
    assert len(outcome.deltas) > 5
    assert {name for name in EMPTY if risk(ada, name).phase != SHOWN} == set()
    assert risk(ada, "subtitle").startswith("Schwab Taxable, $")


def test_a_card_that_cannot_be_read_does_not_take_the_others_along(ada, answers, monkeypatch):
    def away(*_arguments):
        raise ConnectionError("password=hunter2")

    monkeypatch.setattr(RiskService, "tail", away)
    ada.open(f"/risk?account={ada.calculated()}", *PAGE)
    assert "give support the reference" in risk(ada, "tail").reason
    assert risk(ada, "factors").phase == SHOWN
    assert "hunter2" not in str(ada.seen)


def test_another_account_begins_with_empty_cards(ada, answers):
    one, two = ada.calculated("Schwab"), ada.calculated("Fidelity")
    ada.open(f"/risk?account={one}", *PAGE)
    outcome = ada.open(f"/risk?account={two}", *PAGE)
    first = next(iter(outcome.deltas[0].values()))
    assert {key for key, value in first.items() if getattr(value, "phase", None) == SHOWN} == set()
    assert risk(ada, "subtitle").startswith("Fidelity")


def test_anothers_account_is_not_shown(ada, sign_in):
    foreign = sign_in().portfolio("Secret of Ben")
    ada.portfolio("Mine")
    for account in (foreign, uuid4()):
        ada.open(f"/risk?account={account}", *PAGE)
        assert risk(ada, "subtitle").startswith("Mine")
        assert "Secret of Ben" not in str(ada.seen)


def test_scenarios_are_sorted_and_opened(ada, answers):
    ada.open(f"/risk?account={ada.calculated()}", *PAGE)
    ada.send(RiskState.sort_stress, key="name")
    assert risk(ada, "stress").lines[0].name == "Chips ban"
    ada.send(RiskState.open_scenario, key="market_crash_35")
    assert risk(ada, "drill").lines[0].title == "NVDA"
    ada.send(RiskState.open_scenario, key="market_crash_35")
    assert risk(ada, "drill").key == ""


def test_what_no_button_sends_changes_nothing(ada, answers):
    path = f"/risk?account={ada.calculated()}"
    ada.open(path, *PAGE)
    for hostile in ("nope", None, ["name"], {"a": 1}, 7):
        assert ada.send(RiskState.sort_stress, path, key=hostile).deltas == []
        assert ada.send(RiskState.show_all, path, section=hostile).deltas == []
        assert ada.send(RiskState.choose_window, path, window=hostile).deltas == []
        ada.send(RiskState.open_scenario, path, key=hostile)
        assert risk(ada, "drill").key == ""


def test_the_window_of_the_volatility_is_chosen(ada, answers):
    ada.open(f"/risk?account={ada.calculated()}", *PAGE)
    ada.send(RiskState.choose_window, window="21")
    assert risk(ada, "volatility").window == "21"


def test_a_scenario_of_ones_own_is_added_changed_and_deleted(ada):
    ada.open(f"/risk?account={ada.calculated()}", *PAGE)
    ada.send(ScenarioState.add)
    assert ada.see(ScenarioState, "is_open")
    ada.send(ScenarioState.save, form={"scenario-name": "", "shock-market": "lots"})
    assert set(ada.see(ScenarioState, "errors")) == {"shock-market"}
    ada.send(ScenarioState.save, form={"scenario-name": "", "shock-market": "-20"})
    assert set(ada.see(ScenarioState, "errors")) == {"name"}
    ada.send(ScenarioState.save, form={"scenario-name": "Chips ban", "shock-market": "-20"})
    assert not ada.see(ScenarioState, "is_open")
    (own,) = ada.call("scenarios", "list_own")
    assert (own.name, own.shocks) == ("Chips ban", {"market": -0.2})
    ada.send(ScenarioState.edit, key=own.key)
    assert (ada.see(ScenarioState, "name"), ada.see(ScenarioState, "shocks")["market"]) == ("Chips ban", "-20")
    ada.send(ScenarioState.save, form={"scenario-name": "Chips ban", "shock-market": "-30"})
    assert ada.call("scenarios", "list_own")[0].shocks == {"market": -0.3}
    ada.send(ScenarioState.delete, key=own.key)
    assert ada.call("scenarios", "list_own") == ()


def test_anothers_scenario_can_be_neither_opened_nor_deleted(ada, sign_in):
    ben = sign_in()
    ben.open("/risk", *PAGE)
    ben.send(ScenarioState.save, form={"scenario-name": "Secret of Ben", "shock-market": "-20"})
    (foreign,) = ben.call("scenarios", "list_own")
    ada.send(ScenarioState.edit, key=foreign.key)
    ada.send(ScenarioState.delete, key=foreign.key)
    assert ben.call("scenarios", "list_own") == (foreign,)
    assert "Secret of Ben" not in str(ada.seen)


def test_the_benchmark_is_chosen(ada):
    path = f"/risk?account={ada.calculated()}"
    ada.open(path, *PAGE)
    for typed, chosen in (("msft", "MSFT"), ("", "SPY"), ("nosuch1", "NOSUCH1")):
        ada.send(RiskState.choose_benchmark, path, form={"benchmark": typed})
        assert risk(ada, "returns").benchmark == chosen
    assert risk(ada, "returns").lines[-1].benchmark_reason


def test_what_if_compares_before_and_after_and_writes_nothing(ada):
    account = ada.calculated()
    path = f"/risk?account={account}"
    ada.open(path, *PAGE, WhatIfState.load)
    ada.send(WhatIfState.toggle, path)
    ada.send(WhatIfState.add, path, form={"what-if-symbol": "", "what-if-quantity": "ten"})
    assert set(ada.see(WhatIfState, "errors")) == {"what-if-symbol", "what-if-quantity"}
    before = ada.call("portfolios", "lots", account)
    ada.send(WhatIfState.add, path, form={"what-if-symbol": "aapl", "what-if-quantity": "-50"})
    assert [line.words for line in ada.see(WhatIfState, "changes")] == ["Sell 50 AAPL"]
    compared = ada.see(WhatIfState, "compared")
    assert compared.finding.startswith(("Less risk", "More risk", "About as much risk"))
    assert [trade.quantity for trade in compared.trades] == ["100 to 50"]
    ada.send(WhatIfState.show_all, path)
    assert len(ada.see(WhatIfState, "compared").lines) > len(compared.lines)
    assert ada.call("portfolios", "lots", account) == before
    ada.send(WhatIfState.remove, path, symbol="AAPL")
    assert ada.see(WhatIfState, "compared").lines == []


def test_what_if_with_an_unknown_symbol_says_why_and_forgets_it(ada):
    path = f"/risk?account={ada.calculated()}"
    ada.open(path, *PAGE, WhatIfState.load)
    ada.send(WhatIfState.add, path, form={"what-if-symbol": "NOSUCH1", "what-if-quantity": "5"})
    assert "ERR_" in ada.see(WhatIfState, "problem")
    assert ada.see(WhatIfState, "changes") == []


def test_what_if_is_for_one_account(ada):
    ada.calculated("Schwab"), ada.calculated("Fidelity")
    ada.open("/risk?account=all", *PAGE, WhatIfState.load)
    ada.send(WhatIfState.toggle, "/risk?account=all")
    assert ada.see(WhatIfState, "problem") == ONE_ACCOUNT
    ada.send(WhatIfState.add, "/risk?account=all", form={"what-if-symbol": "AAPL", "what-if-quantity": "5"})
    assert ada.see(WhatIfState, "problem") == ONE_ACCOUNT


def test_a_receipt_is_fetched_when_its_figure_is_pressed(ada, answers):
    ada.open(f"/risk?account={ada.calculated()}", *PAGE)
    assert "Slope of the daily returns" not in str(ada.seen)
    ada.send(ReceiptState.show, key="factor:market")
    assert ada.see(ReceiptState, "receipt").title == "Market exposure"


@pytest.mark.parametrize(
    "key", ["var_95", "effective_n", "stress:market_down_5", "beta:AAPL", "time_weighted:1Y", "sharpe"]
)
def test_a_figure_is_recomputed_with_the_same_hash(ada, key):
    path = f"/risk?account={ada.calculated()}"
    ada.open(path, *PAGE)
    ada.send(ReceiptState.show, path, key=key)
    receipt = ada.see(ReceiptState, "receipt")
    facts = {fact.term: fact.value for fact in receipt.facts}
    assert re.fullmatch(r"[0-9a-f]{4} [0-9a-f]{4}", receipt.digest)
    assert facts["Source"] == "Sample market data"
    assert facts["Positions"] == "3"
    ada.send(ReceiptState.recompute, path)
    assert (ada.see(ReceiptState, "is_same"), ada.see(ReceiptState, "verdict")) == (True, "Recomputed, same hash")


def test_a_key_nobody_was_shown_opens_nothing(ada):
    path = f"/risk?account={ada.calculated()}"
    ada.open(path, *PAGE)
    ada.send(ReceiptState.show, path, key="no such figure")
    assert ada.see(ReceiptState, "receipt").title == ""


def test_hidden_amounts_do_not_leave_the_server(ada, answers):
    made_ = ada.calculated()
    ada.call("identity", "update_profile", privacy_mode=True)
    ada.open(f"/risk?account={made_}", *PAGE)
    ada.send(RiskState.open_scenario, key="market_crash_35")
    for key in ("var_95", "factor:market", "stress:market_crash_35", "delta"):
        ada.send(ReceiptState.show, key=key)
        assert ada.see(ReceiptState, "receipt").title
    assert DOLLARS.findall(str(ada.seen)) == []


def test_what_was_open_when_amounts_were_hidden_hides_them_too(ada, answers):
    path = f"/risk?account={ada.calculated()}"
    everything = (*PAGE, ReceiptState.load, WhatIfState.load)
    ada.open(path, *everything)
    ada.send(RiskState.open_scenario, path, key="market_crash_35")
    ada.send(ReceiptState.show, path, key="factor:market")
    ada.send(WhatIfState.add, path, form={"what-if-symbol": "AAPL", "what-if-quantity": "-5"})
    assert DOLLARS.findall(str(ada.see(RiskState, "drill"))) and DOLLARS.findall(str(ada.see(ReceiptState, "receipt")))
    ada.call("identity", "update_profile", privacy_mode=True)
    ada.open(path, *everything)
    assert ada.see(WhatIfState, "compared").lines
    assert DOLLARS.findall(str(ada.seen)) == []
