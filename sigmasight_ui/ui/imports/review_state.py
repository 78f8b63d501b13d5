"""The review of one import. It is named by the address and read anew at every step, so a reload, a second tab and a
restart of the server show the same; the browser holds one page of its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from uuid import UUID

import reflex as rx

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.imports.schemas.choices import AccountChoice, ColumnMapping, ImportChange, Mode, RowEdit
from sigmasight_ui.services.imports.schemas.history import ImportResult, ImportState
from sigmasight_ui.services.imports.schemas.review import Review
from sigmasight_ui.services.portfolios.account_types import ACCOUNT_TYPES
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.form_errors import typed
from sigmasight_ui.ui.imports.question_rows import ONE_DATE
from sigmasight_ui.ui.imports.review_loading import Loaded, load
from sigmasight_ui.ui.imports.review_rows import NEW_PORTFOLIO, NOT_IMPORTED, PAGE
from sigmasight_ui.ui.imports.review_view import (
    AccountLine,
    Choice,
    DuplicateLine,
    Lines,
    Mapping,
    PlainLine,
    ProblemLine,
    Question,
    Totals,
)
from sigmasight_ui.ui.shell.notices import NoticeState, refused, show
from sigmasight_ui.ui.unread import AWAY, MISSING, problem_of, status_of

Work = Callable[[Services, Transactions, Actor, UUID], Review]

_LONGEST = 200
_FIELDS = {"price": "entry_price", "date": "entry_date"}


class ReviewState(rx.State):
    """`outcome` is empty until known, "missing" when there is no such import for this person, "away" when it could not
    be read just now: `problem` says why."""

    import_id: str = ""
    outcome: str = ""
    problem: str = ""
    refusals: int = 0
    file_title: str = ""
    file_line: str = ""
    format: str = ""
    formats: list[Choice] = []
    portfolios: list[Choice] = []
    accounts: list[AccountLine] = []
    totals: Totals = Totals()
    questions: list[Question] = []
    tabs: list[Choice] = []
    shown_account: str = ""
    section: str = ""
    against: str = ""
    has_present: bool = False
    mode: str = Mode.ADD.value
    lines: Lines = Lines()
    going: list[PlainLine] = []
    negative: str = ""
    skipped: list[PlainLine] = []
    skipped_finding: str = ""
    duplicates: list[DuplicateLine] = []
    duplicates_finding: str = ""
    problems: list[ProblemLine] = []
    problems_finding: str = ""
    mapping: Mapping = Mapping()
    needs_mapping: bool = False
    guide_missing: str = ""
    guide_where: str = ""
    summary: str = ""
    summary_rest: str = ""
    confirm_label: str = ""
    can_confirm: bool = False
    why_not: str = ""
    is_confirming: bool = False
    is_mapping: bool = False
    asks_discard: bool = False

    @rx.event
    async def load(self):
        wanted = self.router.url.path.rstrip("/").rpartition("/")[2]
        if wanted != self.import_id:
            self.reset()
        self.problem, self.is_confirming, self.asks_discard = "", False, False
        self.import_id = wanted
        return await self._read()

    # -- choices ---------------------------------------------------------------------------------------------------

    @rx.event
    async def choose_format(self, key: str):
        if isinstance(key, str):
            await self._change(ImportChange(format=key[:_LONGEST]))

    @rx.event
    async def choose_mode(self, mode: str):
        if mode in {each.value for each in Mode}:
            await self._change(ImportChange(mode=Mode(mode)))

    @rx.event
    async def include(self, label: str, yes: bool):
        if self._account(label):
            await self._change(ImportChange(accounts=(AccountChoice(label, include=yes is True),)))

    @rx.event
    async def send_to(self, label: str, goes_to: str):
        """A portfolio of the person's, a new one, or nowhere."""
        if not self._account(label):
            return
        if goes_to == NOT_IMPORTED:
            choice = AccountChoice(label, include=False)
        elif goes_to == NEW_PORTFOLIO:
            choice = AccountChoice(label, include=True, new_portfolio=True)
        elif goes_to in {each.value for each in self.portfolios}:
            choice = AccountChoice(label, include=True, portfolio_id=UUID(goes_to))
        else:
            return
        await self._change(ImportChange(accounts=(choice,)))

    @rx.event
    async def name_account(self, label: str, name: str):
        account = self._account(label)
        if account and isinstance(name, str) and name.strip() != account.account_name:
            choice = AccountChoice(label, portfolio_name=name[:_LONGEST], account_name=name[:_LONGEST])
            await self._change(ImportChange(accounts=(choice,)))

    @rx.event
    async def choose_type(self, label: str, account_type: str):
        if self._account(label) and account_type in ACCOUNT_TYPES:
            await self._change(ImportChange(accounts=(AccountChoice(label, account_type=account_type),)))

    @rx.event
    async def set_balance(self, label: str, balance: str):
        account = self._account(label)
        if account and isinstance(balance, str) and balance.strip() != account.equity_balance:
            choice = AccountChoice(label, equity_balance=balance.strip()[:_LONGEST])
            await self._change(ImportChange(accounts=(choice,)))

    @rx.event
    async def answer(self, question: str, answer: str):
        known = {each.id: each for each in self.questions}
        if question not in known or not isinstance(answer, str):
            return
        if answer == ONE_DATE:
            self.questions = [
                Question(**{**vars(each), "chosen": ONE_DATE}) if each.id == question else each
                for each in self.questions
            ]
            return
        if answer.strip() and answer.strip() != known[question].typed:
            await self._change(ImportChange(answers={question: answer.strip()[:_LONGEST]}))

    @rx.event
    async def map_columns(self, form: dict[str, str]):
        """Which column is which field, kept under a name when one is given."""
        titles = set(self.mapping.titles)
        columns = {each.name: typed(form, each.name) for each in self.mapping.fields}
        chosen = {name: title for name, title in columns.items() if title in titles}
        self.is_mapping = True
        yield
        try:
            await self._change(ImportChange(mapping=ColumnMapping(chosen, typed(form, "preset").strip() or None)))
        finally:
            self.is_mapping = False

    @rx.event
    async def use_preset(self, preset_id: str):
        found = next((each for each in self.mapping.presets if each.id == preset_id and each.fits), None)
        if found is not None:
            await self._change(ImportChange(mapping=ColumnMapping(dict(found.mapping))))

    @rx.event
    def map_again(self):
        """A file that was mapped is looked at again."""
        self.needs_mapping = bool(self.mapping.titles)

    # -- rows ------------------------------------------------------------------------------------------------------

    @rx.event
    async def edit(self, line: int, field: str, text: str):
        """Called when a cell is left: what was not changed is not sent on."""
        shown = next((each for each in self.lines.rows if each.line == line), None)
        if shown is None or field not in _FIELDS or not isinstance(text, str):
            return
        new = text.strip()[:_LONGEST]
        if new and new != getattr(shown, field):
            await self._change(ImportChange(edits={line: RowEdit(**{_FIELDS[field]: new})}))

    @rx.event
    async def correct(self, line: int, field: str, text: str):
        """The cell that could not be read, typed again."""
        asked = {(each.line, each.field) for each in self.problems if each.field}
        if (line, field) in asked and isinstance(text, str) and text.strip():
            await self._change(ImportChange(edits={line: RowEdit(**{field: text.strip()[:_LONGEST]})}))

    @rx.event
    async def skip(self, line: int, yes: bool):
        if line in {*(each.line for each in self.problems), *(each.line for each in self.lines.rows)}:
            await self._change(ImportChange(edits={line: RowEdit(skip=yes is True)}))

    @rx.event
    async def add_anyway(self, line: int, yes: bool):
        if line in {each.line for each in self.duplicates}:
            await self._change(ImportChange(edits={line: RowEdit(add_anyway=yes is True)}))

    @rx.event
    async def show_account(self, label: str):
        if label in {each.value for each in self.tabs}:
            self.shown_account = label
            await self._read(offset=0)

    @rx.event
    async def turn(self, pages: int):
        if pages in (-1, 1):
            await self._read(offset=max(0, self.lines.paging.offset + pages * PAGE))

    # -- the end ---------------------------------------------------------------------------------------------------

    @rx.event
    async def confirm(self):
        """All or nothing; a second press finds what the first one made."""
        if not self.import_id:
            return
        self.is_confirming, self.problem = True, ""
        yield
        try:
            import_id = UUID(self.import_id)
            result = await scope.call_open(
                lambda services, open_, actor: services.imports.confirm(open_, actor, import_id)
            )
        except AppError as error:
            self.problem = f"{error.sentence} ({error.code})"
            await self._read(self.lines.paging.offset)
        else:
            yield rx.redirect(_after(result))
        finally:
            self.is_confirming = False

    @rx.event
    def ask_discard(self):
        self.asks_discard = True

    @rx.event
    def keep(self):
        self.asks_discard = False

    @rx.event
    async def discard(self):
        self.asks_discard = False
        try:
            import_id = UUID(self.import_id)
            await scope.call(lambda services, session, actor: services.imports.discard(session, actor, import_id))
        except (ValueError, AppError) as error:
            if isinstance(error, AppError):
                show(await self.get_state(NoticeState), refused(error))
            return None
        return rx.redirect("/portfolios")

    # -- inside ----------------------------------------------------------------------------------------------------

    def _account(self, label: object) -> AccountLine | None:
        return next((each for each in self.accounts if each.label == label), None)

    async def _change(self, change: ImportChange) -> None:
        """The answer is the new review; after a refusal the old one is shown, with what was typed taken back."""
        try:
            found = await self._shown(
                lambda services, open_, actor, id_: services.imports.change(open_, actor, id_, change),
                self.lines.paging.offset,
            )
        except AppError as error:
            self.problem, self.refusals = f"{error.sentence} ({error.code})", self.refusals + 1
            await self._read(self.lines.paging.offset)
        else:
            self.problem = ""
            self._take(found)

    async def _read(self, offset: int = 0):
        try:
            found = await self._shown(
                lambda services, open_, actor, id_: services.imports.get(open_, actor, id_), offset
            )
        except (ValueError, AppError) as error:
            self._say_unread(error)
            return None
        if found.review.state is not ImportState.REVIEW:
            return rx.redirect(_done(found.review))
        self._take(found)
        return None

    def _say_unread(self, error: ValueError | AppError) -> None:
        """What is on screen stays there, unless there is nothing any more."""
        status, self.problem = status_of(error), problem_of(error)
        self.outcome = MISSING if status == MISSING else self.outcome or AWAY

    async def _shown(self, work: Work, offset: int) -> Loaded:
        import_id, shown = UUID(self.import_id), self.shown_account

        def read(services: Services, open_: Transactions, actor: Actor) -> Loaded:
            services.imports.admit_reading(open_, actor)
            return load(services, open_, actor, work(services, open_, actor, import_id), shown, offset)

        return await scope.call_open(read)

    def _take(self, found: Loaded) -> None:
        for each in fields(found.page):
            setattr(self, each.name, getattr(found.page, each.name))
        self.portfolios, self.formats = found.portfolios, found.formats


def _after(result: ImportResult) -> str:
    """One portfolio: its progress; several: all of them."""
    runs = [each.run_id for each in result.portfolios if each.run_id]
    if len(result.portfolios) == 1 and runs:
        return f"/onboarding/progress/{runs[0]}"
    return f"/portfolios/{result.portfolios[0].portfolio_id}" if len(result.portfolios) == 1 else "/portfolios"


def _done(review: Review) -> str:
    return f"/portfolios/{review.result[0].portfolio_id}" if review.result else "/portfolios"
