"""Tradier: the positions of its API as people save them to CSV, one column per field."""

from __future__ import annotations

from datetime import date

from sigmasight_ui.services.portfolios.broker_formats.contract import POSITIONS, Column, Format, Reading, fingerprint
from sigmasight_ui.services.portfolios.broker_formats.drafts import BLANK_ROW, Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import identify
from sigmasight_ui.services.portfolios.broker_formats.reading import Sheet

_COLUMNS = (
    Column("symbol", ("symbol",)),
    Column("account", ("account_number", "account_id", "account")),
    Column("quantity", ("quantity",)),
    Column("cost", ("cost_basis",), "total, negative for shorts"),
    Column("entry_date", ("date_acquired",)),
    Column("broker_id", ("id",)),
)
_REQUIRED = {"cost_basis", "date_acquired", "quantity", "symbol"}


def _read(sheet: Sheet, today: date) -> Reading:
    draft = Draft(FORMAT, sheet, today)
    place = sheet.header(_REQUIRED)
    table = Table(sheet.rows[place], _COLUMNS)
    for row in sheet.rows[place + 1 :]:
        if not table.text(row, "symbol") and not table.text(row, "quantity"):
            draft.skip(row, BLANK_ROW)
            continue
        draft.position(
            table,
            row,
            draft.accounts.label(table.text(row, "account")),
            identify(table.text(row, "symbol")),
            quantity=draft.amount(table, row, "quantity"),
            cost=draft.amount(table, row, "cost"),
            entry_date=draft.day(table, row, "entry_date"),
            broker_id=table.text(row, "broker_id") or None,
        )
    return draft.reading(None)


FORMAT = Format(
    key="tradier_positions",
    broker="Tradier",
    kind=POSITIONS,
    label="Tradier positions",
    fingerprints=(fingerprint(*_REQUIRED),),
    columns=_COLUMNS,
    read=_read,
    cost="cost_basis, the total",
    entry_date="date_acquired",
    cash="not in the file",
    where="Programs save GET /v1/accounts/{id}/positions, field by field, as CSV.",
)
