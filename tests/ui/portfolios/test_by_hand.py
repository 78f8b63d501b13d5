"""Positions by hand, through the real event pipeline over the real services."""

import json
from uuid import uuid4

import pytest

from sigmasight_ui.ui.portfolios.detail_state import PortfolioState
from sigmasight_ui.ui.portfolios.entry_state import EntryState
from sigmasight_ui.ui.portfolios.position_state import PositionState
from sigmasight_ui.ui.shell.notices import NoticeState
from tests.ui.portfolios.seen import held, line_of, pick, said

pytestmark = pytest.mark.slow

E, P = EntryState, PositionState


# Adding


def type_in(person, portfolio, text):
    person.open(f"/portfolios/{portfolio}/add", E.load)
    person.send(E.paste, message=json.dumps({"at": "1,0", "text": text}))


def test_pasted_rows_are_saved_together_and_the_grid_is_empty_again(ada):
    made = ada.portfolio()
    type_in(ada, made, "NVDA\t110\t149.71\t2024-03-14\nTSLA\t-5\t210.00\t2024-03-15")
    assert ada.see(E, "summary") == "2 positions"
    outcome = ada.send(E.add)
    assert outcome.redirects == [f"/portfolios/{made}"]
    assert held(ada, made)["NVDA"] == ("110", True)
    assert held(ada, made)["TSLA"] == ("-5", True)
    assert said(ada) == ["2 positions added. Calculate now to see new figures."]
    assert all(row.is_blank for row in ada.see(E, "rows"))


def test_one_wrong_cell_saves_nothing_and_is_marked(ada):
    made = ada.portfolio()
    type_in(ada, made, "NVDA\t110\t149.71\t2024-03-14\nTSLA\tfive\t210.00\t2024-03-15")
    ada.send(E.add)
    first, second = ada.see(E, "rows")[:2]
    assert (any(first.wrong), second.wrong[1], "ERR_POS" in second.problem) == (False, True, True)
    assert ada.see(E, "problem").startswith("Nothing was saved.")
    assert "NVDA" not in held(ada, made)
    ada.send(E.edit, number=2, column=1, text="5")
    assert ada.see(E, "rows")[1].problem == ""
    ada.send(E.add)
    assert held(ada, made)["TSLA"] == ("5", True)


def test_nothing_typed_is_said(ada):
    ada.open(f"/portfolios/{ada.portfolio()}/add", E.load)
    ada.send(E.add)
    assert ada.see(E, "problem") == "Type at least one position."
    ada.send(E.more_rows)
    assert len(ada.see(E, "rows")) == 10


@pytest.mark.parametrize("whose", ["anothers", "nobodys", "no id"])
def test_nobody_adds_to_what_is_not_theirs(ada, sign_in, whose):
    wanted = {"anothers": lambda: sign_in().portfolio("Secret of Ben"), "nobodys": uuid4, "no id": lambda: "x"}[whose]()
    ada.open(f"/portfolios/{wanted}/add", E.load)
    assert ada.see(E, "status") == "missing"
    ada.send(E.paste, message=json.dumps({"at": "1,0", "text": "NVDA\t1\t1\t2024-03-14"}))
    ada.send(E.add)
    assert "Secret of Ben" not in str(ada.seen)


# One position


def test_a_position_is_edited(ada):
    made = ada.portfolio()
    pick(ada, made, "AAPL")
    ada.send(P.ask, what="edit")
    assert (ada.see(P, "asks"), ada.see(P, "picked").quantity) == ("edit", "100")
    form = {"symbol": "AAPL", "quantity": "120", "entry_price": "24.39", "entry_date": "2015-01-20"}
    ada.send(P.save, f"/portfolios/{made}", form=form)
    assert held(ada, made)["AAPL"] == ("120", True)
    assert line_of(ada, "AAPL").quantity == "120"
    assert ada.see(P, "asks") == ""


def test_a_hidden_quantity_is_not_sent_and_stays(ada):
    made = ada.portfolio()
    ada.call("identity", "update_profile", privacy_mode=True)
    pick(ada, made, "AAPL")
    assert ada.see(P, "picked").quantity == ""
    ada.send(P.ask, what="edit")
    form = {"symbol": "AAPL", "quantity": "", "entry_price": "25", "entry_date": "2015-01-20"}
    ada.send(P.save, f"/portfolios/{made}", form=form)
    assert held(ada, made)["AAPL"] == ("100", True)


def test_the_hidden_price_of_a_private_holding_is_not_sent_and_stays(ada):
    made = ada.portfolio(rows="HOUSE,1,25000.00,2015-01-20,PRIVATE,\n")
    ada.call("identity", "update_profile", privacy_mode=True)
    pick(ada, made, "HOUSE")
    assert (ada.see(P, "picked").entry_price, line_of(ada, "HOUSE").entry_price) == ("", "•••••")
    ada.send(P.ask, what="edit")
    form = {"symbol": "HOUSE", "quantity": "2", "entry_price": "", "entry_date": "2015-01-20"}
    ada.send(P.save, f"/portfolios/{made}", form=form)
    ada.call("identity", "update_profile", privacy_mode=False)
    pick(ada, made, "HOUSE")
    assert (line_of(ada, "HOUSE").quantity, ada.see(P, "picked").entry_price) == ("2", "25000.00")


def test_a_wrong_value_stands_at_its_field_and_changes_nothing(ada):
    made = ada.portfolio()
    pick(ada, made, "AAPL")
    ada.send(P.ask, what="edit")
    form = {"symbol": "AAPL", "quantity": "0", "entry_price": "24.39", "entry_date": "soon"}
    ada.send(P.save, form=form)
    assert set(ada.see(P, "errors")) == {"quantity", "entry_date"}
    assert (ada.see(P, "asks"), ada.see(P, "is_working")) == ("edit", False)
    assert held(ada, made)["AAPL"] == ("100", True)


def test_a_part_is_closed_with_its_gain(ada):
    made = ada.portfolio()
    pick(ada, made, "AAPL")
    ada.send(P.ask, what="close")
    ada.send(P.close, form={"close_quantity": "40", "exit_price": "34.39", "exit_date": "2016-01-20"})
    assert said(ada) == ["AAPL closed in part: +$400.00 realised."]
    lots = [lot for lot in ada.call("portfolios", "lots", made) if lot.symbol == "AAPL"]
    assert sorted((int(lot.quantity), lot.exit_date is None) for lot in lots) == [(40, False), (60, True)]


def test_pressed_twice_a_part_is_closed_once(ada):
    made = ada.portfolio()
    pick(ada, made, "AAPL")
    ada.send(P.ask, what="close")
    for _ in range(2):
        ada.send(P.close, form={"close_quantity": "40", "exit_price": "34.39", "exit_date": "2016-01-20"})
    lots = [lot for lot in ada.call("portfolios", "lots", made) if lot.symbol == "AAPL"]
    assert sorted(int(lot.quantity) for lot in lots) == [40, 60]


def test_closing_without_a_price_says_so(ada):
    made = ada.portfolio()
    pick(ada, made, "AAPL")
    ada.send(P.ask, what="close")
    ada.send(P.close, form={"close_quantity": "", "exit_price": "", "exit_date": ""})
    assert {"exit_price", "exit_date"} & set(ada.see(P, "errors"))
    assert held(ada, made)["AAPL"] == ("100", True)


def test_what_is_deleted_can_be_undone(ada):
    made = ada.portfolio()
    pick(ada, made, "AAPL")
    ada.send(P.delete)
    assert "AAPL" not in held(ada, made)
    (notice,) = ada.see(NoticeState, "notices")
    assert notice.text == "AAPL is deleted."
    ada.send(NoticeState.undo, id=notice.id)
    assert held(ada, made)["AAPL"] == ("100", True)


def test_anothers_position_cannot_be_picked_or_restored(ada, sign_in):
    ben = sign_in()
    portfolio = ben.portfolio("Secret of Ben")
    lot = ben.call("portfolios", "lots", portfolio)[0]
    ada.open("/portfolios", PortfolioState.load)
    ada.send(P.pick, position_id=str(lot.id))
    assert ada.see(P, "picked").id == ""
    for handler, payload in ((P.delete, {}), (P.save, {"form": {"quantity": "1"}}), (P.ask, {"what": "source"})):
        ada.send(handler, **payload)
    ada.send(P.restore, position_id=str(lot.id))
    assert len(ben.call("portfolios", "lots", portfolio)) == 3
    assert lot.symbol not in str(ada.see(P, "picked"))
