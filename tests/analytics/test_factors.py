"""Factor returns from fund prices: which factors can be used, and why the others cannot."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sigmasight_ui.analytics.factors import FACTORS, SPREADS, Factor, FactorReturns, factor_returns, with_stand_ins
from sigmasight_ui.analytics.regression import conditioning
from sigmasight_ui.analytics.returns import Returns
from tests.analytics.conftest import SamplePrices

Floats = NDArray[np.float64]
FUNDS = ("SPY", "VTV", "VUG", "MTUM", "QUAL", "IWM", "USMV", "TLT")
KEYS = ("market", "value", "momentum", "quality", "size", "low_volatility", "interest_rate")
SAMPLE = {"VTV": "VLUE", "IWM": "SIZE", "VUG": None}


def funds(seed: int = 0, sessions: int = 300, symbols: tuple[str, ...] = FUNDS) -> Floats:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 0.004, (sessions, len(symbols))) + rng.normal(0, 0.01, (sessions, 1))


def as_returns(values: Floats) -> Returns:
    known = np.isfinite(values)
    return Returns(np.where(known, values, 0.0), known, np.zeros(values.shape[1], dtype=bool))


def found(values: Floats, symbols: tuple[str, ...] = FUNDS, window: int = 252) -> FactorReturns:
    return factor_returns(as_returns(values), symbols, window=window)


def test_the_seven_factors_are_the_market_five_differences_and_bonds() -> None:
    values = funds()
    result = found(values)
    spy, vtv, vug, mtum, qual, iwm, usmv, tlt = values.T
    expected = np.column_stack([spy, vtv - vug, mtum - spy, qual - spy, iwm - spy, usmv - spy, tlt])
    assert result.keys == KEYS == tuple(factor.key for factor in FACTORS)
    np.testing.assert_allclose(result.values, expected, atol=1e-16)
    assert (result.recent().shape, result.complete().shape, dict(result.unavailable)) == ((252, 7), (252, 7), {})
    assert [factor.formula for factor in result.factors[:2]] == ["SPY", "VTV − VUG"]
    assert result.factors[1].opposite == "Growth"


def test_the_spreads_of_the_original() -> None:
    assert [spread.formula for spread in SPREADS] == ["VUG − VTV", "MTUM − SPY", "IWM − SPY", "QUAL − SPY"]


def test_a_day_on_which_one_fund_is_unknown_is_unknown_for_its_factors_alone() -> None:
    values = funds()
    values[280, 3] = np.nan
    result = found(values)
    assert np.isnan(result.values[280]).tolist() == [key == "momentum" for key in KEYS]
    assert len(result.complete()) == 251


def test_a_fund_without_prices_takes_its_factor_along_and_no_other() -> None:
    result = found(funds(symbols=FUNDS[:-1]), FUNDS[:-1])
    assert result.keys == KEYS[:-1]
    assert dict(result.unavailable) == {"interest_rate": "no prices of TLT"}
    without = tuple(s for s in FUNDS if s not in ("VTV", "VUG"))
    assert found(funds(symbols=without), without).unavailable["value"] == "no prices of VTV and VUG"


def test_without_the_market_there_is_no_model() -> None:
    result = found(funds(symbols=FUNDS[1:]), FUNDS[1:])
    assert result.keys == ()
    assert result.unavailable["market"] == "no prices of SPY"
    assert result.unavailable["interest_rate"] == "the market is unavailable"
    assert result.unavailable["momentum"] == "no prices of SPY"
    assert result.values.shape == (300, 0)
    assert set(result.unavailable) == set(KEYS)


@pytest.mark.parametrize(
    ("days", "reason"), [(59, "59 daily returns, 60 are needed"), (226, "known on 226 of 252 days")]
)
def test_a_short_fund_is_left_out_instead_of_shortening_everything(days: int, reason: str) -> None:
    values = funds()
    values[: 300 - days, 3] = np.nan
    result = found(values)
    assert dict(result.unavailable) == {"momentum": reason}
    assert len(result.complete()) == 252


def test_nine_tenths_of_the_days_are_enough() -> None:
    values = funds()
    values[: 300 - 227, 3] = np.nan
    result = found(values)
    assert (len(result.keys), len(result.complete())) == (7, 227)
    values[-100:-90, 4] = np.nan
    assert len(found(values, window=100).keys) == 7


def test_a_window_of_one_session_measures_nothing() -> None:
    assert found(funds(), window=1).unavailable["market"] == "1 daily returns, 60 are needed"


@pytest.mark.parametrize(("sessions", "factors"), [(59, 0), (60, 7)])
def test_a_young_history_is_measured_from_sixty_days_on(sessions: int, factors: int) -> None:
    assert len(found(funds(sessions=sessions)).keys) == factors


def test_days_known_for_every_factor_together_count() -> None:
    values = funds(sessions=64)
    values[[5, 15, 25], 3] = np.nan
    values[[7, 17], 4] = np.nan
    result = found(values)
    assert result.keys == ()
    assert (result.values.shape, result.window) == ((64, 0), 252)
    assert set(result.unavailable.values()) == {"59 days on which every factor is known, 60 are needed"}
    values[7, 4] = 0.01
    assert len(found(values).keys) == 7


def test_only_the_window_counts() -> None:
    values = funds()
    values[:48, 3] = np.nan
    assert found(values).keys == KEYS
    assert found(values, window=300).unavailable["momentum"] == "known on 252 of 300 days"
    values[-70:, 3] = np.nan
    assert "momentum" in found(values).unavailable


def test_a_factor_that_does_not_move() -> None:
    values = funds()
    values[:, 4] = values[:, 0]
    assert dict(found(values).unavailable) == {"quality": "it does not move"}


def test_stand_ins_of_the_sample_measure_value_against_the_market() -> None:
    factors = with_stand_ins(FACTORS, SAMPLE)
    assert [f.formula for f in factors] == [
        "SPY", "VLUE − SPY", "MTUM − SPY", "QUAL − SPY", "SIZE − SPY", "USMV − SPY", "TLT",
    ]  # fmt: skip
    assert [f.key for f in factors] == list(KEYS)


def test_stand_ins_for_the_market_are_used_on_both_sides() -> None:
    factors = with_stand_ins(FACTORS, {"SPY": "^GSPC", "VUG": None})
    assert [f.formula for f in factors[:3]] == ["^GSPC", "VTV − ^GSPC", "MTUM − ^GSPC"]


def test_a_fund_without_a_stand_in_stays_itself_and_becomes_unavailable() -> None:
    factors = with_stand_ins(FACTORS, {"TLT": None})
    assert factors == FACTORS
    result = factor_returns(as_returns(funds(symbols=FUNDS[:-1])), FUNDS[:-1], factors)
    assert result.unavailable["interest_rate"] == "no prices of TLT"


def test_without_a_market_of_their_own_differences_are_taken_against_its_usual_fund() -> None:
    (spread,) = with_stand_ins(SPREADS[:1], {"VTV": None})
    assert spread.formula == "VUG − SPY"


def test_after_the_bond_series_of_the_sample_ends_rates_are_unavailable(sample: SamplePrices) -> None:
    """Real prices: a rates fund until July 2016, none in 2022."""
    symbols = ("^GSPC", "VLUE", "MTUM", "QUAL", "SIZE", "USMV", "TLT")
    factors = with_stand_ins(FACTORS, {**SAMPLE, "SPY": "^GSPC"})
    assert factor_returns(sample.returns(symbols, "2016-07-01"), symbols, factors).keys == KEYS
    late = factor_returns(sample.returns(symbols, "2022-12-28"), symbols, factors)
    assert late.keys == KEYS[:-1]
    assert late.unavailable["interest_rate"] == "0 daily returns, 60 are needed"


def test_differences_can_be_told_apart_and_raw_funds_cannot(sample: SamplePrices) -> None:
    """Why the factors are differences: on real prices the raw funds are five to fifty times as collinear."""
    symbols = ("SPY", "VLUE", "MTUM", "QUAL", "SIZE", "USMV", "TLT")
    returns = sample.returns(symbols, "2016-07-01")
    raw = conditioning(np.where(returns.mask, returns.values, np.nan)[-252:])
    spreads = conditioning(factor_returns(returns, symbols, with_stand_ins(FACTORS, SAMPLE)).recent())
    assert raw.condition_number > 400 and raw.vif[0] > 60
    assert spreads.condition_number < 12 and max(spreads.vif) < 3


@pytest.mark.parametrize(("symbols", "window"), [(FUNDS[1:], 252), (FUNDS, 0)])
def test_one_symbol_for_every_column_and_a_window(symbols: tuple[str, ...], window: int) -> None:
    with pytest.raises(ValueError, match="^one symbol for every column of returns, and a positive window$"):
        factor_returns(as_returns(funds()), symbols, window=window)


def test_a_single_spread_needs_no_market() -> None:
    spread = (Factor("growth_value_spread", "Growth-Value Spread", "VUG", "VTV"),)
    result = factor_returns(as_returns(funds()), FUNDS, spread, 180)
    assert (result.keys, result.window, result.recent().shape) == (("growth_value_spread",), 180, (180, 1))
