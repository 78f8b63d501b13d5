"""What a file is called on screen and in the history."""

import pytest

from sigmasight_ui.core.file_names import displayed_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("positions.csv", "positions.csv"),
        ("C:\\Users\\ada\\positions.csv", "positions.csv"),
        ("../../etc/passwd", "passwd"),
        ("two\nlines\x00.csv", "twolines.csv"),
        ("History_for_Account_X12345678.csv", "History_for_Account_X…5678.csv"),
        ("Account 1234-5678 positions.csv", "Account …5678 positions.csv"),
        ("Portfolio_Positions_Nov-19-2026.csv", "Portfolio_Positions_Nov-19-2026.csv"),
        ("Individual-Positions-2026-11-19-173905.csv", "Individual-Positions-2026-11-19-173905.csv"),
        ("Holdings_11192026.csv", "Holdings_11192026.csv"),
        ("Individual_XXX417_Transactions_20261119-173905.csv", "Individual_XXX417_Transactions_20261119-173905.csv"),
        ("half\ud800.csv", "half.csv"),
        ("", ""),
    ],
)
def test_name_is_shown_without_path_and_account(name, shown):
    assert displayed_name(name) == shown


def test_long_name_keeps_its_ending():
    shown = displayed_name("x" * 500 + ".csv")
    assert len(shown) <= 200
    assert shown.endswith(".csv")
