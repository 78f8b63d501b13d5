"""The grid for typing positions: cells, pasting from a spreadsheet, and problems at the cells they are about."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from sigmasight_ui.services.portfolios.csv_problems import problem, problem_fields
from sigmasight_ui.ui.portfolios import entry_rows
from sigmasight_ui.ui.portfolios.entry_rows import BLANK_ROWS, COLUMNS, MOST_ROWS, TITLES, blank


def paste(text, at="1,0", rows=None):
    return entry_rows.pasted(rows or blank(), json.dumps({"at": at, "text": text}))


def test_a_cell_is_typed_and_nothing_else_changes():
    rows = entry_rows.edited(blank(), 2, 1, "110")
    assert rows[1].cells[:2] == ["", "110"]
    assert [row.is_blank for row in rows] == [True, False, True, True, True]


def test_rows_of_a_spreadsheet_fill_the_cells_from_where_they_are_pasted():
    rows = paste("NVDA\t110\t149.71\t2024-03-14\r\nMSFT\t70\t351.20\t2023-02-03\r\n", at="2,0")
    assert [row.cells[:4] for row in rows[1:3]] == [
        ["NVDA", "110", "149.71", "2024-03-14"],
        ["MSFT", "70", "351.20", "2023-02-03"],
    ]
    assert paste("7\t8", at="1,1")[0].cells[:4] == ["", "7", "8", ""]


def test_a_whole_template_fits_with_its_titles_left_out():
    line = "SPY261218P00560000\t3\t9.85\t2026-03-01\tOPTIONS\t\tSPY\t560\t2026-12-18\tPUT\t\t"
    rows = paste("\t".join(TITLES) + "\n" + line)
    assert rows[0].cells == line.split("\t")
    assert entry_rows.needs_many_columns(rows)


def test_more_rows_than_there_are_make_room_up_to_a_limit():
    rows = paste("\n".join(f"S{number}\t1" for number in range(MOST_ROWS + 50)))
    assert len(rows) == MOST_ROWS
    assert [row.number for row in rows] == list(range(1, MOST_ROWS + 1))


def test_what_no_browser_sends_changes_nothing():
    for message in ("", "[]", '{"at": "9,9,9", "text": "x"}', '{"at": "99,0", "text": "x"}', '{"at": "1,99"}', "{"):
        assert entry_rows.pasted(blank(), message) == blank()


@settings(max_examples=50)
@given(st.text(max_size=200), st.integers(-2, 9), st.integers(-2, 14))
def test_any_text_pasted_anywhere_leaves_a_grid(text, row, column):
    rows = paste(text, at=f"{row},{column}")
    assert len(rows) >= BLANK_ROWS
    assert all(len(each.cells) == len(COLUMNS) for each in rows)


def test_blank_rows_are_not_sent_and_problems_find_their_row():
    rows = entry_rows.edited(entry_rows.edited(blank(), 2, 0, "NVDA"), 4, 0, "MSFT")
    assert [form.symbol for form in entry_rows.forms(rows)] == ["NVDA", "MSFT"]
    found = problem_fields(problem("ERR_POS_005", row=2, line=2, field="Quantity", value="x"))
    marked = entry_rows.with_problems(rows, [found])
    assert [bool(row.problem) for row in marked] == [False, False, False, True, False]
    assert (marked[3].wrong[1], marked[3].wrong[0]) == (True, False)
    assert "ERR_POS_005" in marked[3].problem
    assert entry_rows.summary(rows) == "2 positions"
    assert entry_rows.summary(blank()) == "Nothing typed yet"
