"""What is typed for a contribution or withdrawal: every rule with its code, and arbitrary text never raises."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sigmasight_ui.services.equity_changes import rules
from sigmasight_ui.services.equity_changes.schemas import EquityChangeForm

FIRST, TODAY = date(2026, 1, 5), date(2026, 11, 20)
GOOD = {"change_type": "CONTRIBUTION", "amount": "$1,234.50", "change_date": "2026-03-02", "notes": " bonus "}


def codes(**typed):
    return [each.code for each in rules.read(EquityChangeForm(**{**GOOD, **typed}), FIRST, TODAY)[1]]


def test_a_good_form_is_read():
    values, problems = rules.read(EquityChangeForm(**GOOD), FIRST, TODAY)
    assert problems == []
    assert values == ("CONTRIBUTION", Decimal("1234.50"), date(2026, 3, 2), "bonus")


@pytest.mark.parametrize("amount", ["", None, "abc", "0", "-5", "0.004", "1e5", "NaN", "1,23", "$"])
def test_the_amount_is_above_0(amount):
    assert codes(amount=amount) == ["ERR_EQUITY_001"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"amount": "1000000000"}, "ERR_EQUITY_014"),
        ({"change_date": "2026-11-21"}, "ERR_EQUITY_002"),
        ({"change_date": "2026-01-04"}, "ERR_EQUITY_005"),
        ({"change_date": "20 Nov 2026"}, "ERR_EQUITY_012"),
        ({"change_date": "2026-02-30"}, "ERR_EQUITY_012"),
        ({"change_date": ""}, "ERR_EQUITY_012"),
        ({"change_type": "dividend"}, "ERR_EQUITY_011"),
        ({"notes": "x" * 501}, "ERR_EQUITY_013"),
    ],
)
def test_each_rule_has_its_code(typed, code):
    assert codes(**typed) == [code]


def test_the_first_day_and_today_are_allowed_and_case_does_not_matter():
    assert codes(change_date=FIRST.isoformat()) == codes(change_date=TODAY.isoformat()) == []
    assert codes(change_type=" withdrawal ") == []


def test_all_problems_come_at_once():
    assert codes(change_type="", amount="", change_date="", notes="x" * 501) == [
        "ERR_EQUITY_011", "ERR_EQUITY_001", "ERR_EQUITY_012", "ERR_EQUITY_013",
    ]  # fmt: skip


def test_the_limits_of_time_include_their_last_instant():
    made = datetime(2026, 11, 1, tzinfo=UTC)
    assert not rules.is_over(made, made + timedelta(days=7), rules.EDITABLE)
    assert rules.is_over(made, made + timedelta(days=7, seconds=1), rules.EDITABLE)


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=12), st.text(max_size=40))
def test_no_text_raises(change_type, amount, change_date, notes):
    values, problems = rules.read(EquityChangeForm(change_type, amount, change_date, notes), FIRST, TODAY)
    assert (values is None) == bool(problems)
    assert all(each.code in rules.CODES and each.message and each.hint for each in problems)
