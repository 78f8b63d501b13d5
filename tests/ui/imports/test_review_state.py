"""The review screen through the real event pipeline, over the real service: what a browser is sent, and what a socket
cannot do."""

from uuid import UUID, uuid4

import pytest

from sigmasight_ui.core.errors import unavailable
from sigmasight_ui.core.rate_limit import Limit
from sigmasight_ui.services.imports import rules
from sigmasight_ui.ui.imports.review_rows import NEW_PORTFOLIO, NOT_IMPORTED
from sigmasight_ui.ui.imports.review_state import ReviewState

pytestmark = pytest.mark.slow

R = ReviewState
HEAD = '"Symbol","Description","Quantity","Price","Market Value","Cost Basis","Security Type",'
SCHWAB = f"""\
"Positions for All-Accounts as of 05:39 PM ET, 11/19/2026"

"Individual ...417"
{HEAD}
"AAPL","APPLE INC","100","$271.50","$27,150.00","$15,800.00","Equity",
"KO","COCA COLA CO","10","$70.00","$700.00","$500.00","Equity",
"Cash & Cash Investments","--","--","--","$6,787.50","--","Cash and Money Market",
"Account Total","--","--","--","$34,637.50","$16,300.00","--",

"Roth Contributory IRA ...905"
{HEAD}
"MSFT","MICROSOFT CORP","40","$400.00","$16,000.00","$9,999.99","Equity",
"Account Total","--","--","--","$16,000.00","$9,999.99","--",
"""
INDIVIDUAL, ROTH = "Individual …417", "Roth Contributory IRA …905"


def start(person, text=SCHWAB, portfolio_id=None):
    person._wait()
    service, open_ = person.services.imports, person.services.db.transaction
    return str(service.start(open_, person.actor, "positions.csv", text.encode(), portfolio_id).import_id)


def show(person, import_id):
    return person.open(f"/imports/{import_id}", R.load)


@pytest.fixture
def reviewing(ada):
    show(ada, start(ada))
    return ada


def see(person, name):
    return person.see(R, name)


def send(person, handler, **payload):
    return person.send(handler, path=f"/imports/{see(person, 'import_id')}", **payload)


def symbols(person):
    return [line.symbol for line in see(person, "lines").rows]


def test_what_was_recognised_is_shown_with_its_accounts_and_totals(reviewing):
    assert see(reviewing, "file_title") == "Schwab positions, 19 Nov 2026, 2 accounts"
    assert [(line.label, line.goes_to) for line in see(reviewing, "accounts")] == [
        (INDIVIDUAL, NEW_PORTFOLIO), (ROTH, NEW_PORTFOLIO),
    ]  # fmt: skip
    assert (see(reviewing, "totals").title, see(reviewing, "totals").chip) == ("Totals agree", "to the cent")
    assert symbols(reviewing) == ["AAPL", "KO"]
    assert see(reviewing, "skipped")


def test_confirming_makes_both_portfolios_and_says_where_to_go(reviewing):
    outcome = send(reviewing, R.confirm)
    assert outcome.redirects == ["/portfolios"]
    made = reviewing.call("portfolios", "list_visible")
    assert sorted(row.positions for row in made) == [1, 2]
    again = show(reviewing, see(reviewing, "import_id"))
    assert again.redirects[0].startswith("/portfolios/")


def test_an_account_that_is_left_out_is_not_imported(reviewing):
    send(reviewing, R.include, label=ROTH, yes=False)
    assert [line.goes_to for line in see(reviewing, "accounts")] == [NEW_PORTFOLIO, NOT_IMPORTED]
    assert see(reviewing, "confirm_label") == "Import 2 positions"
    outcome = send(reviewing, R.confirm)
    assert outcome.redirects[0].startswith("/onboarding/progress/")
    assert [row.positions for row in reviewing.call("portfolios", "list_visible")] == [2]


def test_cells_are_edited_where_they_stand(reviewing):
    line = see(reviewing, "lines").rows[0]
    assert line.is_estimated
    send(reviewing, R.edit, line=line.line, field="date", text="2020-01-15")
    send(reviewing, R.edit, line=line.line, field="price", text="150")
    changed = see(reviewing, "lines").rows[0]
    assert (changed.date, changed.is_estimated, changed.price) == ("2020-01-15", False, "150.00")


def test_a_cell_that_cannot_be_read_is_typed_again_or_its_line_skipped(ada):
    broken = SCHWAB.replace('"10","$70.00"', '"ten","$70.00"')
    show(ada, start(ada, broken))
    (problem,) = see(ada, "problems")
    assert (problem.symbol, problem.field, see(ada, "can_confirm")) == ("KO", "quantity", False)
    send(ada, R.correct, line=problem.line, field="quantity", text="10")
    assert (see(ada, "problems"), see(ada, "can_confirm")) == ([], True)
    assert symbols(ada) == ["AAPL", "KO"]
    show(ada, start(ada, broken))
    send(ada, R.skip, line=see(ada, "problems")[0].line, yes=True)
    assert see(ada, "problems") == []
    send(ada, R.correct, line=problem.line, field="quantity", text="10")
    assert see(ada, "summary") == "2 positions"


def test_one_answer_dates_them_all(reviewing):
    (card,) = see(reviewing, "questions")
    send(reviewing, R.answer, question=card.id, answer="2019-05-06")
    assert {line.date for line in see(reviewing, "lines").rows} == {"2019-05-06"}
    send(reviewing, R.answer, question=card.id, answer="2099-01-01")
    assert "ERR_IMPORT_003" in see(reviewing, "problem")
    assert {line.date for line in see(reviewing, "lines").rows} == {"2019-05-06"}


def test_names_of_new_portfolios_are_typed_and_taken_names_stop_the_import(reviewing):
    reviewing.portfolio("Taken")
    send(reviewing, R.name_account, label=ROTH, name="Taken")
    assert see(reviewing, "accounts")[1].name_problem
    assert (see(reviewing, "can_confirm"), see(reviewing, "why_not")) == (False, "An account name is taken.")
    send(reviewing, R.name_account, label=ROTH, name="Mine")
    assert see(reviewing, "accounts")[1].account_name == "Mine"
    assert see(reviewing, "accounts")[1].account_type == "roth_ira"
    send(reviewing, R.choose_type, label=ROTH, account_type="ira")
    send(reviewing, R.set_balance, label=ROTH, balance="12,500.00")
    named = see(reviewing, "accounts")[1]
    assert (named.account_type, named.equity_balance) == ("ira", "12,500.00")


def test_the_next_file_is_set_beside_what_is_held(reviewing):
    send(reviewing, R.include, label=ROTH, yes=False)
    send(reviewing, R.confirm)
    (made,) = reviewing.call("portfolios", "list_visible")
    later = SCHWAB.replace('"KO","COCA COLA CO","10","$70.00","$700.00"', '"PG","PROCTER","5","$140.00","$700.00"')
    show(reviewing, start(reviewing, later, made.id))
    send(reviewing, R.answer, question="account", answer=INDIVIDUAL)
    assert [(line.symbol, line.tone) for line in see(reviewing, "lines").rows] == [("AAPL", "same"), ("PG", "added")]
    assert [line.text for line in see(reviewing, "going")] == ["KO"]
    send(reviewing, R.choose_mode, mode="replace")
    send(reviewing, R.confirm)
    lots = reviewing.call("portfolios", "lots", made.id)
    assert sorted(lot.symbol for lot in lots) == ["AAPL", "PG"]


def test_the_same_file_again_adds_nothing_unless_told_to(reviewing):
    send(reviewing, R.include, label=ROTH, yes=False)
    send(reviewing, R.confirm)
    show(reviewing, start(reviewing))
    send(reviewing, R.include, label=ROTH, yes=False)
    assert see(reviewing, "duplicates") == []
    assert {line.tone for line in see(reviewing, "lines").rows} == {"same"}
    send(reviewing, R.choose_mode, mode="add")
    assert [line.what.partition(",")[0] for line in see(reviewing, "duplicates")] == ["AAPL", "KO"]
    assert see(reviewing, "summary") == "0 positions"
    send(reviewing, R.add_anyway, line=see(reviewing, "duplicates")[0].line, yes=True)
    assert see(reviewing, "summary") == "1 position"


def test_discarding_deletes_the_file(reviewing):
    import_id = see(reviewing, "import_id")
    send(reviewing, R.ask_discard)
    assert see(reviewing, "asks_discard")
    assert send(reviewing, R.discard).redirects == ["/portfolios"]
    show(reviewing, import_id)
    assert see(reviewing, "outcome") == "missing"


@pytest.mark.parametrize("whose", ["anothers", "nobodys", "no id"])
def test_an_address_of_nothing_is_missing(ada, sign_in, whose):
    wanted = {"anothers": lambda: start(sign_in()), "nobodys": lambda: str(uuid4()), "no id": lambda: "x"}[whose]()
    show(ada, wanted)
    assert see(ada, "outcome") == "missing"
    assert "APPLE" not in str(ada.seen)


def away(*_arguments, **_options):
    raise unavailable("The database")


def test_what_cannot_be_read_just_now_is_not_missing(ada, monkeypatch):
    import_id = start(ada)
    with monkeypatch.context() as outage:
        outage.setattr(ada.services.imports, "get", away)
        show(ada, import_id)
    assert see(ada, "outcome") == "away"
    assert see(ada, "problem").endswith("(ERR_SYSTEM_001)")
    show(ada, import_id)
    assert (see(ada, "outcome"), see(ada, "problem")) == ("needs_answers", "")


def test_what_is_on_screen_stays_there_when_it_cannot_be_read_again(reviewing, monkeypatch):
    lines = see(reviewing, "lines")
    monkeypatch.setattr(reviewing.services.imports, "get", away)
    send(reviewing, R.show_account, label=ROTH)
    assert (see(reviewing, "outcome"), see(reviewing, "lines")) == ("needs_answers", lines)
    assert see(reviewing, "problem")


@pytest.mark.parametrize(
    ("handler", "payload"),
    [
        (R.edit, {"line": 5, "field": "password", "text": "x"}),
        (R.edit, {"line": "five", "field": "price", "text": "1"}),
        (R.edit, {"line": 5, "field": "price", "text": {"a": 1}}),
        (R.skip, {"line": 99999, "yes": True}),
        (R.add_anyway, {"line": 5, "yes": True}),
        (R.choose_mode, {"mode": "delete everything"}),
        (R.include, {"label": "nobody", "yes": True}),
        (R.send_to, {"label": INDIVIDUAL, "goes_to": str(UUID(int=5))}),
        (R.answer, {"question": "password", "answer": "x"}),
        (R.turn, {"pages": 10**9}),
        (R.show_account, {"label": "nobody"}),
        (R.use_preset, {"preset_id": "nobody's"}),
    ],
)
def test_what_no_control_sends_changes_nothing(reviewing, handler, payload):
    before = {name: see(reviewing, name) for name in ("accounts", "lines", "mode", "questions", "problem")}
    send(reviewing, handler, **payload)
    assert {name: see(reviewing, name) for name in before} == before


def test_a_socket_reads_a_file_no_more_often_than_rest(reviewing, monkeypatch):
    monkeypatch.setattr(rules, "READINGS", Limit("few-readings", 2, 3600))
    for _ in range(2):
        send(reviewing, R.turn, pages=1)
        assert see(reviewing, "problem") == ""
    send(reviewing, R.turn, pages=1)
    assert "ERR_RATE_" in see(reviewing, "problem")
    assert symbols(reviewing) == ["AAPL", "KO"], "what is on screen stays"
