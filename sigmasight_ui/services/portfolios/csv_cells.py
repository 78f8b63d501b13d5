"""One cell -> a number or a date, and for a cell that is neither: exactly what to write instead."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

QUANTITY_DECIMALS = 6
ENTRY_PRICE_DECIMALS = 2
PRICE_DECIMALS = 8
# What NUMERIC(20,6) and NUMERIC(20,8) hold, and a cost of one row that keeps every sum within NUMERIC(20,2).
QUANTITY_LIMIT = Decimal(10) ** 14
PRICE_LIMIT = Decimal(10) ** 12
COST_LIMIT = Decimal(10) ** 12

# [0-9] and not \d, and no underscores: float() and Decimal() would also take Arabic digits and 1_000.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?(?:inf(?:inity)?|s?nan)", re.IGNORECASE)
_LONGEST_NUMBER = 64
INFINITE = Decimal("Infinity")

_CURRENCY = "$€£¥"
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_CONTINENTAL = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})*,[0-9]+")
_SPACES = re.compile(r"\s+")
_DIGITS = re.compile(r"[0-9]+(?:[.,][0-9]+)*")


def read_number(text: str) -> Decimal | None:
    """None for no number; infinity for numbers no column can hold (NaN, 1e400 with too many digits)."""
    if len(text) > _LONGEST_NUMBER:
        return INFINITE if _is_long_number(text) else None
    if _NUMBER.fullmatch(text) is None:
        return INFINITE if _NOT_FINITE.fullmatch(text) else None
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond what Decimal can hold
        return INFINITE


def without_exponent(number: Decimal, text: str) -> Decimal:
    """1E+7 -> 10000000; only for numbers already known to be in range."""
    return Decimal(f"{number:f}") if "e" in text or "E" in text else number


def _is_long_number(text: str) -> bool:
    return text.isascii() and text.lstrip("+-").replace(".", "", 1).isdigit()


def has_more_decimals(number: Decimal, limit: int) -> bool:
    """Counts decimals that carry a value: 158.000 has none too many. A positive exponent is no decimal."""
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    excess = -exponent - limit
    return excess > 0 and any(digits[-excess:])


def number_hint(text: str) -> str | None:
    """What is in the way and the number written right; None when the cell is no number in any notation."""
    reasons: list[str] = []
    number = _ascii_digits(text, reasons)
    number = _without_currency(number, reasons)
    number = _without_brackets(number, reasons)
    number = _without_separators(number, reasons)
    if not reasons or _NUMBER.fullmatch(number) is None or len(number) > _LONGEST_NUMBER:
        return None
    return f"{' '.join(reasons)} Write {number}."


def _ascii_digits(text: str, reasons: list[str]) -> str:
    if text.isascii():
        return text
    plain_text = text.replace("−", "-").replace("٫", ".").replace("٬", ",")
    converted = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in plain_text)
    if converted != plain_text:
        reasons.append("Has digits other than 0 to 9.")
    elif plain_text != text:
        reasons.append("Has a typographic minus sign.")
    return converted


def _without_currency(text: str, reasons: list[str]) -> str:
    for sign in _CURRENCY:
        if sign in text:
            reasons.append(f"Has a {sign} sign.")
            text = text.replace(sign, "")
    return text.strip()


def _without_brackets(text: str, reasons: list[str]) -> str:
    if text.startswith("(") and text.endswith(")"):
        reasons.append("A negative number has a minus sign, no brackets.")
        return "-" + text[1:-1].strip()
    return text


def _without_separators(text: str, reasons: list[str]) -> str:
    compact = _SPACES.sub("", text)
    if compact != text:
        reasons.append("Has a space.")
    if _THOUSANDS.fullmatch(compact):
        reasons.append("Has a comma.")
        return compact.replace(",", "")
    if _CONTINENTAL.fullmatch(compact):
        reasons.append("Has a decimal comma.")
        return compact.replace(".", "").replace(",", ".")
    return _without_words(text, compact, reasons)


def _without_words(text: str, compact: str, reasons: list[str]) -> str:
    """`100 shares` -> 100; more than one number in a cell is left alone."""
    if _NUMBER.fullmatch(compact):
        return compact
    found = _DIGITS.findall(text)
    words = _DIGITS.sub("", text).strip()
    if len(found) == 1 and words.isalpha() and " " in text.strip():
        reasons.append("Has a word.")
        return str(found[0]).replace(",", "")
    return text


def read_date(text: str) -> date | None:
    """YYYY-MM-DD and nothing else; fromisoformat() alone would also take 20240115 and week dates."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-" or not text.isascii():
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_ISO_LIKE = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_ISO_WITH_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9:.]+(?:Z|[+-][0-9:]+)?")
_NUMERIC_DATE = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_EXCEL_DAY = re.compile(r"[1-9][0-9]{4}")
_EXCEL_EPOCH = date(1899, 12, 30)


def date_hint(text: str) -> str | None:
    """The date as it must be written, both readings when day and month could be swapped; None when unclear."""
    if match := _ISO_WITH_TIME.fullmatch(text):
        return f"Leave out the time: {match[1]}." if read_date(match[1]) else None
    if match := _ISO_LIKE.fullmatch(text) or _COMPACT_DATE.fullmatch(text):
        return _written(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMERIC_DATE.fullmatch(text):
        return _swappable(int(match[1]), int(match[2]), int(match[3]))
    if _EXCEL_DAY.fullmatch(text):
        day = _EXCEL_EPOCH + timedelta(days=int(text))
        return f"This is Excel's number for a day. Format the column as a date: {day.isoformat()}."
    return None


def _written(year: int, month: int, day: int) -> str:
    found = _day(year, month, day)
    return f"Write year, month, day: {found}." if found else "There is no such day. Check month and day."


def _swappable(first: int, second: int, year: int) -> str:
    american, european = _day(year, first, second), _day(year, second, first)
    if american and european and american != european:
        return f"Write year, month, day: {american} if the month comes first here, {european} if the day does."
    found = american or european
    return f"Write year, month, day: {found}." if found else "There is no such day. Check month and day."


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
