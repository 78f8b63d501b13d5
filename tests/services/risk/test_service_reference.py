"""Figures of the reference portfolios, priced from the bundled sample through the real database, against numbers that
statsmodels and plain Python gave."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from tests.analytics.conftest import SamplePrices
from tests.services.risk.conftest import SAMPLE_DAY, RiskWorld, lot

REFERENCE = json.loads((Path(__file__).parents[2] / "data/reference_values.json").read_text())
PORTFOLIOS = REFERENCE["demo_portfolios_2016-07-01"]["portfolios"]
NAV = Decimal("900000000")
"""Large, so that six decimals of a share are less than 1e-9 of a weight."""


@pytest.fixture(scope="module")
def calculated(world: RiskWorld, prices: SamplePrices) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Each reference portfolio bought at the closing prices of the day, so that NAV is the equity balance."""
    found = {}
    for name, portfolio in PORTFOLIOS.items():
        owner = world.user()
        rows = []
        for symbol, weight in portfolio["weights"].items():
            if symbol == "_CASH":
                continue
            price = Decimal(str(prices.by_symbol[symbol]["2016-07-01"]))
            quantity = (NAV * Decimal(str(weight)) / price).quantize(Decimal("0.000001"))
            rows.append(lot(symbol, quantity, price, SAMPLE_DAY))
        made = world.calculated(owner, rows, str(NAV))
        found[name] = (world.read(owner, "figures", made), portfolio)
    return found


@pytest.mark.parametrize("name", PORTFOLIOS)
def test_figures_equal_the_reference_values(calculated, name):
    figures, expected = calculated[name]
    assert figures["beta_252"].value == pytest.approx(expected["mkt_beta"], abs=1e-8)
    assert figures["volatility_252"].value == pytest.approx(expected["ann_vol"], abs=1e-8)
    assert figures["gross"].value == pytest.approx(expected["gross"], abs=1e-8)
    assert figures["net"].value == pytest.approx(expected["net"], abs=1e-8)
    assert figures["hhi"].value == pytest.approx(expected["hhi_gross"] * 10_000, abs=1e-4)
    assert figures["cash"].value == pytest.approx(1 - expected["net"], abs=1e-8)


@pytest.mark.parametrize("name", PORTFOLIOS)
@pytest.mark.parametrize(("key", "window"), [("beta_252", 252), ("beta_90", 90)])
def test_betas_and_their_errors_equal_statsmodels(calculated, prices, name, key, window):
    figures, portfolio = calculated[name]
    series, market = _returns(prices, portfolio["weights"])
    fit = sm.OLS(series[-window:], sm.add_constant(market[-window:])).fit()
    assert figures[key].value == pytest.approx(fit.params[1], abs=1e-8)
    assert figures[key].std_error == pytest.approx(fit.bse[1], abs=1e-8)
    assert (figures[key].n_obs, figures[key].window, figures[key].as_of) == (window, window, SAMPLE_DAY)
    assert figures[key].coverage_nav == pytest.approx(1)


@pytest.mark.parametrize("name", PORTFOLIOS)
@pytest.mark.parametrize("window", [21, 63, 252])
def test_volatilities_equal_plain_python(calculated, prices, name, window):
    figures, portfolio = calculated[name]
    series = _returns(prices, portfolio["weights"])[0][-window:].tolist()
    mean = math.fsum(series) / window
    expected = math.sqrt(math.fsum((each - mean) ** 2 for each in series) / (window - 1)) * math.sqrt(252)
    assert figures[f"volatility_{window}"].value == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("name", PORTFOLIOS)
def test_concentration_equals_plain_python(calculated, name):
    figures, portfolio = calculated[name]
    sizes = sorted((abs(w) for s, w in portfolio["weights"].items() if s != "_CASH"), reverse=True)
    gross = math.fsum(sizes)
    assert figures["largest"].value == pytest.approx(sizes[0] / gross, abs=1e-8)
    assert figures["top_3"].value == pytest.approx(math.fsum(sizes[:3]) / gross, abs=1e-8)
    assert figures["top_10"].value == pytest.approx(math.fsum(sizes[:10]) / gross, abs=1e-8)
    assert figures["effective_n"].value == pytest.approx(gross**2 / math.fsum(s * s for s in sizes), abs=1e-8)


def test_symbol_betas_equal_statsmodels(world, prices):
    owner = world.user()
    made = world.calculated(owner, [lot("AAPL", "10", "90"), lot("XOM", "-5", "80")])
    market = _returns(prices, {"SPY": 1.0})[0]
    for row in world.read(owner, "symbol_betas", made):
        own = _returns(prices, {row.symbol: 1.0})[0]
        fit = sm.OLS(own[-252:], sm.add_constant(market[-252:])).fit()
        assert row.beta_252.value == pytest.approx(fit.params[1], abs=1e-8)
        assert row.beta_252.std_error == pytest.approx(fit.bse[1], abs=1e-8)


def _returns(prices: SamplePrices, weights: dict[str, float]) -> tuple[Any, Any]:
    """Series of the portfolio and of SPY, by plain means: every reference series is complete."""
    symbols = [symbol for symbol in weights if symbol != "_CASH"]
    table = prices.table([*symbols, "SPY"], "2016-07-01")
    daily = table[1:] / table[:-1] - 1
    return daily[:, :-1] @ np.array([weights[symbol] for symbol in symbols]), daily[:, -1]
