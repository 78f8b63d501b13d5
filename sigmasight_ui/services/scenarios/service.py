"""Stress scenarios of one's own, beside those everybody has."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from sqlmodel import Session

from sigmasight_ui.core import locks
from sigmasight_ui.core.actor import Actor, signed_in, writer
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.errors import ErrorKind, not_found
from sigmasight_ui.services.scenarios import errors, repository, rules
from sigmasight_ui.services.scenarios.models import CustomScenario
from sigmasight_ui.services.scenarios.schemas import CustomScenarioView, ScenarioForm


class ScenarioService:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def list_own(self, session: Session, actor: Actor) -> tuple[CustomScenarioView, ...]:
        """By name."""
        return tuple(map(_view, repository.of(session, signed_in(actor))))

    def check_shocks(self, shocks: Mapping[str, float]) -> dict[str, float]:
        """What somebody wants to try without keeping it; raises what is wrong with it."""
        if problems := rules.shock_problems(shocks):
            raise errors.form_refused(problems)
        return dict(shocks)

    def create(self, session: Session, actor: Actor, form: ScenarioForm) -> CustomScenarioView:
        user_id = writer(actor)
        if problems := [*rules.name_problems(form.name), *rules.shock_problems(form.shocks)]:
            raise errors.form_refused(problems)
        locks.wait_for(session, "custom_scenarios", user_id)
        if len(repository.of(session, user_id)) >= rules.MAX_SCENARIOS:
            raise errors.form_refused([rules.problem("ERR_SCENARIO_007")], ErrorKind.CONFLICT)
        now = self._clock.now()
        row = CustomScenario(
            id=uuid4(), user_id=user_id, name=rules.clean_name(form.name), shocks=dict(form.shocks or {}),
            created_at=now, updated_at=now,
        )  # fmt: skip
        if not repository.add(session, row):
            raise _taken()
        return _view(row)

    def change(self, session: Session, actor: Actor, scenario_id: UUID, form: ScenarioForm) -> CustomScenarioView:
        row = self._find(session, writer(actor), scenario_id)
        name = row.name if form.name is None else rules.clean_name(form.name)
        shocks = row.shocks if form.shocks is None else dict(form.shocks)
        if problems := [*rules.name_problems(name), *rules.shock_problems(shocks)]:
            raise errors.form_refused(problems)
        values = {"name": name, "shocks": shocks, "updated_at": self._clock.now()}
        if not repository.change(session, scenario_id, values):
            raise _taken()
        session.refresh(row)
        return _view(row)

    def delete(self, session: Session, actor: Actor, scenario_id: UUID) -> None:
        row = self._find(session, writer(actor), scenario_id)
        repository.remove(session, row.id)

    def _find(self, session: Session, user_id: UUID, scenario_id: UUID) -> CustomScenario:
        row = repository.find(session, user_id, scenario_id)
        if row is None:
            raise not_found()
        return row


def _taken() -> Exception:
    return errors.form_refused([rules.problem("ERR_SCENARIO_003")], ErrorKind.CONFLICT)


def _view(row: CustomScenario) -> CustomScenarioView:
    return CustomScenarioView(row.id, row.name, rules.severity(row.shocks), dict(row.shocks), row.updated_at)
