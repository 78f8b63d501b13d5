"""All SQL of the imports room."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, update
from sqlalchemy.orm import InstrumentedAttribute, defer
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from sigmasight_ui.core.unique import unless_taken
from sigmasight_ui.services.imports.models import PRESET_NAME_INDEX, Import, ImportPreset, PortfolioImport
from sigmasight_ui.services.imports.schemas.history import ImportLabel, ImportState, OpenReview

_OPEN_REVIEW = tuple(
    getattr(Import, name) for name in ("id", "file_name", "portfolio_id", "created_at", "file_expires_at")
)  # in the order of OpenReview
_WITHOUT_LINES = defer(cast(InstrumentedAttribute[str | None], PortfolioImport.sealed_lines), raiseload=True)
"""A record of ten thousand lines is megabytes, which only provenance opens."""


def add(session: Session, row: Import) -> None:
    session.add(row)
    session.flush()


def find(session: Session, user_id: UUID, import_id: UUID, now: datetime, *, lock: bool = False) -> Import | None:
    """A review is forgotten after a day, whether or not it has been deleted yet. `lock`: whoever else wants to confirm
    or change it waits."""
    query = select(Import).where(Import.id == import_id, Import.user_id == user_id)
    found = session.exec(query.with_for_update() if lock else query).first()
    if found is None or (_is_review(found) and found.file_expires_at is not None and found.file_expires_at <= now):
        return None
    return found


def _is_review(row: Import) -> bool:
    return row.state == ImportState.REVIEW


def change(session: Session, import_id: UUID, values: dict[str, Any]) -> None:
    session.execute(update(Import).where(col(Import.id) == import_id).values(**values))


def remove(session: Session, import_id: UUID) -> None:
    session.execute(delete(Import).where(col(Import.id) == import_id))


def is_open_review(session: Session, user_id: UUID, import_id: UUID, now: datetime) -> bool:
    query = select(func.count()).where(col(Import.id) == import_id, *_open_reviews(user_id, now))
    return session.exec(query).one() > 0


def count_reviews(session: Session, user_id: UUID, now: datetime) -> int:
    return session.exec(select(func.count()).where(*_open_reviews(user_id, now))).one()


def reviews(session: Session, user_id: UUID, now: datetime) -> list[OpenReview]:
    """Newest first, without their files."""
    query = (
        select(*_OPEN_REVIEW)
        .where(*_open_reviews(user_id, now))
        .order_by(col(Import.created_at).desc(), col(Import.id))
    )
    return [OpenReview(*row) for row in session.execute(query)]


def _open_reviews(user_id: UUID, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Import.user_id) == user_id, col(Import.state) == ImportState.REVIEW, col(Import.file_expires_at) > now,
    )  # fmt: skip


def delete_expired(session: Session, now: datetime) -> int:
    """Reviews whose day is over, whole; of confirmed imports only the file."""
    gone = delete(Import).where(col(Import.state) == ImportState.REVIEW, col(Import.file_expires_at) <= now)
    count = len(session.execute(gone.returning(col(Import.id))).all())
    files = update(Import).where(col(Import.sealed_file).is_not(None), col(Import.file_expires_at) <= now)
    return count + len(session.execute(files.values(sealed_file=None).returning(col(Import.id))).all())


# -- what confirmed imports did ------------------------------------------------------------------------------------


def add_record(session: Session, record: PortfolioImport) -> None:
    session.add(record)
    session.flush()


def next_number(session: Session, portfolio_id: UUID) -> int:
    """Asked for with the portfolio locked."""
    query = select(func.max(PortfolioImport.number)).where(PortfolioImport.portfolio_id == portfolio_id)
    return (session.exec(query).one() or 0) + 1


def portfolios_of(session: Session, import_id: UUID, among: SelectOfScalar[UUID]) -> list[UUID]:
    """Those it did something to."""
    query = select(PortfolioImport.portfolio_id).where(
        PortfolioImport.import_id == import_id, col(PortfolioImport.portfolio_id).in_(among)
    )
    return list(session.exec(query))


def records_of(
    session: Session, import_id: UUID, portfolio_ids: Collection[UUID] | None = None
) -> list[PortfolioImport]:
    """As they are now, of all portfolios or of these."""
    query = select(PortfolioImport).where(PortfolioImport.import_id == import_id)
    if portfolio_ids is not None:
        query = query.where(col(PortfolioImport.portfolio_id).in_(portfolio_ids))
    query = query.order_by(col(PortfolioImport.account), col(PortfolioImport.portfolio_id)).options(_WITHOUT_LINES)
    return list(session.exec(query.execution_options(populate_existing=True)))


def change_records(session: Session, import_id: UUID, portfolio_ids: Collection[UUID], values: dict[str, Any]) -> None:
    which = col(PortfolioImport.import_id) == import_id, col(PortfolioImport.portfolio_id).in_(portfolio_ids)
    session.execute(update(PortfolioImport).where(*which).values(**values))


def set_run(session: Session, import_id: UUID, portfolio_id: UUID, run_id: UUID | None) -> None:
    which = col(PortfolioImport.import_id) == import_id, col(PortfolioImport.portfolio_id) == portfolio_id
    session.execute(update(PortfolioImport).where(*which).values(run_id=run_id))


def later(session: Session, record: PortfolioImport, modes: Collection[str]) -> UUID | None:
    """An import into the same portfolio after this one that still holds."""
    query = select(PortfolioImport.import_id).where(
        PortfolioImport.portfolio_id == record.portfolio_id,
        PortfolioImport.number > record.number,
        PortfolioImport.state == ImportState.CONFIRMED,
        col(PortfolioImport.mode).in_(modes),
    )
    return session.exec(query.order_by(col(PortfolioImport.number).desc())).first()


def count_history(session: Session, portfolio_id: UUID) -> int:
    query = select(func.count()).where(PortfolioImport.portfolio_id == portfolio_id)
    return session.exec(query).one()


def history(session: Session, portfolio_id: UUID, limit: int | None, offset: int) -> list[tuple[PortfolioImport, bool]]:
    """Newest first, and whether the file is still kept; that one sees of one's own imports only."""
    query = (
        select(PortfolioImport, col(Import.sealed_file).is_not(None))
        .join(Import, col(Import.id) == col(PortfolioImport.import_id), isouter=True)
        .where(PortfolioImport.portfolio_id == portfolio_id)
        .order_by(col(PortfolioImport.number).desc())
        .limit(limit)
        .offset(offset)
        .options(_WITHOUT_LINES)
    )
    return [(record, bool(has_file)) for record, has_file in session.execute(query)]


def records_in(session: Session, portfolio_id: UUID, import_ids: Iterable[UUID]) -> dict[UUID, PortfolioImport]:
    query = select(PortfolioImport).where(
        PortfolioImport.portfolio_id == portfolio_id, col(PortfolioImport.import_id).in_(list(import_ids))
    )
    return {record.import_id: record for record in session.exec(query)}


def labels(session: Session, import_ids: Iterable[UUID]) -> dict[UUID, ImportLabel]:
    query = select(PortfolioImport.import_id, PortfolioImport.label, PortfolioImport.confirmed_at).where(
        col(PortfolioImport.import_id).in_(list(import_ids))
    )
    return {import_id: ImportLabel(label, at) for import_id, label, at in session.execute(query)}


def links(session: Session, user_id: UUID, broker: str) -> dict[str, UUID]:
    """Into which portfolio an account of this broker went last time, by its label in the file. A file that names no
    account has the broker's name for a label, and may be of any."""
    query = (
        select(PortfolioImport.account, PortfolioImport.portfolio_id)
        .join(Import, col(Import.id) == col(PortfolioImport.import_id))
        .where(
            Import.user_id == user_id,
            PortfolioImport.broker == broker,
            PortfolioImport.account != broker,
            PortfolioImport.state == ImportState.CONFIRMED,
        )
        .order_by(col(PortfolioImport.confirmed_at), col(PortfolioImport.number))
    )
    return dict(session.execute(query).tuples().all())


# -- presets -------------------------------------------------------------------------------------------------------


def presets(session: Session, user_id: UUID) -> list[ImportPreset]:
    query = select(ImportPreset).where(ImportPreset.user_id == user_id)
    return list(session.exec(query.order_by(col(ImportPreset.updated_at).desc(), col(ImportPreset.name))))


def find_preset(session: Session, user_id: UUID, preset_id: UUID) -> ImportPreset | None:
    query = select(ImportPreset).where(ImportPreset.id == preset_id, ImportPreset.user_id == user_id)
    return session.exec(query).first()


def save_preset(session: Session, preset: ImportPreset) -> None:
    session.merge(preset)
    session.flush()


def rename_preset(session: Session, preset_id: UUID, name: str) -> bool:
    """False when another has the name, whatever its case."""
    statement = update(ImportPreset).where(col(ImportPreset.id) == preset_id).values(name=name)
    return unless_taken(session, lambda: session.execute(statement), PRESET_NAME_INDEX)


def remove_preset(session: Session, preset_id: UUID) -> None:
    session.execute(delete(ImportPreset).where(col(ImportPreset.id) == preset_id))
