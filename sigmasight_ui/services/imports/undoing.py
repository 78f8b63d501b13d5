"""Takes back exactly what an import did, and does it again: whoever imported, in what the actor may change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core import locks
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import not_found
from sigmasight_ui.core.money import plain
from sigmasight_ui.services.access.schemas import Permission
from sigmasight_ui.services.imports import errors, repository
from sigmasight_ui.services.imports.models import PortfolioImport
from sigmasight_ui.services.imports.parts import Parts
from sigmasight_ui.services.imports.schemas.choices import EditedSince, Mode
from sigmasight_ui.services.imports.schemas.history import EditSince, ImportState, UndoReach
from sigmasight_ui.services.portfolios.schemas import HeldLot, PortfolioChange, Removal


def reach(session: Session, actor: Actor, parts: Parts, import_id: UUID) -> UndoReach:
    portfolio_ids = repository.portfolios_of(session, import_id, parts.access.visible_to(actor))
    if not portfolio_ids:
        raise not_found()
    records = repository.records_of(session, import_id, portfolio_ids)
    holds = [record for record in records if record.state == ImportState.CONFIRMED]
    others = {lot.portfolio_id for lot in parts.positions.held(session, portfolio_ids) if lot.import_id != import_id}
    names = {found.id: found.account_name for found in parts.portfolios.list_visible(session, actor)}
    return UndoReach(
        edits=_edits(_lots(session, parts, import_id, portfolio_ids)),
        accounts=tuple(names[record.portfolio_id] for record in holds),
        going=tuple(
            names[record.portfolio_id]
            for record in holds
            if record.created_portfolio and record.portfolio_id not in others
            and parts.access.may(session, actor, Permission.OWN, record.portfolio_id)
        ),
    )  # fmt: skip


def undo(
    session: Session, actor: Actor, parts: Parts, import_id: UUID, edited: EditedSince | None
) -> tuple[list[PortfolioImport], list[PortfolioImport]]:
    """Lots the import created go; what it only matched stays; what it replaced comes back. What was taken back, and
    that part of it whose portfolios are left."""
    locks.wait_for(session, "undo", import_id)
    records = [each for each in _locked(session, actor, parts, import_id) if each.state == ImportState.CONFIRMED]
    for record in records:
        if later := repository.later(session, record, (Mode.REPLACE,)):
            raise errors.later_import(later)
    portfolio_ids = [record.portfolio_id for record in records]
    lots = _lots(session, parts, import_id, portfolio_ids)
    edits = _edits(lots)
    if edits and edited is None:
        raise errors.edited_since([_edit(edit) for edit in edits])
    kept = {edit.position_id for edit in edits} if edited is EditedSince.KEEP else set()
    parts.positions.take_away(session, [lot.id for lot in lots if lot.id not in kept], Removal.UNDONE, import_id)
    parts.positions.put_back(session, import_id, portfolio_ids, Removal.REPLACED)
    parts.positions.forget_deleted_of(session, import_id, portfolio_ids)
    me = parts.identity.profile(session, actor)
    undone = {
        "state": ImportState.UNDONE, "undone_at": parts.clock.now(), "undone_by": me.full_name, "undone_by_id": me.id,
    }  # fmt: skip
    repository.change_records(session, import_id, portfolio_ids, undone)
    return records, [record for record in records if not _is_emptied(session, actor, parts, record)]


def redo(session: Session, actor: Actor, parts: Parts, import_id: UUID) -> list[PortfolioImport]:
    """As it was before the undoing, edits included."""
    locks.wait_for(session, "undo", import_id)
    for portfolio_id in _gone_with_it(session, actor, parts, import_id):
        parts.portfolios.bring_back(session, actor, portfolio_id)
    records = [each for each in _locked(session, actor, parts, import_id) if each.state == ImportState.UNDONE]
    for record in records:
        if later := repository.later(session, record, (Mode.ADD, Mode.REPLACE)):
            raise errors.imported_since(later)
    portfolio_ids = [record.portfolio_id for record in records]
    parts.positions.put_back(session, import_id, portfolio_ids, Removal.UNDONE)
    for record in records:
        replaced = [UUID(identifier) for identifier in record.replaced]
        parts.positions.take_away(session, replaced, Removal.REPLACED, import_id)
        _change_equity(session, actor, parts, record, forward=True)
    again = {"state": ImportState.CONFIRMED, "undone_at": None, "undone_by": None, "undone_by_id": None}
    repository.change_records(session, import_id, portfolio_ids, again)
    return records


def _locked(session: Session, actor: Actor, parts: Parts, import_id: UUID) -> list[PortfolioImport]:
    """What the import did to portfolios the actor may change, as it is once these are locked; those archived by hand
    are out of it."""
    may_change = parts.access.visible_to(actor, Permission.MANAGE)
    portfolio_ids = repository.portfolios_of(session, import_id, may_change)
    if not portfolio_ids:
        if _gone_with_it(session, actor, parts, import_id):
            return []
        _refuse(session, actor, parts, import_id)
    parts.positions.held(session, portfolio_ids, lock=True)
    return repository.records_of(session, import_id, portfolio_ids)


def _refuse(session: Session, actor: Actor, parts: Parts, import_id: UUID) -> None:
    """Seen but not allowed is told apart from what is not there."""
    for portfolio_id in repository.portfolios_of(session, import_id, parts.access.visible_to(actor)):
        parts.access.require(session, actor, Permission.MANAGE, portfolio_id)
    raise not_found()


def _lots(session: Session, parts: Parts, import_id: UUID, portfolio_ids: Sequence[UUID]) -> tuple[HeldLot, ...]:
    found = parts.positions.of_import(session, import_id)
    return tuple(lot for lot in found if lot.portfolio_id in portfolio_ids)


def _is_emptied(session: Session, actor: Actor, parts: Parts, record: PortfolioImport) -> bool:
    """A portfolio the import made goes with it, unless something else has come in; only its owner can take it away."""
    _change_equity(session, actor, parts, record, forward=False)
    if not record.created_portfolio or parts.positions.held(session, [record.portfolio_id]):
        return False
    if not parts.access.may(session, actor, Permission.OWN, record.portfolio_id):
        return False
    parts.portfolios.archive(session, actor, record.portfolio_id)
    return True


def _gone_with_it(session: Session, actor: Actor, parts: Parts, import_id: UUID) -> list[UUID]:
    """Portfolios of the actor's own that went when the import was undone."""
    return [
        record.portfolio_id
        for record in repository.records_of(session, import_id)
        if record.created_portfolio and record.state == ImportState.UNDONE
        and parts.portfolios.is_archived(session, actor, record.portfolio_id)
    ]  # fmt: skip


def _change_equity(session: Session, actor: Actor, parts: Parts, record: PortfolioImport, *, forward: bool) -> None:
    """Only where nobody has changed it since."""
    if record.equity_before is None or record.equity_after is None:
        return
    old, new = (record.equity_before, record.equity_after)[:: 1 if forward else -1]
    if parts.portfolios.get(session, actor, record.portfolio_id).equity_balance == old:
        parts.portfolios.update(session, actor, record.portfolio_id, PortfolioChange(equity_balance=str(new)))


def _edits(lots: Sequence[HeldLot]) -> tuple[EditSince, ...]:
    return tuple(
        EditSince(lot.id, lot.portfolio_id, lot.symbol, lot.quantity, lot.edited_at)
        for lot in lots
        if lot.edited_at is not None
    )


def _edit(edit: EditSince) -> dict[str, Any]:
    return {
        "position_id": str(edit.position_id),
        "portfolio_id": str(edit.portfolio_id),
        "symbol": edit.symbol,
        "quantity": plain(edit.quantity),
        "edited_at": edit.edited_at.isoformat(),
    }
