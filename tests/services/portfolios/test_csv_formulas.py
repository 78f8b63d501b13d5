"""What a spreadsheet would run is disarmed, and reads back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.services.portfolios.csv_formulas import as_written, without_formula


@pytest.mark.parametrize(
    "cell", ["=cmd()", "+cmd", "-cmd", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1", "-1+1", "+1e5x", "-$5"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(cell: str) -> None:
    assert without_formula(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "AAPL", "-25", "+5", "-0.5", " -25 ", "-1.", "a=b", "'=1", "2024-01-15", "#x"])
def test_text_and_plain_numbers_stay_as_they_are(cell: str) -> None:
    assert without_formula(cell) == cell


@pytest.mark.parametrize("cell", ["'", "'AAPL", "''=1", "'25", "'-25"])
def test_an_apostrophe_that_disarms_nothing_stays(cell: str) -> None:
    assert as_written(cell) == cell


@given(st.text("=+-@\t'A1.$ ", max_size=6).filter(lambda cell: not cell.startswith("'")))
def test_a_disarmed_cell_is_read_as_it_was(cell: str) -> None:
    assert as_written(without_formula(cell)) == cell
