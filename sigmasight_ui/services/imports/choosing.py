"""What somebody answers, edits and chooses: checked against the file, and added to what was said before. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sigmasight_ui.core.text import storable
from sigmasight_ui.services.imports import errors
from sigmasight_ui.services.imports.planning import Opened
from sigmasight_ui.services.imports.rules import MAX_PRESET_NAME
from sigmasight_ui.services.imports.schemas.choices import (
    ACCOUNT,
    AS_OF,
    ENTRY_DATE,
    AccountChoice,
    ColumnMapping,
    ImportChange,
    choices_of,
)
from sigmasight_ui.services.portfolios.schemas import MAPPED_FIELDS, PortfolioForm, Reading

_LONGEST_TEXT = 300
_ONE_LEVEL = ("answers", "edits", "accounts")


def merged(stored: Mapping[str, Any], change: ImportChange) -> dict[str, Any]:
    """A new format or mapping makes another file of it: edits and answers given to the old one are dropped."""
    new = storable(choices_of(change))
    is_reread = any(name in new and new[name] != stored.get(name) for name in ("format", "mapping"))
    kept = {name: stored[name] for name in stored if not (is_reread and name in _ONE_LEVEL)}
    return with_choices(kept, new)


def with_choices(stored: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """An empty answer takes the answer back."""
    result = {**stored, **{name: value for name, value in new.items() if name not in _ONE_LEVEL}}
    answers = {**stored.get("answers", {}), **new.get("answers", {})}
    result["answers"] = {name: value for name, value in answers.items() if value}
    for name in ("edits", "accounts"):
        before = stored.get(name, {})
        result[name] = {**before, **{key: {**before.get(key, {}), **said} for key, said in new.get(name, {}).items()}}
    return result


def check(change: ImportChange, opened: Opened, today: date) -> None:
    """Raises for a choice this file does not offer."""
    reading = opened.reading
    labels = {account.label for account in reading.recognition.accounts} if reading.recognition else set()
    questions = {question.id for question in reading.questions} | {ACCOUNT}
    for name, answer in change.answers.items():
        if name not in questions:
            raise errors.bad_choice("the file has no such question", "Answer one of its questions.")
        _check_answer(name, answer, labels, today)
    for choice in change.accounts:
        if choice.label not in labels:
            raise errors.bad_choice("the file has no such account", "Use a label of its accounts.")
    _check_edits(change, reading)
    if change.mapping is not None:
        _check_mapping(change.mapping, opened)


def _check_mapping(mapping: ColumnMapping, opened: Opened) -> None:
    fields = {field.name for field in MAPPED_FIELDS}
    if opened.offer is None:
        raise errors.bad_choice("this file is no table whose columns could be named", "Choose another file.")
    if not fields.issuperset(mapping.columns):
        raise errors.bad_choice("there is no such field", "Use the fields listed.")
    if len(mapping.preset or "") > MAX_PRESET_NAME:
        raise errors.preset_name_too_long(MAX_PRESET_NAME)


def _check_answer(name: str, answer: str, labels: set[str], today: date) -> None:
    if name == ACCOUNT and answer and answer not in labels:
        raise errors.bad_choice("the file has no such account", "Use a label of its accounts.")
    if name == ENTRY_DATE and answer not in ("", AS_OF) and not _is_past_day(answer, today):
        raise errors.bad_choice("that is no day in the past", "Write year, month, day: 2024-01-15.")


def _is_past_day(text: str, today: date) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text) <= today
    except ValueError:
        return False


def _check_edits(change: ImportChange, reading: Reading) -> None:
    lines = {position.line for position in reading.positions} | {found.line for found in reading.problems}
    for line, edit in change.edits.items():
        if line not in lines:
            raise errors.bad_choice(f"line {line} holds no position", "Edit one of the lines listed.")
        if any(isinstance(value, str) and len(value) > _LONGEST_TEXT for value in vars(edit).values()):
            raise errors.bad_choice(f"a value for line {line} is too long", "Shorten it.")


def form_of(choice: AccountChoice, fallback_name: str) -> PortfolioForm:
    """To have the names and the balance somebody typed judged by the portfolio's own rules."""
    return PortfolioForm(
        fallback_name if choice.portfolio_name is None else choice.portfolio_name,
        fallback_name if choice.account_name is None else choice.account_name,
        choice.account_type or "taxable",
        "1" if choice.equity_balance is None else choice.equity_balance,
    )
