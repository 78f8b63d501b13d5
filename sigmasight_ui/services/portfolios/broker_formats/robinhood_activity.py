"""Robinhood: the activity report, the only file there is. Holdings are worked out from it, first in first out, when
every row that moves shares is understood and nothing is sold that was never bought; else the file is not enough."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sigmasight_ui.core.money import cents
from sigmasight_ui.services.portfolios.broker_formats.cells import is_missing, read_amount, read_day
from sigmasight_ui.services.portfolios.broker_formats.contract import (
    ACTIVITY,
    Column,
    Format,
    Guide,
    Question,
    Reading,
    fingerprint,
)
from sigmasight_ui.services.portfolios.broker_formats.drafts import Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import Instrument, identify
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet
from sigmasight_ui.services.portfolios.broker_formats.replay import Lot, Replay, ReplayError

COMPLETE_QUESTION = "complete_history"
_YES = "yes"

_COLUMNS = (
    Column("day", ("Activity Date",)),
    Column("symbol", ("Instrument",)),
    Column("name", ("Description",), "names the option, if it is one"),
    Column("code", ("Trans Code",)),
    Column("quantity", ("Quantity",)),
    Column("price", ("Price",), "per share"),
    Column("cost", ("Amount",), "what was paid, fees included"),
)
_REQUIRED = {"activity date", "instrument", "trans code", "quantity", "amount"}
_BUYS, _SELLS = frozenset({"BUY", "BTO", "BTC"}), frozenset({"SELL", "STO", "STC"})
_OF_OPTIONS = frozenset({"BTO", "BTC", "STO", "STC", "OEXP", "OASGN", "OEXCS"})
_EXPIRATION = re.compile(r"(?:option expiration for )?(?P<contract>.+)", re.IGNORECASE | re.DOTALL)
_ENDS = frozenset({"OEXP"})
_SPLIT = "SPL"

_WHERE = (
    "Robinhood has no file of holdings. In the app: Account, Reports and statements, Reports, Generate; choose the day "
    "the account was opened as the first. Or copy symbol, shares and average cost into our template."
)


@dataclass(frozen=True, slots=True)
class _Event:
    row: Row
    day: date
    code: str
    instrument: Instrument
    quantity: Decimal
    amount: Decimal | None


def _read(sheet: Sheet, today: date) -> Reading:
    draft = Draft(FORMAT, sheet, today)
    place = sheet.header(_REQUIRED)
    table = Table(sheet.rows[place], _COLUMNS)
    account = draft.accounts.label()
    try:
        events = _events(draft, table, sheet.rows[place + 1 :])
        lots = _replayed(events)
    except ReplayError as error:
        return draft.reading(None, Guide(str(error), _WHERE))
    for lot in lots:
        _write(draft, table, account, lot)
    as_of = events[-1].day if events else None
    return _with_question(draft.reading(as_of, None if lots else Guide("Nothing is held at the end.", _WHERE)))


def _with_question(reading: Reading) -> Reading:
    """Nothing in the file can prove that nothing came before it."""
    if not reading.positions:
        return reading
    text = (
        "Does the report begin with the first transaction of the account? These holdings were worked out from it: what "
        "was bought before its first line is missing. If it does not, generate one that begins on that day."
    )
    lines = tuple(position.line for position in reading.positions)
    return replace(reading, questions=(Question(COMPLETE_QUESTION, text, lines, choices=(_YES,)), *reading.questions))


def _events(draft: Draft, table: Table, rows: tuple[Row, ...]) -> list[_Event]:
    """What moves shares, oldest first: the report begins with the newest."""
    events: list[_Event] = []
    for row in rows:
        quantity = table.text(row, "quantity")
        if is_missing(quantity) or not table.text(row, "code"):
            draft.skip(row, "Moves money only." if table.text(row, "code") else "A note, not a transaction.")
        else:
            events.append(_event(draft, table, row))
    events.reverse()
    return sorted(events, key=lambda event: event.day)


def _event(draft: Draft, table: Table, row: Row) -> _Event:
    code = table.text(row, "code").upper()
    day = read_day(table.text(row, "day"))
    # On expirations the side stands behind the number: 1S was short.
    quantity = read_amount(table.text(row, "quantity").rstrip("SL"), draft.sheet.decimal_comma)
    instrument = _instrument(table, row, code)
    if code not in _BUYS | _SELLS | _ENDS | {_SPLIT}:
        raise ReplayError(f"Line {row.line} moves shares in a way that cannot be worked out ({code[:8]}).")
    if day is None or not quantity or instrument is None:
        raise ReplayError(f"Line {row.line} cannot be read, so what is held cannot be worked out.")
    if code == _SPLIT and (quantity < 0 or table.text(row, "quantity").endswith("S")):
        raise ReplayError(f"Line {row.line} takes shares away in a split, which cannot be worked out.")
    return _Event(row, day, code, instrument, abs(quantity), draft.amount(table, row, "cost"))


def _instrument(table: Table, row: Row, code: str) -> Instrument | None:
    if code not in _OF_OPTIONS:
        found = identify(table.text(row, "symbol"))
        return found if found and not found.contract else None
    match = _EXPIRATION.match(table.text(row, "name").strip())
    found = identify(match["contract"]) if match else None
    return found if found and found.contract else None


def _replayed(events: list[_Event]) -> list[Lot]:
    replay = Replay()
    for event in events:
        key, line = event.instrument.symbol, event.row.line
        if event.code == _SPLIT:
            replay.split(key, event.quantity, line)
        elif event.code in _ENDS:
            replay.expire(key, event.quantity, line)
        elif event.amount is None:
            raise ReplayError(f"Line {line} has no amount, so its cost cannot be worked out.")
        else:
            sign = 1 if event.code in _BUYS else -1
            is_opening = event.code in ("BUY", "BTO", "STO")
            lot = Lot(event.row, event.day, event.instrument, event.quantity * sign, abs(event.amount))
            replay.open(lot) if is_opening else replay.close(lot)
    return replay.open_lots()


def _write(draft: Draft, table: Table, account: str, lot: Lot) -> None:
    draft.position(
        table,
        lot.row,
        account,
        lot.instrument,
        quantity=lot.quantity * lot.instrument.quoted_per,
        cost=cents(lot.cost),
        entry_date=lot.day,
        name=table.text(lot.row, "name").splitlines()[0] if table.text(lot.row, "name") else "",
    )


FORMAT = Format(
    key="robinhood_activity",
    broker="Robinhood",
    kind=ACTIVITY,
    label="Robinhood activity report",
    fingerprints=(fingerprint("Activity Date", "Process Date", "Settle Date", "Instrument", "Trans Code"),),
    columns=_COLUMNS,
    read=_read,
    cost="Amount of each purchase, fees included; what is sold goes first in, first out",
    entry_date="Activity Date of the purchase",
    cash="not read",
    cannot_know=(
        "whether the report begins with the account (asked)",
        "transfers, mergers and assignments (the file is then not enough)",
    ),
    where=_WHERE,
)
