"""The option part of a row: four columns and an OCC symbol that complete or contradict each other."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sigmasight_ui.core.money import plain
from sigmasight_ui.services.portfolios.csv_cells import date_hint, number_hint, read_date, read_number
from sigmasight_ui.services.portfolios.csv_header import EXPIRATION, OPTION_TYPE, STRIKE, UNDERLYING
from sigmasight_ui.services.portfolios.csv_problems import Findings
from sigmasight_ui.services.portfolios.csv_rows import Cells
from sigmasight_ui.services.securities.symbols import (
    CALL,
    FIRST_EXPIRATION,
    LAST_EXPIRATION,
    PUT,
    OccSymbol,
    build_occ,
    canonical_ticker,
    has_occ_shape,
    occ_root,
    parse_occ,
    same_underlying,
    strike_fits_occ,
)

STRIKE_RANGE = {"lowest": "0.001", "highest": "99999.999 with three decimals at most"}
_LABEL = re.compile(r"([A-Z.]{1,7})_(C|P|CALL|PUT)_?([0-9]+(?:\.[0-9]+)?)_([0-9]{4})([0-9]{2})([0-9]{2})")
_RIGHTS = {"C": CALL, "P": PUT, "CALLS": CALL, "PUTS": PUT}


class Contract(NamedTuple):
    symbol: str  # canonical: unpadded OCC
    underlying: str
    strike: Decimal
    expiration: date
    option_type: str


class _Label(NamedTuple):
    """What an own label such as SPY_C450_20240315 suggests; used for hints only, never as data."""

    underlying: str | None = None
    strike: str | None = None
    expiration: str | None = None
    option_type: str | None = None

    @staticmethod
    def read(symbol: str) -> _Label:
        match = _LABEL.fullmatch(symbol.upper())
        if match is None:
            return _Label()
        root, right, strike, year, month, day = match.groups()
        return _Label(root, strike, f"{year}-{month}-{day}", _RIGHTS.get(right, right))


def read_contract(cells: Cells, entry_date: date | None, findings: Findings) -> Contract | None:
    """Blank columns are read from the OCC symbol; a label or no symbol at all is replaced by the canonical one."""
    occ = parse_occ(cells.symbol)
    if occ is None and has_occ_shape(cells.symbol):
        message = "The expiration day in the symbol does not exist."
        findings.add("ERR_POS_021", EXPIRATION, cells.symbol, message=message, hint="Correct the symbol.")
        return None
    label = _Label.read(cells.symbol)
    underlying = _underlying(cells.underlying, occ, label, findings)
    strike = _strike(cells, occ, label, findings)
    expiration = _expiration(cells, occ, label, entry_date, findings)
    option_type = _option_type(cells.option_type.upper(), occ, label, findings)
    if underlying is None or strike is None or expiration is None or option_type is None:
        return None
    symbol = occ or build_occ(underlying, expiration, option_type, strike)
    return Contract(symbol.text, underlying, strike, expiration, option_type)


def _underlying(text: str, occ: OccSymbol | None, label: _Label, findings: Findings) -> str | None:
    if not text:
        if occ is None:
            findings.add("ERR_POS_019", UNDERLYING, "", hint=_for_this_row(label.underlying))
            return None
        return occ.underlying
    if occ_root(text) is None:
        message = "No options are listed on this underlying symbol."
        findings.add("ERR_POS_019", UNDERLYING, text, message=message, hint="Write a ticker such as SPY or BRK.B.")
        return None
    if occ is not None and not same_underlying(occ.root, text):
        _contradiction(findings, UNDERLYING, text, occ.root)
    return canonical_ticker(text)


def _strike(cells: Cells, occ: OccSymbol | None, label: _Label, findings: Findings) -> Decimal | None:
    text = cells.strike
    strike = read_number(text) if text else occ.strike if occ else None
    if strike is None:
        message = "The strike price is not a number." if text else None
        hint = number_hint(text) if text else _for_this_row(label.strike)
        findings.add("ERR_POS_020", STRIKE, text, message=message, hint=hint)
        return None
    found = text or cells.symbol
    if strike <= 0:
        findings.add("ERR_POS_028", STRIKE, found)
        return None
    if not strike_fits_occ(strike):
        findings.add("ERR_POS_031", STRIKE, found, facts=STRIKE_RANGE)
        return None
    if occ is not None and strike != occ.strike:
        _contradiction(findings, STRIKE, text, plain(occ.strike))
    return strike


def _expiration(
    cells: Cells, occ: OccSymbol | None, label: _Label, entry_date: date | None, findings: Findings
) -> date | None:
    text = cells.expiration
    expiration = read_date(text) if text else occ.expiration if occ else None
    if expiration is None:
        message = "The expiration date is not a date written YYYY-MM-DD." if text else None
        hint = date_hint(text) if text else _for_this_row(label.expiration)
        findings.add("ERR_POS_021", EXPIRATION, text, message=message, hint=hint)
        return None
    found = text or cells.symbol
    if entry_date is not None and expiration < entry_date:
        findings.add("ERR_POS_027", EXPIRATION, found)
        return None
    if not FIRST_EXPIRATION <= expiration <= LAST_EXPIRATION:
        message = "An option symbol holds expirations from 2000 to 2099 only."
        findings.add("ERR_POS_021", EXPIRATION, found, message=message, hint="Check the year.")
        return None
    if occ is not None and expiration != occ.expiration:
        _contradiction(findings, EXPIRATION, text, occ.expiration.isoformat())
    return expiration


def _option_type(text: str, occ: OccSymbol | None, label: _Label, findings: Findings) -> str | None:
    if not text and occ is not None:
        return occ.option_type
    if text not in (CALL, PUT):
        meant = _RIGHTS.get(text) or label.option_type
        findings.add("ERR_POS_022", OPTION_TYPE, text, hint=f"Write {meant}." if meant else None)
        return None
    if occ is not None and text != occ.option_type:
        _contradiction(findings, OPTION_TYPE, text, occ.option_type)
    return text


def _contradiction(findings: Findings, field: str, in_column: str, in_symbol: str) -> None:
    facts = {"column": field, "in_column": in_column, "in_symbol": in_symbol}
    findings.add("ERR_POS_029", field, in_column, facts=facts)


def _for_this_row(value: str | None) -> str | None:
    return f"For this row: {value}." if value else None
