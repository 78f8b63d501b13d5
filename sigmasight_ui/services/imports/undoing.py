"""Takes back exactly what an import did, and does it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import not_found
from sigmasight_ui.core.money import plain
from sigmasight_ui.services.access.schemas import Permission
from sigmasight_ui.services.imports import errors, repository
from sigmasight_ui.services.imports.models import Import, PortfolioImport
from sigmasight_ui.services.imports.parts import Parts
from sigmasight_ui.services.imports.schemas import EditedSince, EditSince, ImportState, Mode
from sigmasight_ui.services.portfolios.schemas import HeldLot, PortfolioChange, Removal


def edits_since(lots: tuple[HeldLot, ...]) -> tuple[EditSince, ...]:
    return tuple(
        EditSince(lot.id, lot.portfolio_id, lot.symbol, lot.quantity, lot.edited_at)
        for lot in lots
        if lot.edited_at is not None
    )


def undo(
    session: Session, actor: Actor, parts: Parts, row: Import, edited: EditedSince | None
) -> list[PortfolioImport]:
    """Lots the import created go; what it only matched stays; what it replaced comes back. The answer is about the
    portfolios that are left."""
    in_use = {each.id for each in parts.portfolios.list_visible(session, actor)}
    records = [record for record in repository.records_of(session, row.id) if record.portfolio_id in in_use]
    if not records:
        raise not_found()  # archived by hand since
    for record in records:
        parts.access.require(session, actor, Permission.MANAGE, record.portfolio_id)
    parts.positions.held(session, [record.portfolio_id for record in records], lock=True)
    for record in records:
        if later := repository.later(session, record, (Mode.REPLACE,)):
            raise errors.later_import(later)
    lots = tuple(lot for lot in parts.positions.of_import(session, row.id) if lot.portfolio_id in in_use)
    edits = edits_since(lots)
    if edits and edited is None:
        raise errors.edited_since([_edit(edit) for edit in edits])
    kept = {edit.position_id for edit in edits} if edited is EditedSince.KEEP else set()
    parts.positions.take_away(session, [lot.id for lot in lots if lot.id not in kept], Removal.UNDONE, row.id)
    parts.positions.put_back(session, row.id, Removal.REPLACED)
    parts.positions.forget_deleted_of(session, row.id)
    now = parts.clock.now()
    repository.change_records(session, row.id, {"state": ImportState.UNDONE, "undone_at": now})
    repository.change(session, row.id, {"state": ImportState.UNDONE, "undone_at": now})
    return [record for record in records if not _is_emptied(session, actor, parts, record)]


def redo(session: Session, actor: Actor, parts: Parts, row: Import) -> list[PortfolioImport]:
    """As it was before the undoing, edits included."""
    records = repository.records_of(session, row.id)
    for record in records:
        if record.created_portfolio:
            _bring_back(session, actor, parts, record)
        parts.access.require(session, actor, Permission.MANAGE, record.portfolio_id)
    parts.positions.held(session, [record.portfolio_id for record in records], lock=True)
    for record in records:
        if later := repository.later(session, record, (Mode.ADD, Mode.REPLACE)):
            raise errors.imported_since(later)
    parts.positions.put_back(session, row.id, Removal.UNDONE)
    for record in records:
        replaced = [UUID(identifier) for identifier in record.replaced]
        parts.positions.take_away(session, replaced, Removal.REPLACED, row.id)
        _change_equity(session, actor, parts, record, forward=True)
    repository.change_records(session, row.id, {"state": ImportState.CONFIRMED, "undone_at": None})
    repository.change(session, row.id, {"state": ImportState.CONFIRMED, "undone_at": None})
    return records


def _is_emptied(session: Session, actor: Actor, parts: Parts, record: PortfolioImport) -> bool:
    """A portfolio the import made goes with it, unless something else has come in."""
    _change_equity(session, actor, parts, record, forward=False)
    if not record.created_portfolio or parts.positions.held(session, [record.portfolio_id]):
        return False
    parts.portfolios.archive(session, actor, record.portfolio_id)
    return True


def _bring_back(session: Session, actor: Actor, parts: Parts, record: PortfolioImport) -> None:
    visible = {row.id for row in parts.portfolios.list_visible(session, actor)}
    if record.portfolio_id not in visible:
        parts.portfolios.bring_back(session, actor, record.portfolio_id)


def _change_equity(session: Session, actor: Actor, parts: Parts, record: PortfolioImport, *, forward: bool) -> None:
    """Only where nobody has changed it since."""
    if record.equity_before is None or record.equity_after is None:
        return
    old, new = (record.equity_before, record.equity_after)[:: 1 if forward else -1]
    if parts.portfolios.get(session, actor, record.portfolio_id).equity_balance == old:
        parts.portfolios.update(session, actor, record.portfolio_id, PortfolioChange(equity_balance=str(new)))


def _edit(edit: EditSince) -> dict[str, Any]:
    return {
        "position_id": str(edit.position_id),
        "portfolio_id": str(edit.portfolio_id),
        "symbol": edit.symbol,
        "quantity": plain(edit.quantity),
        "edited_at": edit.edited_at.isoformat(),
    }
