"""What a file says, with what its owner has answered and corrected: rows that can be imported, and what is still
open. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sigmasight_ui.core.money import plain
from sigmasight_ui.services.imports.schemas.choices import AS_OF, ENTRY_DATE, ENTRY_PRICE, SKIP
from sigmasight_ui.services.imports.schemas.review import QuestionView, RowStatus
from sigmasight_ui.services.portfolios.schemas import (
    CheckedPosition,
    CsvProblem,
    DraftPosition,
    HeldLot,
    PositionForm,
    PositionRow,
    Question,
    Reading,
)

Edit = Mapping[str, Any]
Check = Callable[[Iterable[tuple[int, PositionForm]]], list[CheckedPosition]]
Since = Callable[[str, str], date | None]
"""Account and symbol -> since when the account holds it, which is better than the date of the file."""

FIELDS = tuple(PositionForm.__dataclass_fields__)
_OF_THE_SYMBOL = FIELDS[4:10]
_PRICE_MISSING = "ERR_POS_008"


@dataclass
class Row:
    """One line on its way: as the file has it, as it will be stored (None while something is wrong), and what happens
    to it."""

    draft: DraftPosition
    position: PositionRow | None
    problems: tuple[CsvProblem, ...]
    estimated: bool
    edited: bool
    add_anyway: bool
    status: RowStatus
    duplicate: HeldLot | None = None

    @property
    def is_skipped(self) -> bool:
        return self.status is RowStatus.SKIPPED

    @property
    def is_open_lot(self) -> bool:
        return self.position is not None and self.position.exit_date is None


@dataclass(frozen=True)
class Settled:
    """`problems` are those of lines that are neither answered nor skipped; `open_questions` have no default."""

    rows: list[Row]
    problems: list[CsvProblem]
    questions: list[QuestionView]
    open_questions: list[str]


def settle(
    reading: Reading, answers: Mapping[str, str], edits: Mapping[str, Edit], check: Check, since: Since
) -> Settled:
    """`check` applies the rules of a row; `edits` are by line, as text."""
    asked = {question.id: question for question in reading.questions}
    drafts = [*reading.positions, *_mended(reading, edits)]
    day = _entry_date(asked.get(ENTRY_DATE), answers.get(ENTRY_DATE))
    uncosted = frozenset(asked[ENTRY_PRICE].lines) if ENTRY_PRICE in asked else frozenset()
    skipped = {int(line) for line, edit in edits.items() if edit.get("skip")}
    if answers.get(ENTRY_PRICE) == SKIP:
        skipped |= {line for line in uncosted if not edits.get(str(line), {}).get("entry_price")}
    edit_of = {draft.line: edits.get(str(draft.line), {}) for draft in drafts}
    checked = check((draft.line, _form(draft, edit_of[draft.line], day, since)) for draft in drafts)
    rows = [
        _row(draft, found, edit_of[draft.line], draft.line in skipped)
        for draft, found in zip(drafts, checked, strict=True)
    ]
    live = [row for row in rows if not row.is_skipped]
    waiting = {row.draft.line for row in live if row.draft.line in uncosted and _lacks_only_its_price(row)}
    problems = _unread(reading, {draft.line for draft in drafts} | skipped)
    problems += [found for row in live if row.draft.line not in waiting for found in row.problems]
    open_questions = [*([ENTRY_PRICE] if waiting else []), *_unanswered(reading, answers)]
    return Settled(rows, problems, list(_views(reading, answers, open_questions)), open_questions)


def _unanswered(reading: Reading, answers: Mapping[str, str]) -> Iterator[str]:
    """A format's own questions that nothing is proposed for; prices are answered row by row."""
    for question in reading.questions:
        if question.id != ENTRY_PRICE and question.default is None and _answer(question, answers) is None:
            yield question.id


def _answer(question: Question, answers: Mapping[str, str]) -> str | None:
    answer = answers.get(question.id)
    return None if question.choices and answer not in question.choices else answer


def _row(draft: DraftPosition, checked: CheckedPosition, edit: Edit, is_skipped: bool) -> Row:
    return Row(
        draft=draft,
        position=checked.position,
        problems=checked.problems,
        estimated=draft.entry_date_estimated or (draft.entry_date is None and not edit.get("entry_date")),
        edited=any(name in FIELDS for name in edit),
        add_anyway=bool(edit.get("add_anyway")),
        status=RowStatus.SKIPPED if is_skipped else RowStatus.IMPORT,
    )


def _mended(reading: Reading, edits: Mapping[str, Edit]) -> Iterator[DraftPosition]:
    """Broken lines for which somebody has typed what they should say; what else could be read of them stands."""
    read = {position.line for position in reading.positions}
    known = {draft.line: draft for draft in reading.broken}
    broken = {found.line: found for found in reading.problems if found.line is not None and found.line not in read}
    accounts = reading.recognition.accounts if reading.recognition else ()
    for line, found in broken.items():
        if any(name in FIELDS for name in edits.get(str(line), {})):
            account = _account_of(reading, line) or (accounts[0].label if accounts else "")
            yield known.get(line) or DraftPosition(line, account, found.symbol or "", Decimal(0), None, None, "")


def _account_of(reading: Reading, line: int) -> str | None:
    """That of the position before it, or else after it: accounts stand together in a file."""
    before = [position for position in reading.positions if position.line < line]
    near = before[-1] if before else next(iter(reading.positions), None)
    return near.account if near else None


def _entry_date(question: Question | None, answer: str | None) -> str:
    default = question.default or "" if question else ""
    return default if answer in (None, "", AS_OF) else str(answer)


def _form(draft: DraftPosition, edit: Edit, day: str, since: Since) -> PositionForm:
    """What is typed beats what the file says; a new symbol takes its class along."""
    said = {
        "symbol": draft.symbol,
        "quantity": plain(draft.quantity) if draft.quantity else "",
        "entry_price": _text(draft.entry_price),
        "entry_date": _text(draft.entry_date or since(draft.account, draft.symbol)) or day,
        "investment_class": draft.investment_class,
        "investment_subtype": draft.investment_subtype or "",
        "underlying_symbol": draft.underlying_symbol or "",
        "strike_price": _text(draft.strike_price),
        "expiration_date": _text(draft.expiration_date),
        "option_type": draft.option_type or "",
        "exit_date": _text(draft.exit_date),
        "exit_price": _text(draft.exit_price),
    }
    if edit:
        if edit.get("symbol") not in (None, draft.symbol):
            said.update(dict.fromkeys(_OF_THE_SYMBOL, ""))
        said.update({name: value for name, value in edit.items() if name in FIELDS})
        said["entry_price"] = said["entry_price"] or _text(draft.price_for(said["quantity"]))
    return PositionForm(**said)


def _text(value: Decimal | date | None) -> str:
    if value is None:
        return ""
    return plain(value) if isinstance(value, Decimal) else value.isoformat()


def _lacks_only_its_price(row: Row) -> bool:
    return bool(row.problems) and all(found.code == _PRICE_MISSING for found in row.problems)


def _unread(reading: Reading, settled: set[int]) -> list[CsvProblem]:
    return [found for found in reading.problems if found.line is None or found.line not in settled]


def _views(reading: Reading, answers: Mapping[str, str], still_open: list[str]) -> Iterator[QuestionView]:
    """Prices are answered row by row: the question is answered when no row lacks one."""
    for question in reading.questions:
        answer = _answer(question, answers)
        if question.id == ENTRY_PRICE and answer is None and question.id not in still_open:
            answer = ""
        choices = {ENTRY_DATE: (AS_OF,), ENTRY_PRICE: (SKIP,)}.get(question.id, question.choices)
        yield QuestionView(question.id, question.text, question.lines, question.default, answer, choices)
