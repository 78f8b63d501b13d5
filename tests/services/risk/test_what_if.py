"""What if: the figures of a scratch copy are those the portfolio would have, and nothing is written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select, table

from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.risk.schemas import PositionChange
from tests.services.risk.conftest import LIVE_DAY, lot

pytestmark = pytest.mark.slow

D = Decimal
LOTS = [lot("AAPL", "100", "24"), lot("XOM", "-20", "90"), lot("KO", "50", "44"), lot("TLT", "30", "130")]


@pytest.fixture
def made(world, owner):
    world.fetch(owner, world.portfolio(owner, [lot(symbol, "1", "50") for symbol in ("MSFT", "JNJ", "CVX")]))
    return world.calculated(owner, LOTS, "20000")


def change(symbol, delta):
    return PositionChange(symbol, D(str(delta)))


def tried(world, actor, portfolio, *changes):
    return world.read(actor, "what_if", portfolio, changes)


def figures(found, side):
    return {each.key: getattr(each, side) for each in found.figures}


def refused(world, actor, portfolio, *changes):
    with pytest.raises(AppError) as caught:
        tried(world, actor, portfolio, *changes)
    return caught.value.code


def counts(world, actor):
    tables = ("holding_values", "portfolio_figures", "portfolio_exhibits", "book_returns", "symbol_estimates",
              "symbol_figures", "positions", "snapshots", "prices")  # fmt: skip
    with world.services.db.transaction(actor, role="app_worker") as session:
        return [session.execute(select(func.count()).select_from(table(name))).scalar_one() for name in tables]


def test_more_cash_where_nothing_else_has_returns(world, owner):
    fund = lot("FUND", "1", "900", investment_class="PRIVATE", investment_subtype="HEDGE_FUND")
    found = tried(
        world, owner, world.calculated(owner, [fund, lot("SPAXX", "1000", "1")], "20000"), change("SPAXX", 10)
    )
    assert (found.cash_before - found.cash_after, found.holdings[0].quantity_after) == (D(10), D(1010))
    assert figures(found, "before")["beta_252"] == figures(found, "after")["beta_252"]


def test_before_is_what_is_shown(world, owner, made):
    found = figures(tried(world, owner, made, change("AAPL", 1)), "before")
    shown = world.read(owner, "figures", made)
    for key in ("beta_252", "beta_90", "volatility_21", "volatility_63", "effective_n", "top_3", "largest"):
        assert found[key].value == pytest.approx(shown[key].value, rel=1e-12), key
    for key in ("long", "short", "gross", "net", "cash"):
        assert found[key].value == pytest.approx(shown[key].value, abs=1e-5), key
    assert found["var_95"].value == world.read(owner, "tail", made).historical.var_95.figure.value
    stress = {f"stress:{row.key}": row.total for row in world.read(owner, "stress", made).rows}
    assert {key: view for key, view in found.items() if key.startswith("stress:")} == stress


@pytest.mark.parametrize(
    ("changes", "lots"),
    [
        ([("AAPL", 50), ("KO", -50)], [lot("AAPL", "150", "24"), *LOTS[1:2], *LOTS[3:]]),
        ([("MSFT", 40)], [*LOTS, lot("MSFT", "40", "50")]),
        ([("XOM", 50)], [LOTS[0], lot("XOM", "30", "90"), *LOTS[2:]]),
        ([("JNJ", -15), ("AAPL", -100)], [*LOTS[1:], lot("JNJ", "-15", "120")]),
    ],
    ids=["more and none", "a new symbol", "short to long", "a new short and a sale"],
)
def test_after_is_what_the_portfolio_would_show(world, owner, made, changes, lots):
    found = tried(world, owner, made, *(change(*each) for each in changes))
    real = world.portfolio(owner, lots, "20000")
    world.calculate(owner, real)
    nav = world.read(owner, "overview", real).nav
    scale = float(nav / found.nav)  # what was bought elsewhere at other prices is worth something else
    after = figures(found, "after")
    shown = figures(tried(world, owner, real, change("AAPL", 1)), "before")
    assert set(after) == set(shown)
    for key in ("hhi", "effective_n", "top_3", "largest", "correlation_average", "r_squared"):
        assert after[key].value == pytest.approx(shown[key].value, rel=1e-9), key
    for key in ("beta_252", "volatility_63", "volatility_252", "var_95", "cvar_99", "factor:market", "net", "gross",
                "model_volatility", "stress:market_down_10", "stress:rates_up_100bp"):  # fmt: skip
        assert after[key].value == pytest.approx(shown[key].value * scale, rel=1e-9), key
        assert after[key].n_obs == shown[key].n_obs


def test_cash_pays_and_net_asset_value_stays(world, owner, made):
    found = tried(world, owner, made, change("aapl", "10.5"), change("KO", -5))
    apple, coke = found.holdings
    assert (apple.quantity_before, apple.quantity_after) == (D(100), D("110.5"))
    assert (apple.amount, coke.amount) == (round(apple.price * D("10.5"), 2), round(-5 * coke.price, 2))
    assert abs(apple.value_after - apple.value_before - apple.amount) <= D("0.01")
    assert abs(found.cash_before - apple.amount - coke.amount - found.cash_after) <= D("0.01")
    assert found.nav == world.read(owner, "overview", made).nav
    beta = next(each for each in found.figures if each.key == "beta_252")
    assert beta.difference == beta.after.value - beta.before.value
    assert beta.title == "Beta, 252 days"
    assert found.notes == ("bought and sold at the closes of 2016-07-01, without costs",)


def test_margin_is_said(world, owner, made):
    assert tried(world, owner, made, change("AAPL", 10_000)).notes[-1] == "cash is not enough: the rest is margin"


def test_everything_sold_is_cash(world, owner, made):
    found = tried(world, owner, made, *(change(each.symbol, -each.quantity) for each in LOTS))
    after = figures(found, "after")
    assert (after["cash"].value, after["net"].value) == (pytest.approx(1), 0)
    assert (after["beta_252"].value, after["volatility_63"].value) == (0, 0)
    assert after["effective_n"].reason


def test_nothing_is_written(world, owner, made):
    before = counts(world, owner)
    tried(world, owner, made, change("CVX", 10), change("AAPL", -5))
    assert counts(world, owner) == before


def test_the_persons_own_scenarios_are_among_them(world, owner, made):
    from sigmasight_ui.services.scenarios.schemas import ScenarioForm

    with world.services.db.transaction(owner) as session:
        own = world.services.scenarios.create(session, owner, ScenarioForm("Oil", {"market": -0.2}))
    found = {each.key: each for each in tried(world, owner, made, change("AAPL", 10)).figures}
    mine = found[f"stress:{own.key}"]
    assert (mine.title, mine.difference < 0) == ("Oil", True)
    twice = found["stress:market_down_10"]
    assert mine.after.value == pytest.approx(2 * twice.after.value)


def test_options_move_with_their_underlying(world, owner):
    world.quote("QCOM")
    world.live.give("QCOM270115C00100000", {LIVE_DAY: "5"})
    option = {
        "investment_class": "OPTIONS", "underlying_symbol": "QCOM", "strike_price": D(100), "option_type": "CALL",
        "expiration_date": date(2027, 1, 15),
    }  # fmt: skip
    rows = [lot("QCOM270115C00100000", "2", "4", date(2026, 11, 2), **option), lot("QCOM", "10", "90")]
    made = world.live_calculated(owner, rows, "20000")
    found = figures(tried(world, owner, made, change("QCOM270115C00100000", 2)), "after")
    before = figures(tried(world, owner, made, change("QCOM", 1)), "before")
    assert found["delta"].value == pytest.approx(2 * before["delta"].value)
    assert found["delta_exposure"].value == pytest.approx(2 * before["delta_exposure"].value)
    gone = figures(tried(world, owner, made, change("QCOM270115C00100000", -2)), "after")
    assert gone["delta"].reason == "there are no options"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([], "ERR_RISK_002"),
        ([("AAPL", 0)], "ERR_RISK_002"),
        ([("AAPL", 5), ("AAPL", -5)], "ERR_RISK_002"),
        ([("AAPL", "0.0000001")], "ERR_RISK_004"),
        ([("AAPL", "NaN")], "ERR_RISK_004"),
        ([("AAPL", 10**9)], "ERR_RISK_004"),
        ([("QQQQQQQ", 1)], "ERR_RISK_005"),
        ([("", 1)], "ERR_RISK_005"),
        ([("A\x00B", 1)], "ERR_RISK_005"),
        ([("NFLX", 1)], "ERR_RISK_006"),
        ([(f"S{n}", 1) for n in range(51)], "ERR_RISK_003"),
    ],
)
def test_each_refusal_has_its_code(world, owner, made, changes, code):
    assert refused(world, owner, made, *(change(*each) for each in changes)) == code


def test_private_assets_are_not_traded(world, owner):
    made = world.calculated(owner, [lot("MSFT", "1", "50"), lot("FUND", "1", "900", investment_class="PRIVATE")])
    assert refused(world, owner, made, change("FUND", 1)) == "ERR_RISK_007"


def test_without_figures_there_is_nothing_to_compare(world, owner):
    assert refused(world, owner, world.portfolio(owner, LOTS), change("AAPL", 1)) == "ERR_RISK_001"


def test_nobody_elses(world, owner, made):
    assert refused(world, world.user(), made, change("AAPL", 1)) == "ERR_NOT_FOUND"
