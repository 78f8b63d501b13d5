"""The catalogue of everything that can be wrong with a file or a row, and the shape of one such problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

VALUE_LENGTH = 80


class CodeText(NamedTuple):
    """`message` says what is wrong; `hint` what to do when nothing more precise is known about the case."""

    title: str
    message: str
    hint: str


_NUMBER = "Write digits and a decimal point only, such as {example}."
_DATE = "Write year, month, day: 2024-01-15."

CATALOGUE: dict[str, CodeText] = {
    "ERR_CSV_001": CodeText(
        "File too large",
        "The file is larger than 10 MB.",
        "Split it, or delete rows and columns that are not needed.",
    ),
    "ERR_CSV_002": CodeText(
        "Not a CSV file",
        "The name of the file does not end in .csv.",
        "Save or export the sheet as CSV, then choose that file.",
    ),
    "ERR_CSV_003": CodeText(
        "Empty file",
        "The file is empty.",
        "Download the template and add at least one position below the header.",
    ),
    "ERR_CSV_004": CodeText(
        "Missing column",
        "The column {column} is missing.",
        "Add a column with the title {column}, as in the template.",
    ),
    "ERR_CSV_005": CodeText(
        "No header",
        "The column titles cannot be found.",
        "The first line that is no comment must hold the column titles of the template.",
    ),
    "ERR_CSV_006": CodeText(
        "Unreadable file",
        "The file cannot be read as CSV.",
        "Open it in your spreadsheet program and save it as “CSV UTF-8”.",
    ),
    "ERR_CSV_007": CodeText(
        "No position",
        "There is no position below the header.",
        "Add at least one row with symbol, quantity, entry price and entry date.",
    ),
    "ERR_POS_001": CodeText(
        "Symbol missing",
        "The symbol is missing.",
        "Add it, or delete the row. An option may leave it blank when Underlying Symbol is filled.",
    ),
    "ERR_POS_002": CodeText(
        "Symbol too long",
        "The symbol has {length} characters.",
        "Shorten it to 100 characters at most.",
    ),
    "ERR_POS_003": CodeText(
        "Symbol has a wrong character",
        "The symbol has a character that is not allowed.",
        "Use letters, digits, dot, dash and underscore only.",
    ),
    "ERR_POS_004": CodeText(
        "Quantity missing",
        "The quantity is missing.",
        "Write the number of shares or contracts; negative means short.",
    ),
    "ERR_POS_005": CodeText("Quantity is no number", "The quantity is not a number.", _NUMBER.format(example="100")),
    "ERR_POS_006": CodeText(
        "Quantity is zero",
        "The quantity is 0.",
        "Write the number held, or delete the row.",
    ),
    "ERR_POS_007": CodeText(
        "Quantity has too many decimals",
        "The quantity has more than six decimals.",
        "Round it to six decimals.",
    ),
    "ERR_POS_008": CodeText(
        "Entry price missing",
        "The entry price is missing.",
        "Write your average cost per share; for an option the premium per share.",
    ),
    "ERR_POS_009": CodeText(
        "Entry price is no number", "The entry price is not a number.", _NUMBER.format(example="158.00")
    ),
    "ERR_POS_010": CodeText(
        "Entry price not above 0",
        "The entry price must be above 0.",
        "A short position has a negative quantity, never a negative price.",
    ),
    "ERR_POS_011": CodeText(
        "Entry price has too many decimals",
        "The entry price has more than two decimals.",
        "Round it to cents.",
    ),
    "ERR_POS_012": CodeText(
        "Entry date missing",
        "The entry date is missing.",
        "Write the day of your first purchase, such as 2024-01-15.",
    ),
    "ERR_POS_013": CodeText("Date cannot be read", "The {column} is not a date written YYYY-MM-DD.", _DATE),
    "ERR_POS_014": CodeText(
        "Entry date in the future",
        "The entry date is after today, {today}.",
        "Write the day of your first purchase.",
    ),
    "ERR_POS_015": CodeText(
        "Entry date too old",
        "The entry date is more than 100 years ago.",
        "Check the year.",
    ),
    "ERR_POS_016": CodeText(
        "Unknown class",
        "The investment class is not known.",
        "Write PUBLIC, OPTIONS or PRIVATE, or leave it blank.",
    ),
    "ERR_POS_017": CodeText(
        "Subtype does not fit the class",
        "The subtype does not belong to the class {investment_class}.",
        "Use one of {allowed}, or leave it blank.",
    ),
    "ERR_POS_018": CodeText(
        "Exit before entry",
        "The exit date is before the entry date.",
        "Check both dates. The same day is allowed.",
    ),
    "ERR_POS_019": CodeText(
        "Underlying missing",
        "An option needs its underlying symbol.",
        "Write the ticker the option is on, such as SPY.",
    ),
    "ERR_POS_020": CodeText("Strike missing", "An option needs a strike price.", "Write the strike, such as 450.00."),
    "ERR_POS_021": CodeText("Expiration missing", "An option needs an expiration date.", _DATE),
    "ERR_POS_022": CodeText("Option type missing", "An option is a CALL or a PUT.", "Write CALL or PUT."),
    "ERR_POS_023": CodeText(
        "Repeated position",
        "The row repeats row {first_row}.",
        "Merge the two rows, or correct the date.",
    ),
    "ERR_POS_024": CodeText(
        "Exit price wrong",
        "The exit price must be a number above 0.",
        _NUMBER.format(example="215.00"),
    ),
    "ERR_POS_025": CodeText(
        "Exit incomplete",
        "A closed position needs both exit date and exit price.",
        "Fill in the {column}, or clear both cells.",
    ),
    "ERR_POS_026": CodeText(
        "Exit date in the future",
        "The exit date is after today, {today}.",
        "Leave exit date and price blank until the position is closed.",
    ),
    "ERR_POS_027": CodeText(
        "Expiration before entry",
        "The option expires before the entry date.",
        "Check the expiration date and the entry date.",
    ),
    "ERR_POS_028": CodeText(
        "Strike not above 0",
        "The strike price must be above 0.",
        "Write the strike without a sign; a put is marked in Option Type.",
    ),
    "ERR_POS_029": CodeText(
        "Symbol contradicts the option columns",
        "The symbol says {in_symbol}, the {column} says {in_column}.",
        "Correct one of the two, or clear the cell: it is then read from the symbol.",
    ),
    "ERR_POS_030": CodeText(
        "Option data on another class",
        "The row is {investment_class}, yet it has option data: {columns}.",
        "Write OPTIONS in Investment Class, or clear those cells.",
    ),
    "ERR_POS_031": CodeText(
        "Number out of range",
        "The number cannot be stored: it is not finite or out of range.",
        "Write a number between {lowest} and {highest}.",
    ),
    "ERR_POS_032": CodeText(
        "Cell without a column",
        "The row has more cells than there are column titles.",
        "Delete the extra cell, or check for a stray comma.",
    ),
}


@dataclass(frozen=True, slots=True)
class CsvProblem:
    """One thing to correct. `row` counts the header as 1 and skips comments and blank lines; `line` is physical."""

    row: int | None
    line: int | None
    symbol: str | None
    code: str
    field: str | None
    value: str | None
    message: str
    hint: str


_FIELDS = tuple(field.name for field in fields(CsvProblem))


def problem_fields(problem: CsvProblem) -> dict[str, Any]:
    """A problem as the contract writes it."""
    return {name: getattr(problem, name) for name in _FIELDS}


def problem(
    code: str,
    *,
    row: int | None = None,
    line: int | None = None,
    symbol: str | None = None,
    field: str | None = None,
    value: str | None = None,
    message: str | None = None,
    hint: str | None = None,
    facts: Mapping[str, object] | None = None,
) -> CsvProblem:
    """The catalogue's text, filled with the facts of the case, unless the caller knows something more precise."""
    text = CATALOGUE[code]
    return CsvProblem(
        row=row,
        line=line,
        symbol=cut(symbol),
        code=code,
        field=field,
        value=cut(value),
        message=message or _filled(text.message, facts),
        hint=hint or _filled(text.hint, facts),
    )


def cut(text: str | None) -> str | None:
    return text if text is None else text[:VALUE_LENGTH]


def _filled(template: str, facts: Mapping[str, object] | None) -> str:
    return template.format(**facts) if facts else template


class Findings:
    """Collects the problems of one row; knows where the row stands, so that the rules need not."""

    __slots__ = ("line", "problems", "row", "symbol")

    def __init__(self, row: int, line: int, symbol: str | None) -> None:
        self.row, self.line, self.symbol = row, line, symbol
        self.problems: list[CsvProblem] = []

    def add(
        self,
        code: str,
        field: str | None,
        value: str | None = None,
        *,
        message: str | None = None,
        hint: str | None = None,
        facts: Mapping[str, object] | None = None,
    ) -> None:
        self.problems.append(
            problem(
                code,
                row=self.row,
                line=self.line,
                symbol=self.symbol,
                field=field,
                value=value,
                message=message,
                hint=hint,
                facts=facts,
            )
        )
