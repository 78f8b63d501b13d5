"""Robinhood's report: what it takes to be enough, and what makes it fall short."""

from __future__ import annotations

import csv
import io

import pytest

from sigmasight_ui.services.portfolios.broker_formats import read
from sigmasight_ui.services.portfolios.broker_formats.contract import Reading
from tests.services.portfolios.csv_files import TODAY

TITLES = (
    "Activity Date", "Process Date", "Settle Date", "Instrument", "Description", "Trans Code", "Quantity", "Price",
    "Amount",
)  # fmt: skip
CALL = "NVDA 1/15/2027 Call $180.00"


def report(*rows: tuple[str, str, str, str, str, str]) -> Reading:
    """Rows of day, instrument, description, code, quantity and amount; newest first, as Robinhood lists them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(TITLES)
    for day, instrument, description, code, quantity, amount in rows:
        writer.writerow([day, day, day, instrument, description, code, quantity, "", amount])
    return read(text.getvalue().encode(), TODAY)


def test_it_asks_whether_it_is_whole_and_proposes_nothing() -> None:
    reading = report(("1/5/2026", "AAPL", "Apple", "Buy", "10", "($1,805.10)"))
    (question,) = reading.questions
    assert (question.id, question.lines, question.default) == ("complete_history", (2,), None)
    assert question.choices == ("yes",)


def test_trades_of_one_day_are_taken_from_the_bottom_up() -> None:
    reading = report(
        ("1/5/2026", "AAPL", "Apple", "Sell", "10", "$1,900.00"),
        ("1/5/2026", "AAPL", "Apple", "Buy", "10", "($1,805.10)"),
    )
    assert reading.positions == ()
    assert reading.guide is not None
    assert reading.guide.missing == "Nothing is held at the end."


def test_options_opened_and_closed_on_both_sides() -> None:
    reading = report(
        ("3/2/2026", "NVDA", CALL, "BTC", "1", "($900.03)"),
        ("2/2/2026", "NVDA", CALL, "STO", "3", "$2,999.90"),
        ("1/5/2026", "NVDA", "NVDA 1/15/2027 Put $150.00", "STC", "1", "$500.00"),
        ("1/4/2026", "NVDA", "NVDA 1/15/2027 Put $150.00", "BTO", "2", "($800.10)"),
    )
    assert [(found.symbol, int(found.quantity)) for found in reading.positions] == [
        ("NVDA270115P00150000", 1),
        ("NVDA270115C00180000", -2),
    ]


def test_money_alone_changes_nothing() -> None:
    reading = report(
        ("1/7/2026", "AAPL", "Cash Div: R/D 2026-01-02", "CDIV", "", "$1.39"),
        ("1/6/2026", "", "ACH Deposit", "ACH", "", "$5,000.00"),
        ("1/5/2026", "AAPL", "Apple", "Buy", "10", "($1,805.10)"),
    )
    assert len(reading.positions) == 1
    assert {found.reason for found in reading.skipped} == {"Moves money only."}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("1/6/2026", "AAPL", "Apple", "Sell", "11", "$1.00"), "Line 2 closes 11 of AAPL"),
        (("1/6/2026", "SPOT", "Spotify", "ITRF", "1", ""), "Line 2 moves shares in a way"),
        (("1/6/2026", "AAPL", "Assignment", "OASGN", "1", ""), "Line 2 moves shares in a way"),
        (("1/6/2026", "MSFT", "Microsoft", "SPL", "1", ""), "Line 2 splits MSFT"),
        (("someday", "AAPL", "Apple", "Buy", "1", "($1.00)"), "Line 2 cannot be read"),
        (("1/6/2026", "=1+1", "Formula", "Buy", "1", "($1.00)"), "Line 2 cannot be read"),
        (("1/6/2026", "AAPL", "Apple", "Buy", "many", "($1.00)"), "Line 2 cannot be read"),
        (("1/6/2026", "AAPL", "Apple", "Buy", "1", ""), "Line 2 has no amount"),
        (("1/6/2026", "NVDA", "no contract", "BTO", "1", "($1.00)"), "Line 2 cannot be read"),
    ],
)
def test_a_row_that_cannot_be_followed_means_no_positions_at_all(row: tuple[str, ...], reason: str) -> None:
    day, instrument, description, code, quantity, amount = row
    reading = report(
        (day, instrument, description, code, quantity, amount),
        ("1/5/2026", "AAPL", "Apple", "Buy", "10", "($1,805.10)"),
    )
    assert reading.positions == ()
    assert reading.guide is not None
    assert reading.guide.missing.startswith(reason)
    assert "template" in reading.guide.where_to_get_it


@pytest.mark.parametrize("quantity", ["-90", "90S"])
def test_a_reverse_split_is_not_worked_out(quantity: str) -> None:
    reading = report(
        ("3/2/2026", "AAPL", "Apple", "SPL", quantity, ""), ("1/5/2026", "AAPL", "Apple", "Buy", "100", "($1,805.10)")
    )
    assert reading.positions == ()
    assert reading.guide is not None
    assert "takes shares away" in reading.guide.missing
