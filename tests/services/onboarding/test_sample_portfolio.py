"""The bundled sample is what it says: a valid file of holdings that the shipped prices can value."""

from datetime import date
from decimal import Decimal

import pytest

from sigmasight_ui.adapters.market_data.sample import SampleSource
from sigmasight_ui.services.market_data.schemas import SymbolRange
from sigmasight_ui.services.onboarding.sample_portfolio import sample_command


@pytest.fixture
def rows(services):
    file = sample_command(()).file
    parsed = services.portfolios.read_csv(file.content, file.name)
    assert parsed.is_valid, parsed.problems
    return parsed.rows


def test_form_of_the_sample_breaks_no_rule(services):
    assert services.portfolios.check_form(sample_command(()).form) is None


def test_names_that_are_taken_are_left_alone():
    assert sample_command(["sample ACCOUNT", "Sample account 2", "IRA"]).form.account_name == "Sample account 3"


def test_every_entry_price_is_the_close_of_its_day(rows):
    source = SampleSource()
    for row in rows:
        (series,) = source.fetch([SymbolRange(row.symbol, row.entry_date, row.entry_date)])
        (bar,) = series.bars
        assert abs(row.entry_price - bar.close) <= Decimal("0.005"), row.symbol


def test_sample_can_be_valued_until_the_middle_of_2016(rows):
    symbols = sorted({row.symbol for row in rows})
    assert SampleSource().last_session(symbols) >= date(2016, 6, 30)
    assert {"SPY", "TLT"} <= set(symbols)
    assert all(date(2015, 1, 1) <= row.entry_date <= date(2015, 12, 31) for row in rows)


def test_cash_is_left(rows):
    cost = sum(row.quantity * row.entry_price for row in rows)
    assert Decimal(10_000) < Decimal("250000.00") - cost < Decimal(50_000)


def test_made_twice_it_gets_two_names_and_each_is_calculated(services, new_user):
    owner = new_user()
    made = [services.onboarding.create_sample(services.db.transaction, owner) for _ in range(2)]
    assert [each.account_name for each in made] == ["Sample account", "Sample account 2"]
    assert all(each.run_id and each.positions_imported == 15 for each in made)
    with services.db.transaction(owner) as session:
        assert all(row.is_sample for row in services.portfolios.list_visible(session, owner))
