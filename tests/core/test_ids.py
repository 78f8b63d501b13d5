"""Ids are random for people and derived from names for demo accounts and on request."""

from datetime import date
from uuid import UUID, uuid4

from sigmasight_ui.core import ids

DAY = date(2024, 1, 15)
USER = UUID(int=1)


def test_demo_address_has_the_same_id_even_in_random_mode():
    assert ids.user_id("demo@sigmasight.com", deterministic=False) == ids.user_id("demo@sigmasight.com", False)
    assert isinstance(ids.user_id("demo@sigmasight.com", False), UUID)


def test_two_demo_addresses_differ():
    assert ids.user_id("a@sigmasight.com", False) != ids.user_id("b@sigmasight.com", False)


def test_ordinary_user_is_deterministic_only_on_request():
    assert ids.user_id("ada@example.com", True) == ids.user_id("ada@example.com", True)
    assert ids.user_id("ada@example.com", False) != ids.user_id("ada@example.com", False)


def test_letter_case_and_spaces_of_an_address_do_not_matter():
    assert ids.user_id("  ADA@Example.com ", True) == ids.user_id("ada@example.com", True)


def test_account_name_is_trimmed_and_its_case_kept():
    assert ids.portfolio_id(USER, " IRA ", True) == ids.portfolio_id(USER, "IRA", True)
    assert ids.portfolio_id(USER, "ira", True) != ids.portfolio_id(USER, "IRA", True)
    assert ids.portfolio_id(USER, "IRA", False) != ids.portfolio_id(USER, "IRA", False)


def test_position_symbol_is_normalised():
    assert ids.position_id(USER, " aapl ", DAY, True) == ids.position_id(USER, "AAPL", DAY, True)


def test_everything_else_makes_a_difference():
    base = ids.position_id(USER, "AAPL", DAY, True)
    assert base != ids.position_id(uuid4(), "AAPL", DAY, True)
    assert base != ids.position_id(USER, "MSFT", DAY, True)
    assert base != ids.position_id(USER, "AAPL", date(2024, 2, 15), True)
    assert ids.portfolio_id(USER, "IRA", True) != ids.portfolio_id(uuid4(), "IRA", True)
