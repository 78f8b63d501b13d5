"""People at a browser: real services, a real session cookie, events through the real pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import reflex as rx

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import ANONYMOUS, Actor
from sigmasight_ui.jobs.scope import JobScope
from sigmasight_ui.services.identity.schemas import UserView, Visitor
from sigmasight_ui.services.portfolios.schemas import PortfolioForm
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.gate import Gate
from sigmasight_ui.ui.shell.state import ShellState
from tests.fakes.clock import FixedClock
from tests.ui.pipeline import Outcome, Tab

HEADER = (
    "Symbol,Quantity,Entry Price Per Share,Entry Date,Investment Class,Investment Subtype,Underlying Symbol,"
    "Strike Price,Expiration Date,Option Type,Exit Date,Exit Price Per Share\n"
)
ROWS = "AAPL,100,24.39,2015-01-20\nMSFT,50,37.01,2015-02-10\nKO,80,32.72,2015-03-03\n"


@dataclass
class Person:
    """Somebody signed in, with one open tab. `see` is what the browser knows after the events so far. What they do
    takes a second each."""

    services: Services
    actor: Actor
    cookie: str
    tab: Tab
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def send(self, handler: Any, path: str = "/dashboard", **payload: Any) -> Outcome:
        self._wait()
        outcome = self.tab.send(handler, cookie=self.cookie, path=path, **payload)
        for delta in outcome.deltas:
            for state, values in delta.items():
                self.seen.setdefault(state, {}).update(values)
        if outcome.error is not None:
            raise outcome.error
        return outcome

    def open(self, path: str, *handlers: Any) -> Outcome:
        """A page's own events, in order; the last one's outcome."""
        for handler in (ShellState.load, *handlers):
            outcome = self.send(handler, path)
        return outcome

    def see(self, state: type[rx.State], name: str) -> Any:
        """A var as the browser has it."""
        return self.seen[state.get_full_name()][f"{name}_rx_state_"]

    def portfolio(self, account: str = "Taxable", rows: str = ROWS, equity: str = "10000", **options: Any) -> UUID:
        self._wait()
        parsed = self.services.portfolios.read_csv((HEADER + rows).encode(), "a.csv")
        assert parsed.is_valid, parsed.problems
        form = PortfolioForm("Core", account, "taxable", equity)
        with self.services.db.transaction(self.actor) as session:
            return self.services.portfolios.create(session, self.actor, form, parsed.rows, **options).id

    def calculated(self, account: str = "Taxable", rows: str = ROWS, **options: Any) -> UUID:
        made = self.portfolio(account, rows, **options)
        self.call("batch", "calculate", made)
        self.work(made)
        return made

    def work(self, portfolio: UUID) -> None:
        """What a worker does with the newest run."""
        run = self.call("batch", "latest_run", portfolio)
        self.services.pipeline.execute(JobScope(self.services), run.batch_run_id, self.actor.user_id)

    def call(self, room: str, use_case: str, *arguments: Any, **options: Any) -> Any:
        self._wait()
        with self.services.db.transaction(self.actor) as session:
            return getattr(getattr(self.services, room), use_case)(session, self.actor, *arguments, **options)

    def _wait(self) -> None:
        assert isinstance(self.services.clock, FixedClock)
        self.services.clock.instant += timedelta(seconds=1)


@pytest.fixture
def sign_in(services: Services, new_user: Callable[..., Actor]) -> Iterator[Callable[..., Person]]:
    """Makes a person with an account of their own, or a second tab of one who exists."""
    with JobScope(services)(Actor(role="job")) as session:
        services.securities.seed(session)
        services.risk.seed_reference(session)
    installed = list(scope._provider)
    scope.install(lambda: services)

    def make(actor: Actor | None = None) -> Person:
        actor = actor or new_user()
        assert actor.user_id is not None
        user = UserView(actor.user_id, "somebody@example.com", "Ada Example", False)
        ticket = services.identity.hand_over(services.db.transaction, user, Visitor(device="Firefox/1 Linux")).ticket
        with services.db.transaction(ANONYMOUS) as session:
            value = services.identity.redeem_ticket(session, ticket)
        known = replace(actor, session_id=UUID(hex=value.partition(".")[0]))
        cookie = f"{services.settings.session_cookie}={value}"
        return Person(services, known, cookie, Tab(Gate(scope.resolve)))

    yield make
    scope._provider[:] = installed


@pytest.fixture
def ada(sign_in: Callable[..., Person]) -> Person:
    return sign_in()
