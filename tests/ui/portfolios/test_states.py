"""Portfolios through the real event pipeline."""

from uuid import uuid4

import pytest

from sigmasight_ui.core.errors import AppError, unavailable
from sigmasight_ui.services.batch.schemas import RunState
from sigmasight_ui.ui.portfolios.detail_state import PortfolioState
from sigmasight_ui.ui.portfolios.entry_state import EntryState
from sigmasight_ui.ui.portfolios.list_state import PortfolioListState
from sigmasight_ui.ui.shell.notices import NoticeState
from sigmasight_ui.ui.shell.state import ShellState

pytestmark = pytest.mark.slow

LIST, ONE = PortfolioListState, PortfolioState
TYPED = {"portfolio_name": "Core", "account_name": "Schwab", "account_type": "ira", "description": "Long term"}


def accounts(person):
    return [line.account for line in person.see(LIST, "lines")]


def texts(person):
    return [notice.text for notice in person.see(NoticeState, "notices")]


def show(person, portfolio):
    person.open(f"/portfolios/{portfolio}", ONE.load)


def test_the_list_says_what_each_is_worth_and_how_it_stands(ada):
    done = ada.calculated("Schwab")
    ada.portfolio("Fidelity")
    ada.open("/portfolios", LIST.load)
    schwab, fidelity = ada.see(LIST, "lines")
    nav = ada.call("risk", "account_values")[done].nav
    assert (schwab.value, schwab.prices, schwab.is_sample) == (f"${nav:,.2f}", "as of 1 Jul 2016", True)
    assert (schwab.status, schwab.tone) == ("Calculated 20 Nov 2026", "ok")
    assert (fidelity.value, fidelity.reason, fidelity.day.text) == ("unknown", "not calculated yet", "–")
    assert (fidelity.status, fidelity.tone) == ("Never calculated", "warn")


def test_archiving_is_asked_for_and_takes_it_out_of_list_and_frame(ada):
    made = ada.portfolio("Schwab")
    ada.portfolio("Fidelity")
    ada.open("/portfolios", LIST.load)
    ada.send(LIST.ask, portfolio_id=str(made))
    assert ada.see(LIST, "asked_name") == "Schwab"
    ada.send(LIST.keep)
    ada.send(LIST.archive)
    assert accounts(ada) == ["Schwab", "Fidelity"]
    ada.send(LIST.ask, portfolio_id=str(made))
    ada.send(LIST.archive)
    assert (accounts(ada), texts(ada)) == (["Fidelity"], ["Schwab is archived"])
    assert [row.alias for row in ada.see(ShellState, "accounts")] == ["Fidelity"]


def test_anothers_portfolio_cannot_be_asked_about(ada, sign_in):
    ben = sign_in()
    foreign = ben.portfolio("Secret of Ben")
    ada.open("/portfolios", LIST.load)
    for wanted in (str(foreign), "no id", None, ["x"]):
        ada.send(LIST.ask, portfolio_id=wanted)
        ada.send(LIST.archive)
    assert [row.account_name for row in ben.call("portfolios", "list_visible")] == ["Secret of Ben"]


@pytest.mark.parametrize("whose", ["anothers", "nobodys", "no id"])
def test_an_address_of_nothing_is_missing(ada, sign_in, whose):
    wanted = {"anothers": lambda: sign_in().portfolio("Secret of Ben"), "nobodys": uuid4, "no id": lambda: "abc"}
    show(ada, wanted[whose]())
    assert ada.see(ONE, "status") == "missing"
    assert "Secret of Ben" not in str(ada.seen)
    for handler, payload in (
        (ONE.archive, {}),
        (ONE.recalculate, {}),
        (ONE.save, {"form": TYPED}),
        (ONE.turn, {"pages": 1}),
    ):
        assert ada.send(handler, **payload).error is None


def test_one_portfolio_with_its_lots_and_pages(ada):
    rows = (
        "".join(f"AAPL,{n},20.5,2015-02-{n:02}\n" for n in range(1, 28))
        + "HD,3,90.96,2015-06-09,,,,,,,2016-03-01,121\n"
    )
    show(ada, ada.portfolio("Schwab", rows))
    positions = ada.see(ONE, "positions")
    assert (ada.see(ONE, "account"), positions.paging.shown, len(positions.lines)) == ("Schwab", "1–25 of 28", 25)
    assert (positions.lines[0].kind, positions.lines[0].entry_price) == ("Long, public", "20.50")
    ada.send(ONE.turn, pages=1)
    last = ada.see(ONE, "positions").lines[-1]
    assert (last.symbol, last.exit_price, last.exit_date, last.is_open) == ("HD", "121.00", "1 Mar 2016", False)


def test_settings_are_saved_and_named_in_the_frame(ada):
    made = ada.portfolio("Old name")
    show(ada, made)
    ada.send(ONE.save, form=TYPED)
    row = ada.call("portfolios", "get", made)
    assert (row.account_name, row.account_type, row.description) == ("Schwab", "ira", "Long term")
    assert (ada.see(ONE, "account"), texts(ada)) == ("Schwab", ["Changes saved"])
    assert [row.alias for row in ada.see(ShellState, "accounts")] == ["Schwab"]


def test_every_wrong_field_is_named_at_once(ada):
    show(ada, ada.portfolio())
    ada.send(ONE.save, form={**TYPED, "portfolio_name": " ", "account_type": "swiss"})
    errors = ada.see(ONE, "errors")
    assert errors["portfolio_name"] == "The portfolio name is missing. Enter a name. (ERR_PORT_002)"
    assert errors["account_type"].endswith("(ERR_PORT_009)")


def test_a_taken_account_name_is_refused_beside_its_field(ada):
    ada.portfolio("Schwab")
    show(ada, ada.portfolio("Fidelity"))
    ada.send(ONE.save, form=TYPED)
    assert ada.see(ONE, "errors")["account_name"].endswith("(ERR_PORT_001)")


@pytest.mark.parametrize("form", [None, "text", {"account_name": {"a": 1}}, {"account_name": 7}])
def test_a_form_no_browser_sends_is_refused(ada, form):
    made = ada.portfolio("Schwab")
    show(ada, made)
    ada.send(ONE.save, form=form)
    assert "account_name" in ada.see(ONE, "errors")
    assert ada.call("portfolios", "get", made).account_name == "Schwab"


def test_recalculate_begins_from_scratch_and_leads_to_its_progress(ada):
    made = ada.calculated()
    show(ada, made)
    outcome = ada.send(ONE.recalculate)
    run = ada.call("batch", "latest_run", made)
    assert (run.status, run.phases_completed) == (RunState.QUEUED, 0)
    assert outcome.redirects == [f"/onboarding/progress/{run.batch_run_id}"]
    ada.send(ONE.recalculate)
    assert texts(ada)[-1].startswith("This portfolio is being calculated already.")


def test_archiving_from_its_page_leads_to_the_list(ada):
    made = ada.portfolio("Schwab")
    show(ada, made)
    ada.send(ONE.ask_archive)
    assert ada.send(ONE.archive).redirects == ["/portfolios"]
    with pytest.raises(AppError):
        ada.call("portfolios", "get", made)


def test_paper_gets_every_position_and_the_screen_its_page_back(ada):
    rows = "".join(f"S{number},1,10.00,2015-01-20\n" for number in range(30))
    show(ada, ada.portfolio(rows=rows))
    assert len(ada.see(ONE, "positions").lines) == 25
    ada.send(ONE.print_whole)
    assert (len(ada.see(ONE, "positions").lines), ada.see(ONE, "is_printed")) == (30, True)
    ada.send(ONE.print_whole)
    assert (len(ada.see(ONE, "positions").lines), ada.see(ONE, "is_printed")) == (25, False)


def test_a_portfolio_that_cannot_be_read_just_now_is_not_missing(ada, monkeypatch):
    made = ada.portfolio("Schwab")

    def away(*_arguments, **_options):
        raise unavailable("The database")

    with monkeypatch.context() as outage:
        outage.setattr(ada.services.portfolios, "get", away)
        show(ada, made)
        assert ada.see(ONE, "status") == "away"
        assert ada.see(ONE, "problem")
        ada.open(f"/portfolios/{made}/add", EntryState.load)
        assert (ada.see(EntryState, "status"), ada.see(EntryState, "problem")) == ("away", ada.see(ONE, "problem"))
    show(ada, made)
    assert (ada.see(ONE, "status"), ada.see(ONE, "account")) == ("found", "Schwab")
