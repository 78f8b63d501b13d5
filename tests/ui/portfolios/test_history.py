"""The history of imports, through the real event pipeline over the real services."""

import json
from uuid import uuid4

import pytest
from sqlalchemy import text

from sigmasight_ui.services.imports.schemas.choices import ImportChange, Mode
from sigmasight_ui.services.imports.schemas.history import UndoReach
from sigmasight_ui.ui.portfolios import history_state
from sigmasight_ui.ui.portfolios.detail_state import PortfolioState
from sigmasight_ui.ui.portfolios.history_state import HistoryState
from sigmasight_ui.ui.portfolios.list_state import PortfolioListState
from sigmasight_ui.ui.portfolios.position_state import PositionState
from sigmasight_ui.ui.shell.notices import NoticeState
from tests.ui.imports.test_review_state import INDIVIDUAL, SCHWAB
from tests.ui.portfolios.seen import held, pick, said

pytestmark = pytest.mark.slow

H, P = HistoryState, PositionState


@pytest.fixture
def imported(ada):
    """A portfolio with one confirmed import in it."""
    made = ada.portfolio(rows="TLT,1,100.00,2015-01-20\n")
    service, open_ = ada.services.imports, ada.services.db.transaction
    ada._wait()
    review = service.start(open_, ada.actor, "november.csv", SCHWAB.encode(), made)
    service.change(open_, ada.actor, review.import_id, ImportChange({"account": INDIVIDUAL}, mode=Mode.ADD))
    service.confirm(open_, ada.actor, review.import_id)
    ada.open(f"/portfolios/{made}", PortfolioState.load, H.load)
    return made


def test_the_history_says_what_each_import_did(ada, imported):
    (line,) = ada.see(H, "history").lines
    assert (line.what, line.then) == ("november.csv", "undo")
    assert line.did.startswith("Schwab positions: 2 positions added")


def test_an_import_is_undone_and_done_again(ada, imported):
    (line,) = ada.see(H, "history").lines
    ada.send(H.ask, import_id=line.id)
    assert (ada.see(H, "asked_id"), ada.see(H, "edits")) == (line.id, "")
    ada.send(H.undo, edited="")
    assert set(held(ada, imported)) == {"TLT"}
    ada.send(H.load)
    assert ada.see(H, "history").lines[0].then == "redo"
    ada.send(H.redo, import_id=line.id)
    assert set(held(ada, imported)) == {"TLT", "AAPL", "KO"}


def made_from_a_file(person):
    """On the page of the first portfolio that an import made."""
    service, open_ = person.services.imports, person.services.db.transaction
    person._wait()
    review = service.start(open_, person.actor, "november.csv", SCHWAB.encode())
    made = service.confirm(open_, person.actor, review.import_id).portfolios[0].portfolio_id
    person.open(f"/portfolios/{made}", PortfolioState.load, H.load)
    return made


def test_undoing_what_a_portfolio_was_made_from_leaves_its_page_and_can_be_taken_back(ada):
    made = made_from_a_file(ada)
    (line,) = ada.see(H, "history").lines
    ada.send(H.ask, import_id=line.id)
    assert ada.see(H, "consequence") == (
        "Exactly the positions it created are removed, and what it replaced comes back."
        " Schwab Individual …417 and Schwab Roth Contributory IRA …905 go with them: nothing else is in them."
    )
    assert ada.send(H.undo, edited="").redirects == ["/portfolios"]
    (notice,) = ada.see(NoticeState, "notices")
    assert notice.text == f"{line.what} is undone."
    ada.send(NoticeState.undo, id=notice.id)
    assert said(ada) == ["The import is done again."]
    assert "AAPL" in held(ada, made)


def test_an_import_into_several_accounts_says_which():
    reach = UndoReach((), ("Roth", "Taxable"), ())
    assert history_state.consequence(reach) == (
        "Exactly the positions it created in Roth and Taxable are removed, and what it replaced comes back."
        " It can be done again."
    )


@pytest.mark.parametrize("whose", ["anothers", "nobodys", "no id"])
def test_nobody_brings_back_what_is_not_theirs(ada, sign_in, whose):
    ben = sign_in()
    made_from_a_file(ben)
    theirs = ben.see(H, "history").lines[0].id
    ben.send(H.ask, import_id=theirs)
    ben.send(H.undo, edited="")
    ada.open("/portfolios", PortfolioListState.load)
    ada.send(H.bring_back, import_id={"anothers": theirs, "nobodys": str(uuid4()), "no id": "x"}[whose])
    assert ben.call("portfolios", "list_visible") == ()


def test_a_long_history_is_turned_page_by_page(ada, imported, monkeypatch):
    monkeypatch.setattr(history_state, "PAGE", 2)
    for _ in range(2):
        ada._wait()
        service, open_ = ada.services.imports, ada.services.db.transaction
        review = service.start(open_, ada.actor, "again.csv", SCHWAB.encode(), imported)
        service.confirm(open_, ada.actor, review.import_id)
    ada.send(H.load)
    first = ada.see(H, "history")
    assert (len(first.lines), first.paging.shown, first.paging.has_previous, first.paging.has_next) == (
        2,
        "1–2 of 3",
        False,
        True,
    )
    ada.send(H.turn, pages=1)
    last = ada.see(H, "history")
    assert ([line.what for line in last.lines], last.paging.has_previous, last.paging.has_next) == (
        ["november.csv"],
        True,
        False,
    )
    ada.send(H.turn, pages=10**9)
    assert ada.see(H, "history") == last


def test_who_may_only_look_is_offered_no_undoing(ada, imported, sign_in):
    ben = sign_in()
    with ada.services.db.transaction(ada.actor) as session:
        session.execute(
            text("insert into portfolio_access (user_id, portfolio_id, level) values (:user, :portfolio, 1)"),
            {"user": ben.actor.user_id, "portfolio": imported},
        )
    ben.open(f"/portfolios/{imported}", PortfolioState.load, H.load)
    (line,) = ben.see(H, "history").lines
    assert (line.what, line.then) == ("november.csv", "")
    ben.send(H.ask, import_id=line.id)
    ben.send(H.undo, edited="")
    assert set(held(ada, imported)) == {"TLT", "AAPL", "KO"}


def test_undoing_asks_about_positions_changed_since(ada, imported):
    pick(ada, imported, "KO")
    ada.send(P.ask, what="edit")
    ada.send(P.save, form={"symbol": "KO", "quantity": "11", "entry_price": "50", "entry_date": "2026-11-19"})
    (line,) = ada.see(H, "history").lines
    ada.send(H.ask, import_id=line.id)
    assert ada.see(H, "edits").startswith("KO was changed since the import.")
    ada.send(H.undo, edited="keep")
    assert held(ada, imported) == {"TLT": ("1", True), "KO": ("11", True)}


def test_a_position_shows_the_line_it_came_from(ada, imported):
    pick(ada, imported, "AAPL")
    ada.send(P.ask, what="source")
    (source,) = ada.see(P, "sources").lots
    assert source.what == "november.csv, line 5"
    assert "APPLE INC" in source.cells
    pick(ada, imported, "TLT")
    ada.send(P.ask, what="source")
    assert ada.see(P, "sources").lots[0].what == "Entered by hand"


def test_a_file_that_was_started_is_looked_at_next(ada, imported):
    wanted = str(uuid4())
    told = json.dumps({"status": 201, "body": {"import_id": wanted}})
    assert ada.send(H.started, text=told).redirects == [f"/imports/{wanted}"]
    refused = {"error": {"code": "ERR_CSV_001", "message": "The file is too large."}}
    ada.send(H.started, text=json.dumps({"status": 413, "body": refused}))
    assert ada.see(H, "upload_error") == "The file is too large. (ERR_CSV_001)"


def test_a_file_that_was_left_is_listed_until_it_is_decided_on(ada):
    service, open_ = ada.services.imports, ada.services.db.transaction
    ada._wait()
    left = service.start(open_, ada.actor, "left.csv", SCHWAB.encode())
    ada.open("/portfolios", PortfolioListState.load)
    (waiting,) = ada.see(PortfolioListState, "waiting")
    assert (waiting.id, waiting.file_name) == (str(left.import_id), "left.csv")
    service.confirm(open_, ada.actor, left.import_id)
    ada.open("/portfolios", PortfolioListState.load)
    assert ada.see(PortfolioListState, "waiting") == []
