"""Stress scenarios: those everybody has, and one's own."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from sigmasight_ui.api.contract import ChangedText, Instant, Limit, Offset, Text, refusals
from sigmasight_ui.api.deps import SignedIn
from sigmasight_ui.api.threads import ThreadRoute
from sigmasight_ui.services.scenarios.schemas import CustomScenarioView, ScenarioForm

router = APIRouter(prefix="/analytics/scenarios", tags=["analytics"], route_class=ThreadRoute)


class NewScenario(BaseModel):
    """`shocks` by factor key: returns as decimals (-0.2 is a fall of 20 %), for `interest_rate` the change of the
    yield (0.01 is one percentage point)."""

    name: Text = ""
    shocks: dict[str, float] = {}


class ChangedScenario(BaseModel):
    """Fields that are left out or null stay as they are."""

    name: ChangedText = None
    shocks: dict[str, float] | None = None


class Scenario(BaseModel):
    """`id` is null for those everybody has, which cannot be changed; `key` names it in stress tests."""

    id: UUID | None
    key: str
    name: str
    category: str
    severity: str
    custom: bool
    shocks: dict[str, float]
    updated_at: Instant | None


class Scenarios(BaseModel):
    items: list[Scenario]
    total: int
    limit: int
    offset: int


@router.get("", responses=refusals(401))
def scenarios(door: SignedIn, limit: Limit = 50, offset: Offset = 0) -> Scenarios:
    """One's own first, by name."""
    with door.transaction() as session:
        own = door.services.scenarios.list_own(session, door.actor)
        shared = door.services.risk.scenarios(session)
    items = [_own(each) for each in own]
    items += [
        Scenario(
            id=None, key=each.key, name=each.name, category=each.category, severity=each.severity, custom=False,
            shocks=each.shocks, updated_at=None,
        )
        for each in shared
    ]  # fmt: skip
    return Scenarios(items=items[offset : offset + limit], total=len(items), limit=limit, offset=offset)


@router.post("", status_code=201, responses=refusals(400, 401, 403, 409, 413))
def create_scenario(new: NewScenario, door: SignedIn) -> Scenario:
    """It joins the stress tests of every portfolio its maker looks at; twenty at most."""
    with door.transaction() as session:
        return _own(door.services.scenarios.create(session, door.actor, ScenarioForm(new.name, new.shocks)))


@router.patch("/{scenario_id}", responses=refusals(400, 401, 403, 404, 409, 413))
def change_scenario(scenario_id: UUID, change: ChangedScenario, door: SignedIn) -> Scenario:
    form = ScenarioForm(change.name, change.shocks)
    with door.transaction() as session:
        return _own(door.services.scenarios.change(session, door.actor, scenario_id, form))


@router.delete("/{scenario_id}", status_code=204, responses=refusals(401, 403, 404))
def delete_scenario(scenario_id: UUID, door: SignedIn) -> None:
    with door.transaction() as session:
        door.services.scenarios.delete(session, door.actor, scenario_id)


def _own(view: CustomScenarioView) -> Scenario:
    return Scenario(
        id=view.id, key=view.key, name=view.name, category="custom", severity=view.severity, custom=True,
        shocks=view.shocks, updated_at=view.updated_at,
    )  # fmt: skip
