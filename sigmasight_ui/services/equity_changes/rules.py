"""The rules of a contribution or withdrawal: what is typed, when it may be dated, how long it may be changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sigmasight_ui.core.money import read_amount
from sigmasight_ui.services.equity_changes.schemas import ChangeType, EquityChangeForm

CHANGE_TYPE, AMOUNT, CHANGE_DATE, NOTES = "change_type", "amount", "change_date", "notes"
AMOUNT_LIMIT = Decimal(1_000_000_000)
MAX_NOTES = 500
EDITABLE = timedelta(days=7)
DELETABLE = timedelta(days=30)

CODES: Mapping[str, tuple[str, str]] = {
    "ERR_EQUITY_001": ("The amount is missing, not a number, or not above 0.", "Enter dollars, such as 2,500.00."),
    "ERR_EQUITY_002": ("The date is in the future.", "Enter it on the day the money moves."),
    "ERR_EQUITY_003": (
        "The withdrawal is larger than the account was worth that day.",
        "Check the amount and the date, or record the contribution before it first.",
    ),
    "ERR_EQUITY_005": (
        "The date is before this account begins.",
        "What was in the account at its start belongs to the equity balance.",
    ),
    "ERR_EQUITY_006": (
        f"It was recorded more than {EDITABLE.days} days ago, so it can no longer be changed.",
        "Record another one that corrects it.",
    ),
    "ERR_EQUITY_007": (
        f"It was recorded more than {DELETABLE.days} days ago, so it can no longer be deleted.",
        "Record another one that corrects it.",
    ),
    "ERR_EQUITY_008": ("There is no such contribution or withdrawal.", "Look at the list again."),
    "ERR_EQUITY_009": ("It is deleted already.", "There is nothing left to do."),
    "ERR_EQUITY_010": ("This id stands for another contribution or withdrawal.", "Use a new id for a new one."),
    "ERR_EQUITY_011": ("It is neither a contribution nor a withdrawal.", "Send CONTRIBUTION or WITHDRAWAL."),
    "ERR_EQUITY_012": ("The date is missing or not a date.", "Enter it as 2026-11-20."),
    "ERR_EQUITY_013": (f"The note has more than {MAX_NOTES} characters.", "Shorten it."),
    "ERR_EQUITY_014": (f"The amount is not below ${AMOUNT_LIMIT:,}.", "Check the number of digits."),
}
_FIELDS = {
    "ERR_EQUITY_001": AMOUNT, "ERR_EQUITY_002": CHANGE_DATE, "ERR_EQUITY_003": AMOUNT, "ERR_EQUITY_005": CHANGE_DATE,
    "ERR_EQUITY_011": CHANGE_TYPE, "ERR_EQUITY_012": CHANGE_DATE, "ERR_EQUITY_013": NOTES, "ERR_EQUITY_014": AMOUNT,
}  # fmt: skip


_TYPES = frozenset(each.value for each in ChangeType)


class Problem(NamedTuple):
    code: str
    field: str
    message: str
    hint: str


class Values(NamedTuple):
    """A form that broke no rule."""

    change_type: str
    amount: Decimal
    change_date: date
    notes: str | None


def problem(code: str) -> Problem:
    return Problem(code, _FIELDS.get(code, ""), *CODES[code])


def read(form: EquityChangeForm, first_day: date, today: date) -> tuple[Values | None, list[Problem]]:
    """The values, or every problem of every field in the order of the form."""
    change_type, amount, day = _type(form.change_type), read_amount(form.amount), _day(form.change_date)
    codes = [
        *(["ERR_EQUITY_011"] if change_type is None else []),
        *_amount_codes(amount),
        *_day_codes(day, first_day, today),
        *(["ERR_EQUITY_013"] if len(form.notes or "") > MAX_NOTES else []),
    ]
    if codes or change_type is None or amount is None or day is None:
        return None, [problem(code) for code in codes]
    return Values(change_type, amount, day, _clean(form.notes)), []


def as_typed(values: Mapping[str, Any], change: EquityChangeForm) -> EquityChangeForm:
    """The form an edit amounts to: what is stored, with what was typed over it."""
    return EquityChangeForm(
        values[CHANGE_TYPE] if change.change_type is None else change.change_type,
        str(values[AMOUNT]) if change.amount is None else change.amount,
        values[CHANGE_DATE].isoformat() if change.change_date is None else change.change_date,
        values[NOTES] if change.notes is None else change.notes,
    )


def signed(change_type: str, amount: Decimal) -> Decimal:
    return amount if change_type == ChangeType.CONTRIBUTION else -amount


def is_over(created_at: datetime, now: datetime, window: timedelta) -> bool:
    return now > created_at + window


def _type(text: str | None) -> str | None:
    value = (text or "").strip().upper()
    return value if value in _TYPES else None


def _day(text: str | None) -> date | None:
    typed = (text or "").strip()
    if len(typed) != len("2026-11-20"):
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _amount_codes(amount: Decimal | None) -> list[str]:
    if amount is None or amount <= 0:
        return ["ERR_EQUITY_001"]
    return ["ERR_EQUITY_014"] if amount >= AMOUNT_LIMIT else []


def _day_codes(day: date | None, first_day: date, today: date) -> list[str]:
    if day is None:
        return ["ERR_EQUITY_012"]
    if day > today:
        return ["ERR_EQUITY_002"]
    return ["ERR_EQUITY_005"] if day < first_day else []


def _clean(notes: str | None) -> str | None:
    """Control characters cannot be stored safely; None when nothing is left."""
    return "".join(c if c.isprintable() else " " for c in notes or "").strip() or None
