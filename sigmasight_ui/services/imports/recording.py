"""The row of a file, and a portfolio made from one on the upload page: an import that was confirmed at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor, writer
from sigmasight_ui.core.file_names import displayed_name
from sigmasight_ui.services.imports import repository, rules
from sigmasight_ui.services.imports.models import Import, PortfolioImport
from sigmasight_ui.services.imports.parts import Parts, file_of
from sigmasight_ui.services.imports.schemas.choices import Mode
from sigmasight_ui.services.imports.schemas.history import ImportState
from sigmasight_ui.services.portfolios.schemas import PortfolioRow, PositionRow


def file_row(
    parts: Parts, user_id: UUID, name: str, content: bytes | None, kept: timedelta, import_id: UUID | None = None
) -> Import:
    """For review, with the file sealed for as long as it is kept. None is a file too large to be kept at all."""
    now, identifier = parts.clock.now(), import_id or uuid4()
    return Import(
        id=identifier,
        user_id=user_id,
        file_name=displayed_name(name),
        size=len(content or b""),
        sha256=hashlib.sha256(content or b"").hexdigest(),
        sealed_file=parts.seal(content, file_of(identifier)) if content is not None and kept else None,
        choices={},
        state=ImportState.REVIEW,
        created_at=now,
        file_expires_at=now + kept,
    )


def record(
    session: Session,
    actor: Actor,
    parts: Parts,
    import_id: UUID,
    file: tuple[str, bytes],
    made: PortfolioRow,
    rows: Sequence[PositionRow],
) -> None:
    """`file`: its name and content. The lots carry `import_id` already."""
    name, content = file
    owner = parts.identity.profile(session, actor)
    row = file_row(parts, writer(actor), name, content, timedelta(days=owner.import_file_days), import_id)
    row.portfolio_id, row.state, row.confirmed_at = made.id, ImportState.CONFIRMED, row.created_at
    repository.add(session, row)
    record = _what_it_did(row, made, owner.full_name, len(rows))
    lines = parts.portfolios.raw_lines(content, [each.line for each in rows])
    record.sealed_lines = parts.seal_lines(lines, import_id, made.id)
    repository.add_record(session, record)


def _what_it_did(row: Import, made: PortfolioRow, imported_by: str, positions: int) -> PortfolioImport:
    return PortfolioImport(
        import_id=row.id,
        portfolio_id=made.id,
        imported_by=imported_by,
        file_name=row.file_name,
        size=row.size,
        sha256=row.sha256,
        format=rules.OWN_FORMAT,
        broker=rules.OWN_BROKER,
        label=rules.OWN_LABEL,
        account=made.account_name,
        mode=Mode.ADD,
        state=ImportState.CONFIRMED,
        created_portfolio=True,
        positions_imported=positions,
        already_there=0,
        positions_removed=0,
        lines_skipped=0,
        number=1,
        replaced=[],
        confirmed_at=row.created_at,
    )
