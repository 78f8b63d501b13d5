from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from sigmasight_ui.services.risk.rules import NOT_CALCULATED
from sigmasight_ui.services.risk.schemas import HoldingsPage, HoldingsTotal
from sigmasight_ui.ui.dashboard.holdings_rows import holdings
from sigmasight_ui.ui.format import Amounts, Change
from tests.ui.dashboard.made import DAY, LIVE, holding, lot

SHOWN = Amounts()
D = Decimal
TOTAL = HoldingsTotal(25, 27, D("268606"), D("398028.96"), 0.964, D("1425.96"), D("129422.92"), 1)


def page(*rows, total=TOTAL, offset=0, reason=None):
    return HoldingsPage(rows or (holding(),), total, 12, offset, DAY if reason is None else None, LIVE, reason)


def test_a_row_is_ready_text():
    line = holdings(page(), SHOWN, {}).lines[0]
    assert (line.symbol, line.title, line.name, line.quantity, line.at) == ("NVDA", "NVDA", "NVIDIA", "310", "310 at")
    assert (line.average_cost, line.price, line.day) == ("88.42", "182.36", Change("+1.12%", "up"))
    assert (line.value, line.weight, line.weight_bar) == ("$56,531.60", "13.7%", "100%")
    assert (line.unrealised.text, line.return_.text, line.beta) == ("+$29,121.40", "+106.2%", "1.92")
    assert line.spark.count("M") == 2
    assert (line.lots_label, line.lots[0].bought, line.lots[0].unrealised.text) == (
        "1 lot",
        "15 Jan 2024",
        "+$25,530.00",
    )


def test_the_weight_bar_is_relative_to_the_largest_of_the_page_by_size():
    lines = holdings(page(holding(weight=0.2), holding("X", weight=-0.1), holding("Y", weight=None)), SHOWN, {}).lines
    assert [line.weight_bar for line in lines] == ["100%", "50%", "0%"]
    assert [line.weight for line in lines] == ["20.0%", "−10.0%", "–"]


def test_no_price_is_unknown_with_its_reason_and_marked():
    blind = holding(
        "ATVI", price=None, day_change=None, market_value=None, weight=None, unrealised_pnl=None, return_=None,
        beta=None, value_reason="the last price is of 12 Oct 2023", marks=("no price",), closes=(),
    )  # fmt: skip
    line = holdings(page(blind), SHOWN, {}).lines[0]
    assert (line.price, line.value, line.reason) == ("unknown", "unknown", "The last price is of 12 Oct 2023")
    assert (line.day.text, line.unrealised.text, line.return_.text, line.beta, line.spark) == ("–", "–", "–", "–", "")
    assert line.marks == ["no price"]


def test_an_option_is_named_in_words():
    put = holding("SPY261218P00560000", name="SPY 18 Dec 2026 560 put", investment_class="OPTIONS")
    line = holdings(page(put), SHOWN, {}).lines[0]
    assert (line.symbol, line.title, line.name) == ("SPY261218P00560000", "SPY 18 Dec 2026 560 put", "")


def test_a_filter_that_nothing_passes_is_said_without_counting():
    total = replace(TOTAL, holdings=0, lots=0, market_value=None, weight=None, without_value=0)
    assert holdings(replace(page(), items=(), total=total), SHOWN, {}).finding == "No holding to show."


def test_totals_and_pages():
    shown = holdings(page(offset=12), SHOWN, {})
    assert shown.finding == "25 holdings in 27 lots worth $398,029, 96.4% of net asset value."
    assert (shown.paging.shown, shown.paging.has_previous, shown.paging.has_next) == ("13–13 of 25", True, True)
    assert (shown.foot.label, shown.foot.value, shown.foot.day.text) == ("All 25 holdings", "$398,028.96", "+$1,425.96")
    assert (shown.left_out, shown.prices) == ("1 holding without a value left out", "Prices as of 19 Nov 2026")
    assert not holdings(page(holding(), total=replace(TOTAL, holdings=1)), SHOWN, {}).paging.has_next


def test_lots_name_their_accounts_where_several_are_shown():
    row = holding(lots=2, opened=(lot(1), lot(2)))
    names = {UUID(int=1): "Schwab Taxable", UUID(int=2): "Fidelity IRA"}
    assert [each.account for each in holdings(page(row), SHOWN, names).lines[0].lots] == list(names.values())
    assert [each.account for each in holdings(page(row), SHOWN, {}).lines[0].lots] == ["", ""]


def test_before_the_first_calculation():
    total = replace(TOTAL, market_value=None, weight=None, day_pnl=None, unrealised_pnl=None, without_value=25)
    shown = holdings(page(total=total, reason=NOT_CALCULATED), SHOWN, {})
    assert not shown.is_valued
    assert shown.finding.startswith("Quantities and costs are from your file.")
    assert (shown.prices, shown.left_out) == ("", "")


def test_hidden_amounts_hide_what_they_could_be_computed_from():
    line = holdings(page(), Amounts(hidden=True), {}).lines[0]
    assert (line.quantity, line.at, line.value, line.cost) == ("•••••", "••••• at", "$•••••", "$•••••")
    assert (line.price, line.weight, line.return_.text) == ("182.36", "13.7%", "+106.2%")
    assert (line.lots[0].quantity, line.lots[0].cost) == ("•••••", "$•••••")


def test_the_price_of_a_private_holding_is_an_amount_and_hides_with_them():
    private = page(holding("HOUSE", investment_class="PRIVATE", price=D(25000), average_cost=D(25000)))
    line = holdings(private, Amounts(hidden=True), {}).lines[0]
    assert (line.price, line.average_cost, line.lots[0].entry_price) == ("•••••", "•••••", "•••••")
    assert holdings(private, SHOWN, {}).lines[0].price == "25,000.00"


def test_a_price_below_a_dollar_keeps_its_fractions_of_a_cent():
    line = holdings(page(holding(price=D("0.01234"), average_cost=D("1024.6"))), SHOWN, {}).lines[0]
    assert (line.price, line.average_cost) == ("0.0123", "1,024.60")
