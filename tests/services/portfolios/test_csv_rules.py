"""Every rule of a row at its edges: cells, symbol, dates, class, exit, repetition."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.services.portfolios.csv_files import AAPL, TODAY, codes, only_problem, only_row, parse


def date_row(day: object) -> str:
    return f"AAPL,100,158.00,{day}"


def test_eleven_cells_are_enough() -> None:
    assert only_row(f"{AAPL},,,,,").investment_subtype == "STOCK"


def test_thirteen_cells_are_one_too_many() -> None:
    found = only_problem(f"{AAPL},,,,,,,bought at Schwab")
    assert (found.code, found.value) == ("ERR_POS_032", "bought at Schwab")


def test_blank_extra_cells_are_tolerated() -> None:
    assert only_row(f"{AAPL},,,,,,,, ,").symbol == "AAPL"


def test_a_cell_below_a_blank_title_has_no_column() -> None:
    parsed = parse("AAPL,x,100,158.00,2024-01-15", header="Symbol,,Quantity,Entry Price Per Share,Entry Date")
    assert codes(parsed) == ["ERR_POS_032"]


def test_a_row_may_end_before_a_blank_title() -> None:
    header = "Symbol,Quantity,Entry Price Per Share,Entry Date,,Notes"
    assert only_row("AAPL,100,158.00,2024-01-15", header=header).symbol == "AAPL"


def test_a_column_of_the_users_own_is_ignored() -> None:
    header = "Symbol,Quantity,Entry Price Per Share,Entry Date,Notes"
    assert only_row("AAPL,100,158.00,2024-01-15,core holding", header=header).symbol == "AAPL"


@pytest.mark.parametrize(
    ("symbol", "canonical"),
    [
        ("aapl", "AAPL"),
        ("BRK.B", "BRK.B"),
        ("BRK-B", "BRK.B"),
        ("CORP_BOND", "CORP_BOND"),
        ("VOD.L", "VOD.L"),
    ],
)
def test_symbols_are_stored_in_one_form(symbol: str, canonical: str) -> None:
    assert only_row(f"{symbol},100,158.00,2024-01-15").symbol == canonical


def test_the_label_of_a_private_holding_stays_as_it_is() -> None:
    assert only_row("art-b,1,5000.00,2024-01-15,PRIVATE,ART").symbol == "ART-B"


def test_a_symbol_of_100_characters_fits_and_101_do_not() -> None:
    assert only_row(f"{'A' * 100},1,1.00,2024-01-15").symbol == "A" * 100
    found = only_problem(f"{'A' * 101},1,1.00,2024-01-15")
    assert (found.code, found.value, found.symbol) == ("ERR_POS_002", "A" * 80, "A" * 80)
    assert found.message == "The symbol has 101 characters."


@pytest.mark.parametrize(
    ("symbol", "hint"),
    [
        ("SPAXX**", "Remove *."),
        ("$AAPL", "Remove $."),
        ("BRK/B", "Write BRK.B."),
        ("BRK B", "Write BRK.B."),
        ("SPY   250919C00460000", "Write SPY250919C00460000."),
        ("A B C", "Remove the space."),
        ("AA\u200bPL", "Remove zero width space."),
        ("--", "Use letters, digits, dot, dash and underscore only."),
        ("=cmd()", "Remove (, ), =."),
        ("<b>X</b>", "Remove /, <, >."),
        ("ÄÖ", "Remove Ä, Ö."),
        ("=cmd|'/c calc'!A1", "Remove the space, !, ', /, = and 1 more."),
    ],
)
def test_a_wrong_character_in_the_symbol_is_named(symbol: str, hint: str) -> None:
    found = only_problem(f"{symbol},100,158.00,2024-01-15")
    assert (found.code, found.hint) == ("ERR_POS_003", hint)


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=36_500), date(2024, 2, 29)])
def test_entry_dates_that_are_read(day: date) -> None:
    assert only_row(date_row(day)).entry_date == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ERR_POS_012"),
        ("01/15/2024", "ERR_POS_013"),
        ("2024-1-5", "ERR_POS_013"),
        ("20240115", "ERR_POS_013"),
        ("2024-W03-1", "ERR_POS_013"),
        ("2024-02-30", "ERR_POS_013"),
        ("２０２４-01-15", "ERR_POS_013"),
        (str(TODAY + timedelta(days=1)), "ERR_POS_014"),
        ("9999-12-31", "ERR_POS_014"),
        (str(TODAY - timedelta(days=36_501)), "ERR_POS_015"),
        ("0001-01-01", "ERR_POS_015"),
    ],
)
def test_entry_dates_that_are_refused(text: str, code: str) -> None:
    found = only_problem(date_row(text))
    assert (found.code, found.field, found.value) == (code, "Entry Date", text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("01/15/2024", "Write year, month, day: 2024-01-15."),
        ("15.01.2024", "Write year, month, day: 2024-01-15."),
        (
            "03/04/2024",
            "Write year, month, day: 2024-03-04 if the month comes first here, 2024-04-03 if the day does.",
        ),
        ("2024/1/5", "Write year, month, day: 2024-01-05."),
        ("20240115", "Write year, month, day: 2024-01-15."),
        ("2024-01-15T09:30:00Z", "Leave out the time: 2024-01-15."),
        ("2024-02-30", "There is no such day. Check month and day."),
        ("13/32/2024", "There is no such day. Check month and day."),
        ("45306", "This is Excel's number for a day. Format the column as a date: 2024-01-15."),
        ("last spring", "Write year, month, day: 2024-01-15."),
    ],
)
def test_a_date_in_another_notation_is_written_out(text: str, hint: str) -> None:
    assert only_problem(date_row(text)).hint == hint


def test_today_is_the_day_given_and_not_the_day_the_process_started() -> None:
    row = date_row("2030-01-01")
    assert codes(parse(row)) == ["ERR_POS_014"]
    assert parse(row, today=date(2030, 1, 1)).is_valid


@pytest.mark.parametrize("text", ["public", "Public", " PUBLIC "])
def test_the_class_is_read_in_any_case(text: str) -> None:
    assert only_row(f"AAPL,100,158.00,2024-01-15,{text},stock").investment_class == "PUBLIC"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("MSFT,75,380.00,2024-01-22", ("PUBLIC", None)),
        ("CASH_USD,1,500.00,2024-01-22", ("PRIVATE", "CASH")),
        ("cash_mm_fund,1,500.00,2024-01-22,,CASH", ("PRIVATE", "CASH")),
        ("SPAXX,100,1.00,2024-01-22,,CASH", ("PUBLIC", "CASH")),
        ("HOME,1,500.00,2024-01-22,,REAL_ESTATE", ("PRIVATE", "REAL_ESTATE")),
        ("COINS,1,500.00,2024-01-22,,crypto", ("PRIVATE", "CRYPTOCURRENCY")),
        ("US_TREASURY_BILLS,1,500.00,2024-01-22,PRIVATE,TREASURY_BILLS", ("PRIVATE", "TREASURY_BILLS")),
        ("GOLD,1,500.00,2024-01-22,PRIVATE,COMMODITY", ("PRIVATE", "COMMODITY")),
        ("GOLD,1,500.00,2024-01-22,PRIVATE", ("PRIVATE", None)),
    ],
)
def test_class_and_subtype(row: str, expected: tuple[str, str | None]) -> None:
    found = only_row(row)
    assert (found.investment_class, found.investment_subtype) == expected
    assert found.position_type == "LONG"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("STOCK", "Write PUBLIC here and STOCK as Investment Subtype."),
        ("CRYPTO", "Write PRIVATE here and CRYPTOCURRENCY as Investment Subtype."),
        ("Equity", "Write PUBLIC, OPTIONS or PRIVATE, or leave it blank."),
    ],
)
def test_an_unknown_class_hides_its_subtype(text: str, hint: str) -> None:
    found = only_problem(f"AAPL,100,158.00,2024-01-15,{text},NO_SUCH_SUBTYPE")
    assert (found.code, found.value, found.hint) == ("ERR_POS_016", text, hint)


@pytest.mark.parametrize(
    ("investment_class", "subtype", "hint"),
    [
        ("PUBLIC", "Mutual Fund", "Write MUTUAL_FUND."),
        ("PUBLIC", "FUND", "Use one of STOCK, ETF, MUTUAL_FUND, BOND, CASH, or leave it blank."),
        (
            "PUBLIC",
            "HEDGE_FUND",
            "HEDGE_FUND belongs to PRIVATE. Use one of STOCK, ETF, MUTUAL_FUND, BOND, CASH, or change the class.",
        ),
        ("", "GROWTH", "Use one of STOCK, ETF, MUTUAL_FUND, BOND, CASH, or leave it blank."),
    ],
)
def test_a_subtype_of_another_class(investment_class: str, subtype: str, hint: str) -> None:
    found = only_problem(f"AAPL,100,158.00,2024-01-15,{investment_class},{subtype}")
    assert (found.code, found.field, found.hint) == ("ERR_POS_017", "Investment Subtype", hint)


def exit_row(exit_date: str, exit_price: str) -> str:
    return f"TSLA,50,185.00,2023-12-01,PUBLIC,STOCK,,,,,{exit_date},{exit_price}"


@pytest.mark.parametrize("day", ["2023-12-01", str(TODAY)])
def test_exit_on_the_day_of_entry_and_today_is_fine(day: str) -> None:
    assert only_row(exit_row(day, "215.123")).exit_price == Decimal("215.123")


@pytest.mark.parametrize(
    ("exit_date", "exit_price", "code", "field"),
    [
        ("2023-11-30", "215.00", "ERR_POS_018", "Exit Date"),
        ("15.01.2024", "215.00", "ERR_POS_013", "Exit Date"),
        ("2024-01-15", "abc", "ERR_POS_024", "Exit Price Per Share"),
        ("2024-01-15", "0", "ERR_POS_024", "Exit Price Per Share"),
        ("2024-01-15", "-5", "ERR_POS_024", "Exit Price Per Share"),
        ("2024-01-15", "NaN", "ERR_POS_031", "Exit Price Per Share"),
        ("2024-01-15", "0.000000001", "ERR_POS_031", "Exit Price Per Share"),
        ("2024-01-15", "", "ERR_POS_025", "Exit Price Per Share"),
        ("", "215.00", "ERR_POS_025", "Exit Date"),
        ("2026-11-21", "215.00", "ERR_POS_026", "Exit Date"),
    ],
)
def test_exits_that_are_refused(exit_date: str, exit_price: str, code: str, field: str) -> None:
    found = only_problem(exit_row(exit_date, exit_price))
    assert (found.code, found.field) == (code, field)


def test_the_wording_names_the_date_that_is_meant() -> None:
    assert "exit date" in only_problem(exit_row("soon", "215.00")).message
    assert "entry date" in only_problem(date_row("soon")).message


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("AAPL,1,1.00,2024-01-15", "aapl,2,2.00,2024-01-15"),
        ("BRK.B,1,1.00,2024-01-15", "BRK-B,2,2.00,2024-01-15"),
        ("SPY240315C00450000,1,1.00,2024-01-15", ",2,2.00,2024-01-15,OPTIONS,,SPY,450,2024-03-15,CALL"),
        ("SPY_C450_20240315,1,1.00,2024-01-15,,,SPY,450,2024-03-15,CALL", "SPY240315C00450000,1,1.00,2024-01-15"),
    ],
)
def test_the_same_lot_under_two_names_is_a_repetition(first: str, second: str) -> None:
    parsed = parse(first, second)
    assert codes(parsed) == ["ERR_POS_023"]
    assert len(parsed.rows) == 1


def test_a_third_repetition_still_names_the_first_row() -> None:
    parsed = parse(AAPL, AAPL, AAPL)
    assert [found.message for found in parsed.problems] == ["The row repeats row 2."] * 2


def test_a_row_with_other_mistakes_is_also_named_as_a_repetition() -> None:
    parsed = parse("AAPL,x,1.00,2024-01-15", "MSFT,1,1.00,2024-01-15", "AAPL,1,y,2024-01-15")
    assert codes(parsed) == ["ERR_POS_005", "ERR_POS_009", "ERR_POS_023"]


def test_every_mistake_of_a_row_is_in_the_answer() -> None:
    parsed = parse("SPAXX**,1;2,$5,soon,FOO,,,,,,later,0", AAPL)
    assert codes(parsed) == [
        "ERR_POS_003",
        "ERR_POS_005",
        "ERR_POS_009",
        "ERR_POS_013",
        "ERR_POS_016",
        "ERR_POS_013",
        "ERR_POS_024",
    ]
    assert {found.row for found in parsed.problems} == {2}


def test_a_missing_symbol_ends_the_row_at_once() -> None:
    assert codes(parse(",x,y,z,FOO", AAPL)) == ["ERR_POS_001"]
