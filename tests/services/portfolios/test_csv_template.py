"""The 28 parser cases the product is specified by, each under its number."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sigmasight_ui.services.portfolios.classification import investment_class_of
from tests.services.portfolios.csv_files import AAPL, HEADER, codes, only_problem, only_row, parse, parse_bytes


def test_01_one_stock_is_valid() -> None:
    row = only_row(AAPL)
    assert (row.symbol, row.quantity, row.entry_price) == ("AAPL", Decimal(100), Decimal("158.00"))
    assert (row.entry_date, row.investment_class, row.investment_subtype) == (date(2024, 1, 15), "PUBLIC", "STOCK")
    assert (row.row, row.line, row.position_type) == (2, 2, "LONG")


def test_02_more_than_10_mb_is_exactly_one_error() -> None:
    padded = f"{AAPL},,,,,,{' ' * 560}\n"
    assert codes(parse_bytes((HEADER + "\n" + padded * 20_000).encode())) == ["ERR_CSV_001"]


def test_03_a_txt_file_is_exactly_one_error() -> None:
    assert codes(parse_bytes(f"{HEADER}\n{AAPL}\n".encode(), "test.txt")) == ["ERR_CSV_002"]


def test_04_an_empty_file() -> None:
    assert codes(parse_bytes(b"")) == ["ERR_CSV_003"]


def test_05_header_without_quantity_names_the_column() -> None:
    parsed = parse("AAPL,158.00,2024-01-15", header="Symbol,Entry Price Per Share,Entry Date")
    assert codes(parsed) == ["ERR_CSV_004"]
    assert parsed.problems[0].field == "Quantity"
    assert "Quantity" in parsed.problems[0].message


def test_06_comments_before_the_header_and_between_rows() -> None:
    parsed = parse_bytes(f"# my positions\n#\n{HEADER}\n# stocks\n{AAPL}\n# the end".encode())
    assert parsed.is_valid
    assert len(parsed.rows) == 1


def test_07_blank_symbol() -> None:
    found = only_problem(",100,158.00,2024-01-15,PUBLIC,STOCK")
    assert (found.code, found.field, found.symbol) == ("ERR_POS_001", "Symbol", None)


def test_08_blank_quantity() -> None:
    assert only_problem("AAPL,,158.00,2024-01-15,PUBLIC,STOCK").code == "ERR_POS_004"


def test_09_quantity_is_a_word() -> None:
    found = only_problem("AAPL,abc,158.00,2024-01-15,PUBLIC,STOCK")
    assert (found.code, found.value) == ("ERR_POS_005", "abc")


def test_10_quantity_zero() -> None:
    assert only_problem("AAPL,0,158.00,2024-01-15,PUBLIC,STOCK").code == "ERR_POS_006"


def test_11_a_short_position_keeps_its_sign() -> None:
    row = only_row("SHOP,-25,62.50,2024-02-10,PUBLIC,STOCK")
    assert (row.quantity, row.position_type) == (Decimal(-25), "SHORT")


def test_12_blank_entry_price() -> None:
    assert only_problem("AAPL,100,,2024-01-15,PUBLIC,STOCK").code == "ERR_POS_008"


def test_13_blank_entry_date() -> None:
    assert only_problem("AAPL,100,158.00,,PUBLIC,STOCK").code == "ERR_POS_012"


def test_14_entry_date_in_american_order() -> None:
    found = only_problem("AAPL,100,158.00,01/15/2024,PUBLIC,STOCK")
    assert (found.code, found.field) == ("ERR_POS_013", "Entry Date")
    assert found.hint == "Write year, month, day: 2024-01-15."


def test_15_same_symbol_and_day_twice() -> None:
    parsed = parse(AAPL, AAPL)
    assert codes(parsed) == ["ERR_POS_023"]
    found = parsed.problems[0]
    assert (found.row, found.line, found.field) == (3, 3, "Symbol + Entry Date")
    assert found.value == "AAPL, 2024-01-15"
    assert found.message == "The row repeats row 2."


def test_16_same_symbol_on_two_days_is_two_lots() -> None:
    parsed = parse(AAPL, AAPL.replace("2024-01-15", "2024-02-15"))
    assert parsed.is_valid
    assert len(parsed.rows) == 2


def test_17_an_option_under_its_own_label() -> None:
    row = only_row("SPY_CALL_450_20240315,10,5.50,2024-02-01,OPTIONS,,SPY,450.00,2024-03-15,CALL")
    assert (row.investment_class, row.position_type) == ("OPTIONS", "LC")
    assert (row.underlying_symbol, row.strike_price, row.option_type) == ("SPY", Decimal("450.00"), "CALL")
    assert row.expiration_date == date(2024, 3, 15)
    assert row.symbol == "SPY240315C00450000"


def test_18_strike_is_a_word() -> None:
    found = only_problem("SPY_CALL,10,5.50,2024-02-01,OPTIONS,,SPY,foo,2024-03-15,CALL")
    assert (found.code, found.field, found.value) == ("ERR_POS_020", "Strike Price", "foo")


def test_19_expiration_is_a_word() -> None:
    found = only_problem("SPY_CALL,10,5.50,2024-02-01,OPTIONS,,SPY,450.00,invalid-date,CALL")
    assert (found.code, found.field) == ("ERR_POS_021", "Expiration Date")


def test_20_strike_and_expiration_are_both_reported() -> None:
    parsed = parse("SPY_CALL,10,5.50,2024-02-01,OPTIONS,,SPY,bad-strike,01/15/2024,CALL")
    assert codes(parsed) == ["ERR_POS_020", "ERR_POS_021"]


def test_21_a_negative_strike_is_refused_in_words() -> None:
    found = only_problem("SPY_PUT,10,5.50,2024-02-01,OPTIONS,,SPY,-450.00,2024-03-15,PUT")
    assert found.code == "ERR_POS_028"
    assert "strike" in found.message


def test_22_a_money_market_fund_is_public() -> None:
    row = only_row("SPAXX,10000,1.00,2024-01-01,PUBLIC,CASH")
    assert (row.investment_class, row.investment_subtype) == ("PUBLIC", "CASH")


def test_23_a_closed_position_keeps_its_exit() -> None:
    row = only_row("TSLA,50,185.00,2023-12-01,PUBLIC,STOCK,,,,,2024-01-15,215.00")
    assert (row.exit_date, row.exit_price) == (date(2024, 1, 15), Decimal("215.00"))


def test_24_three_valid_rows_are_counted() -> None:
    parsed = parse(AAPL, "MSFT,75,380.00,2024-01-22", "SPY,50,445.20,2024-01-20,PUBLIC,ETF")
    assert (len(parsed.rows), parsed.total_rows) == (3, 3)
    assert parsed.is_valid


def test_25_one_wrong_row_of_three() -> None:
    parsed = parse(AAPL, "MSFT,,380.00,2024-01-22", "SPY,50,445.20,2024-01-20,PUBLIC,ETF")
    assert not parsed.is_valid
    assert [row.symbol for row in parsed.rows] == ["AAPL", "SPY"]
    assert codes(parsed) == ["ERR_POS_004"]
    assert (parsed.total_rows, len(parsed.rows)) == (3, 2)


def test_26_a_ticker_is_public() -> None:
    assert investment_class_of("AAPL") == "PUBLIC"


def test_27_option_columns_make_an_option() -> None:
    assert investment_class_of("AAPL_CALL", has_option_columns=True) == "OPTIONS"


def test_28_spaxx_is_public() -> None:
    assert investment_class_of("SPAXX") == "PUBLIC"
