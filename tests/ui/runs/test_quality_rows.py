from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from sigmasight_ui.services.risk.schemas import LeftOut, MissingFigure, MissingSymbol
from sigmasight_ui.ui.runs import quality_rows
from tests.ui.dashboard.made import SAMPLE
from tests.ui.dashboard.made import quality as found

ATVI = MissingSymbol("ATVI", "no price in the ten days to 2026-11-19", Decimal("94.4200"), date(2023, 10, 12))


def pages(**other):
    return quality_rows.quality(found(**other))


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({}, "Prices as of 19 Nov 2026, 100% covered"),
        ({"coverage": 0.9999, "symbols_priced": 9999}, "Prices as of 19 Nov 2026, 99% covered"),
        ({"origin": SAMPLE}, "Sample data, prices as of 19 Nov 2026, 100% covered"),
        ({"coverage": None, "symbols_needed": 0, "symbols_priced": 0}, "Prices as of 19 Nov 2026"),
        ({"as_of": None, "coverage": 0.0, "symbols_priced": 0}, "No prices yet, 0% covered"),
        ({"as_of": None, "coverage": 0.96, "symbols_priced": 24}, "Not calculated yet, 96% covered"),
    ],
)
def test_the_chip(other, words):
    assert pages(**other).chip == words


@pytest.mark.parametrize(
    "other",
    [
        {"missing": (ATVI,)},
        {"missing_figures": (MissingFigure("beta_252", "too few returns"),)},
        {"left_out": (LeftOut(UUID(int=1), "Fidelity", "not calculated yet"),)},
        {"sessions_behind": 2},
        {"origin": SAMPLE, "sessions_behind": None},
        {"as_of": None},
    ],
)
def test_only_the_whole_is_complete(other):
    assert not pages(**other).is_complete
    assert pages().is_complete


def test_missing_symbols_say_why_and_what_was_the_last_close():
    other = MissingSymbol("ZZZZ", "unknown to Yahoo", None, None)
    lines = pages(missing=(ATVI, other)).symbols
    assert (lines[0].name, lines[0].last) == ("ATVI", "last close 94.42 on 12 Oct 2023")
    assert (lines[1].why, lines[1].last) == ("Unknown to Yahoo", "no close known")


def test_figures_with_one_reason_share_a_line_and_wait_for_the_first_calculation():
    missing = tuple(MissingFigure(key, "too few returns") for key in ("beta_252", "beta_90"))
    (line,) = pages(missing_figures=missing).figures
    assert (line.name, line.why) == ("Beta, 252 days and Beta, 90 days", "Too few returns")
    assert pages(missing_figures=missing, as_of=None).figures == []


def test_a_long_list_says_how_much_more_there_is():
    many = pages(missing=(ATVI,) * 60)
    assert (len(many.symbols), many.more) == (50, "10 more symbols without a price")


def test_old_prices_are_counted_in_trading_days():
    facts = {fact.term: fact.value for fact in pages(sessions_behind=2).facts}
    assert facts["Behind the last close"] == "2 trading days"
