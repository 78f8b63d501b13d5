"""For supervisors and load balancers, at the root: is the process alive, is it ready, is the reference data there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from sigmasight_ui.api.contract import ErrorEnvelope
from sigmasight_ui.api.deps import get_services
from sigmasight_ui.api.threads import ThreadRoute
from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core import migrations
from sigmasight_ui.core.actor import ANONYMOUS
from sigmasight_ui.core.database_roles import warning_of
from sigmasight_ui.core.errors import AppError

router = APIRouter(prefix="/health", tags=["health"], route_class=ThreadRoute)
Wired = Annotated[Services, Depends(get_services)]


class Alive(BaseModel):
    status: str = "ok"


class Ready(BaseModel):
    """`ready` means a request can be served; `warnings` are for whoever runs the machine."""

    status: str
    database: bool
    migrations: bool
    warnings: list[str]


class Prerequisites(BaseModel):
    status: str
    factor_definitions: int
    factors_needed: int
    scenario_definitions: int
    scenarios_needed: int


@router.get("/live")
def live() -> Alive:
    return Alive()


@router.get("/ready", responses={503: {"model": Ready, "description": "Not ready"}})
def ready(services: Wired) -> JSONResponse:
    state = _readiness(services)
    return JSONResponse(state.model_dump(), 200 if state.status == "ready" else 503)


@router.get("/prerequisites", responses={503: {"model": ErrorEnvelope, "description": "The database is away"}})
def prerequisites(services: Wired) -> Prerequisites:
    """Whether the factors and scenarios every portfolio is measured against are in place."""
    with services.db.transaction(ANONYMOUS) as session:
        found = services.risk.prerequisites(session)
    return Prerequisites(
        status="complete" if found.complete else "incomplete",
        factor_definitions=found.factors,
        factors_needed=found.factors_needed,
        scenario_definitions=found.scenarios,
        scenarios_needed=found.scenarios_needed,
    )


def _readiness(services: Services) -> Ready:
    try:
        with services.db.transaction(ANONYMOUS) as session:
            revision = migrations.revision(session.connection())
            warning = warning_of(session.connection())
    except AppError:
        return Ready(status="unavailable", database=False, migrations=False, warnings=[])
    at_head = revision == migrations.head()
    status = "ready" if at_head else "not migrated"
    return Ready(status=status, database=True, migrations=at_head, warnings=[warning] if warning else [])
