"""Any portfolio in any broker's clothes is the same portfolio; and nothing anybody uploads raises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sigmasight_ui.core.money import cents, plain
from sigmasight_ui.services.portfolios.broker_formats import all_formats, read
from sigmasight_ui.services.portfolios.broker_formats.cells import name_key
from sigmasight_ui.services.portfolios.broker_formats.contract import DraftPosition, Format, Reading
from sigmasight_ui.services.portfolios.csv_problems import CATALOGUE
from tests.services.portfolios.broker_formats import renderers
from tests.services.portfolios.broker_formats.described import FIXTURES, imported_value
from tests.services.portfolios.broker_formats.holdings import (
    BILL,
    BOUGHT,
    EVERYTHING,
    AccountHeld,
    Holding,
    accounts,
    stocks,
)
from tests.services.portfolios.csv_files import TODAY

Accounts = list[AccountHeld]
few = settings(max_examples=30)


def wanted(held: Sequence[AccountHeld], facts: Callable[[Holding], tuple[object, ...]]) -> Counter[tuple[object, ...]]:
    return Counter((account.number[-4:], *facts(holding)) for account in held for holding in account.holdings)


def found(reading: Reading, facts: Callable[[DraftPosition], tuple[object, ...]]) -> Counter[tuple[object, ...]]:
    return Counter((position.account[-4:], *facts(position)) for position in reading.positions)


def check(reading: Reading, key: str, held: Accounts) -> None:
    """Recognised, nothing wrong, and symbol, quantity and value of every holding of every account."""
    assert reading.recognition is not None
    assert (reading.recognition.format, reading.problems) == (key, ())
    is_same = found(reading, lambda p: (p.symbol, plain(p.quantity), p.market_value))
    assert is_same == wanted(held, lambda h: (h.symbol, plain(h.units), h.value))


def check_costs(reading: Reading, held: Accounts) -> None:
    """To the cent, and a price to be stored that gives it."""
    costs = found(reading, lambda p: (p.symbol, cents(p.cost or Decimal(0))))
    assert costs == wanted(held, lambda h: (h.symbol, h.cost))
    for position in reading.positions:
        multiplier = 100 if position.investment_class == "OPTIONS" else 1
        assert position.entry_price is not None
        assert cents(position.entry_price * position.quantity * multiplier) == cents(position.cost or Decimal(0))


def check_cash(reading: Reading, held: Accounts) -> None:
    assert Counter((cash.account[-4:], cash.amount) for cash in reading.cash) == Counter(
        (account.number[-4:], account.cash) for account in held
    )


def check_days(reading: Reading, held: Accounts) -> None:
    assert found(reading, lambda p: (p.symbol, p.entry_date)) == wanted(held, lambda h: (h.symbol, h.day))


@few
@given(accounts(EVERYTHING))
@pytest.mark.parametrize("key", ["schwab_positions", "fidelity_positions", "merrill_holdings", "merrill_export"])
def test_positions_with_cost_and_cash_in_several_accounts(key: str, held: Accounts) -> None:
    reading = read(getattr(renderers, key)(held), TODAY)
    check(reading, key, held)
    check_costs(reading, held)
    check_cash(reading, held)
    asked = next(question for question in reading.questions if question.id == "entry_date")
    assert asked.lines == tuple(position.line for position in reading.positions)


@few
@given(accounts(EVERYTHING))
@pytest.mark.parametrize("key", ["schwab_positions", "merrill_export"])
def test_the_files_totals_are_what_was_read(key: str, held: Accounts) -> None:
    reading = read(getattr(renderers, key)(held), TODAY)
    for total in reading.totals:
        assert imported_value(reading, total.account) == total.market_value


@few
@given(accounts(BOUGHT))
def test_vanguards_lots_have_cost_and_day(held: Accounts) -> None:
    reading = read(renderers.vanguard_cost_basis(held), TODAY)
    check(reading, "vanguard_cost_basis", held)
    check_costs(reading, held)
    check_days(reading, held)
    assert reading.questions == ()


@few
@given(accounts(BOUGHT))
def test_vanguards_holdings_have_no_cost_and_are_guided(held: Accounts) -> None:
    reading = read(renderers.vanguard_holdings(held), TODAY)
    check(reading, "vanguard_holdings", held)
    check_cash(reading, held)
    assert reading.guide is not None
    assert {position.entry_price for position in reading.positions} == {None}


@few
@given(accounts(EVERYTHING, most=1))
def test_etrades_expanded_lots_stand_for_their_positions(held: Accounts) -> None:
    reading = read(renderers.etrade_portfolio(held), TODAY)
    labelled = [replace(account, holdings=tuple(map(_labelled, account.holdings))) for account in held]
    check(reading, "etrade_portfolio", labelled)
    check_costs(reading, labelled)
    check_days(reading, labelled)
    check_cash(reading, labelled)


def _labelled(holding: Holding) -> Holding:
    """E*TRADE gives bonds no symbol."""
    return replace(holding, symbol="US_TREASURY_4.25_05_15_2027") if holding.kind == BILL else holding


@few
@given(accounts(EVERYTHING, most=1))
@pytest.mark.parametrize("key", ["schwab_lots", "fidelity_lots"])
def test_lots_of_one_security(key: str, held: Accounts) -> None:
    first = held[0].holdings[0]
    lots = tuple(
        replace(lot, kind=first.kind, symbol=first.symbol, contract=first.contract, quantity=first.quantity)
        for lot in held[0].holdings
    )
    held = [replace(held[0], number="XXXXlity" if key == "fidelity_lots" else held[0].number, holdings=lots)]
    reading = read(getattr(renderers, key)(held), TODAY)
    check(reading, key, held)
    check_costs(reading, held)
    check_days(reading, held)


@few
@given(accounts(stocks(), most=1))
def test_our_own_template(held: Accounts) -> None:
    lots = {(lot.symbol, lot.day): lot for lot in held[0].holdings}
    held = [replace(held[0], number="ight", holdings=tuple(lots.values()))]
    reading = read(renderers.sigmasight_template(held), TODAY)
    assert reading.problems == ()
    check_costs(reading, held)
    check_days(reading, held)


# Nothing raises ---------------------------------------------------------------------------------------------------

CLEAN = {path.parent.name: path.read_bytes() for path in sorted(FIXTURES.glob("*/clean.csv"))}


def check_whole(reading: Reading) -> None:
    """Whatever came in: every problem has its code, every position has a quantity and an account that is named."""
    assert all(problem.code in CATALOGUE and problem.message and problem.hint for problem in reading.problems)
    labels = {account.label for account in reading.recognition.accounts} if reading.recognition else set()
    assert {position.account for position in reading.positions} <= labels
    assert all(position.quantity for position in reading.positions)
    assert all(position.entry_price is None or position.entry_price > 0 for position in reading.positions)


@given(st.binary(max_size=300), st.none() | st.sampled_from([form.key for form in all_formats()]))
def test_no_bytes_raise(content: bytes, chosen: str | None) -> None:
    check_whole(read(content, TODAY, chosen))


@given(
    st.sampled_from(sorted(CLEAN)),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 12), st.binary(max_size=6)), min_size=1, max_size=6),
)
def test_no_damage_to_a_real_file_raises(key: str, damages: list[tuple[int, int, bytes]]) -> None:
    content = CLEAN[key]
    for start, length, replacement in damages:
        start %= len(content)
        content = content[:start] + replacement + content[start + length :]
    check_whole(read(content, TODAY))
    check_whole(read(content, TODAY, key))


NASTY = st.sampled_from(
    [
        *("", "--", "0", "-0", "1", "-3", ".000001", "99999999999999", "1e9", "(5)", "$1,234.56", "1.234,56", "NaN"),
        *("AAPL", "BRK/B", "NVDA 01/15/2027 180.00 C", "912797QX8", "VMFXX", "CASH", "TOTAL", "Summary", "Lot", "Buy"),
        *("Various", "01/02/2025", "13/45/2020", "2099-01-01", "X12345678", "a" * 90, "é\n\u200b", "USD", "100", "=1"),
    ]
)


@given(
    st.sampled_from(all_formats()),
    st.lists(st.lists(NASTY, min_size=1, max_size=16), min_size=1, max_size=6),
    st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
)
def test_no_cells_under_a_formats_own_columns_raise(form: Format, rows: list[list[str]], encoding: str) -> None:
    names = [title for column in form.columns for title in column.titles[:1]]
    header = [*names, *sorted(form.fingerprints[0].names - set(map(name_key, names)))]
    title = [[f"{form.fingerprints[0].title} x as of 11/19/2026"]] if form.fingerprints[0].title else []
    content = renderers.table([*title, header, *rows]).encode(encoding)
    check_whole(read(content, TODAY, form.key))


@given(st.sampled_from(sorted(CLEAN)), st.sampled_from(sorted(CLEAN)))
def test_any_file_under_any_format_raises_nothing(key: str, chosen: str) -> None:
    check_whole(read(CLEAN[key], TODAY, chosen))
