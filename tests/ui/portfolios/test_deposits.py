"""Deposits and withdrawals on a portfolio's page, through the real event pipeline."""

from uuid import uuid4

import pytest

from sigmasight_ui.services.batch.schemas import RunState
from sigmasight_ui.ui.dashboard.state import DashboardState
from sigmasight_ui.ui.portfolios.deposits_state import DepositsState
from sigmasight_ui.ui.shell.notices import NoticeState

pytestmark = pytest.mark.slow

D = DepositsState
FORM = {
    "deposit_type": "CONTRIBUTION", "deposit_amount": "2,500", "deposit_date": "2016-06-20", "deposit_notes": "bonus",
}  # fmt: skip


@pytest.fixture
def made(ada):
    portfolio = ada.portfolio()
    ada.open(f"/portfolios/{portfolio}", D.load)
    return portfolio


def lines(person):
    return [(line.day, line.kind, line.amount, line.notes) for line in person.see(D, "deposits").lines]


def texts(person):
    return [notice.text for notice in person.see(NoticeState, "notices")]


def record(person, **fields):
    person.send(D.add)
    person.send(D.save, form={**FORM, **fields})


def test_one_is_recorded_and_the_figures_are_asked_for(ada, made):
    ada.send(D.add)
    form = ada.see(D, "form")
    assert (form.change_date, form.earliest, ada.see(D, "asks")) == ("2026-11-20", "2015-01-20", True)
    ada.send(D.save, form=FORM)
    assert lines(ada) == [("20 Jun 2016", "Deposit", "+$2,500.00", "bonus")]
    assert ada.see(D, "deposits").finding == "$2,500 came in, $0 went out. Returns leave both out."
    assert (ada.see(D, "asks"), texts(ada)) == (False, ["Recorded. The figures are calculated again."])
    assert ada.call("batch", "latest_run", made).status is RunState.QUEUED


def test_while_a_calculation_is_under_way_it_is_recorded_too(ada, made):
    record(ada)
    record(ada, deposit_type="WITHDRAWAL", deposit_amount="100")
    assert len(lines(ada)) == 2
    assert texts(ada)[-1] == "Recorded. The figures are calculated again."


def test_every_wrong_field_is_named_and_the_dialog_stays(ada, made):
    record(ada, deposit_amount="-5", deposit_date="2014-01-01")
    errors = ada.see(D, "errors")
    assert errors["amount"].endswith("(ERR_EQUITY_001)")
    assert errors["change_date"].endswith("(ERR_EQUITY_005)")
    assert (ada.see(D, "asks"), lines(ada)) == (True, [])


def test_sending_the_form_twice_records_once(ada, made):
    ada.send(D.add)
    ada.tab.send(D.save, cookie=ada.cookie, path="/dashboard", form=FORM)
    ada.send(D.save, form=FORM)
    assert ada.call("equity_changes", "page", made).total == 1


def test_edit_delete_and_undo(ada, made):
    record(ada)
    line = ada.see(D, "deposits").lines[0]
    ada.send(D.edit, change_id=line.id)
    assert ada.see(D, "form").amount == "2500.00"
    ada.send(D.save, form={**FORM, "deposit_amount": "99.50", "deposit_type": "WITHDRAWAL"})
    assert lines(ada) == [("20 Jun 2016", "Withdrawal", "−$99.50", "bonus")]
    ada.send(D.delete, change_id=line.id)
    assert (lines(ada), texts(ada)[-1]) == ([], "The withdrawal of 20 Jun 2016 is deleted.")
    notice = ada.see(NoticeState, "notices")[-1]
    ada.send(D.restore, deleted=notice.undo.partition(":")[2])
    assert (len(lines(ada)), texts(ada)[-1]) == (1, "It is back.")
    ada.send(D.restore, deleted=notice.undo.partition(":")[2])
    assert len(lines(ada)) == 1


def test_hidden_amounts_are_hidden_in_list_and_form_and_kept(ada, made):
    record(ada)
    ada.call("identity", "update_profile", privacy_mode=True)
    ada.open(f"/portfolios/{made}", D.load)
    line = ada.see(D, "deposits").lines[0]
    ada.send(D.edit, change_id=line.id)
    assert "2,500" not in str(ada.see(D, "deposits"))
    assert (ada.see(D, "form").amount, ada.see(D, "form").keeps_amount) == ("", True)
    ada.send(D.save, form={**FORM, "deposit_amount": "", "deposit_notes": "kept"})
    (found,) = ada.call("equity_changes", "page", made).items
    assert (str(found.amount), found.notes) == ("2500.00", "kept")


def test_what_no_browser_sends_changes_nothing(ada, sign_in, made):
    ben = sign_in()
    foreign = ben.portfolio()
    record(ada)
    for handler, payload in (
        (D.delete, {"change_id": str(uuid4())}), (D.delete, {"change_id": 7}), (D.edit, {"change_id": "x"}),
        (D.edit, {"change_id": str(uuid4())}), (D.turn, {"pages": 9}), (D.restore, {"deleted": "x"}),
        (D.restore, {"deleted": f"{foreign}/{uuid4()}"}), (D.save, {"form": FORM}),
    ):  # fmt: skip
        assert ada.send(handler, **payload).error is None
    assert len(lines(ada)) == 1
    ada.open(f"/portfolios/{foreign}", D.load)
    for handler, payload in ((D.add, {}), (D.save, {"form": FORM}), (D.turn, {"pages": 1})):
        ada.send(handler, **payload)
    assert (ada.see(D, "shown_id"), ada.see(D, "asks")) == ("", False)
    assert ben.call("equity_changes", "page", foreign).total == 0


def test_the_dashboard_says_what_came_in_lately(ada, made):
    record(ada)
    ada.work(made)
    ada.open(f"/dashboard?account={made}", DashboardState.load)
    assert ada.see(DashboardState, "lead").deposits == "+$2,500.00"
    ada.open(f"/portfolios/{made}", D.load)
    record(ada, deposit_amount="1")
    ada.open(f"/dashboard?account={made}", DashboardState.load)
    assert "Figures are out of date" in [each.what for each in ada.see(DashboardState, "attention")]
