from dataclasses import replace
from decimal import Decimal

from sigmasight_ui.services.risk.schemas import Exposure, Largest
from sigmasight_ui.ui.dashboard.strip_rows import pending_strip, strip
from sigmasight_ui.ui.format import Amounts
from tests.ui.dashboard.made import UNVALUED, VALUED, figure, figures

SHOWN = Amounts()
KNOWN = figures(
    net=figure(0.913), gross=figure(1.028), cash=figure(0.036), hhi=figure(949.1), effective_n=figure(10.54),
    beta_252=figure(0.96, n_obs=252, window=252, std_error=0.0612), beta_90=figure(1.02, n_obs=90, window=90),
    volatility_63=figure(0.178, n_obs=63, window=63, std_error=0.016), volatility_percentile=figure(0.711),
    top_3=figure(0.38), top_10=figure(0.81),
)  # fmt: skip


def tiles(head=VALUED, known=KNOWN, amounts=SHOWN):
    return {tile.key: tile for tile in strip(head, known, amounts)}


def facts(tile):
    return {fact.term: fact.value for fact in tile.facts}


def test_six_figures_each_with_its_note():
    shown = [(tile.label, tile.value, tile.error, tile.note) for tile in strip(VALUED, KNOWN, SHOWN)]
    assert shown == [
        ("Net exposure", "91.3%", "", "$376,756 of NAV"),
        ("Gross exposure", "102.8%", "", "long 97.0%, short 5.8%"),
        ("Cash", "$14,778", "", "3.6% of NAV, no margin used"),
        ("Beta to SPY", "0.96", "± 0.06", "moderate, 252 days"),
        ("Volatility, a year", "17.8%", "± 1.6", "63 days, 71st percentile"),
        ("Largest position", "NVDA", "", "13.7% of NAV"),
    ]


def test_receipts_say_window_observations_date_coverage_and_method():
    beta = facts(tiles()["beta"])
    assert beta["Window"] == "252 trading days"
    assert (beta["Observations"], beta["As of"], beta["Coverage"]) == ("252", "19 Nov 2026", "96% of the portfolio")
    assert (beta["Beta, 90 days"], beta["Method"]) == ("1.02", "a method")
    largest = facts(tiles()["largest"])
    assert (largest["Three largest"], largest["As if equally held"]) == ("38.0%", "10.5 positions")
    assert largest["Herfindahl index"] == "949 of 10,000"
    assert all(tile.formula for tile in tiles().values())


def test_few_observations_are_marked():
    limited = figures(beta_252=figure(0.5, n_obs=40, window=252, std_error=0.2))
    assert tiles(known=limited)["beta"].mark == "limited"
    assert tiles()["beta"].mark == ""


def test_the_unknown_has_its_reason_and_no_receipt():
    short = figures(beta_252=figure(reason="12 daily returns, 30 are needed"))
    beta = tiles(known=short)["beta"]
    assert (beta.value, beta.reason, beta.note, beta.facts) == (
        "unknown", "12 daily returns, 30 are needed", "12 daily returns, 30 are needed", [],
    )  # fmt: skip
    blind = replace(VALUED, nav=None, reason="only 40% of the positions' cost has a price", net=Exposure(None, None))
    assert tiles(blind)["net"].reason == "only 40% of the positions' cost has a price"


def test_the_margin_of_one_account_stands_beside_the_cash_of_another():
    cash = tiles(replace(VALUED, margin_used=Decimal("5000")))["cash"]
    assert (cash.label, cash.note) == ("Cash", "3.6% of NAV, $5,000 of margin used")


def test_negative_cash_is_margin():
    on_margin = replace(VALUED, cash=Exposure(Decimal("-8000"), -0.02), margin_used=Decimal("8000"))
    cash = tiles(on_margin)["cash"]
    assert (cash.label, cash.value, cash.note) == ("Margin used", "$8,000", "1.9% of NAV")


def test_before_the_first_calculation_only_the_file_speaks():
    shown = [(tile.label, tile.value, tile.note) for tile in pending_strip(UNVALUED, 25, figures(), SHOWN)]
    assert shown == [
        ("Net asset value", "unknown", "equity balance $412,806.55"),
        ("Cost of positions", "$268,606", "25 positions, from your file"),
        ("Cash", "$144,201", "balance minus cost"),
        ("Beta to SPY", "unknown", "not calculated yet"),
        ("Volatility, a year", "unknown", "not calculated yet"),
        ("Largest by cost", "NVDA", "10.2% of cost"),
    ]


def test_an_option_that_is_largest_is_named_in_words():
    option = replace(VALUED, largest=Largest("SPY270115P00400000", "SPY270115P00400000", Decimal(40074), 0.063))
    named = "SPY 15 Jan 2027 400 put"
    assert strip(option, KNOWN, Amounts())[-1].value == named
    assert pending_strip(option, 25, KNOWN, Amounts())[-1].value == named


def test_hidden_amounts_are_nowhere_in_notes_and_receipts():
    for tile in strip(VALUED, KNOWN, Amounts(hidden=True)):
        text = " ".join([tile.value, tile.note, *(fact.value for fact in tile.facts)])
        assert "$" not in text.replace("$•••••", "")
