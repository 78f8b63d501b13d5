"""Files nobody knows: their titles and rows are offered, and read once somebody has said which column is which."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.services.portfolios.broker_formats import mapping_offer, read, read_mapped
from sigmasight_ui.services.portfolios.broker_formats.contract import DraftPosition, Reading
from sigmasight_ui.services.portfolios.broker_formats.mapping import FIELDS, MappingOffer, fits
from tests.services.portfolios.csv_files import TODAY

UNKNOWN = b"""Holdings of the family office
Printed by hand;;;

Stock;Pieces;Paid;Bought;Note
AAPL;100;158,25;31.01.2024;first
BRK B;12,5;405,11;02.02.2024;
NVDA 15JAN27 180 C;-2;12,30;03.02.2024;written
"""
COLUMNS = {"symbol": "Stock", "quantity": "Pieces", "price": "Paid", "entry_date": "Bought"}


def offered(content: bytes) -> MappingOffer:
    found = mapping_offer(content)
    assert found is not None
    return found


def mapped(content: str, **columns: str) -> Reading:
    return read_mapped(content.encode(), columns, TODAY)


def only(reading: Reading) -> DraftPosition:
    assert reading.problems == ()
    (position,) = reading.positions
    return position


def test_nobody_knows_it_and_its_rows_are_shown() -> None:
    assert read(UNKNOWN, TODAY) == Reading()
    found = offered(UNKNOWN)
    assert found.titles == ("Stock", "Pieces", "Paid", "Bought", "Note")
    assert found.first_rows[0] == ("AAPL", "100", "158,25", "31.01.2024", "first")
    assert found.proposed == {"symbol": "Stock"}


def test_it_is_read_by_the_columns_chosen() -> None:
    reading = read_mapped(UNKNOWN, COLUMNS, TODAY)
    assert [(found.symbol, found.quantity, found.entry_price, found.entry_date) for found in reading.positions] == [
        ("AAPL", Decimal(100), Decimal("158.25"), date(2024, 1, 31)),
        ("BRK.B", Decimal("12.5"), Decimal("405.11"), date(2024, 2, 2)),
        ("NVDA270115C00180000", Decimal(-2), Decimal("12.30"), date(2024, 2, 3)),
    ]
    assert [found.line for found in reading.skipped] == [1, 2]
    assert reading.problems == ()
    assert reading.questions == ()


def test_the_columns_fit_the_next_file_in_any_order() -> None:
    following = b"Bought;Note;PIECES ;Stock;Paid\n31.01.2025;;7;MSFT;400,01\n"
    assert fits(offered(following).titles, COLUMNS)
    assert only(read_mapped(following, COLUMNS, TODAY)).entry_price == Decimal("400.01")
    assert not fits(offered(b"Stock,Pieces\nAAPL,1\n").titles, COLUMNS)


def test_usual_titles_are_proposed_and_a_market_price_never_is() -> None:
    found = offered(b"Ticker,Shares,Price,Last Price,Cost Basis,Market Value,Acquired\nAAPL,1,9,9,5,9,1/2/2024\n")
    assert found.proposed == {
        "symbol": "Ticker",
        "quantity": "Shares",
        "cost": "Cost Basis",
        "market_value": "Market Value",
        "entry_date": "Acquired",
    }


def test_blank_and_repeated_titles_can_be_told_apart() -> None:
    content = "Symbol,Qty,,Amount,Amount\nAAPL,2,x,10,30\n"
    assert offered(content.encode()).titles == ("Symbol", "Qty", "Column 3", "Amount", "Amount (2)")
    assert only(mapped(content, symbol="Symbol", quantity="Qty", cost="Amount (2)")).entry_price == Decimal(15)


def test_a_file_without_titles_is_read_by_number() -> None:
    content = "AAPL,2,10.50\nMSFT,3,20.50\n"
    assert offered(content.encode()).titles == ("Column 1", "Column 2", "Column 3")
    reading = mapped(content, symbol="Column 1", quantity="Column 2", price="Column 3")
    assert [found.symbol for found in reading.positions] == ["AAPL", "MSFT"]


def test_a_column_that_is_not_chosen_or_not_there_is_named() -> None:
    reading = mapped("Symbol,Qty\nAAPL,2\n", symbol="Symbol", price="Paid")
    assert [(found.code, found.field) for found in reading.problems] == [
        ("ERR_CSV_004", "Quantity; negative means short"),
        ("ERR_CSV_004", "Paid"),
    ]
    assert reading.positions == ()


def test_without_a_cost_column_the_cost_is_asked_for() -> None:
    reading = mapped("Symbol,Qty,Price\nAAPL,2,10\n", symbol="Symbol", quantity="Qty")
    assert reading.positions[0].entry_price is None
    assert [question.id for question in reading.questions] == ["entry_date", "entry_price"]


def test_shorts_cash_totals_and_other_currencies() -> None:
    content = (
        "Symbol,Side,Qty,Paid,Worth,Kind,Currency,Account\n"
        "AAPL,Short,10,5,-60,Stock,USD,Mine 12345678\n"
        "USD,,,,500.25,Cash,USD,Mine 12345678\n"
        "Cash,,,,7,,,Yours\n"
        "SAP,Long,10,5,60,Stock,EUR,Yours\n"
        "Total,,,,507.25,,,\n"
        ",,,,,,note,\n"
        "VBTLX,,3,10,30,Mutual Fund,USD,Yours\n"
        "T 4.25 2034,,5000,98.5,4925,Bond,USD,Yours\n"
        "BTC,,0.5,60000,33000,Crypto,USD,Yours\n"
    )
    names = {"symbol": "Symbol", "side": "Side", "quantity": "Qty", "price": "Paid", "market_value": "Worth"}
    reading = mapped(content, **names, type="Kind", currency="Currency", account="Account")
    assert [(found.symbol, found.quantity, found.investment_subtype) for found in reading.positions] == [
        ("AAPL", Decimal(-10), "STOCK"),
        ("VBTLX", Decimal(3), "MUTUAL_FUND"),
        ("T_4.25_2034", Decimal(50), "BOND"),
        ("BTC-USD", Decimal("0.5"), "CRYPTOCURRENCY"),
    ]
    assert [(found.account, found.amount) for found in reading.cash] == [
        ("Mine …5678", Decimal("500.25")),
        ("Yours", Decimal(7)),
    ]
    assert [found.line for found in reading.skipped] == [5, 6, 7]
    assert "12345678" not in repr(reading)


def test_a_list_of_trades_is_never_taken_for_holdings_unasked() -> None:
    columns = {"symbol": "Symbol", "quantity": "Qty", "price": "Paid"}
    trades = mapped("Symbol,Action,Qty,Paid\nAAPL,Buy,10,1\nAAPL,SELL,10,2\nKO,Dividend,1,1\n", **columns)
    (asked, *_) = trades.questions
    assert (asked.id, asked.default, asked.choices, asked.lines) == ("holdings_not_trades", None, ("yes",), (2, 3, 4))
    assert "Action" in asked.text
    sold = mapped("Symbol,Qty,Paid,Date Sold\nAAPL,10,1,1/5/2026\n", **columns)
    assert "Date Sold" in sold.questions[0].text
    rated = mapped("Symbol,Rating,Qty,Paid\nAAPL,Buy,10,1\nMSFT,Hold,10,2\n", **columns)
    assert [question.id for question in rated.questions] == ["entry_date"]


def test_an_option_in_columns_of_its_own() -> None:
    content = "Underlying,Expiry,Strike,C/P,Qty,Cost\nNVDA,1/15/2027,180,Call,2,2460\nNVDA,x,180,Call,2,2460\n"
    names = {
        "symbol": "Underlying",
        "expiration": "Expiry",
        "strike": "Strike",
        "right": "C/P",
        "quantity": "Qty",
        "cost": "Cost",
    }
    reading = mapped(content, **names)
    assert reading.positions[0].symbol == "NVDA270115C00180000"
    assert reading.positions[0].entry_price == Decimal("12.30")
    assert [found.line for found in reading.problems] == [3]


def test_days_and_months_are_swapped_only_when_the_file_proves_it() -> None:
    names = {"symbol": "Symbol", "quantity": "Qty", "price": "Paid", "entry_date": "Day"}
    american = mapped("Symbol,Qty,Paid,Day\nA,1,1,03/04/2024\n", **names)
    european = mapped("Symbol,Qty,Paid,Day\nA,1,1,03/04/2024\nB,1,1,31/04/2024\nC,1,1,30/04/2024\n", **names)
    assert american.positions[0].entry_date == date(2024, 3, 4)
    assert [found.entry_date for found in european.positions] == [date(2024, 4, 3), date(2024, 4, 30)]
    assert [found.code for found in european.problems] == ["ERR_POS_013"]


def test_numbers_of_accounts_are_shown_by_their_last_four() -> None:
    content = "Acct No.;Account name;Stock;Pieces;Paid\n123456789;Mine 987654321;AAPL;12345;158.25\n"
    assert offered(content.encode()).first_rows == (("…6789", "Mine …4321", "AAPL", "12345", "158.25"),)
    unnamed = mapped(content, symbol="Stock", quantity="Pieces", price="Paid")
    assert only(unnamed).raw == ("…6789", "Mine …4321", "AAPL", "12345", "158.25")
    named = mapped(content, symbol="Stock", quantity="Pieces", price="Paid", account="Acct No.")
    assert only(named).raw == ("…6789", "Mine …4321", "AAPL", "12345", "158.25")


def test_what_is_no_table_is_refused_with_a_code() -> None:
    assert mapping_offer(b"\x89PNG") is None
    assert [found.code for found in read_mapped(b"\x89PNG", COLUMNS, TODAY).problems] == ["ERR_CSV_006"]


NAMES = [field.name for field in FIELDS]
TITLES = st.text("abcdefghij XYZ", min_size=1, max_size=8).map(lambda title: f"x{title.strip()}")


@given(st.binary(max_size=300), st.dictionaries(st.sampled_from(NAMES), TITLES, max_size=5))
def test_no_bytes_raise(content: bytes, columns: dict[str, str]) -> None:
    reading = read_mapped(content, columns, TODAY)
    assert reading.positions or reading.problems or reading.cash
    mapping_offer(content)


LOTS = st.tuples(
    st.sampled_from(["AAPL", "BRK.B", "NVDA270115C00180000", "VFIAX"]),
    st.decimals("-9999", "9999", places=6).filter(bool),
    st.decimals("0.01", "9999", places=2),
    st.dates(date(2000, 1, 1), TODAY),
)


@given(
    st.lists(LOTS, min_size=1, max_size=6), st.lists(TITLES, min_size=4, max_size=4, unique_by=str.casefold), st.data()
)
def test_whatever_the_titles_and_their_order_the_lots_are_read_back(
    lots: list[tuple[str, Decimal, Decimal, date]], titles: list[str], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(4)))
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=data.draw(st.sampled_from(",;\t")))
    writer.writerow([titles[place] for place in order])
    writer.writerows([[lot[place] for place in order] for lot in lots])
    columns = dict(zip(("symbol", "quantity", "price", "entry_date"), titles, strict=True))
    reading = read_mapped(text.getvalue().encode(), columns, TODAY)
    assert reading.problems == ()
    found = [(row.symbol, row.quantity, row.entry_price, row.entry_date) for row in reading.positions]
    assert found == lots
