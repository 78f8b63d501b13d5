from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from sigmasight_ui.services.batch.schemas import PhaseState, RunState
from sigmasight_ui.services.risk.schemas import Exposure, LeftOut, MissingSymbol
from sigmasight_ui.ui.dashboard.attention_rows import VIEW_GREEKS, Facts, attention, finding
from sigmasight_ui.ui.format import Amounts
from tests.ui.dashboard.made import SAMPLE, VALUED, option, phases, portfolio, quality, run

TODAY = date(2026, 11, 20)
ATVI = MissingSymbol("ATVI", "unknown to Yahoo", Decimal("94"), date(2023, 10, 12))
ONE = portfolio()


def rows(head=VALUED, found=None, portfolios=(ONE,), runs=(run(),), expiring=()):
    known = {each.portfolio_id: each for each in runs}
    return attention(Facts(head, found or quality(), portfolios, known, expiring, TODAY), Amounts())


def first(**facts):
    return rows(**facts)[0]


def test_when_all_is_well_only_the_last_calculation_stands_there():
    (row,) = rows()
    assert (row.what, row.why) == ("Figures calculated 20 Nov 2026, 09:41 UTC", "13 of 13 phases in 2.6 s.")
    assert (row.icon, row.action, finding([row])) == ("done", "calculate", "Nothing is urgent.")


def test_real_positions_at_sample_prices_are_said_before_everything_else():
    at_sample = quality(origin=SAMPLE, sessions_behind=None)
    assert first(found=at_sample).what == "Values are at past sample prices"
    sample_only = rows(found=at_sample, portfolios=(portfolio(is_sample=True),))
    assert [row.icon for row in sample_only] == ["done"]


def test_missing_prices_are_first_and_can_be_asked_for_again():
    row = first(found=quality(missing=(ATVI,), sessions_behind=1))
    assert (row.what, row.why) == ("ATVI has no price", "Last close 12 Oct 2023. Left out of every figure.")
    assert row.action == "prices"
    never = replace(ATVI, last_close=None, last_session=None)
    assert first(found=quality(missing=(never,))).why == "Unknown to Yahoo. Left out of every figure."
    several = first(found=quality(missing=(ATVI, replace(ATVI, symbol="ZZZZ"))))
    assert (several.what, several.why) == ("2 symbols have no price", "ATVI and ZZZZ. Left out of every figure.")


def test_what_has_no_value_although_no_price_is_missing():
    row = first(head=replace(VALUED, left_out_symbols=("SPY261218P00560000",)))
    assert row.what == "SPY 18 Dec 2026 560 put has no value"
    assert len(rows(head=replace(VALUED, left_out_symbols=("ATVI",)), found=quality(missing=(ATVI,)))) == 2


def test_old_prices():
    assert first(found=quality(sessions_behind=2)).what == "Prices are 2 trading days old"
    assert first(found=quality(sessions_behind=None)).icon == "done"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (28, "expires in 28 days"),
        (1, "expires in 1 day"),
        (0, "expires today"),
        (-3, "expired 3 days ago and is still"),
    ],
)
def test_options_that_expire_soon(days, words):
    expires = TODAY + timedelta(days=days)
    row = first(expiring=[option("A", expires, "2"), option("A", expires, "1")])
    assert row.what.startswith(f"SPY put {words}")
    assert row.action == VIEW_GREEKS
    assert row.why.startswith("3 contracts, ")
    assert row.why.endswith(", strike 560.")
    assert first(expiring=[option("A", expires, "-1")]).why.startswith("1 contract short, ")


def test_many_options_are_counted():
    shown = rows(expiring=[option(f"O{n}", TODAY) for n in range(5)])
    assert shown[3].what == "2 more options within 30 days"
    assert finding(shown) == "Four things, most urgent first."


def test_margin_used():
    on_margin = replace(VALUED, margin_used=Decimal(8000), cash=Exposure(Decimal(-8000), -0.02))
    row = first(head=on_margin)
    assert row.what == "$8,000 of margin is used"
    assert row.why == "The positions cost more than the equity balance. 1.9% of net asset value."


def test_an_account_that_is_left_out_can_be_viewed():
    row = first(found=quality(left_out=(LeftOut(UUID(int=2), "Fidelity IRA", "not calculated yet"),)))
    assert (row.what, row.why, row.action, row.target) == (
        "Fidelity IRA is left out", "Not calculated yet.", "account", str(UUID(int=2)),
    )  # fmt: skip
    assert finding([row]) == "One thing."


def test_the_state_of_calculations():
    failed = run(RunState.PARTIAL, phases=phases(PhaseState.COMPLETED, betas=PhaseState.FAILED))
    assert (first(runs=[failed]).what, first(runs=[failed]).why) == (
        "The last calculation is incomplete", "12 of 13 phases in 2.6 s. Failed: Betas.",
    )  # fmt: skip
    assert first(runs=[run(RunState.RUNNING)]).what == "Figures are being calculated"
    assert first(runs=[]).what == "Figures were never calculated"
    two = (ONE, portfolio(2))
    assert first(portfolios=two).what == "Figures of 1 account were never calculated"
