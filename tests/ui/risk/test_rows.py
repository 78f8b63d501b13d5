"""What the cards say: finding, numbers with sign and unit, reasons where there is none, no amounts when hidden."""

import re
from dataclasses import replace

import pytest

from sigmasight_ui.services.risk.schemas import HistoryRange
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.risk import (
    beta_rows,
    concentration_rows,
    contribution_rows,
    correlation_rows,
    drawdown_rows,
    factor_rows,
    greek_rows,
    headline_rows,
    performance_rows,
    scenario_rows,
    stress_rows,
    tail_rows,
    volatility_rows,
)
from sigmasight_ui.ui.risk.cards import MISSING
from tests.ui.dashboard.made import figure, figures
from tests.ui.risk import made

SHOWN, HIDDEN = Amounts(), Amounts(hidden=True)
DOLLARS = re.compile(r"\$[0-9]")


def stress(found=made.STRESS, amounts=SHOWN, sort=stress_rows.LOSS, descending=False, everything=False):
    return stress_rows.stress(found, amounts, sort=sort, descending=descending, everything=everything)


def names(card):
    return [line.name for line in card.lines]


def test_the_strip_has_six_figures_with_error_and_what_they_stand_on():
    tiles = headline_rows.strip(made.HEADLINE, SHOWN).tiles
    assert [(tile.value, tile.error, tile.note) for tile in tiles] == [
        ("0.96", "± 0.06", "moderate, 252 days"),
        ("17.8%", "± 1.6", "63 days, forecast 18.6%"),
        ("−$7,183", "± $610", "−1.74% of NAV, 504 days"),
        ("−35.3%", "", "market crash of 35%"),
        ("14.2", "", "of 25 positions held"),
        ("−2.1%", "", "worst −11.6%, 7 Apr 2026"),
    ]


def test_unknown_figures_of_the_strip_have_reasons_and_no_number():
    tiles = headline_rows.strip(made.UNKNOWN_HEADLINE, SHOWN).tiles
    assert all(tile.value == "unknown" and tile.reason for tile in tiles)


def test_every_figure_of_the_strip_has_a_receipt():
    card = headline_rows.strip(made.HEADLINE, SHOWN)
    assert set(card.receipts) == {tile.key for tile in card.tiles}
    beta = card.receipts["beta_252"]
    assert (beta.title, beta.value, beta.error) == ("Beta to SPY", "0.96", "± 0.06 standard error")
    assert {fact.term for fact in beta.facts} >= {"Window", "Observations", "As of", "Coverage", "Method"}


def test_factors_say_what_the_market_costs_and_where_the_account_leans():
    card = factor_rows.factors(made.FACTORS, SHOWN)
    assert card.finding == (
        "74% of the risk is the market: if SPY falls 1%, expect to lose about $3,963. "
        "It leans to growth and momentum and away from low volatility."
    )
    assert card.foot == "R² 0.91, 252 days, joint regression"


def test_a_factor_within_its_error_is_hatched_and_names_no_amount_as_a_gain():
    lines = {line.key: line for line in factor_rows.factors(made.FACTORS, SHOWN).lines}
    assert (lines["factor:quality"].is_clear, lines["factor:quality"].bar.weak) == (False, True)
    assert (lines["factor:value"].beta, lines["factor:value"].amount.text) == ("−0.31", "−$1,280")
    assert lines["factor:value"].bar.label == "Value – Growth"
    assert lines["factor:market"].interval == "+0.84 to +1.08"


def test_a_factor_that_cannot_be_measured_has_a_reason_and_no_bar():
    row = made.FACTORS.rows[1]
    gone = replace(
        row, beta=figure(reason="no prices of VUG"), low=None, high=None, dollars_per_1pct=None, clear_of_zero=False
    )
    (line,) = factor_rows.factors(replace(made.FACTORS, rows=(gone,)), SHOWN).lines
    assert (line.beta, line.reason, line.bar.low) == ("unknown", "no prices of VUG", "")


def test_contributions_name_the_largest_and_the_hedges():
    card = contribution_rows.contributions(made.FACTORS)
    assert card.finding == "NVDA brings 21.0% of the risk at 13.7% of NAV. TLT takes risk away."
    assert [bar.label for bar in card.factors][-1] == "Single positions"
    assert card.lines[-1].reason == "12 daily returns, 60 are needed"
    assert [bar.label for bar in card.positions] == ["NVDA", "AAPL", "TLT"]


def test_stress_begins_with_the_worst_and_ends_with_what_is_unknown():
    card = stress()
    assert card.finding == "The worst of 4 scenarios is market crash of 35%: −35.3% or −$145,721."
    assert names(card) == ["Market crash of 35%", "Chips ban", "VIX spike", "Growth rally", "Dot-com crash 2000"]
    assert card.lines[-1].reason == "14 of 25 symbols have no prices in 2000."
    assert (card.lines[1].mark, card.lines[1].is_custom) == ("your own", True)


@pytest.mark.parametrize(
    ("sort", "descending", "first"),
    [("loss", True, "Growth rally"), ("name", False, "Chips ban"), ("severity", False, "Market crash of 35%")],
)
def test_stress_can_be_sorted_and_the_unknown_stays_last(sort, descending, first):
    card = stress(sort=sort, descending=descending)
    assert (card.lines[0].name, card.lines[-1].name) == (first, "Dot-com crash 2000")


def test_a_long_list_of_scenarios_is_cut_until_all_are_wanted():
    many = replace(made.STRESS, rows=tuple(made.scenario(f"s{n}", f"S{n}", -n / 100, -n / 100) for n in range(22)))
    assert (len(stress(many).lines), stress(many).shown, stress(many).more) == (9, "9 of 22 shown", "Show all 22")
    assert (len(stress(many, everything=True).lines), stress(many, everything=True).more) == (22, "Show fewer")


def test_propagated_losses_begin_where_the_direct_ones_end():
    line = stress().lines[0]
    assert line.first.low == line.then.high
    opposite = stress().lines[1]
    assert opposite.then.low == opposite.first.low


def test_a_scenario_opens_into_its_positions():
    found = stress_rows.drill(made.POSITIONS, SHOWN)
    assert (found.key, found.note) == ("market_crash_35", "3 more positions with smaller changes")
    assert (found.lines[0].total.text, found.lines[0].share) == ("−$30,000", "−7.27%")
    assert (found.lines[1].total.text, found.lines[1].reason) == ("unknown", "12 daily returns, 60 are needed")


def test_correlation_names_the_tightest_cluster_and_what_moves_against_it():
    card = correlation_rows.correlation(made.CORRELATIONS)
    assert card.finding == "Technology (NVDA and AVGO) move together at 0.71. TLT moves against the others."
    assert [cell.text for cell in card.heat.rows[2].cells] == ["−.13", "−.07", "1"]
    assert card.foot == "252 days, 3 largest of 25"


def test_tail_says_the_loss_in_words_and_marks_it():
    card = tail_rows.tail(made.TAIL, SHOWN)
    assert card.finding == "On one day in twenty, expect to lose $7,183 or more."
    assert card.foot == "Historical, 504 days, interval of VaR 95% is −1.89% to −1.59%"
    assert [(mark.words, mark.value) for mark in card.plot.marks] == [("VaR 95%", "−1.74%"), ("CVaR", "−2.41%")]
    assert (card.lines[0].share, card.lines[0].amount, card.lines[0].normal) == ("−1.74%", "−$7,183", "−1.80%")
    assert card.lines[3].reason == "40 days, 60 are needed"
    assert sum(int(line.days.split()[0]) for line in card.bins) == 358


def test_volatility_has_a_line_a_forecast_and_a_cone_into_the_future():
    card = volatility_rows.volatility(made.VOLATILITY, "63")
    assert card.finding == "17.8% a year over the last 63 days and rising, above 71% of the past year; forecast 18.6%."
    assert card.plot.own.path and card.plot.forecast.path and card.plot.band
    assert "half of the past lies from" in card.plot.readings
    assert [line.window for line in card.cone] == ["21 days", "63 days", "126 days", "252 days"]


def test_a_window_without_enough_days_says_so():
    card = volatility_rows.volatility(made.VOLATILITY, "252")
    assert card.finding == "Volatility of 252 days is unknown: 180 daily returns, 252 are needed."
    assert card.plot.own.path == ""


def test_betas_begin_with_the_fastest_and_mark_the_limited():
    card = beta_rows.betas(made.BETAS, everything=False)
    assert card.finding == "NVDA moves 1.9 times as far as SPY or more."
    assert [(line.title, line.year, line.mark) for line in card.lines] == [
        ("NVDA", "1.92", ""), ("XOM", "0.44", ""), ("SGOV", "unknown", "limited"),
    ]  # fmt: skip
    assert card.lines[2].year_reason == "41 daily returns, 60 are needed"


def test_greeks_say_what_the_options_do_to_the_exposure():
    card = greek_rows.greeks(made.GREEKS, SHOWN)
    assert card.finding == "1 option takes $20,037 off your market exposure."
    assert (card.lines[0].delta, card.lines[0].gamma, card.lines[0].theta) == ("−$20,037", "+$1,842", "−$31")
    assert card.contracts[1].reason == "The underlying has no price."
    assert card.foot == "1 of 2 options priced"


def test_drawdown_says_where_the_account_stands_under_its_high():
    card = drawdown_rows.falls(made.DRAWDOWN)
    assert card.finding == "Now 2.1% under the high of 2 Sep 2026; the worst was 11.6%, on 7 Apr 2026."
    assert [line.recovery for line in card.episodes] == ["1 Jun 2026", "not yet"]
    assert card.ratios[2].reason == "less than a year of values"


def test_concentration_says_how_spread_out_it_is():
    known = {"largest": 0.137, "top_3": 0.285, "top_10": 0.61, "effective_n": 14.2, "hhi": 704.0}
    card = concentration_rows.concentration(figures(**{key: figure(value) for key, value in known.items()}))
    assert card.finding == "As spread out as 14.2 positions of equal size; the three largest hold 28.5%."
    assert [measure.value for measure in card.measures][-1] == "704 of 10,000"


def test_performance_stands_beside_the_benchmark_and_says_what_the_owner_earned():
    card = performance_rows.returns(made.PERFORMANCE, SHOWN)
    assert card.finding == "Up 15.3% since 20 Nov 2025, 9.1 points more than SPY."
    assert card.money == "+12.0% a year"
    assert (card.lines[0].earned.text, card.lines[0].reason) == ("unknown", "two days are needed")
    assert (card.bars[-1].value, card.bars[-1].error) == ("+15.3%", "+9.1 pp")
    assert card.foot == "Time-weighted, $1,000 deposited, $0 withdrawn"


def test_without_a_dated_flow_the_money_weighted_return_has_a_reason():
    whole = made.range_performance(
        0.1, None, contributed=made.D(0), money_weighted_annual=figure(reason="it needs a dated deposit")
    )
    found = replace(made.PERFORMANCE, ranges={**made.PERFORMANCE.ranges, HistoryRange.ALL: whole})
    card = performance_rows.returns(found, SHOWN)
    assert (card.money, card.money_reason) == ("", "It needs a dated deposit.")
    assert card.finding == "Up 10.0% since 20 Nov 2025. No prices of XYZ are stored."
    assert card.lines[-1].benchmark_reason == "no prices of XYZ are stored"
    assert card.lacks_flows
    unvalued = replace(whole, gain=None)
    ends = replace(made.PERFORMANCE, ranges={**made.PERFORMANCE.ranges, HistoryRange.ALL: unvalued})
    assert not performance_rows.returns(ends, SHOWN).lacks_flows  # a deposit would not help


def test_shocks_are_read_as_people_type_them():
    typed = {"market": "−35 %", "interest_rate": "3", "size": " ", "value": "lots", "growth": "nan"}
    shocks, errors = scenario_rows.read_shocks(typed)
    assert shocks == {"market": -0.35, "interest_rate": 0.03}
    assert set(errors) == {"shock-value", "shock-growth"}
    assert scenario_rows.write_shocks({"market": -0.35})["market"] == "-35"
    assert scenario_rows.write_shocks({"size": 1e-7})["size"] == "0.00001"


@pytest.mark.parametrize("text", ["1_0", "1e1", "nan", "inf", "٣٥", "１０", "0x1A", "2,5", "--5", "5%%", "%", "1" * 41])
def test_a_shock_is_a_plain_number_or_an_error(text):
    assert scenario_rows.read_shocks({"market": text}) == ({}, {"shock-market": scenario_rows.NOT_A_NUMBER})


MISSING_ANSWERS = {
    "factors": lambda: factor_rows.factors(replace(made.FACTORS, reason=made.NO), SHOWN),
    "contributions": lambda: contribution_rows.contributions(replace(made.FACTORS, reason=made.NO)),
    "stress": lambda: stress(replace(made.STRESS, reason=made.NO)),
    "correlation": lambda: correlation_rows.correlation(replace(made.CORRELATIONS, reason=made.NO)),
    "tail": lambda: tail_rows.tail(replace(made.TAIL, reason=made.NO), SHOWN),
    "volatility": lambda: volatility_rows.volatility(replace(made.VOLATILITY, reason=made.NO), "63"),
    "greeks": lambda: greek_rows.greeks(replace(made.GREEKS, reason=made.NO), SHOWN),
    "drawdown": lambda: drawdown_rows.falls(replace(made.DRAWDOWN, reason=made.NO)),
    "concentration": lambda: concentration_rows.concentration(figures()),
}


@pytest.mark.parametrize("name", MISSING_ANSWERS)
def test_without_an_answer_a_card_gives_the_reason(name):
    card = MISSING_ANSWERS[name]()
    assert (card.phase, card.reason) == (MISSING, "Not calculated yet.")


def test_hidden_amounts_are_in_no_card():
    cards = [
        headline_rows.strip(made.HEADLINE, HIDDEN),
        factor_rows.factors(made.FACTORS, HIDDEN),
        stress(amounts=HIDDEN),
        stress_rows.drill(made.POSITIONS, HIDDEN),
        tail_rows.tail(made.TAIL, HIDDEN),
        greek_rows.greeks(made.GREEKS, HIDDEN),
        performance_rows.returns(made.PERFORMANCE, HIDDEN),
    ]
    assert DOLLARS.findall(str(cards)) == []
