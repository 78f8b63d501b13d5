"""A portfolio made from a file on the upload page: an import like any other, that was confirmed at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor, writer
from sigmasight_ui.services.imports import repository, rules
from sigmasight_ui.services.imports.file_names import displayed_name
from sigmasight_ui.services.imports.models import Import, PortfolioImport
from sigmasight_ui.services.imports.parts import Parts, file_of
from sigmasight_ui.services.imports.schemas import ImportState, Mode
from sigmasight_ui.services.portfolios.schemas import PortfolioRow, PositionRow


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
    owner, now = parts.identity.profile(session, actor), parts.clock.now()
    days = owner.import_file_days
    row = Import(
        id=import_id,
        user_id=writer(actor),
        portfolio_id=made.id,
        file_name=displayed_name(name),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        sealed_file=parts.seal(content, file_of(import_id)) if days else None,
        choices={},
        state=ImportState.CONFIRMED,
        created_at=now,
        file_expires_at=now + timedelta(days=days),
        confirmed_at=now,
    )
    repository.add(session, row)
    lines = parts.portfolios.raw_lines(content, [each.line for each in rows])
    repository.add_record(
        session,
        PortfolioImport(
            import_id=import_id,
            portfolio_id=made.id,
            imported_by=owner.full_name,
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
            positions_imported=len(rows),
            already_there=0,
            positions_removed=0,
            lines_skipped=0,
            sealed_lines=parts.seal_lines(lines, import_id, made.id),
            number=1,
            replaced=[],
            confirmed_at=now,
        ),
    )
