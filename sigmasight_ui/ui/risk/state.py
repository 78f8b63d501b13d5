"""The risk page: one card per section, each published as soon as it is read."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import reflex as rx

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.form_errors import typed
from sigmasight_ui.ui.format import UNKNOWN, Amounts
from sigmasight_ui.ui.risk import sections, stress_rows, wording
from sigmasight_ui.ui.risk.beta_rows import Betas
from sigmasight_ui.ui.risk.cards import Card
from sigmasight_ui.ui.risk.concentration_rows import Concentration
from sigmasight_ui.ui.risk.contribution_rows import Contributions
from sigmasight_ui.ui.risk.correlation_rows import Correlation
from sigmasight_ui.ui.risk.drawdown_rows import Falls
from sigmasight_ui.ui.risk.factor_rows import Factors
from sigmasight_ui.ui.risk.greek_rows import Greeks
from sigmasight_ui.ui.risk.headline_rows import Strip
from sigmasight_ui.ui.risk.performance_rows import Returns
from sigmasight_ui.ui.risk.receipts import Receipt
from sigmasight_ui.ui.risk.sections import BETAS, HEADLINE, PERFORMANCE, STRESS, VOLATILITY, Wanted
from sigmasight_ui.ui.risk.sector_rows import Sectors
from sigmasight_ui.ui.risk.stress_rows import Drill, Stress
from sigmasight_ui.ui.risk.tail_rows import Tail
from sigmasight_ui.ui.risk.volatility_rows import WINDOWS, Volatility
from sigmasight_ui.ui.shell.state import ShellState, account_of

FIGURES, NO_PORTFOLIO = "figures", "empty"
LONGEST_SYMBOL = 12
STRESS_SORTS = (stress_rows.LOSS, stress_rows.NAME, stress_rows.SEVERITY)


class RiskState(rx.State):
    """`layout` is empty until something is known. While `is_loading`, cards that are there stay."""

    layout: str = ""
    subtitle: str = ""
    is_loading: bool = False
    strip: Strip = Strip()
    factors: Factors = Factors()
    contributions: Contributions = Contributions()
    stress: Stress = Stress()
    correlation: Correlation = Correlation()
    tail: Tail = Tail()
    volatility: Volatility = Volatility()
    betas: Betas = Betas()
    greeks: Greeks = Greeks()
    sectors: Sectors = Sectors()
    falls: Falls = Falls()
    returns: Returns = Returns()
    concentration: Concentration = Concentration()
    drill: Drill = Drill()
    stress_sort: str = stress_rows.LOSS
    stress_descending: bool = False
    shown_whole: list[str] = []
    deposits_href: str = "/portfolios"
    _window: str = "63"
    _benchmark: str = "SPY"
    _account: str = ""
    _receipts: dict[str, Receipt] = {}

    @rx.event
    async def load(self):
        """Another account begins with empty cards: figures of the one never stand under the name of the other."""
        shell = await self.get_state(ShellState)
        if not shell.accounts:
            self.layout = NO_PORTFOLIO
            return
        if shell.selected != self._account:
            self._begin(shell.selected)
        self.drill = Drill()  # its amounts may have been hidden since
        current = shell.current
        self.subtitle = wording.joined(current.alias, "" if current.value == UNKNOWN else current.value)
        self.deposits_href = f"/portfolios/{account}#deposits" if (account := account_of(shell)) else "/portfolios"
        self.layout, self.is_loading = FIGURES, True
        yield
        async for cards in sections.read_all(await self._wanted()):
            self._take(cards)
            yield
        self.is_loading = False

    @rx.event
    async def sort_stress(self, key: str):
        if key in STRESS_SORTS:
            self.stress_descending = not self.stress_descending if key == self.stress_sort else False
            self.stress_sort = key
            await self._read(STRESS)

    @rx.event
    async def show_all(self, section: str):
        """Pressed again: few."""
        if section in (STRESS, BETAS):
            others = [each for each in self.shown_whole if each != section]
            self.shown_whole = others if section in self.shown_whole else [*others, section]
            await self._read(section)

    @rx.event
    async def choose_window(self, window: str):
        if window in WINDOWS:
            self._window = window
            await self._read(VOLATILITY)

    @rx.event
    async def choose_benchmark(self, form: dict[str, str]):
        """Whether its prices are known is the service's to say; nothing typed is the usual one."""
        self._benchmark = typed(form, "benchmark", LONGEST_SYMBOL).strip().upper() or "SPY"
        await self._read(PERFORMANCE)

    @rx.event
    async def refresh_stress(self):
        """After a scenario of one's own was saved or deleted."""
        self.drill = Drill()
        await self._read(STRESS)
        await self._read(HEADLINE)

    @rx.event
    async def open_scenario(self, key: str):
        """One scenario by position; the one that is open closes."""
        if key == self.drill.key or all(line.key != key for line in self.stress.lines):
            self.drill = Drill()
            return
        account = (await self._wanted()).account
        try:
            self.drill = await scope.call_open(
                lambda services, open_, actor: _drill(services, open_, actor, account, key)
            )
        except AppError as error:
            self.drill = Drill(key, note=error.sentence)

    async def _wanted(self) -> Wanted:
        account = account_of(await self.get_state(ShellState))
        return Wanted(
            account,
            self._window,
            self._benchmark,
            self.stress_sort,
            self.stress_descending,
            frozenset(self.shown_whole),
        )

    async def _read(self, section: str) -> None:
        self._take(await sections.read_section(section, await self._wanted()))

    def _take(self, cards: dict[str, Card]) -> None:
        for name, card in cards.items():
            self._receipts = {**self._receipts, **card.receipts}
            setattr(self, name, replace(card, receipts={}))

    def _begin(self, account: str) -> None:
        self._account, self._receipts, self.drill = account, {}, Drill()
        for name, card in sections.EMPTY.items():
            setattr(self, name, card)


def known_receipt(state: RiskState, key: str) -> Receipt:
    """Of a figure on the page; an empty one for a key nobody was shown."""
    return state._receipts.get(key, Receipt())


def _drill(services: Services, open_: Transactions, actor: Actor, account: UUID | None, key: str) -> Drill:
    found = services.risk.stress_positions(open_, actor, account, key)
    if found is None:
        return Drill(key, note="Nothing is known of it by position.")
    return stress_rows.drill(found, Amounts(actor.privacy_mode))
