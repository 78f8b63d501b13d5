"""What the review screen shows of an import: every number from the service, every word said once."""

from dataclasses import replace
from uuid import UUID

import pytest

from sigmasight_ui.services.imports.schemas.choices import AS_OF, ENTRY_DATE, ENTRY_PRICE, SKIP, Mode
from sigmasight_ui.services.imports.schemas.review import (
    Change,
    Difference,
    GuideView,
    MappingField,
    MappingView,
    Outcome,
    PresetView,
    QuestionView,
    RowStatus,
    Totals,
)
from sigmasight_ui.services.portfolios.csv_problems import problem
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.imports.review_rows import NEW_PORTFOLIO, NOT_IMPORTED, PAGE, review_page
from tests.ui.imports import made
from tests.ui.imports.made import D, review


def page(found=made.REVIEW, account="", offset=0, hidden=False):
    return review_page(found, made.NAMES, account, offset, Amounts(hidden))


def test_the_file_is_named_with_its_day_and_accounts():
    assert page().file_title == "Schwab positions, 12 Nov 2026, 3 accounts"
    assert page().file_line == "all-accounts-positions.csv, 5.8 KB"


def test_accounts_say_where_they_go():
    first, second, third = page().accounts
    assert (first.goes_to, first.is_new, first.positions, first.value) == (str(made.TAXABLE), False, "3", "$412,806.55")
    assert (second.goes_to, second.is_new, second.equity_balance) == (NEW_PORTFOLIO, True, "$64,220.18")
    assert second.balance_note == "What the positions cost, and cash of $14,777.59 as in the file."
    assert (third.goes_to, third.is_included, third.is_new) == (NOT_IMPORTED, False, False)


def test_totals_agree_to_the_cent_or_say_by_how_much_they_differ():
    assert (page().totals.title, page().totals.chip, page().totals.tone) == ("Totals agree", "to the cent", "ok")
    off = page(review(totals=replace(made.REVIEW.totals, difference=D("-0.01")))).totals
    assert (off.title, off.chip, off.tone) == ("Totals differ", "−$0.01", "warn")
    silent = page(review(totals=Totals(None, None, None, D("5"), None, D("100")))).totals
    assert (silent.finding, silent.tone) == ("The file states no total.", "plain")


def test_one_bulk_question_asks_for_dates_and_proposes_the_files_own():
    (card,) = page().questions
    assert card.title == "One question: when were 6 positions bought?"
    assert (card.chosen, card.choices[0].words) == (AS_OF, "Use the date of the file, 12 Nov 2026, marked estimated")
    (answered,) = page(review(questions=(QuestionView(ENTRY_DATE, "", (4,), AS_OF, "2024-03-14"),))).questions
    (of_today,) = page(
        review(recognised=None, questions=(QuestionView(ENTRY_DATE, "", (4,), "2026-11-20", None),))
    ).questions
    assert (of_today.chosen, of_today.typed) == (AS_OF, "")
    assert of_today.choices[0].words == "Use today, marked estimated"
    (of_file,) = page(review(questions=(QuestionView(ENTRY_DATE, "", (4,), "2026-11-12", None),))).questions
    assert (of_file.chosen, of_file.typed) == (AS_OF, "")
    assert (answered.title, answered.typed) == ("One question: when was 1 position bought?", "2024-03-14")
    assert answered.chosen == answered.choices[1].value


def test_missing_prices_are_typed_in_the_table_or_their_lines_left_out():
    (card,) = page(review(questions=(QuestionView(ENTRY_PRICE, "Paid?", (4,), None, None, (SKIP,)),))).questions
    assert card.text == "Type the cost of 1 line in the table below. Or do without:"
    assert ([choice.words for choice in card.choices], card.chosen) == (["Leave 1 line out"], "")
    (card,) = page(review(questions=(QuestionView(ENTRY_PRICE, "", (4, 5), None, SKIP, (SKIP,)),))).questions
    assert (card.choices[0].words, card.chosen) == ("Leave 2 lines out", SKIP)


def test_rows_stand_beside_what_is_held():
    lines = page().lines.rows
    assert [(each.symbol, each.against, each.tone) for each in lines] == [
        ("NVDA", "added", "added"),
        ("MSFT", "unchanged", "same"),
        ("SPY 18 Dec 2026 560 put", "added", "added"),
        ("SGOV", "changed, was 90", "changed"),
        ("BRK.B", "unchanged", "same"),
        ("SHOP", "already imported", "same"),
    ]
    assert (lines[0].price, lines[0].date, lines[0].is_estimated) == ("149.71", "2026-11-12", True)
    assert (lines[1].price, lines[1].cost) == ("351.20", "$24,584.00")
    assert page().against == "Against your holdings: 1 added, 1 changed, 1 unchanged, 1 no longer in the file."


def test_each_account_has_its_own_rows():
    shown = page(account=made.ROTH)
    assert ([each.symbol for each in shown.lines.rows], shown.section) == (["VTI"], "Schwab Roth IRA")
    assert shown.against == "1 position for a new portfolio."
    assert [tab.words for tab in shown.tabs] == ["Schwab Taxable", "Schwab Roth IRA"]


def test_a_long_file_is_shown_a_page_at_a_time():
    many = review(positions=tuple(made.line(number, f"S{number}") for number in range(PAGE + 3)))
    assert (len(page(many).lines.rows), page(many).lines.paging.shown) == (PAGE, f"1–{PAGE} of {PAGE + 3}")
    last = page(many, offset=10**6).lines
    assert (len(last.rows), last.paging.has_previous, last.paging.has_next) == (3, True, False)


@pytest.mark.parametrize(("mode", "why"), [(Mode.REPLACE, "will be removed"), (Mode.ADD, "stays")])
def test_what_the_file_no_longer_has_says_what_becomes_of_it(mode, why):
    (gone,) = page(review(mode=mode)).going
    assert (gone.text, gone.line) == ("KO", "40")
    assert gone.why.endswith(why)


def test_what_would_go_negative_is_said():
    assert page().negative == ""
    item = made.change("KO", Change.CHANGED, "10", "-20", goes_negative=True)
    assert page(review(difference=Difference((item,)))).negative.startswith("KO would turn into a short.")


def test_duplicates_are_named_with_where_they_came_from():
    shown = page(review(mode=Mode.ADD))
    (same,) = shown.duplicates
    assert (same.what, same.why) == ("SHOP, line 19", "Same as Schwab positions, 15 Oct 2026, line 17.")
    assert shown.duplicates_finding == "1 row is the same as an earlier import and not added again."
    added = made.line(19, "SHOP", duplicate=made.duplicate(import_id=None), status=RowStatus.IMPORT)
    (again,) = page(review(mode=Mode.ADD, positions=(added,))).duplicates
    assert (again.is_added, again.why) == (True, "The account has this position already.")
    assert page(review(mode=Mode.REPLACE)).duplicates == []


def test_the_button_counts_and_says_what_is_in_the_way():
    shown = page()
    assert (shown.summary, shown.summary_rest) == ("6 positions", "into 2 accounts, 5 entry dates estimated")
    assert (shown.confirm_label, shown.can_confirm) == ("Import 6 positions", True)
    broken = page(review(problems=(problem("ERR_POS_005", line=8, row=7, field="Quantity", value="x"),)))
    assert (broken.can_confirm, broken.why_not) == (False, "Some lines need an answer first.")
    assert broken.problems[0].where == "Line 8"
    lacking = page(review(positions=(made.line(entry_price=None, cost=None, is_complete=False),)))
    assert lacking.why_not == "1 position lacks a cost or a date."
    assert (lacking.lines.rows[0].price, lacking.lines.rows[0].lacks_price) == ("", True)
    taken = replace(made.REVIEW.recognised, accounts=(made.new_account(name_taken=True),))
    assert page(review(recognised=taken)).why_not == "An account name is taken."
    assert page(review(mode=Mode.RECONCILE)).confirm_label == "Finish comparing"
    one = made.REVIEW.recognised.accounts[0]
    twice = replace(made.REVIEW.recognised, accounts=(one, replace(one, label="Other")))
    assert page(review(recognised=twice)).why_not == "Two accounts go into one portfolio."


def test_hidden_amounts_are_hidden_here_too():
    shown = page(hidden=True)
    assert {each.cost for each in shown.lines.rows} == {"$•••••"}
    assert "14,777" not in str(shown)
    assert shown.skipped[0].why == "Cash, counted once: •••••"
    wrong = problem("ERR_POS_005", line=8, row=7, field="Quantity", value="1,2x0")
    assert page(review(problems=(wrong,)), hidden=True).problems[0].found == "•••••x•••••"
    assert "412,806" not in str(shown)
    assert "412806" not in str(shown)


def test_the_price_of_a_private_holding_hides_too():
    private = review(positions=(made.line(investment_class="PRIVATE"),))
    assert [line.price for line in page(private, hidden=True).lines.rows] == ["•••••"]
    assert [line.price for line in page(private).lines.rows] == ["149.71"]


def test_a_file_that_is_not_enough_guides_to_the_one_that_is():
    shown = page(review(outcome=Outcome.GUIDE, guide=GuideView("No cost in it.", "Holdings, then Cost basis.")))
    assert (shown.outcome, shown.guide_missing, shown.guide_where) == (
        "guide", "No cost in it.", "Holdings, then Cost basis.",
    )  # fmt: skip


def test_a_file_nobody_knows_is_mapped_and_offers_what_was_named_before_what_fits_first():
    presets = (
        PresetView(made.TAXABLE, "Other", {"symbol": "Sym"}, False),
        PresetView(UUID(int=2), "My broker", {"symbol": "Ticker"}, True),
    )
    fields = (MappingField("symbol", "Symbol", True), MappingField("entry_date", "Entry date", False))
    found = MappingView(("Ticker", "Shares"), (("NVDA", "110"),), fields, {"symbol": "Ticker"}, presets)
    shown = page(review(recognised=None, mapping=found, positions=(), totals=None, difference=None))
    assert shown.needs_mapping
    assert [(each.name, each.is_required, each.title) for each in shown.mapping.fields] == [
        ("symbol", True, "Ticker"), ("entry_date", False, ""),
    ]  # fmt: skip
    assert [(each.id, each.name, each.columns, each.fits) for each in shown.mapping.presets] == [
        (str(UUID(int=2)), "My broker", "Ticker", True), (str(made.TAXABLE), "Other", "Sym", False),
    ]  # fmt: skip
