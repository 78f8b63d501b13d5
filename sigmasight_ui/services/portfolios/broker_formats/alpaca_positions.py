"""Alpaca: the positions of its API as people save them to CSV, one column per field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sigmasight_ui.services.portfolios.broker_formats.contract import POSITIONS, Column, Format, Reading, fingerprint
from sigmasight_ui.services.portfolios.broker_formats.drafts import BLANK_ROW, Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import Instrument, crypto, identify
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet

_COLUMNS = (
    Column("symbol", ("symbol",)),
    Column("category", ("asset_class",)),
    Column("account", ("account_number", "account_id")),
    Column("quantity", ("qty",)),
    Column("side", ("side",)),
    Column("price", ("avg_entry_price",), "per share"),
    Column("cost", ("cost_basis",), "total, negative for shorts"),
    Column("market_value", ("market_value",)),
)
_REQUIRED = {"symbol", "qty", "avg_entry_price"}
_QUOTES = ("USD", "USDT", "USDC")


def _read(sheet: Sheet, today: date) -> Reading:
    draft = Draft(FORMAT, sheet, today)
    place = sheet.header(_REQUIRED)
    table = Table(sheet.rows[place], _COLUMNS)
    for row in sheet.rows[place + 1 :]:
        if table.text(row, "symbol") or table.text(row, "quantity"):
            _take(draft, table, row)
        else:
            draft.skip(row, BLANK_ROW)
    return draft.reading(None)


def _take(draft: Draft, table: Table, row: Row) -> None:
    draft.position(
        table,
        row,
        draft.accounts.label(table.text(row, "account")),
        _instrument(table.text(row, "symbol"), _member(table.text(row, "category"))),
        quantity=_signed(draft.amount(table, row, "quantity"), _member(table.text(row, "side"))),
        cost=draft.amount(table, row, "cost"),
        price=draft.amount(table, row, "price"),
        market_value=draft.amount(table, row, "market_value"),
    )


def _member(text: str) -> str:
    """`AssetClass.US_EQUITY` and `PositionSide.SHORT`, as programs print them, are us_equity and short."""
    return text.rpartition(".")[2].casefold()


def _signed(quantity: Decimal | None, side: str) -> Decimal | None:
    return -abs(quantity) if quantity and side == "short" else quantity


def _instrument(symbol: str, category: str) -> Instrument | None:
    if category != "crypto":
        found = identify(symbol)
        return found if found is None or category != "us_option" or found.contract else None
    quote = next((quote for quote in _QUOTES if symbol.upper().endswith(quote)), "")
    return crypto(symbol[: len(symbol) - len(quote)])


FORMAT = Format(
    key="alpaca_positions",
    broker="Alpaca",
    kind=POSITIONS,
    label="Alpaca positions",
    fingerprints=(fingerprint(*_REQUIRED),),
    columns=_COLUMNS,
    read=_read,
    cost="cost_basis, the total; avg_entry_price where there is none",
    entry_date="asked for",
    cash="not in the file",
    cannot_know=("entry dates",),
    where="Alpaca has no download of positions; programs save GET /v2/positions, field by field, as CSV.",
)
