from dataclasses import replace
from uuid import UUID

from sigmasight_ui.services.risk.schemas import LeftOut
from sigmasight_ui.ui.dashboard.lead_rows import lead, left_out
from sigmasight_ui.ui.format import Amounts, Change
from sigmasight_ui.ui.words import price_note
from tests.ui.dashboard.made import DAY, LIVE, SAMPLE, UNVALUED, VALUED

SHOWN = Amounts()


def test_value_day_and_gains():
    shown = lead(VALUED, SHOWN)
    assert (shown.whole, shown.cents, shown.reason) == ("$412,806", ".55", "")
    assert (shown.day, shown.day_when) == (Change("+$1,425.96 (+0.35%)", "up"), "on 19 Nov 2026")
    assert (shown.unrealised.text, shown.realised.text) == ("+$129,422.92", "+$6,218.40")
    assert (shown.prices, shown.is_sample) == ("Prices as of 19 Nov 2026", False)


def test_what_is_unknown_says_why():
    shown = lead(UNVALUED, SHOWN)
    assert (shown.whole, shown.reason) == ("unknown", "not calculated yet")
    assert (shown.day, shown.day_when) == (Change("unknown", "unknown"), "not calculated yet")


def test_hidden_amounts_keep_the_direction_and_the_percentage():
    shown = lead(VALUED, Amounts(hidden=True))
    assert (shown.whole, shown.cents) == ("$•••••", "")
    assert shown.day == Change("$••••• (+0.35%)", "up")


def test_sample_data_is_named_with_its_date():
    assert price_note(SAMPLE, DAY) == "Sample data, prices as of 19 Nov 2026"
    assert price_note(LIVE, DAY) == "Prices as of 19 Nov 2026"
    assert price_note(None, None) == ""


def test_what_is_left_out_is_said():
    symbols = ("ATVI", "SPY261218P00560000")
    account = LeftOut(UUID(int=1), "Fidelity IRA", "not calculated yet")
    assert left_out(VALUED) == ""
    assert (
        left_out(replace(VALUED, left_out_symbols=symbols))
        == "Leaves out ATVI and SPY 18 Dec 2026 560 put without a price."
    )
    assert left_out(replace(VALUED, left_out=(account,))) == "Leaves out Fidelity IRA, not calculated at these prices."
