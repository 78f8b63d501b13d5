"""How brokers write one and the same option contract, all read into its OCC symbol."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from sigmasight_ui.services.portfolios.broker_formats.cells import read_day
from sigmasight_ui.services.securities.symbols import CALL, PUT, OccSymbol, build_occ, parse_occ

_ROOT = r"(?P<root>[A-Z]{1,6}[1-9]?|[A-Z]{1,5}[./ -][A-Z])"
_STRIKE = r"\$?(?P<strike>[0-9]{1,5}(?:,[0-9]{3})?(?:\.[0-9]{1,4})?|\.[0-9]{1,3})"
_RIGHT = r"(?P<right>C|P|CALL|PUT)"
_MONTH = "(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
_WRITTEN_DAY = (
    rf"{_MONTH} ?[0-9]{{1,2}},? ?'?(?:[0-9]{{4}}|[0-9]{{2}})|[0-9]{{1,2}} ?{_MONTH} ?(?:[0-9]{{4}}|[0-9]{{2}})"
)
_DAY = rf"(?P<day>[0-9]{{1,2}}/[0-9]{{1,2}}/(?:[0-9]{{4}}|[0-9]{{2}})|{_WRITTEN_DAY})"

_NOTATIONS = tuple(
    re.compile(pattern)
    for pattern in (
        # NVDA 01/15/2027 180.00 C, NVDA 15JAN27 180 C, NVDA Jan15'27 180 CALL, NVDA Jan 15 '27 $180 Call
        rf"{_ROOT} {_DAY} {_STRIKE} {_RIGHT}",
        # NVDA 1/15/2027 Call $180.00
        rf"{_ROOT} {_DAY} {_RIGHT} {_STRIKE}",
    )
)
# -NVDA270115C180 and .NVDA270115P122.5; eight digits would be thousandths, as OCC writes them.
_COMPACT = re.compile(
    r"[-.]? ?(?P<root>[A-Z]{1,6}[1-9]?) *(?P<day>[0-9]{6})(?P<right>[CP])(?P<strike>[0-9]{1,5}(?:\.[0-9]{1,3})?)"
)
# NVDA#A1527C180000: month letter (A-L calls, M-X puts), day, year, then how many digits of the strike are decimals.
_MERRILL = re.compile(
    r"(?P<root>[A-Z]{1,6}[1-9]?)#(?P<month>[A-X])(?P<day>[0-9]{2})(?P<year>[0-9]{2})(?P<size>[CDE])(?P<strike>[0-9]{1,9})"
)
_MERRILL_DECIMALS = {"C": 3, "D": 4, "E": 5}
_LABEL = re.compile(r"(?P<root>[A-Z.]{1,7})_(?P<right>C|P|CALL|PUT)_?(?P<strike>[0-9]+(?:\.[0-9]+)?)_(?P<day>[0-9]{8})")
# 100 15 JAN 27 180 CALL, 100 (Weeklys) 31 MAY 22 4730 PUT: the underlying stands in a row above.
_TERMS = re.compile(rf"(?:(?P<multiplier>[0-9]+) )?(?:\([A-Z0-9 ]+\) )?{_DAY}(?: \[[A-Z]+\])? {_STRIKE} {_RIGHT}")
_SPACES = re.compile(r"\s+")


def read_option(text: str) -> OccSymbol | None:
    """Any notation with its root in it; None for whatever is no option, `BRK B` and `NVDA` included."""
    if len(text) < 10 or len(text) > 60:
        return None
    notation = _SPACES.sub(" ", text.strip().upper())
    if found := parse_occ(notation.lstrip("-.").strip()):
        return found
    if match := _MERRILL.fullmatch(notation):
        return _merrill(match)
    if match := _LABEL.fullmatch(notation):
        return _contract(match["root"], read_day(match["day"]), match["right"], match["strike"])
    if match := _COMPACT.fullmatch(notation):
        yymmdd = match["day"]
        return _contract(match["root"], read_day(f"20{yymmdd}"), match["right"], match["strike"])
    for pattern in _NOTATIONS:
        if match := pattern.fullmatch(notation):
            return _contract(match["root"], read_day(match["day"]), match["right"], match["strike"])
    return None


def read_terms(text: str, root: str) -> OccSymbol | None:
    """A leg without its root, as thinkorswim lists it below the underlying."""
    match = _TERMS.fullmatch(_SPACES.sub(" ", text.strip().upper()))
    return _contract(root, read_day(match["day"]), match["right"], match["strike"]) if match else None


def contract_of(root: str, expiration: date | None, right: str, strike: Decimal | None) -> OccSymbol | None:
    """A contract whose parts stand in columns of their own; None when they make none."""
    if expiration is None or strike is None or right[:1].upper() not in ("C", "P"):
        return None
    try:
        return build_occ(root, expiration, CALL if right[:1].upper() == "C" else PUT, strike)
    except (ValueError, InvalidOperation):
        return None


def _contract(root: str, expiration: date | None, right: str, strike: str) -> OccSymbol | None:
    return contract_of(root, expiration, right, Decimal(strike.replace(",", "")))


def _merrill(match: re.Match[str]) -> OccSymbol | None:
    number = ord(match["month"]) - ord("A")
    right = CALL if number < 12 else PUT
    expiration = read_day(f"20{match['year']}-{number % 12 + 1:02}-{match['day']}")
    strike = Decimal(match["strike"]).scaleb(-_MERRILL_DECIMALS[match["size"]])
    return contract_of(match["root"], expiration, right, strike)
