"""What several answers of the room share: figures with their reasons, definitions, where prices come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class PhaseResult:
    """How far a phase of a run came; notes are for the run's log."""

    done: int
    total: int
    unit: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NeededSymbols:
    """Symbols a portfolio needs prices of. `required` decides whether it is ready: its PUBLIC symbols and its options'
    underlyings. The others are fetched too, but their absence is no failure: the option contracts, what is sold by now
    and stands in the history only, and what figures compare with."""

    required: tuple[str, ...]
    contracts: tuple[str, ...]
    former: tuple[str, ...]
    benchmarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NightRun:
    """One portfolio of a night, and in whose name it is computed."""

    run_id: UUID
    portfolio_id: UUID
    owner_id: UUID | None


@dataclass(frozen=True, slots=True)
class NightNeed:
    """A portfolio as it is read once for a night, and what it needs before it is computed: prices of these symbols from
    that day on. member: for the computation, which reads nothing again."""

    run_id: UUID
    symbols: NeededSymbols
    start: date
    lots: int
    is_sample: bool
    member: Any


@dataclass(frozen=True, slots=True)
class NightResult:
    """phases: how far each came. write: stores the results, in the owner's name. trouble: the traceback of what went
    wrong instead."""

    run: NightRun
    phases: Mapping[str, PhaseResult]
    write: Callable[[Session], None]
    trouble: str | None


@dataclass(frozen=True, slots=True)
class Prerequisites:
    """What the start-up check counts."""

    factors: int
    scenarios: int
    factors_needed: int
    scenarios_needed: int

    @property
    def complete(self) -> bool:
        return self.factors >= self.factors_needed and self.scenarios >= self.scenarios_needed


@dataclass(frozen=True, slots=True)
class FactorView:
    key: str
    name: str
    proxy_symbol: str


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """Shocks by factor: returns of its proxy as decimals, for the interest rate changes of the yield. custom: made by
    the person who asks."""

    key: str
    name: str
    category: str
    severity: str
    shocks: dict[str, float]
    custom: bool = False


@dataclass(frozen=True, slots=True)
class FigureView:
    """A statistic and what is needed to judge it; `value` is None exactly when `reason` says why.

    coverage_nav: share of the portfolio the value stands on, 0 to 1. window, n_obs: trading days asked for and used.
    """

    value: float | None
    reason: str | None
    n_obs: int | None
    window: int | None
    as_of: date | None
    coverage_nav: float | None
    std_error: float | None
    method: str
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def limited(self) -> bool:
        """True when the value rests on fewer than 60 observations although its window asks for more."""
        if self.value is None or self.n_obs is None or self.window is None:
            return False
        return self.n_obs < min(60, self.window)


@dataclass(frozen=True, slots=True)
class PriceOrigin:
    """Where the prices behind an answer come from; `note` is what a screen must say with them."""

    source: str
    label: str
    is_sample: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An account that is not in a combined answer, and why."""

    portfolio_id: UUID
    account_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class AccountShare:
    """One account's part of a combined answer."""

    portfolio_id: UUID
    account_name: str
    nav: Decimal
    weight: float | None


@dataclass(frozen=True, slots=True)
class SymbolLeftOut:
    """A holding that a figure does not contain, and why; amount: its gross market value, None without a price."""

    symbol: str
    reason: str
    amount: Decimal | None = None
