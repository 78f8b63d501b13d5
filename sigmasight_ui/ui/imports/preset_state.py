"""Names of mappings: changed and deleted where they are chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.imports.review_state import ReviewState
from sigmasight_ui.ui.imports.review_view import PresetChoice
from sigmasight_ui.ui.shell.notices import Notice, NoticeState, refused, show

_LONGEST = 200


class PresetState(rx.State):
    """`asked_id` is the mapping somebody wants deleted; `refusals` counts names that were taken back."""

    asked_id: str = ""
    asked_name: str = ""
    refusals: int = 0

    @rx.event
    async def rename(self, preset_id: str, name: str):
        """Called when the name is left."""
        found = await self._find(preset_id)
        if found is None or not isinstance(name, str) or name.strip() == found.name:
            return
        wanted = UUID(found.id)
        typed = name[:_LONGEST]
        if await self._do(
            lambda services, session, actor: services.import_presets.rename(session, actor, wanted, typed),
            f"{found.name} is called {typed.strip()} now.",
        ):
            await self._show(found, replace(found, name=typed.strip()))
        else:
            self.refusals += 1

    @rx.event
    async def ask(self, preset_id: str):
        if found := await self._find(preset_id):
            self.asked_id, self.asked_name = found.id, found.name

    @rx.event
    def keep(self):
        self.asked_id = ""

    @rx.event
    async def delete(self):
        found, self.asked_id = await self._find(self.asked_id), ""
        if found is None:
            return
        wanted = UUID(found.id)
        if await self._do(
            lambda services, session, actor: services.import_presets.delete(session, actor, wanted),
            f"{found.name} is deleted.",
        ):
            await self._show(found, None)

    async def _find(self, preset_id: object) -> PresetChoice | None:
        shown = (await self.get_state(ReviewState)).mapping.presets
        return next((each for each in shown if each.id == preset_id), None)

    async def _show(self, old: PresetChoice, new: PresetChoice | None) -> None:
        review = await self.get_state(ReviewState)
        left = [new if each.id == old.id else each for each in review.mapping.presets]
        review.mapping = replace(review.mapping, presets=[each for each in left if each is not None])

    async def _do(self, work: Callable[[Services, Session, Actor], object], said: str) -> bool:
        notices = await self.get_state(NoticeState)
        try:
            await scope.call(work)
        except AppError as error:
            show(notices, refused(error))
            return False
        show(notices, Notice(said))
        return True
