"""Why somebody owns what they own: lots, and the lines of the files they came from."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.money import ZERO
from sigmasight_ui.services.imports import repository
from sigmasight_ui.services.imports.models import PortfolioImport
from sigmasight_ui.services.imports.parts import Parts
from sigmasight_ui.services.imports.schemas.choices import Mode
from sigmasight_ui.services.imports.schemas.history import ImportRecord, ImportState, Provenance, SourceLine


def record_view(record: PortfolioImport, has_file: bool) -> ImportRecord:
    return ImportRecord(
        import_id=record.import_id,
        portfolio_id=record.portfolio_id,
        state=ImportState(record.state),
        imported_by=record.imported_by,
        file_name=record.file_name,
        size=record.size,
        sha256=record.sha256,
        label=record.label,
        account=record.account,
        mode=Mode(record.mode),
        positions_imported=record.positions_imported,
        already_there=record.already_there,
        positions_removed=record.positions_removed,
        lines_skipped=record.lines_skipped,
        confirmed_at=record.confirmed_at,
        undone_at=record.undone_at,
        undone_by=record.undone_by,
        has_file=has_file,
    )


def provenance(session: Session, actor: Actor, parts: Parts, position_id: UUID) -> Provenance:
    """The position first, then the other lots of its symbol in the same portfolio."""
    portfolio_id = parts.positions.portfolio_of(session, actor, position_id)
    held = parts.positions.held(session, [portfolio_id])
    asked = next(lot for lot in held if lot.id == position_id)
    lots = [asked, *(lot for lot in held if lot.symbol == asked.symbol and lot.id != position_id)]
    wanted = {lot.import_id for lot in lots if lot.import_id is not None}
    records = repository.records_in(session, portfolio_id, wanted)
    lines = {key: parts.lines(record.sealed_lines, key, portfolio_id) for key, record in records.items()}
    sources = []
    for lot in lots:
        record = records.get(lot.import_id) if lot.import_id else None
        cells = lines[record.import_id].get(lot.import_line or 0) if record else None
        view = record_view(record, has_file=False) if record else None
        sources.append(SourceLine(lot.id, lot.symbol, lot.quantity, lot.import_line, cells, lot.edited_at, view))
    total = sum((lot.quantity for lot in lots if lot.exit_date is None), ZERO)
    return Provenance(position_id, portfolio_id, asked.symbol, total, tuple(sources))
