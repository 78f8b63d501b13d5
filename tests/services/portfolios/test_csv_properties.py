"""What holds for every file: the reader never raises, loses nothing, and reads back what the template can say."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from sigmasight_ui.services.portfolios.classification import SUBTYPES
from sigmasight_ui.services.portfolios.csv_failed_rows import failed_rows_csv
from sigmasight_ui.services.portfolios.csv_header import COLUMNS
from sigmasight_ui.services.portfolios.csv_problems import CATALOGUE
from sigmasight_ui.services.portfolios.csv_rows import PositionRow
from sigmasight_ui.services.portfolios.csv_template import ParsedCsv
from sigmasight_ui.services.securities.symbols import build_occ
from tests.services.portfolios.csv_files import HEADER, TODAY, parse_bytes

PIECES = [
    *(
        "AAPL",
        "BRK-B",
        "SPY250919C00460000",
        "CASH_USD",
        "=cmd()",
        "",
        "#",
        "100",
        "-25",
        "1,000",
        "$5",
        "1e400",
        "NaN",
    ),
    *("158.00", "0", "2024-01-15", "01/15/2024", "2030-01-01", "PUBLIC", "OPTIONS", "PRIVATE", "ETF", "CALL", "PUT"),
    *(",", ";", "\t", '"', "\n", "\r", "\r\n", " ", "\u2028", "\x00", "é", "😀", "x" * 200, "SPY", "450", "1999-01-01"),
]
CELLS = st.one_of(st.sampled_from(PIECES), st.text(max_size=12))


def quoted(cells: list[str], delimiter: str = ",") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(cells)
    return text.getvalue()


def check(parsed: ParsedCsv) -> None:
    """Every row is either valid or failed with a reason, and every reason is in the catalogue."""
    assert len(parsed.rows) + len(parsed.failed_records) == parsed.total_rows
    assert all(record.problems for record in parsed.failed_records)
    in_rows = [found for record in parsed.failed_records for found in record.problems]
    assert [found for found in parsed.problems if found.code.startswith("ERR_POS")] == in_rows
    assert {found.code for found in parsed.problems} <= set(CATALOGUE)
    assert all(found.message and found.hint for found in parsed.problems)
    assert all(len(found.value or "") <= 80 for found in parsed.problems)
    assert parsed.is_valid == (not parsed.problems)
    assert parsed.rows or parsed.problems


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.txt"]))
@example(b"\xef\xbb\xbf\xff", "a.csv")
@example(b"\xff\xfe\x00", "a.csv")
@example(b'"', "a.csv")
def test_no_bytes_raise(content: bytes, file_name: str) -> None:
    check(parse_bytes(content, file_name))


@given(st.lists(st.sampled_from(PIECES)).map("".join), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_no_text_below_our_header_raises(text: str, encoding: str) -> None:
    check(parse_bytes(f"{HEADER}\n{text}".encode(encoding)))


@given(st.lists(st.lists(CELLS, max_size=14), max_size=6), st.permutations(COLUMNS), st.sampled_from(",;\t"))
def test_no_cells_raise(rows: list[list[str]], titles: list[str], delimiter: str) -> None:
    lines = [delimiter.join(titles) + "\n", *(quoted(row, delimiter) for row in rows)]
    check(parse_bytes("".join(lines).replace("\x00", "").encode()))


def looks_like_formula(cell: str) -> bool:
    """Written apart from the product's own rule: what a spreadsheet would run, numbers aside."""
    if re.fullmatch(r"[+-]?[0-9]*\.?[0-9]*", cell.strip()):
        return False
    return cell[0] in "\t\r" or cell.lstrip()[0] in "=+-@＝＋－＠"


@given(
    st.lists(st.lists(CELLS | st.text("=+-@\t\r\n 0A(", max_size=6), min_size=1, max_size=14), min_size=1, max_size=5)
)
def test_the_failed_rows_never_hold_a_formula(rows: list[list[str]]) -> None:
    content = (HEADER + "\n" + "".join(map(quoted, rows))).replace("\x00", "").encode()
    table = list(csv.reader(io.StringIO(failed_rows_csv(parse_bytes(content)).decode("utf-8-sig"), newline="")))
    assert [cell for row in table for cell in row if looks_like_formula(cell)] == []


@given(st.lists(st.lists(CELLS, min_size=1, max_size=12), min_size=1, max_size=5))
def test_the_failed_rows_fail_again(rows: list[list[str]]) -> None:
    content = (HEADER + "\n" + "".join(map(quoted, rows))).replace("\x00", "").encode()
    first = parse_bytes(content)
    if first.failed_records:
        again = parse_bytes(failed_rows_csv(first))
        repeated = sum({found.code for found in record.problems} == {"ERR_POS_023"} for record in first.failed_records)
        assert len(again.failed_records) >= len(first.failed_records) - repeated


# Any portfolio that the template can express -------------------------------------------------------------------

SHORT_TICKERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=5)
LABELS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789", min_size=1, max_size=12).map("MY_{}".format)
DAYS = st.dates(TODAY - timedelta(days=36_500), TODAY)


def decimals(places: int, largest: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(min_value=Decimal(1).scaleb(-places), max_value=largest, places=places)


def signed(number: Decimal) -> st.SearchStrategy[Decimal]:
    return st.sampled_from([number, -number])


QUANTITIES = decimals(6, 10_000).flatmap(signed)


@st.composite
def holdings(draw: st.DrawFn) -> PositionRow:
    investment_class = draw(st.sampled_from(list(SUBTYPES)))
    entry_date = draw(DAYS)
    quantity = draw(QUANTITIES)
    is_closed = draw(st.booleans())
    side = "SHORT" if quantity < 0 else "LONG"
    common = {
        "row": 0,
        "line": 0,
        "quantity": quantity,
        "entry_price": draw(decimals(2, 10_000)),
        "entry_date": entry_date,
        "investment_class": investment_class,
        "exit_date": draw(st.dates(entry_date, TODAY)) if is_closed else None,
        "exit_price": draw(decimals(8, 10_000)) if is_closed else None,
    }
    if investment_class != "OPTIONS":
        return PositionRow(
            symbol=draw(SHORT_TICKERS if investment_class == "PUBLIC" else LABELS),
            investment_subtype=draw(st.none() | st.sampled_from(SUBTYPES[investment_class])),
            underlying_symbol=None,
            strike_price=None,
            expiration_date=None,
            option_type=None,
            position_type=side,
            **common,
        )
    option_type, strike = draw(st.sampled_from(["CALL", "PUT"])), draw(decimals(3, 99_999))
    expiration = draw(st.dates(max(entry_date, date(2000, 1, 1)), date(2099, 12, 31)))
    underlying = draw(SHORT_TICKERS)
    return PositionRow(
        symbol=build_occ(underlying, expiration, option_type, strike).text,
        investment_subtype=None,
        underlying_symbol=underlying,
        strike_price=strike,
        expiration_date=expiration,
        option_type=option_type,
        position_type=side[0] + option_type[0],
        **common,
    )


def rendered(row: PositionRow) -> str:
    """As somebody would fill in the template; options leave their symbol to us."""
    cells = [
        "" if row.investment_class == "OPTIONS" else row.symbol,
        row.quantity,
        row.entry_price,
        row.entry_date,
        row.investment_class,
        row.investment_subtype,
        row.underlying_symbol,
        row.strike_price,
        row.expiration_date,
        row.option_type,
        row.exit_date,
        row.exit_price,
    ]
    return ",".join("" if cell is None else str(cell) for cell in cells)


def facts(row: PositionRow) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in row.__slots__ if name not in ("row", "line"))


@given(st.lists(holdings(), min_size=1, max_size=8, unique_by=lambda row: (row.symbol, row.entry_date)))
def test_a_portfolio_written_as_template_is_read_back_equal(portfolio: list[PositionRow]) -> None:
    parsed = parse_bytes("\n".join([HEADER, *map(rendered, portfolio)]).encode())
    assert parsed.problems == ()
    assert list(map(facts, parsed.rows)) == list(map(facts, portfolio))
