from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Amounts

SHOWN, MASKED = Amounts(), Amounts(hidden=True)
MONEY = st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e12"), max_value=Decimal("1e12"))


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("412807.4", 0, "$412,807"),
        ("-1425.96", 2, "−$1,425.96"),
        ("0", 2, "$0.00"),
        ("-0.004", 2, "$0.00"),
        ("0.005", 2, "$0.01"),
        ("123456789012.123456789", 2, "$123,456,789,012.12"),
    ],
)
def test_money(value, decimals, text):
    assert SHOWN.money(Decimal(value), decimals) == text


def test_changes_are_signed():
    assert SHOWN.change(Decimal("1425.96"), Decimal("0.0035")) == "+$1,425.96 (+0.35%)"
    assert SHOWN.change(Decimal("-412.9"), None) == "−$412.90"
    assert SHOWN.signed(Decimal(0)) == "$0.00"


def test_unknown_is_a_word():
    texts = {SHOWN.money(None), SHOWN.change(None, None), format.percent(None), format.ratio(None), format.points(None)}
    assert texts | {format.quantity(None), format.day(None), format.moment(None), format.duration(None)} == {"unknown"}


def test_hidden_amounts_keep_ratios():
    assert MASKED.money(Decimal("412807")) == "$•••••"
    assert MASKED.change(Decimal("1425.96"), Decimal("0.0035")) == "$••••• (+0.35%)"
    assert MASKED.money(None) == "unknown"


@given(MONEY)
def test_hidden_amounts_show_no_digit(value):
    texts = [MASKED.money(value), MASKED.signed(value), MASKED.axis(value), *MASKED.lead(value)]
    assert not any(character.isdigit() for text in texts for character in text)


@given(MONEY)
def test_money_reads_back_to_the_cent(value):
    text = SHOWN.money(value).replace("−", "-").replace("$", "").replace(",", "")
    assert abs(Decimal(text) - value) <= Decimal("0.005")


def test_lead_figure_has_its_cents_apart():
    assert SHOWN.lead(Decimal("412806.55")) == ("$412,806", ".55")


@pytest.mark.parametrize(
    ("value", "text"),
    [(440000, "440k"), (-1250000, "−1.25M"), (0, "0"), (950, "950"), (2_000_000_000, "2B"), (12.5, "12.5")],
)
def test_axis(value, text):
    assert SHOWN.axis(value) == text


def test_percent_and_points():
    assert format.percent(0.137) == "13.7%"
    assert format.percent(Decimal("-0.0031"), 2, signed=True) == "−0.31%"
    assert format.percent(0.0035, 2, signed=True) == "+0.35%"
    assert format.points(0.034) == "+3.4 pp"


def test_ratio_and_error():
    assert format.ratio(-0.314) == "−0.31"
    assert format.error(0.061) == "± 0.06"
    assert format.error(None) == ""
    assert format.error(0.0004) == "± under 0.01"
    assert format.error(0.01, 1) == "± under 0.1"


@pytest.mark.parametrize(
    ("value", "text"),
    [("12.500", "12.5"), ("100", "100"), ("1200.0000004", "1,200"), ("-3", "−3"), ("0.123456", "0.123456")],
)
def test_quantity(value, text):
    assert format.quantity(Decimal(value)) == text


def test_dates_name_month_and_utc():
    instant = datetime(2026, 11, 19, 17, 14, tzinfo=timezone(timedelta(hours=-5)))
    assert format.day(date(2026, 11, 9)) == "9 Nov 2026"
    assert format.moment(instant) == "19 Nov 2026, 22:14 UTC"
    assert format.time_of_day(datetime(2026, 11, 19, 9, 41, 3, tzinfo=UTC)) == "09:41:03"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (2.64, "2.6 s"),
        (9.97, "10 s"),
        (59.6, "1 min"),
        (185, "3 min 5 s"),
        (21480, "5 h 58 min"),
        (3600, "1 h"),
        (183600, "2 d 3 h"),
    ],
)
def test_duration(seconds, text):
    assert format.duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 bytes"), (1, "1 byte"), (1800, "1.8 KB"), (4_600_000, "4.6 MB"), (10_000_000, "10 MB")]
)
def test_size(count, text):
    assert format.size(count) == text


def test_plural():
    assert [format.plural(n, "issue") for n in (0, 1, 6)] == ["0 issues", "1 issue", "6 issues"]
    assert format.plural(2, "entry", "entries") == "2 entries"


def test_direction_of_a_change():
    assert [format.direction(v) for v in (Decimal(1), -0.1, 0, None)] == ["up", "down", "flat", "unknown"]


def test_a_change_carries_its_triangle():
    assert SHOWN.moved(Decimal("-412.9"), -0.0014) == format.Change("−$412.90 (−0.14%)", "down")
    assert MASKED.moved(Decimal("412.9")) == format.Change("$•••••", "up")
    assert format.moved(0.0112, 2) == format.Change("+1.12%", "up")
    assert format.moved(None) == SHOWN.moved(None) == format.Change("unknown", "unknown")


def test_hidden_quantities_cannot_be_multiplied_by_a_public_price():
    assert (SHOWN.quantity(Decimal("12.5")), MASKED.quantity(Decimal("12.5"))) == ("12.5", "•••••")
    assert MASKED.quantity(None) == "unknown"


def test_short_dates():
    assert (format.day_of_year(date(2026, 11, 9)), format.month(date(2026, 11, 9))) == ("9 Nov", "Nov 2026")


def test_ordinal():
    texts = [format.ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 71, 100, 111, 112)]
    assert texts == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "71st", "100th", "111th", "112th"]


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_coverage_says_100_only_when_nothing_is_missing(priced, needed):
    share = min(priced, needed) / needed
    assert (format.covered(share) == "100%") == (share == 1)


def test_lists_read_as_sentences():
    names = ["A", "B", "C", "D", "E", "F"]
    assert [format.listed(names[:n]) for n in (0, 1, 2, 3)] == ["", "A", "A and B", "A, B and C"]
    assert format.listed(names) == "A, B, C, D and 2 more"
