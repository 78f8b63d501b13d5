"""A portfolio from its CSV to its figures, priced through the unchanged yfinance against a loopback server; every
figure is computed again from the served prices by statsmodels and plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
import statsmodels.api as sm

from sigmasight_ui.bootstrap import Services, build_services
from sigmasight_ui.core import calendar
from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.core.database_access import DatabaseAccess
from sigmasight_ui.jobs.scope import JobScope
from sigmasight_ui.services.onboarding.schemas import ImportCommand, UploadedFile
from sigmasight_ui.services.portfolios.schemas import PortfolioForm
from tests.fakes.yahoo_server import YahooServer

pytestmark = pytest.mark.slow

LOTS = {"AAPL": 120, "MSFT": 40, "BRK.B": 15, "TSLA": -30, "SPY": 25}
EQUITY = Decimal("100000.00")
ENTRY_PRICE = Decimal("100.25")
EXACT = 1e-8


@pytest.fixture
def yahoo() -> Iterator[YahooServer]:
    with YahooServer() as server:
        yield server


@pytest.fixture
def online(database, settings, clock, yahoo) -> Iterator[Services]:
    access = DatabaseAccess(database.urls(), lambda: None)
    wanted = replace(settings, market_data="yahoo", market_data_base_url=yahoo.url)
    built = build_services(wanted, access, clock=clock, password_cost=4)
    with built.db.transaction(job_actor("seed"), role="app_worker") as session:
        built.securities.seed(session)
        built.risk.seed_reference(session)
    yield built
    built.db.close()


@pytest.fixture
def figures(online, new_user_of, yahoo):
    """The figures the product gives, and the total returns of what the server served, newest last."""
    actor = new_user_of(online)
    rows = [f"{symbol},{quantity},{ENTRY_PRICE},2025-06-02" for symbol, quantity in LOTS.items()]
    content = "\n".join(["Symbol,Quantity,Entry Price Per Share,Entry Date", *rows]).encode()
    form = PortfolioForm("Core", "Schwab", "taxable", str(EQUITY))
    command = ImportCommand(form, UploadedFile("core.csv", content), start_run=True)
    made = online.onboarding.import_portfolio(online.db.transaction, actor, command)
    online.pipeline.execute(JobScope(online), made.run_id, actor.user_id)
    with online.db.transaction(actor) as session:
        assert online.batch.find_run(session, actor, made.run_id).status == "completed"
        head = online.risk.overview(session, actor, made.portfolio_id)
    return online.risk.figures(online.db.transaction, actor, made.portfolio_id), head


@pytest.fixture
def served(figures, yahoo, clock):
    """Closes by symbol over the last 253 sessions, as the server gave them."""
    last = calendar.last_closed_session(clock.now())
    days = calendar.sessions_between(last.replace(year=last.year - 2), last)[-253:]
    closes = {s: [yahoo.listing(s.replace(".", "-")).prices[day] for day in days] for s in LOTS}
    return {symbol: np.array([float(Decimal(str(close))) for close in series]) for symbol, series in closes.items()}


def returns(closes):
    return closes[1:] / closes[:-1] - 1


def nav_of(served) -> tuple[Decimal, dict[str, Decimal]]:
    values = {symbol: quantity * Decimal(str(served[symbol][-1])) for symbol, quantity in LOTS.items()}
    cash = EQUITY - sum(quantity * ENTRY_PRICE for quantity in LOTS.values())
    return cash + sum(values.values()), values


def book_returns(served):
    nav, values = nav_of(served)
    return sum(float(values[symbol] / nav) * returns(served[symbol]) for symbol in LOTS)


def test_net_asset_value_and_exposures(figures, served):
    _, head = figures
    nav, values = nav_of(served)
    assert abs(head.nav - nav) <= Decimal("0.01")
    assert abs(head.long.amount - sum(value for value in values.values() if value > 0)) <= Decimal("0.01")
    assert abs(head.short.amount - values["TSLA"]) <= Decimal("0.01")


@pytest.mark.parametrize(("key", "window"), [("beta_252", 252), ("beta_90", 90)])
def test_beta_and_its_error_are_those_of_statsmodels(figures, served, key, window):
    found = figures[0][key]
    fitted = sm.OLS(book_returns(served)[-window:], sm.add_constant(returns(served["SPY"])[-window:])).fit()
    assert found.value == pytest.approx(fitted.params[1], abs=EXACT)
    assert found.std_error == pytest.approx(fitted.bse[1], abs=EXACT)
    assert found.n_obs == window


@pytest.mark.parametrize(("key", "window"), [("volatility_21", 21), ("volatility_63", 63), ("volatility_252", 252)])
def test_volatility_is_the_sample_deviation_of_a_year(figures, served, key, window):
    series = book_returns(served)[-window:]
    mean = sum(series) / window
    deviation = (sum((each - mean) ** 2 for each in series) / (window - 1)) ** 0.5
    assert figures[0][key].value == pytest.approx(deviation * 252**0.5, abs=EXACT)


def test_concentration_is_over_gross(figures, served):
    _, values = nav_of(served)
    gross = sum(abs(value) for value in values.values())
    weights = sorted((float(abs(value) / gross) for value in values.values()), reverse=True)
    hhi = 10_000 * sum(weight**2 for weight in weights)
    assert figures[0]["hhi"].value == pytest.approx(hhi, rel=EXACT)
    assert figures[0]["effective_n"].value == pytest.approx(10_000 / hhi, rel=EXACT)
    assert figures[0]["top_3"].value == pytest.approx(sum(weights[:3]), rel=EXACT)
