"""Failed rows come back as a file that is safe in a spreadsheet and can be uploaded again once corrected."""

from __future__ import annotations

import csv
import io

from sigmasight_ui.services.portfolios.csv_failed_rows import failed_rows_csv
from sigmasight_ui.services.portfolios.csv_header import COLUMNS
from tests.services.portfolios.csv_files import AAPL, HEADER, codes, parse, parse_bytes, parse_fixture


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_failed_rows_stand_as_found_with_their_problems_last() -> None:
    parsed = parse(AAPL, ' msft ,"1,000", 380.00,01/22/2024,,,,,,,,')
    header, row = table(failed_rows_csv(parsed))
    assert header == [*COLUMNS, "Problem"]
    assert row[:4] == ["msft ", "1,000", "380.00", "01/22/2024"]
    assert row[-1] == (
        "Quantity: The quantity is not a number. Has a comma. Write 1000. (ERR_POS_005) "
        "Entry Date: The entry date is not a date written YYYY-MM-DD. "
        "Write year, month, day: 2024-01-22. (ERR_POS_013)"
    )


def test_the_file_can_be_uploaded_again_and_names_the_same_mistakes() -> None:
    first = parse_fixture("twelve_errors.csv")
    again = parse_bytes(failed_rows_csv(first))
    expected = [code for code in codes(first) if code != "ERR_POS_023"]
    assert [code for code in codes(again) if code != "ERR_CSV_007"] == expected


def test_it_keeps_the_titles_and_the_order_of_the_file() -> None:
    parsed = parse("2024-01-15,x,AAPL,158.00,mine", header="Entry Date,Qty,Ticker,Entry Price,Notes")
    header, row = table(failed_rows_csv(parsed))
    assert header == ["Entry Date", "Qty", "Ticker", "Entry Price", "Notes", "Problem"]
    assert row[:5] == ["2024-01-15", "x", "AAPL", "158.00", "mine"]


def test_an_extra_cell_keeps_its_place_before_the_problem() -> None:
    parsed = parse(f"{AAPL},,,,,,,note")
    header, row = table(failed_rows_csv(parsed))
    assert header == [*COLUMNS, "", "Problem"]
    assert row[12] == "note"
    assert codes(parse_bytes(failed_rows_csv(parsed))) == ["ERR_POS_032"]


def test_a_file_refused_as_a_whole_gives_the_header_alone() -> None:
    assert table(failed_rows_csv(parse_bytes(b""))) == [[*COLUMNS, "Problem"]]


def test_a_row_beginning_with_hash_does_not_become_a_comment() -> None:
    parsed = parse('"#1",x,1.00,2024-01-15')
    assert codes(parse_bytes(failed_rows_csv(parsed))) == ["ERR_POS_003", "ERR_POS_005"]


def test_excel_is_told_that_it_is_utf8() -> None:
    assert failed_rows_csv(parse("CAFÉ,1,1.00,2024-01-15")).startswith(b"\xef\xbb\xbf")


def test_titles_are_disarmed_too() -> None:
    parsed = parse_bytes(f"{HEADER},=cmd()\nAAPL,x,1.00,2024-01-15\n".encode())
    assert table(failed_rows_csv(parsed))[0][12] == "'=cmd()"
