"""What the progress page says of a run, and of a portfolio once its figures are there."""

from dataclasses import replace

import pytest

from sigmasight_ui.core.errors import unavailable
from sigmasight_ui.services.batch.errors import MARKET_DATA
from sigmasight_ui.services.batch.rules import PHASES
from sigmasight_ui.services.batch.schemas import PhaseState, RunLog, RunState
from sigmasight_ui.ui.onboarding.first_figures import ToFix, to_fix
from sigmasight_ui.ui.onboarding.progress_rows import run_page
from sigmasight_ui.ui.onboarding.progress_state import ProgressState
from tests.ui.dashboard.made import VALUED, phases, portfolio, run

P = ProgressState


@pytest.mark.parametrize(
    ("state", "done", "note"),
    [
        (RunState.PARTIAL, 2, "Retrying keeps what is completed and starts again at phase 3."),
        (RunState.CANCELLED, 0, "Retrying keeps what is completed and starts again at phase 1."),
        (RunState.RUNNING, 2, ""),
        (RunState.COMPLETED, 8, ""),
    ],
)
def test_where_a_retry_begins_is_said(state, done, note):
    keys = [phase.key for phase in PHASES]
    reached = phases(PhaseState.WAITING, **dict.fromkeys(keys[:done], PhaseState.COMPLETED))
    assert run_page(RunLog(run(state, phases=reached), ()), portfolio()).headline_note == note


def follow(person, portfolio_id):
    found = person.call("batch", "latest_run", portfolio_id)
    person.open(f"/onboarding/progress/{found.batch_run_id}", P.load)


def test_a_finished_run_shows_first_figures_and_nothing_to_fix(ada):
    follow(ada, ada.calculated())
    assert (ada.see(P, "status"), ada.see(P, "has_ended_badly")) == ("completed", False)
    figures = {each.label: each for each in ada.see(P, "figures")}
    assert list(figures) == ["Net asset value", "Beta to SPY", "Volatility, a year", "Worst stress"]
    assert figures["Worst stress"].value.startswith("−")
    assert figures["Worst stress"].note.startswith("dot-com crash 2000, 1 of ")
    assert ada.see(P, "to_fix") == ToFix()


def test_what_has_no_value_is_the_next_thing_to_do(ada):
    follow(ada, ada.calculated(rows="AAPL,100,24.39,2015-01-20\nZZZZQ,1,1.00,2015-02-10\n"))
    assert (ada.see(P, "status"), ada.see(P, "has_ended_badly"), len(ada.see(P, "figures"))) == ("partial", True, 4)
    assert ada.see(P, "to_fix") == ToFix("1 holding without a value", "The bundled sample prices have none of ZZZZQ.")
    assert ada.see(P, "figures_note").startswith("Sample data, prices as of 1 Jul 2016, 50% covered. ")


def test_nothing_is_to_be_corrected_while_market_data_is_away(ada, monkeypatch):
    made = ada.calculated(rows="AAPL,100,24.39,2015-01-20\nZZZZQ,1,1.00,2015-02-10\n")
    away = replace(ada.call("batch", "latest_run", made), error_code=MARKET_DATA)
    monkeypatch.setattr(ada.services.batch, "find_run", lambda *_: away)
    ada.open(f"/onboarding/progress/{away.batch_run_id}", P.load)
    assert (len(ada.see(P, "figures")), ada.see(P, "to_fix")) == (4, ToFix())


def test_a_wrong_symbol_is_to_be_corrected():
    found = to_fix(replace(VALUED, left_out_symbols=("ZZZZQ",)))
    assert found == ToFix("One thing to fix", "ZZZZQ has no value. Close it, or correct the symbol.")


def test_a_look_that_fails_ends_nothing(ada, monkeypatch):
    """The run is not missing: it goes on, and so does the page that follows it."""
    made = ada.portfolio()
    ada.call("batch", "calculate", made)

    def away(*_arguments, **_options):
        raise unavailable("The database")

    with monkeypatch.context() as outage:
        outage.setattr(ada.services.batch, "find_run", away)
        follow(ada, made)
        assert (ada.see(P, "status"), ada.see(P, "is_active")) == ("away", False)
        assert ada.see(P, "problem")
    follow(ada, made)
    assert (ada.see(P, "status"), ada.see(P, "is_active")) == ("queued", True)
    monkeypatch.setattr(ada.services.batch, "find_run", away)
    ada.send(P.refresh, path=f"/onboarding/progress/{ada.see(P, 'run_id')}")
    assert (ada.see(P, "status"), ada.see(P, "is_active")) == ("queued", True)
