"""Pure rules of a run: its fixed phases, what depends on what, how far it is, and how it ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sigmasight_ui.services.batch import errors
from sigmasight_ui.services.batch.schemas import PhaseState, PhaseStatus, RunState, Trigger
from sigmasight_ui.services.risk.schemas import PhaseResult

MAX_ATTEMPTS = 3
BEAT_EVERY = 2.0  # seconds between two signs of life of a running run
LONGEST_ATTEMPT = 3600.0  # seconds after which it gives no more signs: a step that hangs counts as dead
SILENCE = 8.0  # seconds without one after which nobody works on it
KEEP_RUNS = timedelta(days=90)
READY_ABOVE = 0.80  # share of the holdings' symbols that must be priced

READ_POSITIONS = "read_positions"
IDENTIFY_SECURITIES = "identify_securities"
FETCH_PRICES = "fetch_prices"
VALUE_POSITIONS = "value_positions"
PROFIT_AND_LOSS = "profit_and_loss"
GREEKS = "greeks"
BETAS = "betas"
VOLATILITY = "volatility"
FACTORS = "factors"
STRESS = "stress"
TAIL = "tail"
CORRELATION = "correlation"
CONCENTRATION = "concentration"
STATISTICS = (GREEKS, BETAS, VOLATILITY, FACTORS, STRESS, TAIL, CORRELATION, CONCENTRATION)


@dataclass(frozen=True, slots=True)
class PhaseDefinition:
    """`needs`: without it this phase cannot work. `uses`: it works without, but is done again when that is."""

    key: str
    name: str
    needs: str | None = None
    uses: str | None = None


PHASES = (
    PhaseDefinition(READ_POSITIONS, "Read positions"),
    PhaseDefinition(IDENTIFY_SECURITIES, "Identify securities", READ_POSITIONS),
    PhaseDefinition(FETCH_PRICES, "Fetch prices", IDENTIFY_SECURITIES),
    PhaseDefinition(VALUE_POSITIONS, "Value positions", FETCH_PRICES),
    PhaseDefinition(PROFIT_AND_LOSS, "Profit and loss", VALUE_POSITIONS),
    PhaseDefinition(GREEKS, "Option Greeks", VALUE_POSITIONS),
    PhaseDefinition(BETAS, "Betas", VALUE_POSITIONS, GREEKS),
    PhaseDefinition(VOLATILITY, "Volatility", VALUE_POSITIONS, GREEKS),
    PhaseDefinition(FACTORS, "Factor exposures", VALUE_POSITIONS, GREEKS),
    PhaseDefinition(STRESS, "Stress tests", VALUE_POSITIONS, GREEKS),
    PhaseDefinition(TAIL, "Tail risk", VALUE_POSITIONS, GREEKS),
    PhaseDefinition(CORRELATION, "Correlations", VALUE_POSITIONS, GREEKS),
    PhaseDefinition(CONCENTRATION, "Concentration and sectors", VALUE_POSITIONS),
)


_NAMES = {phase.key: phase.name for phase in PHASES}


def priority(trigger: Trigger) -> int:
    """Somebody who waits goes before the night, which may bring every portfolio at once."""
    return 0 if trigger is Trigger.NIGHTLY else 1


def name_of(key: str) -> str:
    return _NAMES[key]


def kept_phases(states: Mapping[str, PhaseState]) -> frozenset[str]:
    """What a retry need not do again: completed, and built only on what is kept too, or was skipped for good."""
    kept: set[str] = set()
    for phase in PHASES:
        if states.get(phase.key) is not PhaseState.COMPLETED or not (phase.needs is None or phase.needs in kept):
            continue
        if phase.uses is None or phase.uses in kept or states.get(phase.uses) is PhaseState.SKIPPED:
            kept.add(phase.key)
    return frozenset(kept)


def dependents(key: str) -> tuple[str, ...]:
    """Every phase that cannot work without this one, directly or through another."""
    found = [key]
    for phase in PHASES:
        if phase.needs in found:
            found.append(phase.key)
    return tuple(found[1:])


def judged(key: str, result: PhaseResult) -> tuple[PhaseState, str | None]:
    """What became of a phase that ran to its end: nothing computed is not success, even when nothing went wrong. Each
    figure carries its own reason."""
    if result.done or not result.total or key in (READ_POSITIONS, IDENTIFY_SECURITIES, FETCH_PRICES):
        return PhaseState.COMPLETED, None
    why = f": {result.notes[0]}" if result.notes else ""
    reason = f"None of {result.total} {result.unit} could be computed{why}."
    return (PhaseState.FAILED if dependents(key) else PhaseState.SKIPPED), reason


def progress_percent(status: RunState, phases: Sequence[PhaseStatus]) -> int:
    """Completed phases and the known part of the running one; 100 is said only by a run that ended completed."""
    if status is RunState.COMPLETED:
        return 100
    done = sum(_share(phase) for phase in phases)
    return min(99, int(100 * done / len(phases))) if phases else 0


def _share(phase: PhaseStatus) -> float:
    if phase.status is PhaseState.RUNNING and phase.total:
        return min(phase.current / phase.total, 1.0)
    return float(phase.status is PhaseState.COMPLETED)


def is_due(newest: tuple[RunState, str | None] | None) -> bool:
    """At night: nothing was calculated since the close, or the market data was away. What failed waits for a person
    or the next night, so that a portfolio that brings workers down does not do it every hour."""
    return newest is None or newest == (RunState.PARTIAL, errors.MARKET_DATA)


def is_ready(needed: int, missing: int) -> bool:
    """A portfolio that needs no market price (cash, private holdings) is ready."""
    return needed == 0 or (needed - missing) / needed > READY_ABOVE


def ending(states: Collection[PhaseState]) -> RunState:
    """Skipped alone (figures of a stock listed last week) is no trouble; skipped because something failed is."""
    return RunState.PARTIAL if PhaseState.FAILED in states else RunState.COMPLETED
