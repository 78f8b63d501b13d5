"""What a run needs before it computes: which symbols, and prices from which day on."""

from datetime import date
from decimal import Decimal as D

from sigmasight_ui.core.calendar import sessions_between
from sigmasight_ui.services.risk.inputs import FUNDS
from tests.services.risk.conftest import LIVE_DAY, lot


def test_symbols_are_needed_for_what_is_held_what_it_derives_from_and_what_it_was(world, owner):
    option = {"investment_class": "OPTIONS", "underlying_symbol": "QCOM", "strike_price": D(100), "option_type": "PUT"}
    lots = [
        lot("MSFT", "1", "40"),
        lot("KO", "1", "40", exit_date=date(2016, 6, 20), exit_price=D(41)),
        lot("QCOM270115P00100000", "1", "4", expiration_date=date(2027, 1, 15), **option),
        lot("AMD260116P00100000", "1", "4", **option | {"underlying_symbol": "AMD"}, expiration_date=date(2026, 1, 16)),
        lot("FUND_I", "1", "500", investment_class="PRIVATE"),
    ]
    made = world.portfolio(owner, lots)
    with world.services.db.transaction(owner) as session:
        needed = world.services.calculation.needed_symbols(session, owner, made)
    assert needed.required == ("MSFT", "QCOM")
    assert needed.contracts == ("QCOM270115P00100000",)
    assert needed.former == ("AMD260116P00100000", "KO")
    assert needed.benchmarks == FUNDS


def test_prices_are_needed_from_the_first_purchase_or_the_longest_statistic(world, owner):
    def needed_from(entry):
        made = world.portfolio(owner, [lot("MSFT", "1", "40", entry)])
        with world.services.db.transaction(owner) as session:
            return world.services.calculation.needed_from(session, owner, made, LIVE_DAY)

    assert needed_from(date(2023, 1, 12)) == date(2023, 1, 2)
    assert needed_from(date(1995, 1, 12)).year == 2021
    recent = needed_from(date(2026, 11, 2))
    assert len(sessions_between(recent, LIVE_DAY)) == 757
