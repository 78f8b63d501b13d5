"""Following one run to its end. The page asks twice a second while the run is active; every answer is read from the
run's rows, so a reload, another tab or a restart of the server shows the same."""

from __future__ import annotations

from dataclasses import fields, replace
from uuid import UUID

import reflex as rx

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.batch.errors import MARKET_DATA
from sigmasight_ui.services.batch.schemas import RunState
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.kit.progress import LogRow, PhaseRow
from sigmasight_ui.ui.onboarding.first_figures import FirstFigure, FirstFigures, ToFix, first_figures
from sigmasight_ui.ui.onboarding.progress_rows import RunPage, run_page
from sigmasight_ui.ui.shell.notices import NoticeState, refused, show
from sigmasight_ui.ui.unread import AWAY, MISSING, problem_of, status_of

Loaded = tuple[RunPage, UUID, FirstFigures]


class ProgressState(rx.State):
    """`status` is empty until the run is known, "missing" when there is no such run for this person, and "away" when
    it could not be read just now: `problem` says why."""

    status: str = ""
    problem: str = ""
    title: str = ""
    intro: str = ""
    headline: str = ""
    headline_note: str = ""
    elapsed: str = ""
    percent: int = 0
    is_active: bool = False
    is_slow: bool = False
    keeps_waiting: bool = False
    is_cancelling: bool = False
    is_retrying: bool = False
    reason: str = ""
    phases: list[PhaseRow] = []
    log: list[LogRow] = []
    figures: list[FirstFigure] = []
    figures_note: str = ""
    to_fix: ToFix = ToFix()
    portfolio_id: str = ""
    run_id: str = ""

    @rx.var
    def has_ended_badly(self) -> bool:
        return self.status in ("partial", "failed", "cancelled")

    @rx.event
    async def load(self):
        """Another run than the one this tab showed last begins with an empty page, not with that one's figures."""
        if self._wanted() != self.run_id:
            self.reset()
            yield
        self.keeps_waiting, self.is_retrying = False, False
        await self._read()

    @rx.event
    async def refresh(self):
        """Bound to the page's own ticking button: a tab that is gone asks no more."""
        await self._read()

    @rx.event
    def keep_waiting(self):
        self.keeps_waiting = True

    @rx.event
    async def cancel(self):
        run_id, portfolio_id = UUID(self.run_id), UUID(self.portfolio_id)
        await scope.call(lambda services, session, actor: services.batch.cancel(session, actor, portfolio_id, run_id))
        await self._read()

    @rx.event
    async def retry(self):
        """Only what is missing is calculated again: completed phases are kept."""
        self.is_retrying = True
        yield
        portfolio_id = UUID(self.portfolio_id)
        try:
            started = await scope.call(
                lambda services, session, actor: services.batch.calculate(session, actor, portfolio_id)
            )
        except AppError as error:
            show(await self.get_state(NoticeState), refused(error))
        else:
            yield rx.redirect(f"/onboarding/progress/{started.run.id}")
        finally:
            self.is_retrying = False

    def _wanted(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _read(self) -> None:
        try:
            wanted = UUID(self._wanted())
            page, portfolio_id, figures = await scope.call_open(
                lambda services, open_, actor: _load(services, open_, actor, wanted)
            )
        except (ValueError, AppError) as error:
            self._say_unread(error)
            return
        for each in fields(page):
            setattr(self, each.name, getattr(page, each.name))
        self.run_id, self.portfolio_id = str(wanted), str(portfolio_id)
        self.figures, self.figures_note, self.to_fix = figures.rows, figures.note, figures.to_fix

    def _say_unread(self, error: ValueError | AppError) -> None:
        """A run that is followed goes on whether or not one look at it succeeds: the next one follows."""
        if status_of(error) == MISSING:
            self.status, self.is_active = MISSING, False
        elif not self.run_id:
            self.status, self.problem = AWAY, problem_of(error)


def _load(services: Services, open_: Transactions, actor: Actor, run_id: UUID) -> Loaded:
    with open_(actor) as session:
        run = services.batch.find_run(session, actor, run_id)
        log = services.batch.log(session, actor, run.portfolio_id, run_id)
        portfolio = services.portfolios.get(session, actor, run.portfolio_id)
    is_over = run.status in (RunState.COMPLETED, RunState.PARTIAL)
    figures = first_figures(services, open_, actor, run.portfolio_id) if is_over else FirstFigures()
    if run.error_code == MARKET_DATA:  # nothing is wrong with a symbol that nobody could ask for
        figures = replace(figures, to_fix=ToFix())
    return run_page(log, portfolio), run.portfolio_id, figures
