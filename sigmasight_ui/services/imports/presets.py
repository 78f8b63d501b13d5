"""Mappings somebody has named: files of the same columns are read by them without asking."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlmodel import Session

from sigmasight_ui.core import locks
from sigmasight_ui.core.actor import Actor, signed_in, writer
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.errors import not_found
from sigmasight_ui.core.text import storable
from sigmasight_ui.services.imports import errors, repository, rules
from sigmasight_ui.services.imports.models import ImportPreset
from sigmasight_ui.services.imports.planning import Opened
from sigmasight_ui.services.imports.schemas.choices import ColumnMapping, Preset
from sigmasight_ui.services.portfolios.schemas import MappingOffer, mapping_fits


class PresetService:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def list_own(self, session: Session, actor: Actor) -> tuple[Preset, ...]:
        """The one used last first."""
        return tuple(map(_view, repository.presets(session, signed_in(actor))))

    def rename(self, session: Session, actor: Actor, preset_id: UUID, name: str) -> Preset:
        row = self._find(session, actor, preset_id)
        if not repository.rename_preset(session, preset_id, _checked(name)):
            raise errors.preset_name_taken()
        session.refresh(row)
        return _view(row)

    def delete(self, session: Session, actor: Actor, preset_id: UUID) -> None:
        """Files it has read stay as they are; the next one is asked about again."""
        repository.remove_preset(session, self._find(session, actor, preset_id).id)

    def _find(self, session: Session, actor: Actor, preset_id: UUID) -> ImportPreset:
        found = repository.find_preset(session, writer(actor), preset_id)
        if found is None:
            raise not_found()
        return found


def fitting(session: Session, user_id: UUID, offer: MappingOffer) -> ImportPreset | None:
    """The one used last, of those whose columns the file has."""
    found = repository.presets(session, user_id)
    return next((preset for preset in found if mapping_fits(offer.titles, preset.mapping)), None)


def keep(session: Session, clock: Clock, user_id: UUID, mapping: ColumnMapping | None, opened: Opened) -> None:
    """A mapping that has a name and reads the file; one of the same name, whatever its case, gives way."""
    name = storable((mapping.preset or "").strip()) if mapping else ""
    if mapping is None or not name or opened.reading.recognition is None:
        return
    locks.wait_for(session, "import_presets", user_id)
    known = repository.presets(session, user_id)
    old = next((preset for preset in known if preset.name.lower() == name.lower()), None)
    if old is None and len(known) >= rules.MAX_PRESETS:
        raise errors.too_many_presets(rules.MAX_PRESETS)
    kept = ImportPreset(
        id=old.id if old else uuid4(), user_id=user_id, name=name, mapping=storable(dict(mapping.columns)),
        updated_at=clock.now(),
    )  # fmt: skip
    repository.save_preset(session, kept)


def _checked(name: str) -> str:
    cleaned: str = storable(name.strip())
    if not cleaned:
        raise errors.bad_choice("the mapping has no name", "Type one, such as My broker.", "name")
    if len(cleaned) > rules.MAX_PRESET_NAME:
        raise errors.preset_name_too_long(rules.MAX_PRESET_NAME)
    return cleaned


def _view(row: ImportPreset) -> Preset:
    return Preset(row.id, row.name, dict(row.mapping), row.updated_at)
