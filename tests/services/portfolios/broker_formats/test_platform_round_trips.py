"""Any portfolio in the clothes of any trading platform is the same portfolio."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.core.money import plain
from sigmasight_ui.services.portfolios.broker_formats import read
from sigmasight_ui.services.portfolios.broker_formats.contract import Reading
from tests.services.portfolios.broker_formats import platform_renderers as renderers
from tests.services.portfolios.broker_formats.described import imported_value
from tests.services.portfolios.broker_formats.holdings import (
    EVERYTHING,
    AccountHeld,
    Holding,
    accounts,
    options,
    stocks,
)
from tests.services.portfolios.broker_formats.test_round_trips import (
    Accounts,
    check,
    check_cash,
    check_costs,
    check_days,
    few,
    found,
    wanted,
)
from tests.services.portfolios.csv_files import TODAY

LISTED = st.one_of(stocks(), options())


def once(held: Accounts) -> Accounts:
    """Platforms list a security once per account."""
    return [replace(account, holdings=_by_symbol(account)) for account in held]


def _by_symbol(account: AccountHeld) -> tuple[Holding, ...]:
    return tuple({lot.symbol: lot for lot in account.holdings}.values())


def unnamed(held: Accounts, broker: str) -> Accounts:
    """Files without an account's number go under the broker's name."""
    return [replace(account, number=broker) for account in held]


def check_holdings(reading: Reading, key: str, held: Accounts) -> None:
    """Where the file knows no market value."""
    assert reading.recognition is not None
    assert (reading.recognition.format, reading.problems) == (key, ())
    expected = wanted(held, lambda holding: (holding.symbol, plain(holding.units)))
    assert found(reading, lambda position: (position.symbol, plain(position.quantity))) == expected


def value_of(account: AccountHeld) -> object:
    return sum((lot.value for lot in account.holdings), account.cash)


@few
@given(accounts(EVERYTHING, most=1).map(once), st.booleans())
def test_an_activity_statement_counts_summaries_and_lots_once(held: Accounts, lots: bool) -> None:
    reading = read(renderers.ibkr_activity(held, lots), TODAY)
    check(reading, "ibkr_activity", held)
    check_costs(reading, held)
    check_cash(reading, held)
    assert [total.market_value for total in reading.totals] == [value_of(held[0])]
    assert imported_value(reading, reading.positions[0].account) == value_of(held[0])
    if lots:
        check_days(reading, held)
        assert reading.questions == ()


@few
@given(accounts(EVERYTHING).map(once))
def test_a_flex_query_counts_summaries_and_lots_once(held: Accounts) -> None:
    reading = read(renderers.ibkr_flex(held), TODAY)
    check(reading, "ibkr_flex", held)
    check_costs(reading, held)
    check_cash(reading, held)
    check_days(reading, held)


@few
@given(accounts(LISTED, most=1).map(once))
@pytest.mark.parametrize(("key", "broker"), [("ibkr_tws", "Interactive Brokers"), ("alpaca_positions", "Alpaca")])
def test_positions_with_cost_and_value(key: str, broker: str, held: Accounts) -> None:
    reading = read(getattr(renderers, key)(held), TODAY)
    check(reading, key, unnamed(held, broker))
    check_costs(reading, unnamed(held, broker))


@few
@given(accounts(LISTED, most=1).map(once))
@pytest.mark.parametrize("key", ["thinkorswim_positions", "td_ameritrade_statement"])
def test_positions_with_cash_and_what_is_no_position(key: str, held: Accounts) -> None:
    reading = read(getattr(renderers, key)(held), TODAY)
    check(reading, key, held)
    check_costs(reading, held)
    check_cash(reading, held)


@few
@given(accounts(LISTED))
def test_lots_with_their_days(held: Accounts) -> None:
    reading = read(renderers.tradier_positions(held), TODAY)
    check_holdings(reading, "tradier_positions", held)
    check_costs(reading, held)
    check_days(reading, held)


@few
@given(accounts(st.one_of(stocks(shorts=False), options()), most=1).map(once))
def test_an_activity_report_replayed_leaves_what_is_held(held: Accounts) -> None:
    reading = read(renderers.robinhood_activity(held), TODAY)
    check_holdings(reading, "robinhood_activity", unnamed(held, "Robinhood"))
    check_costs(reading, unnamed(held, "Robinhood"))
    check_days(reading, unnamed(held, "Robinhood"))
    assert [question.id for question in reading.questions] == ["complete_history"]
