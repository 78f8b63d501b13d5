import re
from decimal import Decimal

import pytest

from sigmasight_ui.services.risk.schemas import PositionChange
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.risk.what_if_rows import change_lines, comparison, read_change
from tests.ui.risk import made


@pytest.mark.parametrize(
    ("typed", "read"),
    [("10", "10"), ("−1,000", "-1000"), ("1,234.5", "1234.5"), ("+2.5", "2.5"), (" 7 ", "7"), ("-0.125", "-0.125")],
)
def test_quantities_are_read_as_people_type_them(typed, read):
    assert read_change(" nvda ", typed) == (PositionChange("NVDA", Decimal(read)), {})


@pytest.mark.parametrize("typed", ["", "ten", "0", "nan", "inf", "1e99", "1e999999999", "--1", "1,5", "1000,000"])
def test_what_is_no_change_says_so_beside_its_field(typed):
    change, errors = read_change("", typed)
    assert change is None
    assert set(errors) == {"what-if-symbol", "what-if-quantity"}


def test_changes_are_said_as_trades():
    changes = [PositionChange("NVDA", Decimal(-100)), PositionChange("MSFT", Decimal("2.5"))]
    assert [line.words for line in change_lines(changes)] == ["Sell 100 NVDA", "Buy 2.5 MSFT"]


def test_before_and_after_stand_side_by_side_in_the_unit_of_each_figure():
    found = comparison(made.WHAT_IF, Amounts(), everything=False)
    assert found.finding == "Less risk: volatility goes from 17.8% to 16.5% a year."
    assert [(line.title, line.before, line.after, line.difference) for line in found.lines] == [
        ("Beta, 252 days", "0.96", "unknown", "–"),
        ("Volatility, 63 days", "17.8%", "16.5%", "−1.3 pp"),
        ("VaR 95%", "−1.74%", "−1.61%", "+0.13 pp"),
    ]
    assert found.lines[0].after_reason == "12 daily returns, 60 are needed"
    assert (found.trades[0].quantity, found.trades[0].amount) == ("310 to 210", "+$18,236.00")
    assert found.note == "Cash goes from $14,778 to $33,014. Options are revalued."


def test_all_figures_are_there_when_they_are_wanted():
    lines = comparison(made.WHAT_IF, Amounts(), everything=True).lines
    assert len(lines) == 5
    assert next(line for line in lines if line.title == "Delta").difference == "+$2,037"


def test_hidden_amounts_are_not_in_a_comparison():
    assert re.search(r"\$\d", str(comparison(made.WHAT_IF, Amounts(hidden=True), everything=True))) is None
