"""An export reads back to the same lots, to the last decimal, and never runs in a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.services.portfolios.csv_export import export_csv
from sigmasight_ui.services.portfolios.csv_header import COLUMNS
from sigmasight_ui.services.portfolios.csv_rows import PositionRow
from sigmasight_ui.services.portfolios.schemas import Lot
from tests.services.portfolios.csv_files import AAPL, HEADER, codes, parse, parse_bytes
from tests.services.portfolios.test_csv_properties import decimals, facts, holdings, looks_like_formula

NOBODY = UUID(int=0)
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def lot(row: PositionRow) -> Lot:
    known = {name: getattr(row, name) for name in Lot._fields if hasattr(row, name)}
    return Lot(id=NOBODY, portfolio_id=NOBODY, created_at=LONG_AGO, **known)


def only_lot(*rows: str) -> Lot:
    return lot(parse(*rows).rows[0])


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))[1:]


@given(st.lists(holdings(), min_size=1, max_size=8), st.data())
def test_any_portfolio_reads_back_equal(rows: list[PositionRow], data: st.DataObject) -> None:
    portfolio = [replace(row, entry_price=data.draw(decimals(8, 10_000))) for row in rows]
    parsed = parse_bytes(export_csv(map(lot, portfolio)))
    assert parsed.problems == ()
    assert list(map(facts, parsed.rows)) == list(map(facts, portfolio))


def test_two_equal_lots_stay_two() -> None:
    found = only_lot(AAPL)
    assert len(parse_bytes(export_csv([found, found])).rows) == 2


def test_hand_made_files_keep_their_rules() -> None:
    assert codes(parse(AAPL, AAPL, "MSFT,1,1.234,2024-01-15")) == ["ERR_POS_023", "ERR_POS_011"]


def test_cells_are_written_as_people_read_them() -> None:
    found = only_lot("AAPL,1E+3,158.10,2024-01-15,,,,,,,2024-02-01,160")
    cells = ["AAPL", "1000", "158.1", "2024-01-15", "PUBLIC", "", "", "", "", "", "2024-02-01", "160"]
    assert table(export_csv([found])) == [list(COLUMNS), cells]


def test_an_empty_portfolio_is_a_header() -> None:
    assert table(export_csv([])) == [list(COLUMNS)]


def test_a_symbol_that_looks_like_a_formula_is_disarmed_and_comes_back() -> None:
    content = export_csv([only_lot("-CMD,1,1.00,2024-01-15")])
    assert not any(looks_like_formula(cell) for row in table(content) for cell in row if cell)
    assert [row.symbol for row in parse_bytes(content).rows] == ["-CMD"]


def test_a_spreadsheet_may_save_it_again() -> None:
    """Semicolons, a mark for UTF-8, and trailing separators after the first line."""
    text = export_csv([replace_price(only_lot(AAPL), "158.12345678")]).decode()
    saved = text.replace(",", ";").replace("\r\n", ";;;;\r\n", 1)
    parsed = parse_bytes(saved.encode("utf-8-sig"))
    assert parsed.problems == ()
    assert parsed.rows[0].entry_price == Decimal("158.12345678")


def test_utf16_is_read_too() -> None:
    content = export_csv([replace_price(only_lot(AAPL), "0.00000001")]).decode().encode("utf-16")
    assert parse_bytes(content).rows[0].entry_price == Decimal("0.00000001")


def test_the_mark_counts_on_the_first_line_only() -> None:
    text = export_csv([replace_price(only_lot(AAPL), "158.123")]).decode().split("\r\n")
    assert codes(parse_bytes("\n".join([HEADER, text[0], text[2]]).encode())) == ["ERR_POS_011"]


def replace_price(found: Lot, price: str) -> Lot:
    return found._replace(entry_price=Decimal(price), entry_date=date(2024, 1, 15))
