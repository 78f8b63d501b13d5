"""A reading as lines of text, so that what a fixture must yield can be read and compared as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from sigmasight_ui.core.money import plain
from sigmasight_ui.services.portfolios.broker_formats.contract import DraftPosition, Reading

FIXTURES = Path(__file__).parent / "fixtures"


def described(reading: Reading) -> str:
    return "\n".join(_lines(reading)) + "\n"


def imported_value(reading: Reading, account: str) -> Decimal | None:
    """Positions and cash that were read, at the file's market values; None when it does not state them all."""
    values = [position.market_value for position in reading.positions if position.account == account]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return sum(known, sum((cash.amount for cash in reading.cash if cash.account == account), Decimal(0)))


def _lines(reading: Reading) -> Iterator[str]:
    if found := reading.recognition:
        yield f"recognised {found.format} | {found.as_of}"
        for account in found.accounts:
            yield f"account {account.label} | {account.portfolio_name}"
    for position in reading.positions:
        yield _position(position)
    for cash in reading.cash:
        yield f"cash {cash.line} | {cash.account} | {cash.amount} | {cash.name}"
    for total in reading.totals:
        yield f"total {total.line} | {total.account} | value {total.market_value} | cost {total.cost}"
    for skipped in reading.skipped:
        yield f"skipped {skipped.line} | {skipped.text} | {skipped.reason}"
    for problem in reading.problems:
        yield f"problem {problem.line} | row {problem.row} | {problem.code} | {problem.field} | {problem.value}"
    for question in reading.questions:
        lines = " ".join(map(str, question.lines))
        yield f"question {question.id} | {lines} | {question.default}"
    if reading.guide:
        yield f"guide {reading.guide.missing}"


def _position(found: DraftPosition) -> str:
    parts = [
        f"position {found.line}",
        found.account,
        found.symbol,
        plain(found.quantity),
        f"at {_number(found.entry_price)}",
        f"cost {_number(found.cost)}",
        f"value {_number(found.market_value)}",
        str(found.entry_date or "no day"),
        f"{found.investment_class} {found.investment_subtype or ''}".strip(),
    ]
    return " | ".join(parts)


def _number(number: Decimal | None) -> str:
    return "unknown" if number is None else plain(number)
