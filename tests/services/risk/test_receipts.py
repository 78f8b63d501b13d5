"""Receipts: what stands behind a figure, and that computing it again gives the same, until something changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from sigmasight_ui.core.calendar import sessions_between
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.equity_changes.schemas import EquityChangeForm
from tests.services.risk.conftest import LIVE_DAY, NOW, SAMPLE_DAY, lot

D = Decimal
LOTS = [
    lot("AAPL", "100", "24", date(2015, 3, 2)), lot("XOM", "-20", "90"), lot("KO", "50", "44"), lot("TLT", "30", "130"),
    lot("ATVI", "1", "30"), lot("FUND", "1", "500", investment_class="PRIVATE"),
]  # fmt: skip
KEYS = (
    "beta_252", "beta_90", "volatility_21", "volatility_63", "volatility_252", "volatility_percentile",
    "volatility_ewma", "volatility_forecast", "volatility_trend", "var_95", "var_99", "cvar_95", "cvar_99",
    "normal_var_95", "r_squared", "model_volatility", "factor_volatility", "specific_volatility",
    "specific_contribution", "factor:market", "factor:value", "factor:interest_rate", "contribution:market",
    "spread:size_spread", "correlation_average", "correlation_effective_n", "hhi", "effective_n", "top_3", "top_10",
    "largest", "long", "short", "gross", "net", "cash", "sector:Information Technology", "delta", "delta_exposure",
    "stress:market_down_10", "stress:rates_up_100bp", "drawdown", "max_drawdown", "sharpe", "sortino", "calmar",
    "time_weighted:1Y", "annualised:All", "money_weighted:3M", "modified_dietz:All", "benchmark_return:YTD",
)  # fmt: skip

QUICK = (
    "beta_252", "volatility_forecast", "var_99", "factor:market", "correlation_average", "hhi", "net",
    "sector:Information Technology", "stress:market_down_10", "max_drawdown", "time_weighted:1Y", "beta:KO",
)  # fmt: skip


@pytest.fixture(scope="module")
def ada(world):
    return world.user()


@pytest.fixture(scope="module")
def made(world, ada):
    return world.calculated(ada, LOTS, "20000")


def hashes(found):
    return found.before.result_hash, found.after.result_hash


def same_again(world, actor, portfolio, key):
    found = world.read(actor, "recompute", portfolio, key)
    before, after = found.before.view, found.after.view
    assert replace(before, value=None, reason="") == replace(after, value=None, reason="")
    assert before.reason == after.reason
    assert before.value == after.value or before.value == pytest.approx(after.value, rel=1e-13)
    assert (found.same, found.changes) == (True, ())
    assert found.before.result_hash == found.after.result_hash
    assert found.before.input_hash == found.after.input_hash
    assert found.before == world.read(actor, "receipt", portfolio, key)
    return found.before


@pytest.mark.parametrize("key", QUICK)
def test_computing_it_again_gives_the_same_number_and_hashes(world, ada, made, key):
    same_again(world, ada, made, key)


@pytest.mark.slow
def test_so_does_every_other_figure(world, ada, made):
    receipts = {key: same_again(world, ada, made, key) for key in KEYS}
    without = {key for key, found in receipts.items() if found.view.value is None}
    assert without <= {"factor:value", "delta", "delta_exposure", "money_weighted:3M", "modified_dietz:All"}
    assert len({found.result_hash for found in receipts.values()}) == len(KEYS)


def test_a_receipt_says_what_the_figure_stands_on(world, ada, made):
    found = world.read(ada, "receipt", made, "beta_252")
    assert found.title == "Beta, 252 days"
    assert found.formula.startswith("OLS of daily returns")
    assert (found.view.n_obs, found.view.as_of, found.last_session) == (252, SAMPLE_DAY, SAMPLE_DAY)
    assert len(sessions_between(found.first_session, SAMPLE_DAY)) == 252
    assert (found.origin.source, found.computed_at) == ("sample", NOW)
    apple = found.holdings[0] if found.holdings[0].symbol == "AAPL" else found.holdings[1]
    assert apple.observations == 252
    assert apple.weight == pytest.approx(float(apple.market_value / found.nav), abs=1e-6)
    assert found.holdings_total == 6
    assert {each.symbol for each in found.left_out} == {"ATVI", "FUND"}


def test_all_accounts_together(world):
    owner = world.user()
    world.calculated(owner, LOTS[:2], "20000")
    world.calculated(owner, [lot("AAPL", "-30", "24"), lot("MSFT", "40", "50")], "9000")
    for key in (
        "beta_252", "volatility_63", "var_95", "factor:market", "effective_n", "gross", "stress:market_down_10",
        "correlation_average", "max_drawdown", "time_weighted:1M", "sector:Information Technology",
    ):  # fmt: skip
        found = world.read(owner, "recompute", None, key)
        assert (found.same, found.changes) == (True, ()), key
        assert found.before.view.value is not None


def test_options_and_ones_own_scenarios(world):
    from sigmasight_ui.services.scenarios.schemas import ScenarioForm

    owner = world.user()
    world.quote("QCOM")
    world.live.give("QCOM270115C00100000", {LIVE_DAY: "5"})
    option = {
        "investment_class": "OPTIONS", "underlying_symbol": "QCOM", "strike_price": D(100), "option_type": "CALL",
        "expiration_date": date(2027, 1, 15),
    }  # fmt: skip
    rows = [lot("QCOM270115C00100000", "2", "4", date(2026, 11, 2), **option), lot("QCOM", "10", "90")]
    made = world.live_calculated(owner, rows, "20000")
    with world.services.db.transaction(owner) as session:
        own = world.services.scenarios.create(session, owner, ScenarioForm("Oil", {"market": -0.2}))
    for key in ("delta", "gamma", "vega", "theta", "rho", "delta_exposure", "beta_252", f"stress:{own.key}"):
        found = world.read(owner, "recompute", made, key)
        assert (found.same, found.changes) == (True, ()), key
        assert found.before.view.value is not None, key
    assert world.read(owner, "receipt", made, f"stress:{own.key}").title == "Oil"


def test_a_revised_price_is_named(world):
    owner = world.user()
    world.quote("IBM", seed=3)
    made = world.live_calculated(owner, [lot("IBM", "10", "90", date(2026, 11, 2))], "20000")
    assert world.read(owner, "recompute", made, "volatility_63").same
    with world.services.db.transaction(owner, role="app_worker") as session:
        session.execute(
            text("update prices set close = close * 1.05 where symbol = 'IBM' and session = :day"),
            {"day": LIVE_DAY - timedelta(days=8)},
        )
    found = world.read(owner, "recompute", made, "volatility_63")
    assert (found.same, found.changes) == (False, ("prices of IBM were revised after the calculation",))
    assert found.before.input_hash != found.after.input_hash
    assert found.after.view.value > found.before.view.value
    assert world.read(owner, "recompute", made, "hhi").same
    world.calculate(owner, made, LIVE_DAY, "yahoo")
    again = world.read(owner, "recompute", made, "volatility_63")
    assert (again.same, again.changes) == (True, ())
    assert again.before.result_hash == found.after.result_hash


def test_a_deposit_since_then_is_told(world):
    owner = world.user()
    made = world.calculated(owner, LOTS[:1], "20000")
    with world.services.db.transaction(owner) as session:
        form = EquityChangeForm("CONTRIBUTION", "5000", "2016-03-01")
        world.services.equity_changes.record(session, owner, made, form)
    found = world.read(owner, "recompute", made, "cash")
    assert not found.same
    assert found.changes == ("positions, deposits or prices of earlier days changed after the calculation",)
    own = world.read(owner, "recompute", made, "money_weighted:All")
    assert (own.same, own.before.view.reason is None, own.after.view.reason) == (False, False, None)
    assert world.read(owner, "recompute", made, "beta_252").same


def test_before_the_first_calculation_a_receipt_says_so(world, ada):
    pending = world.portfolio(ada, LOTS)
    found = world.read(ada, "receipt", pending, "beta_252")
    assert (found.view.value, found.view.reason, found.holdings, found.input_hash) == (
        None,
        "not calculated yet",
        (),
        "",
    )
    with pytest.raises(AppError) as caught:
        world.read(ada, "recompute", pending, "beta_252")
    assert caught.value.code == "ERR_RISK_001"


@pytest.mark.parametrize(
    "key", ["", "beta", "factor:", "factor:oil", "stress:nothing", "sector:Nothing", "beta:NOPE", "x" * 500]
)
def test_unknown_figures(world, ada, made, key):
    for name in ("receipt", "recompute"):
        with pytest.raises(AppError) as caught:
            world.read(ada, name, made, key)
        assert caught.value.code == "ERR_RISK_008"


def test_nobody_elses(world, made):
    with pytest.raises(AppError) as caught:
        world.read(world.user(), "receipt", made, "beta_252")
    assert caught.value.code == "ERR_NOT_FOUND"
