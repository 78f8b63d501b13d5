from dataclasses import replace

import pytest

from sigmasight_ui.services.batch.schemas import PhaseState, RunState
from sigmasight_ui.ui.runs.rows import ACTIVE, DONE, PENDING, is_pending, run_card
from tests.ui.dashboard.made import phases, portfolio, run

ONE, TWO, THREE = portfolio(1), portfolio(2), portfolio(3)


def card(*runs, portfolios=(ONE,)):
    return run_card(portfolios, {each.portfolio_id: each for each in runs})


def test_nothing_to_say_when_all_is_calculated():
    assert card(run()).kind == DONE


@pytest.mark.parametrize(
    ("status", "reason", "code", "sentence"),
    [
        (
            RunState.PARTIAL,
            "3 of 25 symbols have no price.",
            "ERR_BATCH_005",
            "Your 25 positions are saved. 3 of 25 symbols have no price. (ERR_BATCH_005)",
        ),
        (
            RunState.FAILED,
            "The server failed 3 times. Your positions are saved.",
            "ERR_BATCH_004",
            "The server failed 3 times. Your positions are saved. (ERR_BATCH_004)",
        ),
        (
            RunState.CANCELLED,
            None,
            None,
            "Your 25 positions are saved. The calculation of 20 Nov 2026, 09:41 UTC was cancelled.",
        ),
    ],
)
def test_a_calculation_that_ended_badly_is_pending_with_its_reason(status, reason, code, sentence):
    ended = run(status, reason=reason, error_code=code)
    shown = card(ended)
    assert (shown.kind, shown.title, shown.sentence) == (PENDING, "Analytics pending", sentence)
    assert shown.key == str(ended.batch_run_id)


def test_never_calculated_is_pending_and_can_be_dismissed_by_itself():
    shown = card()
    assert (shown.kind, shown.sentence) == (PENDING, "Your 25 positions are saved. Figures were never calculated.")
    assert shown.key == f"never {ONE.id}"
    assert is_pending(None)
    assert "Your 1 position is saved." in card(portfolios=(replace(ONE, positions=1),)).sentence


def test_an_active_run_shows_its_phase_and_percent():
    under_way = run(
        RunState.RUNNING, progress_percent=37, phases=phases(PhaseState.WAITING, fetch_prices=PhaseState.RUNNING)
    )
    shown = card(under_way)
    assert (shown.kind, shown.percent, shown.sentence) == (ACTIVE, 37, "Phase 3 of 13: fetch prices")
    assert shown.run_id == str(under_way.batch_run_id)
    assert card(replace(under_way, cancel_requested=True)).sentence == "Being cancelled after this phase"
    assert card(run(RunState.QUEUED)).sentence == "Waiting for a free worker"


def test_several_accounts_together():
    active = [run(RunState.RUNNING, 1, progress_percent=20), run(RunState.QUEUED, 2, progress_percent=0)]
    shown = card(*active, portfolios=(ONE, TWO, THREE))
    assert (shown.percent, shown.sentence) == (10, "2 accounts are being calculated")
    shown = card(run(RunState.COMPLETED, 1), run(RunState.FAILED, 2, reason="It failed."), portfolios=(ONE, TWO, THREE))
    assert shown.sentence == "2 of 3 accounts are without new figures."
    assert [(each.account, each.why) for each in shown.reasons] == [
        ("Account 2", "Your 25 positions are saved. It failed."),
        ("Account 3", "Your 25 positions are saved. Figures were never calculated."),
    ]


def test_one_account_needs_no_list_and_many_are_cut():
    assert card(run(RunState.FAILED, reason="It failed.")).reasons == []
    shown = card(portfolios=tuple(portfolio(number) for number in range(1, 8)))
    assert [each.account for each in shown.reasons][3:] == ["Account 4", "3 more"]
