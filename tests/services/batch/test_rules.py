from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.services.batch import errors, rules
from sigmasight_ui.services.batch.rules import PHASES
from sigmasight_ui.services.batch.schemas import PhaseState, PhaseStatus, RunState
from sigmasight_ui.services.risk.measuring import PARTS

KEYS = [phase.key for phase in PHASES]
STATES = st.fixed_dictionaries({key: st.sampled_from(PhaseState) for key in KEYS})
COMPLETED, FAILED, RUNNING, WAITING = (
    PhaseState.COMPLETED, PhaseState.FAILED, PhaseState.RUNNING, PhaseState.WAITING,
)  # fmt: skip


def phase(status: PhaseState, current: int = 0, total: int | None = None) -> PhaseStatus:
    return PhaseStatus("p", "P", status, current, total, "symbols", None, None)


def test_the_phases_are_fixed():
    assert [phase.name for phase in PHASES] == [
        "Read positions", "Identify securities", "Fetch prices", "Value positions", "Profit and loss", "Option Greeks",
        "Betas", "Volatility", "Factor exposures", "Stress tests", "Tail risk", "Correlations",
        "Concentration and sectors",
    ]  # fmt: skip


def test_statistics_are_the_parts_the_risk_room_measures():
    assert tuple(PARTS) == rules.STATISTICS
    assert tuple(KEYS[-len(PARTS) :]) == rules.STATISTICS


def test_every_phase_needs_only_earlier_ones():
    for number, each in enumerate(PHASES):
        assert each.needs is None or each.needs in KEYS[:number]


@given(STATES)
def test_a_retry_keeps_only_completed_phases_that_stand_on_kept_ones(states):
    kept = rules.kept_phases(states)
    for each in PHASES:
        if each.key in kept:
            assert states[each.key] is COMPLETED
            assert each.needs is None or each.needs in kept


def test_what_uses_a_phase_that_is_repeated_is_repeated_with_it():
    """A beta that was computed without the options' deltas does not stay when they come."""
    states = dict.fromkeys(KEYS, COMPLETED) | {rules.GREEKS: FAILED}
    assert set(KEYS) - rules.kept_phases(states) == set(rules.STATISTICS) - {rules.CONCENTRATION}
    assert rules.kept_phases(states | {rules.GREEKS: PhaseState.SKIPPED}) == set(KEYS) - {rules.GREEKS}


def test_a_failed_figure_is_repeated_alone():
    states = dict.fromkeys(KEYS, COMPLETED) | {rules.BETAS: FAILED}
    assert rules.kept_phases(states) == set(KEYS) - {rules.BETAS}


def test_figures_made_with_incomplete_prices_are_repeated():
    states = dict.fromkeys(KEYS, COMPLETED) | {rules.FETCH_PRICES: FAILED}
    assert rules.kept_phases(states) == {rules.READ_POSITIONS, rules.IDENTIFY_SECURITIES}


def test_everything_after_prices_depends_on_them():
    assert rules.dependents(rules.FETCH_PRICES) == tuple(KEYS[3:])
    assert rules.dependents(rules.BETAS) == ()


@given(st.sampled_from(RunState), st.lists(st.builds(phase, st.sampled_from(PhaseState), st.integers(0, 9))))
def test_a_hundred_percent_is_said_by_completed_runs_only(status, phases):
    percent = rules.progress_percent(status, phases)
    assert 0 <= percent <= 100
    assert (percent == 100) == (status is RunState.COMPLETED)


def test_progress_counts_the_known_part_of_the_running_phase():
    phases = [phase(COMPLETED), phase(RUNNING, 1, 2), phase(WAITING), phase(WAITING)]
    assert rules.progress_percent(RunState.RUNNING, phases) == 37
    assert rules.progress_percent(RunState.RUNNING, [phase(COMPLETED), phase(RUNNING)]) == 50


def test_ready_means_more_than_eighty_percent_priced():
    assert rules.is_ready(needed=100, missing=19)
    assert not rules.is_ready(needed=100, missing=20)
    assert rules.is_ready(needed=0, missing=0)


def test_a_run_in_which_something_failed_is_partial():
    assert rules.ending([COMPLETED] * 8) is RunState.COMPLETED
    assert rules.ending([COMPLETED] * 7 + [PhaseState.SKIPPED]) is RunState.COMPLETED
    assert rules.ending([COMPLETED] * 6 + [FAILED, PhaseState.SKIPPED]) is RunState.PARTIAL


def test_at_night_only_what_has_no_run_or_had_no_market_data_is_due():
    assert rules.is_due(None)
    assert rules.is_due((RunState.PARTIAL, errors.MARKET_DATA))
    assert not rules.is_due((RunState.PARTIAL, errors.COVERAGE))
    assert not rules.is_due((RunState.COMPLETED, None))
    assert not rules.is_due((RunState.RUNNING, errors.MARKET_DATA))
    assert not rules.is_due((RunState.FAILED, errors.ATTEMPTS_SPENT))


def test_long_lists_of_symbols_stay_one_sentence():
    assert errors.listed(["A", "B"]) == "A, B"
    assert errors.listed([f"S{n}" for n in range(12)]).endswith("S9 and 2 more")


def test_too_few_prices_are_told_by_where_they_were_looked_for():
    missing = ["AAA", *("B" for _ in range(1200))]
    assert errors.coverage_reason(["AMZN", "V"], 25, is_sample=True) == (
        "The bundled sample prices were used, and 2 of 25 symbols are not among them: AMZN, V."
    )
    assert errors.coverage_reason(["V"], 3, is_sample=False) == "1 of 3 symbols has no price of the last ten days: V."
    assert "1 of 3 symbols is not among them: V." in errors.coverage_reason(["V"], 3, is_sample=True)
    told = errors.coverage_reason(missing, 10000, is_sample=False)
    assert told.startswith("1,201 of 10,000 symbols have no price of the last ten days: AAA, B")
    assert told.endswith(" and 1,191 more.")
