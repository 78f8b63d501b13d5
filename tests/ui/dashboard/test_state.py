"""The dashboard through the real event pipeline: what the browser is sent, and what a socket cannot get."""

import re
from uuid import uuid4

import pytest

from sigmasight_ui.services.batch.schemas import RunState, Trigger
from sigmasight_ui.ui.dashboard.holdings_state import HoldingsState
from sigmasight_ui.ui.dashboard.state import DashboardState
from sigmasight_ui.ui.runs.state import CalculationState
from sigmasight_ui.ui.shell.notices import NoticeState
from sigmasight_ui.ui.shell.state import ALL_ACCOUNTS, ShellState

pytestmark = pytest.mark.slow

PAGE = (CalculationState.load, DashboardState.load, HoldingsState.load)
DOLLARS = re.compile(r"\$[0-9]")


def dash(person, name):
    return person.see(DashboardState, name)


def run(person):
    return person.see(CalculationState, "run")


def symbols(person):
    return [line.symbol for line in person.see(HoldingsState, "table").lines]


def test_without_a_portfolio_the_page_is_ready_and_empty(ada):
    ada.open("/dashboard", *PAGE)
    assert (dash(ada, "layout"), dash(ada, "subtitle")) == ("empty", "No portfolio yet")


def test_a_portfolio_that_was_never_calculated_shows_its_file_and_the_way_on(ada):
    ada.portfolio("Schwab Taxable")
    ada.open("/dashboard", *PAGE)
    assert (dash(ada, "layout"), dash(ada, "title")) == ("pending", "Schwab Taxable")
    assert run(ada).sentence == "Your 3 positions are saved. Figures were never calculated."
    assert [tile.value for tile in dash(ada, "strip")][:2] == ["unknown", "$6,907"]
    assert symbols(ada) == ["KO", "AAPL", "MSFT"]
    assert all(line.value == "unknown" and line.reason for line in ada.see(HoldingsState, "table").lines)


def test_a_calculated_portfolio_shows_figures_marked_as_sample_data(ada):
    made = ada.calculated()
    ada.open(f"/dashboard?account={made}", *PAGE)
    assert (dash(ada, "layout"), run(ada).kind) == ("full", "done")
    head = ada.call("risk", "overview", made)
    assert dash(ada, "lead").whole + dash(ada, "lead").cents == f"${head.nav:,.2f}"
    assert dash(ada, "lead").prices == "Sample data, prices as of 1 Jul 2016"
    assert ada.see(CalculationState, "quality").chip == "Sample data, prices as of 1 Jul 2016, 100% covered"
    assert dash(ada, "history").plot.own.path
    assert len(dash(ada, "history").rows) > 10
    assert all(tile.reason == "" for tile in dash(ada, "strip"))


def test_the_account_of_the_address_changes_every_figure(ada):
    one = ada.calculated("Schwab", "AAPL,100,24.39,2015-01-20\n")
    two = ada.calculated("Fidelity", "MSFT,50,37.01,2015-02-10\n")
    seen = {}
    for account in (one, two, ALL_ACCOUNTS):
        ada.open(f"/dashboard?account={account}", *PAGE)
        sectors = [line.amount for line in dash(ada, "sectors").lines]
        seen[account] = (dash(ada, "title"), dash(ada, "lead").whole, symbols(ada), sectors, dash(ada, "strip")[0].note)
    assert seen[one][2] == ["AAPL"]
    assert sorted(seen[ALL_ACCOUNTS][2]) == ["AAPL", "MSFT"]
    assert [len(set(map(str, column))) for column in zip(*seen.values(), strict=True)] == [3, 3, 3, 3, 3]


def test_all_accounts_never_add_a_sample_to_real_money(ada):
    real = ada.calculated("Schwab")
    ada.calculated("Sample account", is_sample=True)
    ada.open("/dashboard?account=all", *PAGE)
    total = ada.see(ShellState, "total")
    assert dash(ada, "subtitle") == "1 account with real money, 3 positions"
    assert total.value == f"${ada.call('risk', 'overview', real).nav:,.2f}"
    assert (total.type, ada.see(ShellState, "has_practice")) == ("1 account with real money", True)


def test_anothers_account_is_as_unknown_as_any(ada, sign_in):
    ben = sign_in()
    foreign, own = ben.calculated("Secret of Ben"), ada.calculated("Mine")
    for account in (foreign, uuid4()):
        ada.open(f"/dashboard?account={account}", *PAGE)
        assert (ada.see(ShellState, "is_unknown"), dash(ada, "title")) == (True, "Mine")
        assert "Secret of Ben" not in str(ada.seen)
    ada.open(f"/dashboard?account={own}", *PAGE)
    assert not ada.see(ShellState, "is_unknown")


def test_the_bare_page_leads_to_the_first_calculation_while_it_runs(ada):
    made = ada.services.onboarding.create_sample(ada.services.db.transaction, ada.actor)
    progress = f"/onboarding/progress/{made.run_id}"
    assert ada.open("/dashboard", DashboardState.load).redirects == [progress]
    account = f"/dashboard?account={made.portfolio_id}"
    assert ada.open(account, CalculationState.load, DashboardState.load).redirects == []
    assert run(ada).kind == "active"
    ada.work(made.portfolio_id)
    assert ada.open("/dashboard", DashboardState.load).redirects == []


def test_calculate_now_starts_one_run_and_follows_it_to_the_new_figures(ada):
    made = ada.portfolio()
    ada.open(f"/dashboard?account={made}", *PAGE)
    for _ in range(2):  # the second press meets the run of the first
        ada.send(CalculationState.calculate)
    assert (run(ada).kind, ada.see(CalculationState, "is_asking")) == ("active", False)
    assert ada.see(NoticeState, "notices") == []
    ada.send(CalculationState.follow, f"/dashboard?account={made}")
    assert (dash(ada, "layout"), run(ada).kind) == ("pending", "active")
    ada.work(made)
    ada.send(CalculationState.follow, f"/dashboard?account={made}")
    assert (dash(ada, "layout"), run(ada).kind) == ("full", "done")
    assert ada.see(HoldingsState, "table").is_valued
    assert ada.see(ShellState, "accounts")[0].value == f"{dash(ada, 'lead').whole}{dash(ada, 'lead').cents}"


def test_calculate_now_for_all_accounts_runs_what_is_pending_only(ada):
    done, never = ada.calculated("Schwab"), ada.portfolio("Fidelity")
    ada.open("/dashboard?account=all", *PAGE)
    assert run(ada).sentence.startswith("1 of 2 accounts: Fidelity.")
    ada.send(CalculationState.calculate)
    assert ada.call("batch", "latest_run", done).status is RunState.COMPLETED
    assert ada.call("batch", "latest_run", never).status is RunState.QUEUED


def test_retry_prices_asks_from_scratch_even_when_all_is_calculated(ada):
    made = ada.calculated()
    before = ada.call("batch", "latest_run", made)
    ada.open(f"/dashboard?account={made}", *PAGE)
    ada.send(CalculationState.retry_prices)
    after = ada.call("batch", "latest_run", made)
    assert after.batch_run_id != before.batch_run_id
    assert (after.triggered_by, after.phases_completed) == (Trigger.USER, 0)
    assert [notice.text for notice in ada.see(NoticeState, "notices")] == ["Prices are asked for again"]


def test_the_range_changes_chart_and_return(ada):
    made = ada.calculated()
    ada.open(f"/dashboard?account={made}", *PAGE)
    ada.send(DashboardState.choose_range, range_="1M")
    month = dash(ada, "history")
    assert (month.chosen, month.return_label) == ("1M", "Return, 1 month")
    for hostile in ("5Y", None, ["1M"], {"a": 1}):
        assert ada.send(DashboardState.choose_range, range_=hostile).deltas == []


def test_try_with_sample_portfolio_leads_to_its_progress(ada):
    ada.open("/dashboard", *PAGE)
    outcome = ada.send(DashboardState.try_sample)
    (portfolio,) = ada.call("portfolios", "list_visible")
    assert outcome.redirects == [f"/onboarding/progress/{ada.call('batch', 'latest_run', portfolio.id).batch_run_id}"]
    assert portfolio.is_sample


def test_hidden_amounts_do_not_leave_the_server(ada):
    made = ada.calculated()
    ada.call("identity", "update_profile", privacy_mode=True)
    ada.open(f"/dashboard?account={made}", *PAGE)
    for handler, payload in ((DashboardState.choose_range, {"range_": "All"}), (HoldingsState.sort, {"key": "return"})):
        ada.send(handler, **payload)
    assert dash(ada, "lead").whole == "$•••••"
    assert DOLLARS.findall(str(ada.seen)) == []


def test_when_nothing_can_be_read_the_page_says_so_with_a_reference(ada, monkeypatch):
    def away(*_arguments):
        raise ConnectionError("password=hunter2")

    ada.portfolio()
    monkeypatch.setattr(ada.services.risk, "overview", away)
    ada.open("/dashboard", *PAGE)
    assert "give support the reference" in dash(ada, "problem")
    assert "hunter2" not in str(ada.seen)


def test_dismissing_remembers_the_run(ada):
    made = ada.portfolio()
    ada.open(f"/dashboard?account={made}", *PAGE)
    ada.send(CalculationState.dismiss)
    assert ada.see(CalculationState, "dismissed") == run(ada).key != ""


def test_after_the_last_portfolio_is_archived_the_page_is_empty_again(ada):
    made = ada.services.onboarding.create_sample(ada.services.db.transaction, ada.actor)
    for is_calculated in (False, True):
        if is_calculated:
            ada.work(made.portfolio_id)
            ada.call("portfolios", "archive", made.portfolio_id)
        ada.open("/dashboard", *PAGE)
    assert (dash(ada, "layout"), dash(ada, "problem")) == ("empty", "")


def test_archiving_while_the_first_calculation_runs_does_not_lead_to_it(ada):
    made = ada.services.onboarding.create_sample(ada.services.db.transaction, ada.actor)
    ada.call("portfolios", "archive", made.portfolio_id)
    assert ada.open("/dashboard", DashboardState.load).redirects == []
    assert dash(ada, "layout") == "empty"
