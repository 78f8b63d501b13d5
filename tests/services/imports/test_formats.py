"""Every kind of file goes all the way: reviewed, confirmed, imported again without doubling, and out again as a CSV."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from sigmasight_ui.services.imports.schemas.choices import AccountChoice, ColumnMapping, Mode
from sigmasight_ui.services.imports.schemas.review import Outcome, RowStatus
from sigmasight_ui.services.portfolios.broker_formats import all_formats
from tests.services.imports.conftest import refused
from tests.services.portfolios.broker_formats.described import FIXTURES

pytestmark = pytest.mark.slow

HOLDINGS = [
    form.key for form in all_formats() if form.columns and form.key not in ("vanguard_holdings", "sigmasight_template")
]
GUIDED = [form.key for form in all_formats() if not form.columns]


def clean(key: str) -> bytes:
    return (FIXTURES / key / "clean.csv").read_bytes()


def settled(person, review):
    """Every question answered as proposed, and a balance for accounts whose cash the file does not know."""
    answers = {question.id: question.default or question.choices[0] for question in review.questions}
    accounts = tuple(AccountChoice(found.label, equity_balance="900000") for found in review.recognised.accounts)
    return person.change(review.import_id, answers=answers, accounts=accounts)


def held(person, portfolio_id) -> Counter[tuple[object, ...]]:
    return Counter(
        (found.symbol, found.quantity, found.entry_price, found.entry_date, found.investment_class)
        for found in person.positions(portfolio_id)
    )


@pytest.mark.parametrize("key", HOLDINGS)
def test_the_portfolios_hold_what_the_file_says_and_the_same_file_doubles_nothing(person, key):
    review = settled(person, person.start(clean(key)))
    assert (review.outcome, review.recognised.format) == (Outcome.READY, key)
    made = person.confirm(review.import_id).portfolios
    found = [position for portfolio in made for position in person.positions(portfolio.portfolio_id)]
    wanted = Counter((row.symbol, row.quantity) for row in review.positions)
    assert Counter((position.symbol, position.quantity) for position in found) == wanted
    again = person.start(clean(key), made[0].portfolio_id)
    again = person.change(again.import_id, mode=Mode.ADD)
    rows = [row for row in again.positions if row.account == again.recognised.accounts[0].label]
    assert {row.status for row in rows} == {RowStatus.DUPLICATE}


@pytest.mark.parametrize("key", ["ibkr_activity", "alpaca_positions", "fidelity_positions"])
def test_an_exported_portfolio_imports_as_the_same_portfolio(person, key):
    first = person.confirm(settled(person, person.start(clean(key))).import_id).portfolios[0].portfolio_id
    exported = person.call("export_csv", first, room="portfolios")
    review = settled(person, person.start(exported, name="export.csv"))
    assert review.outcome is Outcome.READY
    second = person.confirm(review.import_id).portfolios[0].portfolio_id
    assert second != first
    assert held(person, second) == held(person, first)


@pytest.mark.parametrize("key", GUIDED)
def test_a_file_without_holdings_is_answered_with_the_way_to_them(person, key):
    review = person.start(clean(key))
    assert (review.outcome, review.positions, review.recognised.format) == (Outcome.GUIDE, (), key)
    assert review.guide.missing
    assert review.guide.where_to_get_it


def test_quantities_finer_than_we_store_keep_the_cost_of_the_file(person):
    report = b"symbol,qty,avg_entry_price,cost_basis\nAAPL,1.123456789,150,168.51851835\n"
    review = settled(person, person.start(report))
    portfolio = person.confirm(review.import_id).portfolios[0].portfolio_id
    (found,) = person.positions(portfolio)
    assert found.quantity == Decimal("1.123457")
    assert round(found.quantity * found.entry_price, 2) == Decimal("168.52")


def test_trades_under_a_mapping_wait_until_somebody_says_they_are_holdings(person):
    trades = b"Paper,Action,Pieces,Paid,Day\nAAPL,Buy,10,150,2026-01-05\nMSFT,Sell,5,400,2026-01-06\n"
    columns = {"symbol": "Paper", "quantity": "Pieces", "price": "Paid", "entry_date": "Day"}
    review = person.change(person.start(trades).import_id, mapping=ColumnMapping(columns))
    (question,) = review.questions
    assert (question.id, review.outcome) == ("holdings_not_trades", Outcome.NEEDS_ANSWERS)
    assert refused(person.confirm, review.import_id).code == "ERR_IMPORT_002"
    assert person.change(review.import_id, answers={question.id: "yes"}).outcome is Outcome.READY
