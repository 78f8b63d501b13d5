"""The sections of the risk page: factors, stress, tail, correlations, Greeks, falls; alone, together, revised."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy import text

from sigmasight_ui.core.calendar import previous_session, sessions_between
from sigmasight_ui.services.risk import rules
from sigmasight_ui.services.risk.reading import Reader
from sigmasight_ui.services.risk.schemas import StressKind
from sigmasight_ui.services.risk.study.correlations import largest
from tests.services.risk.conftest import LIVE_DAY, RiskWorld, lot

D = Decimal
SECTIONS = ("factor_exposures", "stress", "correlations", "tail", "volatility_profile", "greeks")
LOTS = (lot("AAPL", "100", "24.5"), lot("XOM", "-40", "80.125"), lot("JNJ", "60", "112"), lot("TLT", "50", "130"))


def numbers(view: object, path: str = "") -> dict[str, float]:
    """Every number of a view by its place in it."""
    if isinstance(view, bool) or view is None:
        return {}
    if isinstance(view, int | float | Decimal):
        return {path: float(view)}
    if is_dataclass(view):
        parts = [(each.name, getattr(view, each.name)) for each in fields(view)]
    elif isinstance(view, dict):
        parts = list(view.items())
    elif isinstance(view, tuple):
        parts = list(enumerate(view))
    else:
        return {}
    return {key: number for name, part in parts for key, number in numbers(part, f"{path}.{name}").items()}


def looked_at_together(world: RiskWorld, owner, name: str, portfolio_id):
    """What several accounts go through, for one."""
    parts = {
        "factor_exposures": lambda s: s.factors, "correlations": lambda s: s.correlations, "tail": lambda s: s.tail,
        "stress": None, "volatility_profile": lambda s: s.volatility, "greeks": lambda s: s.greeks,
    }  # fmt: skip
    risk = world.services.risk
    with world.services.db.transaction(owner) as session:
        accounts = risk._accounts(session, owner, portfolio_id)
        scenarios = risk.scenarios(session)
        material = Reader(session, world.services.market_data, accounts, scenarios).whole_and((), largest)
    return material.study.stress(scenarios) if name == "stress" else parts[name](material.study)


@pytest.fixture(scope="module")
def single(world):
    owner = world.user()
    return owner, world.calculated(owner, LOTS, "50000")


@pytest.mark.parametrize("name", SECTIONS)
def test_one_account_looked_at_like_several_is_what_is_stored(world, single, name):
    owner, made = single
    assert looked_at_together(world, owner, name, made) == world.read(owner, name, made)


@pytest.fixture(scope="module")
def parts_and_whole(world):
    """Two accounts of one person, and another person's account that holds the same at once."""
    divided, united = world.user(), world.user()
    world.calculated(divided, LOTS[:2], "30000")
    world.calculated(divided, LOTS[1:], "40000")
    world.calculated(united, [*LOTS[:2], *LOTS[1:]], "70000")
    return divided, united


@pytest.mark.parametrize("name", SECTIONS)
def test_several_accounts_are_one_book(world, parts_and_whole, name):
    together, at_once = (numbers(world.read(person, name, None)) for person in parts_and_whole)
    assert together.keys() == at_once.keys()
    assert together == pytest.approx(at_once, rel=1e-9, abs=1e-9)


def test_what_offsets_between_accounts_offsets_in_the_answer(world):
    owner = world.user()
    made = [
        world.calculated(owner, [lot("MSFT", quantity, "50"), lot("KO", "1", "44")], "20000")
        for quantity in ("100", "-100")
    ]
    each = [world.read(owner, "tail", account).historical.var_95.amount for account in made]
    together = world.read(owner, "tail", None).historical.var_95.amount
    assert D(0) < together < min(each) / 20
    figures = world.read(owner, "figures", None)
    assert figures["var_95"].value == world.read(owner, "tail", None).historical.var_95.figure.value


def test_every_account_is_asked_for_by_name_when_one_is_not_measured_yet(world):
    owner = world.user()
    world.calculated(owner, LOTS[:1])
    other = world.portfolio(owner, LOTS[2:])
    world.fetch(owner, other)
    world.phase(owner, other, "value_positions")
    found = world.read(owner, "tail", None)
    assert (found.historical.var_95.figure.value, "not calculated yet" in found.reason) == (None, True)


# Stress


def test_holdings_add_up_to_every_row_of_the_stress_tests(world, single):
    owner, made = single
    rows, nav = world.read(owner, "stress", made).rows, float(world.read(owner, "overview", made).nav)
    assert [row.rank for row in rows] == sorted(row.rank for row in rows)
    assert len([row for row in rows if row.kind is StressKind.SCENARIO]) == 22
    for row in rows:
        opened = world.read(owner, "stress_positions", made, row.key)
        assert opened.row == row
        if row.amount is not None:
            assert sum(item.total for item in opened.items) == pytest.approx(row.amount, abs=D("0.03"))
            assert row.total.value * nav == pytest.approx(float(row.amount), abs=0.01)
    assert world.read(owner, "stress_positions", made, "no such") is None


def test_rates_that_rise_cost_what_holds_bonds(world, owner):
    made = world.calculated(owner, [lot("TLT", "100", "130")], "20000")
    rows = {row.key: row for row in world.read(owner, "stress", made).rows}
    loss = rows["rates_up_100bp"].direct.value
    weight = float(world.read(owner, "overview", made).long.share)
    assert loss == pytest.approx(-0.165 * weight, rel=0.07)  # the ridge takes a little
    assert rows["rates_down_100bp"].direct.value == pytest.approx(-loss)
    assert rows["value_rotation_20"].total.value is not None
    assert rows["financial_crisis_2008"].words.startswith("Market −45%, Value −30%")


def test_a_replay_is_the_holdings_own_returns(world, owner, prices):
    made = world.calculated(owner, [lot("AAPL", "100", "24.5"), lot("KO", "-50", "44")], "20000")
    rows = {row.key: row for row in world.read(owner, "stress", made).rows}
    quantities = {"AAPL": 100, "KO": -50}
    values = {name: quantity * prices.by_symbol[name]["2016-07-01"] for name, quantity in quantities.items()}
    grown = {name: prices.by_symbol[name]["2016-06-27"] / prices.by_symbol[name]["2016-06-23"] - 1 for name in values}
    expected = sum(values[name] * grown[name] for name in values)
    assert float(rows["replay_brexit"].amount) == pytest.approx(expected, abs=0.01)
    assert (rows["replay_brexit"].total.n_obs, rows["replay_covid"].reason) == (2, "it ends after 2016-07-01")
    assert "have prices from 2007-10-09" in rows["replay_financial_crisis"].reason


# Options, private assets, short histories


def contract(symbol: str, quantity: str = "2", **other):
    values = {
        "investment_class": "OPTIONS", "underlying_symbol": "QCOM", "strike_price": D(100), "option_type": "CALL",
        "expiration_date": date(2027, 1, 15), **other,
    }  # fmt: skip
    return lot(symbol, quantity, "4", date(2026, 11, 2), **values)


@pytest.fixture(scope="module")
def with_options(world):
    owner = world.user()
    for fund in ("VTV", "VUG", "MTUM", "QUAL", "IWM", "USMV", "TLT"):
        world.quote(fund)
    world.quote("QCOM")
    days = sessions_between(date(2026, 9, 1), LIVE_DAY)
    world.quote("NEWCO", days[-13])
    spot = world.live.bars["QCOM"][-1].close
    near = (spot // 5) * 5
    call, put = f"QCOM270115C{int(near * 1000):08d}", f"QCOM270115P{int(near * 1000):08d}"
    world.live.give(call, {previous_session(LIVE_DAY): "6", LIVE_DAY: "7.5"})
    world.live.give(put, {previous_session(LIVE_DAY): "5"})
    world.live.give("GONE270115C00050000", {LIVE_DAY: "1"})
    lots = [
        lot("QCOM", "100", "90", date(2026, 11, 2)), lot("NEWCO", "10", "100", days[-10]),
        contract(call, strike_price=near), contract(put, "-1", option_type="PUT", strike_price=near),
        contract("GONE270115C00050000", "1", underlying_symbol="GONE", strike_price=D(50)),
        lot("FUND_I", "1", "1500", date(2026, 11, 2), investment_class="PRIVATE", investment_subtype="HEDGE_FUND"),
    ]  # fmt: skip
    return owner, world.live_calculated(owner, lots, "60000"), call, put


def test_options_are_priced_from_their_own_price_or_say_that_they_are_estimated(world, with_options):
    owner, made, call, put = with_options
    found = world.read(owner, "greeks", made)
    contracts = {each.symbol: each for each in found.contracts}
    assert (found.priced, found.of) == (2, 3)
    assert contracts[call].origin == f"solved from the price of {LIVE_DAY}"
    assert contracts[put].origin == "estimated: realised by QCOM over 63 days"
    assert contracts["GONE270115C00050000"].reason == "no price of GONE, its underlying"
    assert [each.symbol for each in found.left_out] == ["GONE270115C00050000"]
    assert contracts[call].amounts.delta > 0
    assert contracts[put].amounts.delta > 0  # a short put gains when the stock does
    assert contracts[put].amounts.theta > 0
    total = sum(each.amounts.delta for each in contracts.values() if each.amounts)
    assert found.delta.value == pytest.approx(float(total), abs=0.02)
    (row,) = found.rows
    assert (row.underlying, row.expiration, row.contracts) == ("QCOM", date(2027, 1, 15), D(1))


def test_what_cannot_be_modelled_is_named_and_lowers_coverage(world, with_options):
    owner, made, _, _ = with_options
    found = world.read(owner, "factor_exposures", made)
    reasons = {each.symbol: each.reason for each in found.left_out}
    assert reasons == {
        "FUND_I": "private: it has no market returns", "NEWCO": "12 daily returns, 60 are needed",
        "GONE270115C00050000": "no price of GONE, its underlying",
    }  # fmt: skip
    assert 0.5 < found.coverage < 1
    stock = world.read(owner, "holdings", made).items
    value = next(float(row.market_value) for row in stock if row.symbol == "QCOM")
    exposure = next(row for row in found.positions if row.symbol == "QCOM")
    delta = world.read(owner, "greeks", made).delta.value
    nav = float(world.read(owner, "overview", made).nav)
    assert exposure.weight == pytest.approx((value + delta) / nav, rel=1e-6)


def test_options_are_revalued_in_a_crash(world, with_options):
    owner, made, call, _ = with_options
    opened = world.read(owner, "stress_positions", made, "market_crash_35")
    items = {item.symbol: item for item in opened.items}
    assert items[call].total >= -items[call].market_value  # a bought call loses no more than it is worth
    assert items["FUND_I"].total is None
    assert items["FUND_I"].reason == "private: it has no market returns"
    assert items["NEWCO"].reason == "12 daily returns, 60 are needed"


def test_a_book_without_returns_has_reasons_and_no_zeros(world, owner):
    private = lot("FUND_I", "1", "15000", investment_class="PRIVATE", investment_subtype="HEDGE_FUND")
    made = world.calculated(owner, [private, lot("MSFT", "100", "40")], "20000")
    reason = "only 24% of the positions have daily returns"
    for name in ("factor_exposures", "tail", "volatility_profile", "stress"):
        assert world.read(owner, name, made).reason == reason
    assert {row.total.value for row in world.read(owner, "stress", made).rows} == {None}
    assert world.read(owner, "headline", made).stress.reason == reason


def test_nothing_but_cash_takes_no_risk(world, owner):
    made = world.calculated(owner, [], "5000")
    assert world.read(owner, "tail", made).historical.var_95.amount == 0
    assert [row.beta.value for row in world.read(owner, "factor_exposures", made).rows] == [0] * 7
    assert world.read(owner, "correlations", made).reason == "no position has daily returns"


# Revisions


def stored_figures(world, owner, made):
    query = "select figure, value, reason, std_error, n_obs, details from portfolio_figures where portfolio_id = :p"
    with world.services.db.transaction(owner) as session:
        return {row.figure: tuple(row)[1:] for row in session.execute(text(query), {"p": made})}


def test_a_revised_close_recomputes_what_hangs_on_it_and_equals_a_full_recompute(world):
    owner = world.user()
    for name in ("REVA", "REVB"):
        world.quote(name)
    made = world.live_calculated(
        owner, [lot("REVA", "10", "90", date(2026, 11, 2)), lot("REVB", "5", "90", date(2026, 11, 2))]
    )
    before = stored_figures(world, owner, made)
    estimates = "select symbol, computed_at from symbol_estimates where symbol in ('REVA', 'REVB') and as_of = :day"

    def stamps():
        with world.services.db.transaction(owner) as session:
            return dict(tuple(row) for row in session.execute(text(estimates), {"day": LIVE_DAY}))

    first = stamps()
    world.clock.instant = world.clock.instant.replace(minute=30)
    with world.services.db.transaction(owner, role="app_worker") as session:
        revise = "update prices set close = close * 1.05 where symbol = 'REVA' and session = :day"
        session.execute(text(revise), {"day": previous_session(previous_session(LIVE_DAY))})
    for phase in ("value_positions", "profit_and_loss", *world.statistics):
        world.phase(owner, made, phase, LIVE_DAY, "yahoo")
    second = stamps()
    assert (second["REVA"] > first["REVA"], second["REVB"] == first["REVB"]) == (True, True)
    increment = stored_figures(world, owner, made)
    assert increment["var_95"] != before["var_95"]
    with world.services.db.transaction(owner, role="app_worker") as session:
        session.execute(text("delete from symbol_estimates"))
        session.execute(text("delete from symbol_figures"))
        session.execute(text("delete from portfolio_figures where portfolio_id = :p"), {"p": made})
    for phase in ("value_positions", "profit_and_loss", *world.statistics):
        world.phase(owner, made, phase, LIVE_DAY, "yahoo")
    assert stored_figures(world, owner, made) == increment


# Falls


def test_falls_are_those_of_the_daily_values(world, owner):
    made = world.calculated(owner, [lot("AAPL", "300", "24.5", date(2015, 11, 2))], "20000")
    found = world.read(owner, "drawdown", made)
    with world.services.db.transaction(owner) as session:
        query = text("select nav::float8 from snapshots where portfolio_id = :p order by session")
        values = list(session.execute(query, {"p": made}).scalars())
    high, depths = values[0], []
    for before, value in pairwise(values):
        assert before > 0
        high = max(high, value)
        depths.append(value / high - 1)
    assert found.worst.value == pytest.approx(min(depths), abs=1e-4)
    assert found.current.value == pytest.approx(depths[-1], abs=1e-4)
    assert found.episodes[0].depth == pytest.approx(found.worst.value)
    assert found.episodes[0].trough == found.trough
    assert found.points[-1].session == found.as_of
    assert found.sharpe.std_error > 0


def test_before_the_first_calculation_every_section_says_so(world, owner):
    made = world.portfolio(owner, [LOTS[0]])
    for name in (*SECTIONS, "drawdown", "headline"):
        assert world.read(owner, name, made).reason == rules.NOT_CALCULATED


def test_sectors_stand_beside_the_weights_of_the_benchmark(world, single):
    owner, made = single
    found = world.read(owner, "sector_exposure", made)
    rows = {row.sector: row for row in found.rows}
    technology = rows["Information Technology"]
    assert technology.difference == pytest.approx(technology.net.value - technology.benchmark)
    assert (rows["ETFs"].benchmark, found.benchmark_symbol) == (0, "SPY")
    assert found.benchmark_as_of is not None
    weights = sum(row.benchmark for row in found.rows) + sum(weight for _, weight in found.not_held)
    assert weights == pytest.approx(1, abs=0.005)


def test_stale_closes_are_left_out(world):
    """A source that repeats Friday's close for two weeks says nothing about those weeks."""
    world.quote("THIN")
    world.quote("THINNER")
    closes = {bar.session: bar.close for bar in world.live.bars["THIN"]}
    stuck = sessions_between(date(2026, 9, 1), date(2026, 9, 15))
    world.live.give("THINNER", {**closes, **dict.fromkeys(stuck, closes[stuck[0]])})
    owner = world.user()
    first, second = (
        world.live_calculated(owner, [lot(symbol, "10", "100", date(2026, 1, 5))]) for symbol in ("THIN", "THINNER")
    )
    known, fewer = (world.read(owner, "figures", each)["beta_252"] for each in (first, second))
    assert known.n_obs - fewer.n_obs == len(stuck)
