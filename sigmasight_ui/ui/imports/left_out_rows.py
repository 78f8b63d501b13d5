"""What of a file is not imported, and why: lines without a position, rows imported before, rows that cannot be read."""

from __future__ import annotations

from sigmasight_ui.services.imports.schemas.choices import Mode
from sigmasight_ui.services.imports.schemas.review import Review, ReviewRow, RowStatus
from sigmasight_ui.services.portfolios.schemas import CsvProblem
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Amounts, plural
from sigmasight_ui.ui.imports.review_view import DuplicateLine, ProblemLine
from sigmasight_ui.ui.words import symbol_in_words

LISTED = 100
CORRECTED = {
    "Symbol": "symbol", "Quantity": "quantity", "Entry Price Per Share": "entry_price", "Entry Date": "entry_date",
}  # fmt: skip
"""Columns whose wrong cell can be typed again in the review."""


def skipped_finding(review: Review) -> str:
    count = len(review.skipped)
    more = f" The first {LISTED} are shown." if count > LISTED else ""
    return f"{plural(count, 'line')} {'holds' if count == 1 else 'hold'} no position.{more}"


def doubled(review: Review) -> tuple[ReviewRow, ...]:
    """Only adding can double anything: replacing leaves the account with what the file says."""
    return review.duplicates if review.mode is Mode.ADD else ()


def duplicate_line(row: ReviewRow) -> DuplicateLine:
    found = row.duplicate
    what = f"{symbol_in_words(row.symbol)}, line {row.line}"
    if found is None or found.import_id is None:
        return DuplicateLine(row.line, what, "The account has this position already.", row.status is RowStatus.IMPORT)
    when = f", {format.day(found.imported_at)}" if found.imported_at else ""
    line = f", line {found.line}" if found.line else ""
    why = f"Same as {found.label or 'an earlier import'}{when}{line}."
    return DuplicateLine(row.line, what, why, row.status is RowStatus.IMPORT)


def duplicates_finding(review: Review) -> str:
    held = sum(row.status is not RowStatus.IMPORT for row in doubled(review))
    if held == 0:
        return "All rows are added, although they are the same as earlier ones."
    return f"{plural(held, 'row')} {'is' if held == 1 else 'are'} the same as an earlier import and not added again."


def problem_line(problem: CsvProblem, amounts: Amounts) -> ProblemLine:
    line = problem.line or 0
    return ProblemLine(
        line=line,
        where=f"Line {line}" if line else "File",
        symbol=problem.symbol or "",
        column=problem.field or "",
        found=amounts.text(problem.value or "") or ("(blank)" if line and problem.field else ""),
        advice=amounts.text(f"{problem.message} {problem.hint}".strip()),
        code=problem.code,
        field=CORRECTED.get(problem.field or "", "") if line else "",
        can_skip=line > 0,
    )


def problems_finding(review: Review) -> str:
    count = len({problem.line for problem in review.problems if problem.line})
    if not count:
        return "Nothing was saved."
    it = "it" if count == 1 else "each"
    verb = "is" if count == 1 else "are"
    return f"Nothing is imported until {plural(count, 'line')} {verb} answered: type what is right, or skip {it}."
