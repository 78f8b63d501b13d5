"""The phases of a run: what they store for ordinary and for awkward portfolios."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from uuid import uuid4

import pytest
from sqlalchemy import text

from sigmasight_ui.core.calendar import previous_session, sessions_between
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.risk.inputs import FUNDS
from tests.services.risk.conftest import LIVE_DAY, NOW, SAMPLE_DAY, RiskWorld, lot

D = Decimal


def rows(world: RiskWorld, statement: str, **values):
    with world.services.db.transaction(values.pop("actor")) as session:
        return session.execute(text(statement), values).mappings().all()


def snapshots(world, actor, portfolio_id):
    return rows(world, "select * from snapshots where portfolio_id = :p order by session", actor=actor, p=portfolio_id)


def holdings(world, actor, portfolio_id):
    found = rows(world, "select * from holding_values where portfolio_id = :p", actor=actor, p=portfolio_id)
    return {row["symbol"]: row for row in found}


# Value


def test_every_day_is_cash_plus_market_values_to_the_cent(world, owner, prices):
    lots = [
        lot("AAPL", "100", "24.5", date(2015, 11, 2)),
        lot("AAPL", "50", "23.25", date(2016, 2, 1)),
        lot("XOM", "-40", "80.125", date(2015, 12, 1)),
        lot("TLT", "33.333333", "120", date(2016, 1, 4), exit_date=date(2016, 5, 2), exit_price=D("131.5")),
    ]
    made = world.calculated(owner, lots, "50000")
    found = snapshots(world, owner, made)
    assert [row["session"] for row in found] == sessions_between(date(2015, 11, 2), SAMPLE_DAY)
    sold = D("33.333333")
    for row in found:
        day = row["session"]
        held = {"AAPL": D(100) + (50 if day >= date(2016, 2, 1) else 0)}
        cash = D(50000) - (D("131.5") - 120) * sold - D("2450")
        cash -= D("1162.5") if day >= date(2016, 2, 1) else 0
        if day >= date(2015, 12, 1):
            held["XOM"] = D(-40)
            cash += 40 * D("80.125")
        if day >= date(2016, 1, 4):
            cash -= sold * 120
            held["TLT"] = sold
        if day >= date(2016, 5, 2):
            cash += sold * D("131.5")
            del held["TLT"]
        values = {s: quantity * D(str(prices.by_symbol[s][day.isoformat()])) for s, quantity in held.items()}
        assert row["nav"] == row["cash"] + row["long_value"] + row["short_value"]
        assert abs(row["nav"] - (cash + sum(values.values()))) <= D("0.02")
        assert row["short_value"] == round(values.get("XOM", D(0)), 2)


def test_daily_gains_and_revaluations_explain_every_change_of_nav(world, owner):
    made = world.calculated(owner, [lot("MSFT", "100", "40", date(2016, 3, 1)), lot("KO", "-50", "44")], "20000")
    found = snapshots(world, owner, made)
    for before, row in pairwise(found[1:]):
        entered = date(2016, 6, 1) in (before["session"], row["session"])
        assert entered or abs(row["nav"] - before["nav"] - row["day_pnl"]) <= D("0.02")
        assert row["day_return"] == pytest.approx(float(row["day_pnl"] / before["nav"]), abs=1e-6)
    assert (found[0]["day_pnl"], found[0]["day_return"]) == (None, None)
    assert found[0]["day_reason"] == "the first snapshot has no day before it"


def test_valuation_and_history_agree_on_the_last_day(world, owner):
    made = world.portfolio(owner, [lot("MSFT", "12.345678", "40"), lot("JNJ", "-7", "120.5")], "20000")
    world.fetch(owner, made)
    world.phase(owner, made, "value_positions")
    (valued,) = snapshots(world, owner, made)
    world.phase(owner, made, "profit_and_loss")
    recounted = snapshots(world, owner, made)[-1]
    same = ("session", "nav", "cash", "long_value", "short_value", "unrealised_pnl", "realised_pnl", "coverage")
    assert {key: valued[key] for key in same} == {key: recounted[key] for key in same}


def test_a_second_run_changes_nothing_and_keeps_untouched_rows(world, owner):
    made = world.calculated(owner, [lot("MSFT", "100", "40", date(2016, 3, 1))])
    query = "select figure, value, std_error, details from portfolio_figures where portfolio_id = :p order by figure"
    first, figures = snapshots(world, owner, made), rows(world, query, actor=owner, p=made)
    world.calculate(owner, made)
    second = snapshots(world, owner, made)
    assert [row["run_id"] for row in second[:-1]] == [row["run_id"] for row in first[:-1]]
    assert [row["nav"] for row in second] == [row["nav"] for row in first]
    assert rows(world, query, actor=owner, p=made) == figures


def test_history_begins_with_what_is_left_after_an_earlier_lot_is_gone(world, owner):
    made = world.calculated(owner, [lot("MSFT", "1", "40", date(2016, 1, 4)), lot("KO", "1", "44")])
    with world.services.db.transaction(owner) as session:
        session.execute(text("delete from positions where portfolio_id = :p and symbol = 'MSFT'"), {"p": made})
    world.calculate(owner, made)
    assert snapshots(world, owner, made)[0]["session"] == date(2016, 6, 1)


def test_a_portfolio_without_positions_is_cash(world, owner):
    made = world.calculated(owner, [], "5000")
    found = snapshots(world, owner, made)
    assert {(row["nav"], row["cash"], row["long_value"]) for row in found} == {(D(5000), D(5000), D(0))}
    figures = world.read(owner, "figures", made)
    assert (figures["cash"].value, figures["beta_252"].value, figures["volatility_63"].value) == (1, 0, 0)
    assert figures["hhi"].reason == "no position has a value"


# Awkward positions


def test_a_symbol_without_price_is_left_out_and_named(world, owner):
    made = world.portfolio(owner, [lot("MSFT", "100", "40"), lot("ATVI", "10", "100")], "20000")
    done = world.calculate(owner, made)
    assert done["value_positions"].done == 1
    assert done["value_positions"].notes == ("Without a price, in no total: ATVI",)
    held = holdings(world, owner, made)
    assert (held["ATVI"]["market_value"], held["ATVI"]["value_reason"]) == (None, "no close within 10 days")
    last = snapshots(world, owner, made)[-1]
    assert (last["open_positions"], last["priced_positions"], last["coverage"]) == (2, 1, 0.8)
    assert last["nav"] == D(20000) - 5000 + held["MSFT"]["market_value"]
    assert world.read(owner, "figures", made)["beta_252"].coverage_nav == pytest.approx(0.8)


def test_less_than_half_covered_is_no_value(world, owner):
    made = world.calculated(owner, [lot("MSFT", "10", "40"), lot("ATVI", "10", "100")], "20000")
    seen = world.read(owner, "overview", made)
    reason = "only 29% of the positions' cost has a price"
    assert (seen.nav, seen.reason, seen.day_pnl, seen.gross.amount) == (None, reason, None, None)
    assert seen.cash.amount == D("18600.00")
    page = world.read(owner, "holdings", made)
    assert {row.weight for row in page.items} | {page.total.weight} == {None}
    figures = world.read(owner, "figures", made)
    assert {figures[key].reason for key in ("gross", "beta_252", "volatility_63")} == {reason}


def test_an_option_counts_a_hundred_and_moves_like_its_underlying(world, owner):
    world.quote("QCOM")
    world.live.give("QCOM270115C00100000", {previous_session(LIVE_DAY): "4.80", LIVE_DAY: "5"})
    option = {
        "investment_class": "OPTIONS", "underlying_symbol": "QCOM", "strike_price": D(100), "option_type": "CALL",
        "expiration_date": date(2027, 1, 15),
    }  # fmt: skip
    contract = lot("QCOM270115C00100000", "2", "4", date(2026, 11, 2), **option)
    made = world.live_calculated(owner, [contract, lot("QCOM", "10", "90", date(2026, 11, 2))])
    held = holdings(world, owner, made)
    value = held["QCOM270115C00100000"]
    assert (value["market_value"], value["cost"], value["unrealised_pnl"]) == (D(1000), D(800), D(200))
    assert value["name"] == "QCOM 15 Jan 2027 100 call"
    (contract,) = world.read(owner, "greeks", made).contracts
    assert contract.origin == f"solved from the price of {LIVE_DAY}"
    assert 0 < contract.amounts.delta < 200 * D(str(contract.underlying_price))
    alone = world.live_calculated(owner, [lot("QCOM", "10", "90", date(2026, 11, 2))])
    with_option, without = (world.read(owner, "figures", each)["beta_252"] for each in (made, alone))
    assert with_option.coverage_nav == 1
    nav = [float(world.read(owner, "overview", each).nav) for each in (made, alone)]
    growth = 1 + float(contract.amounts.delta / held["QCOM"]["market_value"])
    assert with_option.value * nav[0] == pytest.approx(without.value * nav[1] * growth, rel=1e-4)


def test_an_expired_option_has_no_value(world, owner):
    expired = lot(
        "QCOM261106C00100000", "1", "4", date(2026, 10, 2), investment_class="OPTIONS", underlying_symbol="QCOM",
        strike_price=D(100), option_type="CALL", expiration_date=date(2026, 11, 6),
    )  # fmt: skip
    world.live.give("QCOM261106C00100000", {date(2026, 11, 12): "5"})
    needed_before = world.portfolio(owner, [expired, lot("SPY", "1", "90", date(2026, 10, 2))])
    world.calculate(owner, needed_before, LIVE_DAY, "yahoo")
    held = holdings(world, owner, needed_before)["QCOM261106C00100000"]
    assert (held["market_value"], held["value_reason"]) == (None, "expired on 2026-11-06")


def test_a_private_asset_stands_at_cost_and_lowers_coverage(world, owner):
    private = lot("FUND_I", "1", "4500", investment_class="PRIVATE", investment_subtype="HEDGE_FUND")
    money = lot("CASH_USD", "700", "1", investment_class="PRIVATE", investment_subtype="CASH")
    made = world.calculated(owner, [private, money, lot("MSFT", "100", "40")], "20000")
    held = holdings(world, owner, made)
    assert (held["FUND_I"]["market_value"], held["FUND_I"]["sector"]) == (D(4500), "Unclassified")
    assert held["FUND_I"]["value_reason"] == "private: held at its entry price"
    assert (held["CASH_USD"]["sector"], held["CASH_USD"]["is_cash"]) == ("Cash", True)
    stock = held["MSFT"]["market_value"]
    figures = world.read(owner, "figures", made)
    assert figures["beta_252"].coverage_nav == pytest.approx(float(stock / (stock + 4500)))


def test_a_book_that_is_mostly_private_has_no_beta(world, owner):
    private = lot("FUND_I", "1", "15000", investment_class="PRIVATE", investment_subtype="HEDGE_FUND")
    made = world.calculated(owner, [private, lot("MSFT", "100", "40")], "20000")
    figure = world.read(owner, "figures", made)["beta_252"]
    assert (figure.value, figure.reason) == (None, "only 24% of the positions have daily returns")
    assert figure.coverage_nav == pytest.approx(0.2359, abs=1e-3)


def test_a_money_market_fund_is_worth_a_dollar_and_takes_no_risk(world, owner):
    made = world.calculated(owner, [lot("SPAXX", "3000", "1"), lot("MSFT", "100", "40")], "20000")
    held = holdings(world, owner, made)["SPAXX"]
    assert (held["market_value"], held["is_cash"], held["unrealised_pnl"]) == (D(3000), True, D(0))
    assert world.read(owner, "figures", made)["beta_252"].coverage_nav == pytest.approx(1)
    with world.services.db.transaction(owner) as session:
        needed = world.services.calculation.needed_symbols(session, owner, made)
    assert (needed.required, needed.former, needed.benchmarks) == (("MSFT",), (), FUNDS)


def test_few_daily_returns_give_a_reason_or_a_limited_beta(world, owner):
    days = sessions_between(date(2026, 9, 1), LIVE_DAY)
    world.quote("NEWCO", days[-13])
    world.quote("YOUNG", days[-41])
    made = world.live_calculated(owner, [lot("NEWCO", "10", "100", days[-10])])
    figure = world.read(owner, "figures", made)["beta_252"]
    assert (figure.value, figure.n_obs) == (None, 12)
    assert figure.reason == "12 days on which half of the portfolio has a return, 30 are needed"
    other = world.live_calculated(owner, [lot("YOUNG", "10", "100", days[-10])])
    limited = world.read(owner, "figures", other)["beta_252"]
    assert (limited.n_obs, limited.limited, limited.std_error is not None) == (40, True, True)


def test_what_was_bought_today_stands_there_without_a_value(world, owner):
    made = world.live_calculated(owner, [lot("SPY", "1", "100", date(2026, 11, 20))], "5000")
    held = holdings(world, owner, made)["SPY"]
    assert (held["market_value"], held["value_reason"]) == (None, "bought after the last close")
    assert snapshots(world, owner, made)[-1]["nav"] == D(5000)


def test_sample_prices_hold_later_purchases_at_their_last_day(world, owner):
    made = world.calculated(owner, [lot("MSFT", "100", "300", date(2026, 1, 5))], "50000")
    (only,) = snapshots(world, owner, made)
    assert (only["session"], only["cash"], only["open_positions"]) == (SAMPLE_DAY, D(20000), 1)


def test_a_net_worth_of_zero_or_less_has_no_ratios(world, owner):
    made = world.calculated(owner, [lot("MSFT", "1000", "140")], "1000")
    figures = world.read(owner, "figures", made)
    reason = "NAV is not positive, so there are no shares of it"
    assert {figures[k].reason for k in ("gross", "beta_252", "volatility_252")} == {reason}
    assert figures["hhi"].value == pytest.approx(10_000)
    assert world.read(owner, "overview", made).nav < 0


def test_a_split_after_the_import_multiplies_the_shares(world, owner):
    world.quote("SPLT")
    split_day = date(2026, 11, 18)
    bars = {bar.session: bar.close for bar in world.live.bars["SPLT"]}
    world.live.give("SPLT", {day: (c if day < split_day else c / 4) for day, c in bars.items()})
    world.live.amend("SPLT", split_day, split_ratio=D(4))
    world.clock.instant = datetime(2026, 11, 17, 15, tzinfo=UTC)
    made = world.portfolio(owner, [lot("SPLT", "10", "100", date(2026, 11, 2))], "20000")
    world.clock.instant = NOW
    world.calculate(owner, made, LIVE_DAY, "yahoo")
    held = holdings(world, owner, made)["SPLT"]
    assert (held["quantity"], held["cost"]) == (D(40), D(1000))
    assert held["market_value"] == held["price"] * 40
    assert abs(held["market_value"] / (bars[LIVE_DAY] * 10) - 1) < D("0.0001")
    (row,) = world.read(owner, "holdings", made, opened=["SPLT"]).items
    assert (row.quantity, row.average_cost, row.opened[0].quantity) == (D(40), D(25), D(40))
    day_before = {row["session"]: row["long_value"] for row in snapshots(world, owner, made)}[date(2026, 11, 17)]
    assert abs(day_before - bars[date(2026, 11, 17)] * 10) <= D("0.01")


# Sharing, sources, owners


def test_symbol_figures_are_computed_once_for_everybody(world, owner):
    world.calculated(owner, [lot("WMT", "1", "60")])
    query = "select computed_at from symbol_figures where symbol = 'WMT' and figure = 'beta_252'"
    (first,) = rows(world, query, actor=owner)
    world.clock.instant = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    world.calculated(world.user(), [lot("WMT", "5", "61")])
    world.clock.instant = NOW
    assert rows(world, query, actor=owner) == [first]


def test_another_source_replaces_the_results_of_the_first(world, owner):
    world.quote("MSFT")
    made = world.live_calculated(owner, [lot("MSFT", "10", "40", date(2016, 6, 1))])
    assert snapshots(world, owner, made)[-1]["session"] == LIVE_DAY
    world.calculate(owner, made)
    found = snapshots(world, owner, made)
    assert {row["source"] for row in found} == {"sample"}
    assert found[-1]["session"] == SAMPLE_DAY
    assert world.read(owner, "figures", made)["beta_252"].as_of == SAMPLE_DAY


def test_volatility_works_when_betas_were_not_computed(world, owner):
    made = world.portfolio(owner, [lot("MSFT", "10", "40")])
    world.fetch(owner, made)
    world.phase(owner, made, "value_positions")
    world.phase(owner, made, "volatility")
    alone = world.read(owner, "figures", made)["volatility_252"]
    world.calculate(owner, made)
    assert alone == world.read(owner, "figures", made)["volatility_252"]


def test_nobody_computes_somebody_elses_portfolio(world, owner):
    made = world.portfolio(owner, [lot("MSFT", "10", "40")])
    stranger = world.user()
    for name in ("value_positions", "profit_and_loss", "betas", "volatility", "concentration"):
        with pytest.raises(AppError) as refused:
            world.phase(stranger, made, name)
        assert refused.value.code == "ERR_NOT_FOUND"
    with pytest.raises(AppError), world.services.db.transaction(stranger) as session:
        world.services.calculation.needed_symbols(session, stranger, uuid4())


def test_reference_definitions_are_complete_and_seeded_once(world, owner):
    for _ in range(2):
        with world.services.db.transaction(owner, role="app_worker") as session:
            world.services.risk.seed_reference(session)
    with world.services.db.transaction(owner) as session:
        counts = world.services.risk.prerequisites(session)
    assert (counts.factors, counts.scenarios, counts.complete) == (8, 22, True)
    factors = {row["key"] for row in rows(world, "select key from factor_definitions", actor=owner)}
    for row in rows(world, "select key, shocks from scenario_definitions", actor=owner):
        assert row["shocks"], row["key"]
        assert set(row["shocks"]) <= factors
