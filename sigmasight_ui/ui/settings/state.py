"""Settings of a person: name, password, sessions."""

from __future__ import annotations

from uuid import UUID

import reflex as rx
from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.ui import format, scope
from sigmasight_ui.ui.form_errors import field_errors, typed
from sigmasight_ui.ui.settings.session_rows import SessionLine, session_lines
from sigmasight_ui.ui.shell.notices import Notice, NoticeState, refused, show
from sigmasight_ui.ui.shell.state import ShellState

Form = dict[str, str]
FILE_DAYS = {"0": "Not at all", "7": "7 days", "30": "30 days", "365": "A year"}


class SettingsState(rx.State):
    """`password_forms` counts changes: a new number makes the form a new, empty one."""

    is_loaded: bool = False
    full_name: str = ""
    email: str = ""
    name_errors: dict[str, str] = {}
    is_saving_name: bool = False
    password_errors: dict[str, str] = {}
    password_forms: int = 0
    is_changing_password: bool = False
    sessions: list[SessionLine] = []
    is_ending: bool = False
    file_days: str = ""

    @rx.event
    async def load(self):
        user, sessions = await scope.call(_load)
        self.full_name, self.email, self.sessions, self.is_loaded = user.full_name, user.email, sessions, True
        self.name_errors, self.password_errors, self.file_days = {}, {}, str(user.import_file_days)
        self.is_saving_name = self.is_changing_password = self.is_ending = False

    @rx.event
    async def save_name(self, form: Form):
        self.is_saving_name, self.name_errors = True, {}
        yield
        name = typed(form, "full_name")
        try:
            user = await scope.call(
                lambda services, session, actor: services.identity.update_profile(session, actor, full_name=name)
            )
        except AppError as error:
            self.name_errors = await self._refuse(error)
        else:
            self.full_name = user.full_name
            show(await self.get_state(NoticeState), Notice("Name saved"))
            yield ShellState.load
        finally:
            self.is_saving_name = False

    @rx.event
    async def change_password(self, form: Form):
        self.is_changing_password, self.password_errors = True, {}
        yield
        current, new = typed(form, "current_password"), typed(form, "password")
        try:
            ended = await scope.call_hashing(
                lambda services, open_, actor: services.identity.change_password(open_, actor, current, new)
            )
            sessions = await scope.call(_sessions)
        except AppError as error:
            self.password_errors = await self._refuse(error)
        else:
            self.sessions, self.password_forms = sessions, self.password_forms + 1
            others = f", {format.plural(ended, 'other session')} {'was' if ended == 1 else 'were'} ended"
            show(await self.get_state(NoticeState), Notice(f"Password changed{others if ended else ''}"))
        finally:
            self.is_changing_password = False

    @rx.event
    async def choose_amounts(self, choice: str):
        shell = await self.get_state(ShellState)
        return ShellState.toggle_amounts if (choice == "hidden") != shell.hide_amounts else None

    @rx.event
    async def choose_file_days(self, days: str):
        """How long the files of later imports are kept; those kept already keep their day."""
        if days not in FILE_DAYS:
            return
        user = await scope.call(
            lambda services, session, actor: services.identity.update_profile(
                session, actor, import_file_days=int(days)
            )
        )
        self.file_days = str(user.import_file_days)
        show(await self.get_state(NoticeState), Notice("Setting saved"))

    @rx.event
    async def end_session(self, session_id: str):
        """One that is gone already is as good as ended."""
        if not any(line.id == session_id and not line.is_current for line in self.sessions):
            return
        wanted = UUID(session_id)
        try:
            await scope.call(lambda services, session, actor: services.identity.end_session(session, actor, wanted))
        except AppError as error:
            show(await self.get_state(NoticeState), refused(error))
        self.sessions = await scope.call(_sessions)

    @rx.event
    async def end_others(self):
        self.is_ending = True
        yield
        try:
            ended = await scope.call(
                lambda services, session, actor: services.identity.end_other_sessions(session, actor)
            )
            self.sessions = await scope.call(_sessions)
        finally:
            self.is_ending = False
        show(await self.get_state(NoticeState), Notice(f"{format.plural(ended, 'other session')} ended"))

    async def _refuse(self, error: AppError) -> dict[str, str]:
        """Beside the field where there is one, else in a toast."""
        errors = field_errors(error)
        if not errors:
            show(await self.get_state(NoticeState), refused(error))
        return errors


def _load(services: Services, session: Session, actor: Actor):
    return services.identity.profile(session, actor), _sessions(services, session, actor)


def _sessions(services: Services, session: Session, actor: Actor) -> list[SessionLine]:
    return session_lines(services.identity.sessions(session, actor))
