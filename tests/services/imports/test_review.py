"""What somebody sees before anything is written, and what their answers change."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.imports import rules
from sigmasight_ui.services.imports.schemas.choices import AccountChoice, Mode, RowEdit
from sigmasight_ui.services.imports.schemas.review import Change, Outcome, RowStatus
from tests.services.imports.conftest import MSFT, NVDA, TWO, TWO_ACCOUNTS, refused, schwab
from tests.services.portfolios.broker_formats.described import FIXTURES

BROKEN = schwab([NVDA, ("MSFT", "seventy", "1.00", "$24,584.00")])
WITHOUT_COST = schwab([NVDA, ("VTI", 10, "3000.00", "N/A")])


def by_symbol(review):
    return {row.symbol: row for row in review.positions}


def test_recognised_file_is_shown_and_writes_nothing(person):
    review = person.start(TWO, name="C:\\Users\\ada\\Individual-Positions.csv")
    recognised = review.recognised
    assert (recognised.broker, recognised.as_of, review.file_name) == (
        "Schwab", date(2026, 11, 19), "Individual-Positions.csv",
    )  # fmt: skip
    assert [row.symbol for row in review.positions] == ["NVDA", "MSFT"]
    assert {row.status for row in review.positions} == {RowStatus.IMPORT}
    (account,) = recognised.accounts
    assert account.is_new and not account.name_taken
    assert (account.cash, account.proposed_equity) == (Decimal(1000), Decimal("42052.10"))
    assert [person.count(table) for table in ("portfolios", "positions", "portfolio_imports")] == [0, 0, 0]


def test_missing_dates_are_one_question_with_the_day_of_the_file_as_default(person):
    review = person.start(TWO)
    (question,) = review.questions
    assert (question.id, question.default, question.answer) == ("entry_date", "2026-11-19", None)
    assert review.outcome is Outcome.NEEDS_ANSWERS
    assert {(row.entry_date, row.entry_date_estimated) for row in review.positions} == {(date(2026, 11, 19), True)}
    answered = person.change(review.import_id, answers={"entry_date": "2024-02-01"})
    assert answered.outcome is Outcome.READY
    assert {(row.entry_date, row.entry_date_estimated) for row in answered.positions} == {(date(2024, 2, 1), True)}
    edited = person.change(review.import_id, edits={4: RowEdit(entry_date="2023-01-05")})
    assert (by_symbol(edited)["NVDA"].entry_date, by_symbol(edited)["NVDA"].entry_date_estimated) == (
        date(2023, 1, 5), False,
    )  # fmt: skip
    assert by_symbol(edited)["MSFT"].entry_date == date(2024, 2, 1)


def test_answers_survive_a_reload_and_can_be_taken_back(person):
    review = person.start(TWO)
    person.change(review.import_id, answers={"entry_date": "as_of"})
    assert person.get(review.import_id).outcome is Outcome.READY
    assert person.change(review.import_id, answers={"entry_date": ""}).outcome is Outcome.NEEDS_ANSWERS


def test_a_question_nothing_is_proposed_for_must_be_answered_with_one_of_its_choices(person):
    report = (FIXTURES / "robinhood_activity" / "clean.csv").read_bytes()
    review = person.start(report)
    (question,) = review.questions
    assert (question.id, question.choices, review.outcome) == ("complete_history", ("yes",), Outcome.NEEDS_ANSWERS)
    unsure = person.change(review.import_id, answers={"complete_history": "perhaps"})
    assert unsure.outcome is Outcome.NEEDS_ANSWERS
    assert refused(person.confirm, review.import_id).code == "ERR_IMPORT_002"
    assert person.change(review.import_id, answers={"complete_history": "yes"}).outcome is Outcome.READY


def test_broken_row_is_named_and_nothing_is_imported_until_it_is_answered(person):
    review = person.start(BROKEN)
    (problem,) = review.problems
    assert (problem.line, problem.symbol, problem.code, problem.value) == (5, "MSFT", "ERR_POS_005", "seventy")
    refusal = refused(person.confirm, review.import_id)
    assert (refusal.code, refusal.details["errors"][0]["line"]) == ("ERR_IMPORT_002", 5)
    assert person.count("positions") == 0
    mended = person.change(review.import_id, edits={5: RowEdit(quantity="70", entry_price="351.20")})
    assert not mended.problems
    assert by_symbol(mended)["MSFT"].quantity == 70
    assert person.confirm(review.import_id).portfolios[0].positions_imported == 2


def test_of_a_broken_row_only_the_wrong_cell_is_typed(person):
    review = person.start(BROKEN)
    mended = person.change(review.import_id, edits={5: RowEdit(quantity="70")})
    assert not mended.problems
    assert by_symbol(mended)["MSFT"].entry_price == Decimal("351.20")


def test_broken_row_can_be_skipped(person):
    review = person.start(BROKEN)
    skipped = person.change(review.import_id, edits={5: RowEdit(skip=True)}, answers={"entry_date": "as_of"})
    assert (skipped.outcome, skipped.problems) == (Outcome.READY, ())
    assert person.confirm(review.import_id).portfolios[0].positions_imported == 1


def test_missing_cost_is_asked_for_row_by_row(person):
    review = person.start(WITHOUT_COST)
    assert [question.id for question in review.questions] == ["entry_date", "entry_price"]
    assert not review.problems
    assert refused(person.confirm, review.import_id).details["questions"] == ["entry_price"]
    priced = person.change(review.import_id, edits={5: RowEdit(entry_price="214.09")})
    assert by_symbol(priced)["VTI"].cost == Decimal("2140.90")
    assert person.confirm(review.import_id).portfolios[0].positions_imported == 2


def test_rows_without_cost_can_be_left_out_together(person):
    review = person.start(WITHOUT_COST)
    left = person.change(review.import_id, answers={"entry_price": "skip"})
    assert by_symbol(left)["VTI"].status is RowStatus.SKIPPED
    assert person.confirm(review.import_id).portfolios[0].positions_imported == 1


def test_totals_compare_the_file_with_what_is_imported(person):
    totals = person.start(TWO_ACCOUNTS).totals
    assert (totals.file_value, totals.imported_value, totals.difference) == (
        Decimal("44797.50"), Decimal("44797.50"), Decimal(0),
    )  # fmt: skip
    assert (totals.cash, totals.cost) == (Decimal("6787.50"), Decimal("25799.99"))


def test_cash_that_no_account_states_is_unknown(person):
    assert (
        person.start("Symbol,Quantity,Entry Price Per Share,Entry Date\nNVDA,1,9.99,2024-01-15\n").totals.cash is None
    )


def test_cash_is_a_skipped_line_that_says_how_much(person):
    reasons = {line.line: line.reason for line in person.start(TWO).skipped}
    assert "$1,000.00" in reasons[6]


def test_two_accounts_are_proposed_as_two_portfolios(person):
    accounts = person.start(TWO_ACCOUNTS).recognised.accounts
    assert [account.is_new for account in accounts] == [True, True]
    assert [account.account_type for account in accounts] == ["taxable", "roth_ira"]
    assert len({account.account_name for account in accounts}) == 2


def test_several_accounts_for_one_portfolio_is_a_question(person):
    made = person.run(TWO)
    review = person.start(TWO_ACCOUNTS, made.portfolio_id)
    (question, *_) = review.questions
    labels = [account.label for account in review.recognised.accounts]
    assert (question.id, list(question.choices)) == ("account", labels)
    answered = person.change(review.import_id, answers={"account": labels[1]})
    included = {account.label: account.portfolio_id for account in answered.recognised.accounts if account.include}
    assert included == {labels[1]: made.portfolio_id}


def test_difference_against_holdings(person):
    made = person.run(TWO)
    later = schwab([("NVDA", 137, "25000.00", "$21,000.00"), ("VTI", 10, "3000.00", "$2,140.90")], day="2026/11/20")
    review = person.start(later, made.portfolio_id)
    assert review.mode is Mode.REPLACE
    found = {item.symbol: (item.change, item.resulting_quantity) for item in review.difference.items}
    assert found == {
        "NVDA": (Change.CHANGED, Decimal(137)),
        "VTI": (Change.ADDED, Decimal(10)),
        "MSFT": (Change.CLOSED, Decimal(0)),
    }
    assert by_symbol(review)["NVDA"].present_quantity == 110


def test_compare_only_changes_nothing(person):
    made = person.run(TWO)
    before = person.stored(made.portfolio_id)
    review = person.start(schwab([NVDA]), made.portfolio_id)
    compared = person.change(review.import_id, mode=Mode.RECONCILE)
    assert [item.symbol for item in compared.difference.of(Change.CLOSED)] == ["MSFT"]
    assert {row.status for row in compared.positions} == {RowStatus.LEFT_OUT}
    assert person.confirm(review.import_id).portfolios[0].positions_imported == 0
    assert person.stored(made.portfolio_id) == before


def test_selling_more_than_there_is_is_said(person):
    made = person.run(TWO)
    review = person.start(schwab([("NVDA", -150, "-27000.00", "-$20,000.00")]), made.portfolio_id)
    added = person.change(review.import_id, mode=Mode.ADD)
    assert [item.symbol for item in added.difference.would_go_negative] == ["NVDA"]


def test_guide_and_rejection(person):
    vanguard = (
        "Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,\n12345678,VANGUARD,VTI,10,250,2500,\n"
    )
    guided = person.start(vanguard)
    assert (guided.outcome, guided.guide is not None, guided.positions[0].symbol) == (Outcome.GUIDE, True, "VTI")
    typed = person.change(guided.import_id, edits={2: RowEdit(entry_price="210.50")})
    assert typed.outcome is Outcome.NEEDS_ANSWERS
    rejected = person.start(b"PK\x03\x04 not a table")
    assert (rejected.outcome, [problem.code for problem in rejected.problems]) == (Outcome.REJECTED, ["ERR_CSV_006"])
    assert refused(person.confirm, rejected.import_id).code == "ERR_IMPORT_001"


def test_file_that_is_too_large_is_rejected_by_its_code(person):
    review = person.services.imports.start(person.services.db.transaction, person.actor, "big.csv", None)
    assert (review.outcome, review.problems[0].code) == (Outcome.REJECTED, "ERR_CSV_001")


@pytest.mark.parametrize(
    "said",
    [
        {"answers": {"no_such_question": "x"}},
        {"answers": {"entry_date": "tomorrow"}},
        {"answers": {"entry_date": "2999-01-01"}},
        {"edits": {4711: RowEdit(skip=True)}},
        {"edits": {4: RowEdit(symbol="X" * 400)}},
        {"accounts": (AccountChoice("Nobody's"),)},
        {"format": "no_such_format"},
    ],
)
def test_choice_the_file_does_not_offer_is_refused(person, said):
    review = person.start(TWO)
    assert refused(person.change, review.import_id, **said).code == "ERR_IMPORT_003"
    assert person.get(review.import_id) == review


def test_names_are_judged_like_those_of_the_form(person):
    review = person.start(TWO)
    label = review.recognised.accounts[0].label
    refusal = refused(person.change, review.import_id, accounts=(AccountChoice(label, equity_balance="-1"),))
    assert refusal.code == "ERR_PORT_005"


def test_name_that_is_taken_is_said_before_confirming(person):
    person.run(schwab([MSFT], account="Individual ...999"))
    review = person.start(TWO)
    label = review.recognised.accounts[0].label
    name = person.call("list_visible", room="portfolios")[0].account_name
    clash = person.change(review.import_id, accounts=(AccountChoice(label, account_name=f" {name.upper()} "),))
    assert clash.recognised.accounts[0].name_taken
    assert refused(person.confirm, review.import_id).code == "ERR_PORT_001"


def test_review_is_forgotten_after_a_day_and_the_file_with_it(person, clock):
    review = person.start(TWO)
    clock.instant += timedelta(hours=24)
    assert refused(person.get, review.import_id).code == "ERR_NOT_FOUND"
    with person.services.db.transaction(person.actor, role="app_worker") as session:
        assert person.services.imports.delete_expired(session) == 1
    assert person.count("imports") == 0


def test_discarded_review_is_gone(person):
    review = person.start(TWO)
    assert [each.import_id for each in person.call("reviews")] == [review.import_id]
    person.call("discard", review.import_id)
    assert refused(person.get, review.import_id).code == "ERR_NOT_FOUND"
    assert person.call("reviews") == ()


def test_account_numbers_stay_out_of_what_is_shown_and_stored(person):
    content = TWO.replace("Individual ...417", "Individual 12345678")
    review = person.start(content, name="f.csv")
    person.confirm(review.import_id)
    assert "12345678" not in repr(review)
    with person.services.db.transaction(person.actor) as session:
        from sqlalchemy import text

        for table in ("imports", "portfolio_imports", "portfolios", "positions", "audit_log"):
            rows = session.execute(text(f"select t::text from {table} t")).scalars()
            assert not any("12345678" in row for row in rows), table


def test_nobody_sees_somebody_elses_file(person, other):
    review = person.start(TWO)
    made = person.run(schwab([MSFT], account="Other ...999"))
    for name in ("get", "change", "confirm"):
        assert refused(getattr(other, name), review.import_id).code == "ERR_NOT_FOUND"
    for name in ("discard", "undo", "redo", "undo_reach"):
        assert refused(other.call, name, review.import_id).code == "ERR_NOT_FOUND"
    assert refused(other.start, TWO, made.portfolio_id).code == "ERR_NOT_FOUND"
    assert refused(other.call, "history", made.portfolio_id).code == "ERR_NOT_FOUND"
    theirs = other.start(TWO)
    choice = AccountChoice(theirs.recognised.accounts[0].label, portfolio_id=made.portfolio_id)
    assert refused(other.change, theirs.import_id, accounts=(choice,)).code == "ERR_NOT_FOUND"
    assert refused(person.get, uuid4()).code == "ERR_NOT_FOUND"


def test_files_given_at_once_are_counted_one_after_the_other(person, monkeypatch):
    monkeypatch.setattr(rules, "OPEN_REVIEWS", 2)

    def give(_number: int) -> str:
        try:
            return person.start(TWO).state
        except AppError as full:
            return full.code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(give, range(6))) == ["ERR_IMPORT_011"] * 4 + ["review"] * 2
