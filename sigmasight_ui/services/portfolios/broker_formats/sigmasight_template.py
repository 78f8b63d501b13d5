"""Our own twelve columns: the template filled in, or positions exported from here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sigmasight_ui.services.portfolios.broker_formats.accounts import Accounts
from sigmasight_ui.services.portfolios.broker_formats.contract import (
    POSITIONS,
    Column,
    DraftPosition,
    Format,
    Reading,
    Recognition,
    fingerprint,
)
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet
from sigmasight_ui.services.portfolios.classification import OPTIONS
from sigmasight_ui.services.portfolios.csv_header import COLUMNS, REQUIRED
from sigmasight_ui.services.portfolios.csv_reading import COMMENT, EXPORT_MARK, Record, Refusal
from sigmasight_ui.services.portfolios.csv_rows import PositionRow
from sigmasight_ui.services.portfolios.csv_template import read_table

_MULTIPLIER = {OPTIONS: Decimal(100)}


def _read(sheet: Sheet, today: date) -> Reading:
    place = sheet.find_header(map(str.casefold, REQUIRED))
    if place is None:
        raise Refusal("ERR_CSV_005")
    accounts = Accounts(FORMAT.broker)
    account = accounts.label()
    header, below = sheet.rows[place], sheet.rows[place + 1 :]
    is_own = any(row.first.startswith(EXPORT_MARK) for row in sheet.rows[:place])
    parsed = read_table(header.cells, _records(below), today, is_own)
    cells = {row.line: row.cells for row in below}
    return Reading(
        recognition=Recognition(FORMAT.key, FORMAT.broker, FORMAT.kind, FORMAT.label, None, accounts.all()),
        positions=tuple(_draft(row, account, cells[row.line]) for row in parsed.rows),
        problems=parsed.problems,
    )


def _records(rows: tuple[Row, ...]) -> Iterator[Record]:
    return ((row.line, list(row.cells)) for row in rows if not row.first.startswith(COMMENT))


def _draft(row: PositionRow, account: str, cells: tuple[str, ...]) -> DraftPosition:
    return DraftPosition(
        line=row.line,
        account=account,
        symbol=row.symbol,
        quantity=row.quantity,
        entry_price=row.entry_price,
        entry_date=row.entry_date,
        investment_class=row.investment_class,
        investment_subtype=row.investment_subtype,
        underlying_symbol=row.underlying_symbol,
        strike_price=row.strike_price,
        expiration_date=row.expiration_date,
        option_type=row.option_type,
        exit_date=row.exit_date,
        exit_price=row.exit_price,
        cost=row.quantity * row.entry_price * _MULTIPLIER.get(row.investment_class, Decimal(1)),
        raw=cells,
    )


FORMAT = Format(
    key="sigmasight_template",
    broker="SigmaSight",
    kind=POSITIONS,
    label="SigmaSight template",
    fingerprints=(fingerprint(*REQUIRED),),
    columns=tuple(Column(title, (title,)) for title in COLUMNS),
    read=_read,
    cost="Entry Price Per Share",
    entry_date="Entry Date",
    cash="rows of the subtype CASH, as positions",
    where="Portfolios > Export, or the template on the upload page.",
)
