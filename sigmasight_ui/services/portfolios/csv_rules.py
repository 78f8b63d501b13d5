"""The rules of one row: twelve cells -> a position, and every problem that keeps it from being one."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

from sigmasight_ui.services.portfolios.classification import (
    OPTIONS,
    PUBLIC,
    SUBTYPE_ALIASES,
    SUBTYPES,
    investment_class_of,
    position_type_of,
    subtype_of,
)
from sigmasight_ui.services.portfolios.csv_cells import (
    COST_LIMIT,
    PRICE_DECIMALS,
    PRICE_LIMIT,
    QUANTITY_DECIMALS,
    QUANTITY_LIMIT,
    date_hint,
    has_more_decimals,
    number_hint,
    read_date,
    read_number,
    without_exponent,
)
from sigmasight_ui.services.portfolios.csv_header import (
    COLUMNS,
    ENTRY_DATE,
    ENTRY_PRICE,
    EXIT_DATE,
    EXIT_PRICE,
    INVESTMENT_CLASS,
    INVESTMENT_SUBTYPE,
    QUANTITY,
    SYMBOL,
)
from sigmasight_ui.services.portfolios.csv_options import Contract, read_contract
from sigmasight_ui.services.portfolios.csv_problems import Findings
from sigmasight_ui.services.portfolios.csv_rows import Cells, PositionRow
from sigmasight_ui.services.securities.symbols import canonical_ticker, has_occ_shape, parse_occ

MAX_SYMBOL_LENGTH = 100
OLDEST = timedelta(days=100 * 365)
SHARES_PER_CONTRACT = 100
_SYMBOL = re.compile(r"[A-Za-z0-9._-]+")
_SYMBOL_CHARACTER = re.compile(r"[A-Za-z0-9._-]")
_NAMED = 5
_QUANTITY_RANGE = {"lowest": "-99999999999999.999999", "highest": "99999999999999.999999"}
_PRICE_RANGE = {"lowest": "0.01", "highest": "999999999999.99"}
_SUGGESTION = "Write {}."

# What identifies a lot within a file.
LotKey = tuple[str, date]


def read_row(
    cells: Cells, today: date, findings: Findings, price_decimals: int
) -> tuple[PositionRow | None, LotKey | None]:
    """Every rule is applied, so that one answer names every mistake; only a missing symbol ends the row at once."""
    if not cells.symbol and not _is_option_without_symbol(cells):
        findings.add("ERR_POS_001", SYMBOL, "")
        return None, None
    _check_symbol(cells.symbol, findings)
    quantity = _quantity(cells.quantity, findings)
    entry_price = _entry_price(cells.entry_price, price_decimals, findings)
    entry_date = _entry_date(cells.entry_date, today, findings)
    investment_class, subtype = _class_and_subtype(cells, findings)
    contract = _contract(cells, investment_class, subtype, entry_date, findings)
    exit_date, exit_price = _exit(cells, entry_date, today, findings)
    _check_cost(cells, quantity, entry_price, investment_class, findings)
    symbol = contract.symbol if contract else _plain_symbol(cells.symbol, investment_class)
    key = (symbol, entry_date) if symbol and entry_date else None
    if findings.problems or key is None or quantity is None or entry_price is None or investment_class is None:
        return None, key
    position = PositionRow(
        row=findings.row,
        line=findings.line,
        symbol=key[0],
        quantity=quantity,
        entry_price=entry_price,
        entry_date=key[1],
        investment_class=investment_class,
        investment_subtype=subtype,
        underlying_symbol=contract and contract.underlying,
        strike_price=contract and contract.strike,
        expiration_date=contract and contract.expiration,
        option_type=contract and contract.option_type,
        exit_date=exit_date,
        exit_price=exit_price,
        position_type=position_type_of(investment_class, quantity, contract and contract.option_type),
    )
    return position, key


def _is_option_without_symbol(cells: Cells) -> bool:
    return bool(cells.underlying) and cells.investment_class.upper() in ("", OPTIONS)


def _check_symbol(symbol: str, findings: Findings) -> None:
    if len(symbol) > MAX_SYMBOL_LENGTH:
        findings.add("ERR_POS_002", SYMBOL, symbol, facts={"length": len(symbol)})
    if symbol and (_SYMBOL.fullmatch(symbol) is None or not symbol.strip("._-")):
        findings.add("ERR_POS_003", SYMBOL, symbol, hint=_symbol_hint(symbol))


def _symbol_hint(symbol: str) -> str | None:
    """Names what to remove, or the whole symbol when it is a dialect we know."""
    occ = parse_occ(symbol)
    canonical = occ.text if occ else canonical_ticker(symbol)
    if _SYMBOL.fullmatch(canonical):
        return _SUGGESTION.format(canonical) if canonical.strip("._-") else None
    wrong = sorted({character for character in symbol if not _SYMBOL_CHARACTER.match(character)})
    more = f" and {len(wrong) - _NAMED:,} more" if len(wrong) > _NAMED else ""
    return f"Remove {', '.join(map(_character_name, wrong[:_NAMED]))}{more}."


def _character_name(character: str) -> str:
    if character == " ":
        return "the space"
    return character if character.isprintable() else unicodedata.name(character, f"U+{ord(character):04X}").lower()


def _quantity(text: str, findings: Findings) -> Decimal | None:
    if not text:
        findings.add("ERR_POS_004", QUANTITY, text)
        return None
    number = read_number(text)
    if number is None:
        findings.add("ERR_POS_005", QUANTITY, text, hint=number_hint(text))
    elif not -QUANTITY_LIMIT < number < QUANTITY_LIMIT:
        findings.add("ERR_POS_031", QUANTITY, text, facts=_QUANTITY_RANGE)
    elif not number:
        findings.add("ERR_POS_006", QUANTITY, text)
    elif has_more_decimals(number, QUANTITY_DECIMALS):
        findings.add("ERR_POS_007", QUANTITY, text)
    else:
        return without_exponent(number, text)
    return None


def _entry_price(text: str, decimals: int, findings: Findings) -> Decimal | None:
    if not text:
        findings.add("ERR_POS_008", ENTRY_PRICE, text)
        return None
    number = read_number(text)
    if number is None:
        findings.add("ERR_POS_009", ENTRY_PRICE, text, hint=number_hint(text))
    elif not -PRICE_LIMIT < number < PRICE_LIMIT:
        findings.add("ERR_POS_031", ENTRY_PRICE, text, facts=_PRICE_RANGE)
    elif number <= 0:
        findings.add("ERR_POS_010", ENTRY_PRICE, text)
    elif has_more_decimals(number, decimals):
        findings.add("ERR_POS_011", ENTRY_PRICE, text)
    else:
        return without_exponent(number, text)
    return None


def _check_cost(
    cells: Cells, quantity: Decimal | None, price: Decimal | None, investment_class: str | None, findings: Findings
) -> None:
    """Both may fit their column and still make a cost that no total can hold."""
    if quantity is None or price is None:
        return
    multiplier = SHARES_PER_CONTRACT if investment_class == OPTIONS else 1
    if not -COST_LIMIT < quantity * price * multiplier < COST_LIMIT:
        message = "Quantity times entry price is a trillion dollars or more."
        findings.add("ERR_POS_031", QUANTITY, cells.quantity, message=message, hint="Check quantity and price.")


def _entry_date(text: str, today: date, findings: Findings) -> date | None:
    if not text:
        findings.add("ERR_POS_012", ENTRY_DATE, text)
        return None
    day = read_date(text)
    if day is None:
        findings.add("ERR_POS_013", ENTRY_DATE, text, hint=date_hint(text), facts={"column": "entry date"})
    elif day > today:
        findings.add("ERR_POS_014", ENTRY_DATE, text, facts={"today": today})
    elif day < today - OLDEST:
        findings.add("ERR_POS_015", ENTRY_DATE, text)
    else:
        return day
    return None


def _class_and_subtype(cells: Cells, findings: Findings) -> tuple[str | None, str | None]:
    """A subtype is only judged against a class that is valid itself."""
    found = cells.investment_subtype.upper()
    subtype = SUBTYPE_ALIASES.get(found, found) or None
    investment_class = cells.investment_class.upper()
    if not investment_class:
        has_options = any(cells.option_columns)
        investment_class = investment_class_of(cells.symbol, subtype, has_option_columns=has_options)
    if investment_class not in SUBTYPES:
        findings.add("ERR_POS_016", INVESTMENT_CLASS, cells.investment_class, hint=_class_hint(investment_class))
        return None, None
    if subtype and subtype not in SUBTYPES[investment_class]:
        _wrong_subtype(cells.investment_subtype, subtype, investment_class, findings)
    return investment_class, subtype_of(cells.symbol, investment_class, subtype)


def _class_hint(text: str) -> str | None:
    """STOCK, ETF or CRYPTO in this column: people mean the subtype."""
    subtype = SUBTYPE_ALIASES.get(text, text)
    for investment_class, subtypes in SUBTYPES.items():
        if subtype in subtypes:
            return f"Write {investment_class} here and {subtype} as Investment Subtype."
    return None


def _wrong_subtype(text: str, subtype: str, investment_class: str, findings: Findings) -> None:
    allowed = SUBTYPES[investment_class]
    spelled = re.sub(r"[ -]+", "_", subtype)
    owner = next((name for name, subtypes in SUBTYPES.items() if subtype in subtypes), None)
    hint = _SUGGESTION.format(spelled) if spelled in allowed else None
    if owner:
        hint = f"{subtype} belongs to {owner}. Use one of {', '.join(allowed)}, or change the class."
    facts = {"investment_class": investment_class, "allowed": ", ".join(allowed)}
    findings.add("ERR_POS_017", INVESTMENT_SUBTYPE, text, hint=hint, facts=facts)


def _contract(
    cells: Cells, investment_class: str | None, subtype: str | None, entry_date: date | None, findings: Findings
) -> Contract | None:
    if investment_class == OPTIONS:
        contract = read_contract(cells, entry_date, findings)
        if contract and subtype in SUBTYPES[OPTIONS] and subtype != contract.option_type:
            message = f"The subtype is {subtype}, the option a {contract.option_type}."
            hint = "Leave the subtype of an option blank."
            findings.add("ERR_POS_017", INVESTMENT_SUBTYPE, cells.investment_subtype, message=message, hint=hint)
        return contract
    if investment_class is not None:
        _check_no_option(cells, investment_class, findings)
    return None


def _check_no_option(cells: Cells, investment_class: str, findings: Findings) -> None:
    is_option = has_occ_shape(cells.symbol)
    if not is_option and not any(cells.option_columns):
        return
    filled = [(title, text) for title, text in zip(COLUMNS[6:10], cells.option_columns, strict=True) if text]
    if is_option:
        filled.insert(0, (SYMBOL, cells.symbol))
    field, value = filled[0]
    columns = ", ".join(title for title, _ in filled)
    findings.add("ERR_POS_030", field, value, facts={"investment_class": investment_class, "columns": columns})


def _exit(cells: Cells, entry_date: date | None, today: date, findings: Findings) -> tuple[date | None, Decimal | None]:
    if not cells.exit_date and not cells.exit_price:
        return None, None
    exit_date = _exit_date(cells.exit_date, entry_date, today, findings)
    exit_price = _exit_price(cells.exit_price, findings)
    return exit_date, exit_price


def _exit_date(text: str, entry_date: date | None, today: date, findings: Findings) -> date | None:
    if not text:
        findings.add("ERR_POS_025", EXIT_DATE, text, facts={"column": "exit date"})
        return None
    day = read_date(text)
    if day is None:
        findings.add("ERR_POS_013", EXIT_DATE, text, hint=date_hint(text), facts={"column": "exit date"})
        return None
    if entry_date is not None and day < entry_date:
        findings.add("ERR_POS_018", EXIT_DATE, text)
    if day > today:
        findings.add("ERR_POS_026", EXIT_DATE, text, facts={"today": today})
    return day


def _exit_price(text: str, findings: Findings) -> Decimal | None:
    """The two-decimal limit is the entry price's alone; an exit price may have what the column holds."""
    if not text:
        findings.add("ERR_POS_025", EXIT_PRICE, text, facts={"column": "exit price"})
        return None
    number = read_number(text)
    if number is None:
        findings.add("ERR_POS_024", EXIT_PRICE, text, hint=number_hint(text))
    elif not -PRICE_LIMIT < number < PRICE_LIMIT:
        findings.add("ERR_POS_031", EXIT_PRICE, text, facts=_PRICE_RANGE)
    elif number <= 0:
        findings.add("ERR_POS_024", EXIT_PRICE, text)
    elif has_more_decimals(number, PRICE_DECIMALS):
        findings.add("ERR_POS_031", EXIT_PRICE, text, hint="Round it to eight decimals.")
    else:
        return without_exponent(number, text)
    return None


def _plain_symbol(symbol: str, investment_class: str | None) -> str | None:
    """Tickers get their one canonical form; labels of private holdings only become upper-case."""
    if investment_class == OPTIONS:
        return None
    return canonical_ticker(symbol) if investment_class in (None, PUBLIC) else symbol.upper()
