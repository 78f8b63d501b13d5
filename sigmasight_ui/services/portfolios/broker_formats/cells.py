"""One cell of a broker's file -> a number or a date, in all the ways brokers write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"))
_TYPOGRAPHY = {ord("\u2212"): "-", ord("\u00a0"): " ", ord("\u202f"): " ", ord("\u2019"): "'"}
_AS_OF = re.compile(r" as of [0-9].*")
_SPACES = re.compile(r"\s+")

# What brokers write where there is no value. Real tickers (NA, TRUE, CASH) are not among them.
_MISSING = frozenset({"", "-", "--", "---", "n/a", "null", "none", "various", "not available", "unavailable"})

_LONGEST_NUMBER = 40
_PLAIN = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,12})?")
_AMERICAN = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+")
_CONTINENTAL = re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]*)?|,[0-9]+")
_DECORATION = re.compile(r"[\s$%]|USD|US\$", re.IGNORECASE)
# Evidence for one notation; 1,234 and 1.234 alone prove nothing.
_ONLY_CONTINENTAL = re.compile(r"[-+($ ]*(?:[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,}))[)%$ ]*")
_ONLY_AMERICAN = re.compile(r"[-+($ ]*(?:[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,}))[)%$ ]*")


def clean(cell: str) -> str:
    """Without surrounding blanks, and without the characters nobody sees."""
    return cell.strip() if cell.isascii() else cell.translate(_INVISIBLE).translate(_TYPOGRAPHY).strip()


def name_key(title: str) -> str:
    """How column names are compared: trimmed, case-folded, one blank between words, without an as-of date."""
    key = title.casefold()
    if " as of " in key:
        key = _AS_OF.sub("", key)
    return _SPACES.sub(" ", key).strip()


def is_missing(text: str) -> bool:
    return text.strip().casefold() in _MISSING


def has_decimal_commas(cells: Iterable[str]) -> bool:
    """True when some number can only be continental and none can only be American."""
    is_continental = False
    for cell in cells:
        if "," not in cell and "." not in cell:
            continue
        if _ONLY_AMERICAN.fullmatch(cell):
            return False
        is_continental = is_continental or _ONLY_CONTINENTAL.fullmatch(cell) is not None
    return is_continental


def read_amount(text: str, decimal_comma: bool = False) -> Decimal | None:
    """$1,234.56, (1,234.56), +$5, -$5, $-5, 0.3%, .58 and '-189,652; None for what is no number (or missing)."""
    if not decimal_comma and _PLAIN.fullmatch(text):
        return Decimal(text)
    if len(text) > _LONGEST_NUMBER:
        return None
    number = _DECORATION.sub("", text).removeprefix("'")
    is_negative = False
    if number.startswith("(") and number.endswith(")"):
        is_negative, number = True, number[1:-1]
    if number[:1] in ("-", "+"):
        is_negative, number = is_negative or number[0] == "-", number[1:]
    if not (_CONTINENTAL if decimal_comma else _AMERICAN).fullmatch(number):
        return None
    number = number.replace(".", "").replace(",", ".") if decimal_comma else number.replace(",", "")
    return -Decimal(number) if is_negative else Decimal(number)


DateOrder = Literal["MDY", "DMY"]
_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)}  # fmt: skip
_MOST_MONTHS = 12
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?![0-9])")
_NUMERIC = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})(?![0-9:])")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3})[a-z]*\.?[- ]*([0-9]{1,2}),?[- ]*'?([0-9]{4}|[0-9]{2})(?![0-9:])")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[- ]?([A-Za-z]{3})[a-z]*\.?,?[- ]?'?([0-9]{4}|[0-9]{2})(?![0-9:])")


def read_day(text: str, order: DateOrder = "MDY") -> date | None:
    """The day at the beginning of a cell, whatever time follows; two digits of a year mean 20xx."""
    if match := _YEAR_FIRST.match(text) or _COMPACT.match(text):
        return _day(match[1], match[2], match[3])
    if match := _NUMERIC.match(text):
        month, day = (match[1], match[2]) if order == "MDY" else (match[2], match[1])
        return _day(match[3], month, day)
    if match := _MONTH_FIRST.match(text):
        return _day(match[3], match[1], match[2])
    if match := _DAY_FIRST.match(text):
        return _day(match[3], match[2], match[1])
    return None


def date_order(cells: Iterable[str]) -> DateOrder:
    """Day first only where a date can be read no other way, and none the American way alone."""
    numeric = [match for cell in cells if (match := _NUMERIC.match(cell))]
    has_day_first = any(int(match[1]) > _MOST_MONTHS for match in numeric)
    has_month_first = any(int(match[2]) > _MOST_MONTHS for match in numeric)
    return "DMY" if has_day_first and not has_month_first else "MDY"


def find_day(text: str, order: DateOrder = "MDY") -> date | None:
    """The last day named in a sentence: title lines say what they show, then as of when."""
    for match in reversed(list(re.finditer(r"\S+", text[:500]))):
        if found := read_day(text[match.start() : match.start() + 30], order):
            return found
    return None


def _day(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else _MONTHS.get(month.casefold(), 0)
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
    except ValueError:
        return None
