"""The upload page: the form, and what is wrong with the file. The form stays mounted, so nothing typed is lost."""

from __future__ import annotations

from uuid import UUID

import reflex as rx

from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.onboarding.schemas import UploadView
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.onboarding import upload_rows
from sigmasight_ui.ui.onboarding.upload_rows import ProblemRow
from sigmasight_ui.ui.unread import MISSING, problem_of, status_of

UPLOAD, PROGRESS = "/onboarding/upload", "/onboarding/progress"


class UploadState(rx.State):
    shows_problems: bool = False
    came_back: bool = False
    field_errors: dict[str, str] = {}
    form_error: str = ""
    upload_id: str = ""
    file_name: str = ""
    headline: str = ""
    reassurance: str = ""
    not_shown: str = ""
    has_failed_rows: bool = False
    problems: list[ProblemRow] = []
    is_making_sample: bool = False

    @rx.event
    async def load(self):
        """A reload shows the same problems again, as long as the upload is kept."""
        self.is_making_sample, self.came_back = False, False
        wanted = self.router.url.query_parameters.get("upload", "")
        if wanted:
            await self._show(wanted)
        else:
            self._show_form()

    @rx.event
    async def answered(self, text: str):
        answer = upload_rows.read_answer(text if isinstance(text, str) else "")
        if answer.created_run:
            return rx.redirect(f"{PROGRESS}/{answer.created_run}")
        if answer.review:
            return rx.redirect(f"/imports/{answer.review}")
        self.field_errors, self.form_error = dict(answer.field_errors), answer.form_error
        if answer.upload_id:
            await self._show(answer.upload_id)
        return None

    @rx.event
    def show_form(self):
        self.came_back = True
        self._show_form()

    @rx.event
    async def try_sample(self):
        self.is_making_sample = True
        yield
        try:
            imported = await scope.call_open(
                lambda services, open_, actor: services.onboarding.create_sample(open_, actor)
            )
        except AppError as error:
            self.form_error = f"{error.sentence} ({error.code})"
        else:
            yield rx.redirect(f"{PROGRESS}/{imported.run_id}")
        finally:
            self.is_making_sample = False

    async def _show(self, upload_id: str) -> None:
        try:
            wanted = UUID(upload_id)
            upload = await scope.call(
                lambda services, session, actor: services.onboarding.upload(session, actor, wanted)
            )
        except (ValueError, AppError) as error:
            self._show_form()  # gone, or never this person's: the form is where to go on from
            self.form_error = "" if status_of(error) == MISSING else problem_of(error)
            return
        self._take(upload)

    def _take(self, upload: UploadView) -> None:
        self.upload_id, self.file_name = str(upload.id), upload.file_name
        self.headline, self.reassurance = upload_rows.headline(upload), upload_rows.reassurance(upload)
        self.not_shown, self.has_failed_rows = upload_rows.not_shown(upload), upload.has_failed_rows
        self.problems, self.shows_problems = upload_rows.problem_rows(upload), True
        self.field_errors, self.form_error = {}, ""

    def _show_form(self) -> None:
        self.shows_problems = False
