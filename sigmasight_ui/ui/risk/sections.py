"""The cards of the page, each read by itself, several at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.problems import incident
from sigmasight_ui.ui.risk import (
    beta_rows,
    concentration_rows,
    contribution_rows,
    correlation_rows,
    drawdown_rows,
    factor_rows,
    greek_rows,
    headline_rows,
    performance_rows,
    stress_rows,
    tail_rows,
    volatility_rows,
)
from sigmasight_ui.ui.risk.cards import MISSING, Card
from sigmasight_ui.ui.risk.sector_rows import Sectors, sectors
from sigmasight_ui.ui.shell.notices import failed

View = TypeVar("View")

AT_ONCE = 4
"""Sections that are read at the same time for one page, so that one person never holds all connections."""

HEADLINE, STRESS, BETAS, VOLATILITY, PERFORMANCE = "headline", "stress", "betas", "volatility", "performance"


@dataclass(frozen=True)
class Wanted:
    """What the page asks for; every value has been checked. `everything`: the sections shown without a limit."""

    account: UUID | None
    window: str = "63"
    benchmark: str = "SPY"
    stress_sort: str = stress_rows.LOSS
    stress_descending: bool = False
    everything: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reader:
    """One section's access to the services."""

    services: Services
    open: Transactions
    actor: Actor
    wanted: Wanted
    amounts: Amounts

    def ask(self, use_case: Callable[[Transactions, Actor, UUID | None], View]) -> View:
        return use_case(self.open, self.actor, self.wanted.account)

    def look_up(self, use_case: Callable[[Session, Actor, UUID | None], View]) -> View:
        """The same, of what is only read."""
        with self.open(self.actor) as session:
            return use_case(session, self.actor, self.wanted.account)

    def shows_all(self, section: str) -> bool:
        return section in self.wanted.everything


def _factors(reader: Reader) -> dict[str, Card]:
    found = reader.ask(reader.services.risk.factor_exposures)
    return {
        "factors": factor_rows.factors(found, reader.amounts),
        "contributions": contribution_rows.contributions(found),
    }


def _stress(reader: Reader) -> dict[str, Card]:
    wanted = reader.wanted
    card = stress_rows.stress(
        reader.ask(reader.services.risk.stress),
        reader.amounts,
        sort=wanted.stress_sort,
        descending=wanted.stress_descending,
        everything=reader.shows_all(STRESS),
    )
    return {"stress": card}


def _performance(reader: Reader) -> dict[str, Card]:
    wanted = reader.wanted
    found = reader.services.risk.performance(reader.open, reader.actor, wanted.account, wanted.benchmark)
    return {"returns": performance_rows.returns(found, reader.amounts)}


def _sectors(reader: Reader) -> dict[str, Card]:
    return {"sectors": sectors(reader.look_up(reader.services.risk.sector_exposure), reader.amounts)}


SECTIONS: Mapping[str, Callable[[Reader], dict[str, Card]]] = {
    HEADLINE: lambda reader: {"strip": headline_rows.strip(reader.ask(reader.services.risk.headline), reader.amounts)},
    "factors": _factors,
    STRESS: _stress,
    "correlation": lambda reader: {
        "correlation": correlation_rows.correlation(reader.ask(reader.services.risk.correlations))
    },
    "tail": lambda reader: {"tail": tail_rows.tail(reader.ask(reader.services.risk.tail), reader.amounts)},
    VOLATILITY: lambda reader: {
        "volatility": volatility_rows.volatility(
            reader.ask(reader.services.risk.volatility_profile), reader.wanted.window
        )
    },
    BETAS: lambda reader: {
        "betas": beta_rows.betas(reader.look_up(reader.services.risk.symbol_betas), everything=reader.shows_all(BETAS))
    },
    "greeks": lambda reader: {"greeks": greek_rows.greeks(reader.ask(reader.services.risk.greeks), reader.amounts)},
    "sectors": _sectors,
    "drawdown": lambda reader: {"falls": drawdown_rows.falls(reader.ask(reader.services.risk.drawdown))},
    PERFORMANCE: _performance,
    "concentration": lambda reader: {
        "concentration": concentration_rows.concentration(reader.ask(reader.services.risk.figures))
    },
}  # fmt: skip

EMPTY: Mapping[str, Card] = {
    "strip": headline_rows.Strip(),
    "factors": factor_rows.Factors(),
    "contributions": contribution_rows.Contributions(),
    "stress": stress_rows.Stress(),
    "correlation": correlation_rows.Correlation(),
    "tail": tail_rows.Tail(),
    "volatility": volatility_rows.Volatility(),
    "betas": beta_rows.Betas(),
    "greeks": greek_rows.Greeks(),
    "sectors": Sectors(),
    "falls": drawdown_rows.Falls(),
    "returns": performance_rows.Returns(),
    "concentration": concentration_rows.Concentration(),
}
_CARDS: Mapping[str, tuple[str, ...]] = {
    HEADLINE: ("strip",),
    "factors": ("factors", "contributions"),
    "drawdown": ("falls",),
    PERFORMANCE: ("returns",),
}


async def read_all(wanted: Wanted) -> AsyncIterator[dict[str, Card]]:
    """Cards by name, whichever are ready first."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(section: str) -> dict[str, Card]:
        async with limit:
            return await read_section(section, wanted)

    for ready in asyncio.as_completed([one(section) for section in SECTIONS]):
        yield await ready


async def read_section(section: str, wanted: Wanted) -> dict[str, Card]:
    """A section that cannot be read says so in its own place; the others do not suffer."""
    try:
        return await scope.call_open(lambda services, open_, actor: _read(section, services, open_, actor, wanted))
    except AppError as error:
        why = error.sentence
    except Exception as error:  # logged with its reference; the card says what a toast would
        why = failed(incident("section_not_loaded", error)).text
    return {name: replace(EMPTY[name], phase=MISSING, reason=why) for name in _CARDS.get(section, (section,))}


def _read(section: str, services: Services, open_: Transactions, actor: Actor, wanted: Wanted) -> dict[str, Card]:
    return SECTIONS[section](Reader(services, open_, actor, wanted, Amounts(actor.privacy_mode)))
