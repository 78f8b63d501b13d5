"""What each account is worth, for lists of accounts."""

from tests.services.risk.conftest import SAMPLE_DAY, RiskWorld, lot


def test_every_account_by_itself_with_the_same_numbers_as_its_dashboard(world: RiskWorld, owner):
    valued = world.calculated(owner, [lot("AAPL", "10", "24")], "5000")
    pending = world.portfolio(owner, [lot("MSFT", "10", "24")])
    sample = world.portfolio(owner, [lot("KO", "10", "24")], is_sample=True)
    world.calculate(owner, sample)
    with world.services.db.transaction(owner) as session:
        found = world.services.risk.account_values(session, owner)
    head = world.read(owner, "overview", valued)
    assert (found[valued].nav, found[valued].day_pnl, found[valued].as_of) == (head.nav, head.day_pnl, SAMPLE_DAY)
    assert (found[pending].nav, found[pending].reason) == (None, "not calculated yet")
    assert found[sample].nav is not None
    assert (found[valued].origin, found[pending].origin) == (head.origin, None)


def test_a_value_that_stands_on_too_few_prices_is_unknown(world: RiskWorld, owner):
    blind = world.calculated(owner, [lot("NOSUCH", "100", "24"), lot("AAPL", "1", "24")], "5000")
    with world.services.db.transaction(owner) as session:
        found = world.services.risk.account_values(session, owner)[blind]
    assert found.nav is None
    assert found.reason.startswith("only 1% of the positions' cost")
