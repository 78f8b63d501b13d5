"""Scenarios of one's own: added, changed and deleted in a dialog over the risk page."""

from __future__ import annotations

from uuid import UUID

import reflex as rx
from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.scenarios.schemas import CustomScenarioView, ScenarioForm
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.form_errors import field_errors, typed
from sigmasight_ui.ui.risk.scenario_rows import FACTORS, field, read_shocks, write_shocks
from sigmasight_ui.ui.risk.state import RiskState
from sigmasight_ui.ui.shell.notices import Notice, NoticeState, refused, show

Form = dict[str, str]
LONGEST = 80


class ScenarioState(rx.State):
    """`key` is empty for a new scenario. `forms` counts openings: a new number makes the form a new one."""

    is_open: bool = False
    key: str = ""
    name: str = ""
    shocks: dict[str, str] = write_shocks({})
    errors: dict[str, str] = {}
    forms: int = 0
    is_saving: bool = False

    @rx.event
    def add(self):
        self._show("", "", write_shocks({}))

    @rx.event
    async def edit(self, key: str):
        own = await scope.call(_own)
        if key in own:
            self._show(key, own[key].name, write_shocks(own[key].shocks))

    @rx.event
    def close(self):
        self.is_open = False

    @rx.event
    async def save(self, form: Form):
        name = typed(form, "scenario-name", LONGEST)
        texts = {key: typed(form, field(key), LONGEST) for key, _ in FACTORS}
        shocks, errors = read_shocks(texts)
        self.name, self.shocks, self.errors = name, texts, errors
        if errors:
            return
        self.is_saving = True
        yield
        try:
            await scope.call(
                lambda services, session, actor: _save(services, session, actor, self.key, ScenarioForm(name, shocks))
            )
        except AppError as error:
            self.errors = await self._refuse(error)
        else:
            self.is_open = False
            show(await self.get_state(NoticeState), Notice("Scenario saved"))
            yield RiskState.refresh_stress
        finally:
            self.is_saving = False

    @rx.event
    async def delete(self, key: str):
        try:
            await scope.call(lambda services, session, actor: _delete(services, session, actor, key))
        except AppError as error:
            show(await self.get_state(NoticeState), refused(error))
            return None
        show(await self.get_state(NoticeState), Notice("Scenario deleted"))
        return RiskState.refresh_stress

    def _show(self, key: str, name: str, shocks: dict[str, str]) -> None:
        self.key, self.name, self.shocks, self.errors = key, name, shocks, {}
        self.forms, self.is_open, self.is_saving = self.forms + 1, True, False

    async def _refuse(self, error: AppError) -> dict[str, str]:
        """Beside the field where there is one, else in a toast."""
        errors = field_errors(error)
        if not errors:
            show(await self.get_state(NoticeState), refused(error))
        return errors


def _own(services: Services, session: Session, actor: Actor) -> dict[str, CustomScenarioView]:
    return {scenario.key: scenario for scenario in services.scenarios.list_own(session, actor)}


def _save(services: Services, session: Session, actor: Actor, key: str, form: ScenarioForm) -> None:
    if not key:
        services.scenarios.create(session, actor, form)
        return
    services.scenarios.change(session, actor, _id(services, session, actor, key), form)


def _delete(services: Services, session: Session, actor: Actor, key: str) -> None:
    """One that is gone already is as good as deleted."""
    own = _own(services, session, actor)
    if key in own:
        services.scenarios.delete(session, actor, own[key].id)


def _id(services: Services, session: Session, actor: Actor, key: str) -> UUID:
    found = _own(services, session, actor).get(key)
    return UUID(int=0) if found is None else found.id  # nobody's: the service answers that there is nothing
