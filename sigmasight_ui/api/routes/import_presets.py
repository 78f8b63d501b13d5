"""Mappings of columns somebody has named while importing a file nobody knows."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from sigmasight_ui.api.contract import Instant, Limit, Offset, Text, refusals
from sigmasight_ui.api.deps import SignedIn
from sigmasight_ui.api.threads import ThreadRoute
from sigmasight_ui.services.imports.schemas.choices import Preset

router = APIRouter(prefix="/import-presets", tags=["imports"], route_class=ThreadRoute)


class ImportPreset(BaseModel):
    """`columns`: field of ours -> title in the file."""

    id: UUID
    name: str
    columns: dict[str, str]
    updated_at: Instant


class ImportPresets(BaseModel):
    items: list[ImportPreset]
    total: int
    limit: int
    offset: int


class RenamedPreset(BaseModel):
    name: Text = ""


@router.get("", responses=refusals(401))
def import_presets(door: SignedIn, limit: Limit = 50, offset: Offset = 0) -> ImportPresets:
    """The one kept last first; the first of them whose columns a file has is the one that reads it."""
    with door.transaction() as session:
        found = door.services.import_presets.list_own(session, door.actor)
    items = [_preset(each) for each in found[offset : offset + limit]]
    return ImportPresets(items=items, total=len(found), limit=limit, offset=offset)


@router.patch("/{preset_id}", responses=refusals(400, 401, 403, 404, 409, 413))
def rename_import_preset(preset_id: UUID, renamed: RenamedPreset, door: SignedIn) -> ImportPreset:
    with door.transaction() as session:
        return _preset(door.services.import_presets.rename(session, door.actor, preset_id, renamed.name))


@router.delete("/{preset_id}", status_code=204, responses=refusals(401, 403, 404))
def delete_import_preset(preset_id: UUID, door: SignedIn) -> None:
    """The next file of those columns is asked about again."""
    with door.transaction() as session:
        door.services.import_presets.delete(session, door.actor, preset_id)


def _preset(found: Preset) -> ImportPreset:
    return ImportPreset(id=found.id, name=found.name, columns=dict(found.columns), updated_at=found.updated_at)
