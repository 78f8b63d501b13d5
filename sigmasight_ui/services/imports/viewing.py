"""An import as it is shown: while it is looked at, and once it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.services.imports import repository, review
from sigmasight_ui.services.imports.models import Import
from sigmasight_ui.services.imports.parts import Parts
from sigmasight_ui.services.imports.planning import Plan
from sigmasight_ui.services.imports.schemas.choices import Mode
from sigmasight_ui.services.imports.schemas.history import ImportedPortfolio, ImportResult, ImportState
from sigmasight_ui.services.imports.schemas.review import Outcome, Review


def review_of(session: Session, row: Import, plan: Plan, choices: Mapping[str, Any]) -> Review:
    presets = repository.presets(session, row.user_id) if plan.offer is not None else ()
    imports = {lot.import_id for account in plan.accounts for lot in account.lots if lot.import_id is not None}
    return Review(
        import_id=row.id,
        state=ImportState.REVIEW,
        outcome=review.outcome_of(plan),
        file_name=row.file_name,
        size=row.size,
        created_at=row.created_at,
        expires_at=row.file_expires_at,
        portfolio_id=row.portfolio_id,
        mode=plan.mode,
        recognised=review.recognised(plan),
        positions=review.rows(plan, repository.labels(session, imports)),
        skipped=review.skipped_lines(plan),
        questions=review.questions_of(plan),
        problems=tuple(plan.problems),
        totals=review.totals(plan),
        guide=review.guide_of(plan),
        difference=review.difference_of(plan),
        mapping=review.mapping_of(plan, choices.get("mapping"), presets),
    )


def done(session: Session, actor: Actor, parts: Parts, row: Import) -> Review:
    """After it is confirmed there is nothing left to decide: what it did is what counts."""
    result = result_of(session, actor, parts, row.id)
    return Review(
        import_id=row.id, state=result.state, outcome=Outcome.READY, file_name=row.file_name,
        size=row.size, created_at=row.created_at, expires_at=row.file_expires_at, portfolio_id=row.portfolio_id,
        mode=Mode.ADD, recognised=None, positions=(), skipped=(), questions=(), problems=(), totals=None,
        guide=None, difference=None, mapping=None, result=result.portfolios,
    )  # fmt: skip


def result_of(session: Session, actor: Actor, parts: Parts, import_id: UUID) -> ImportResult:
    """Undone as a whole once nothing of it holds in any portfolio that is in use."""
    records = repository.records_of(session, import_id)
    names = {found.id: found.account_name for found in parts.portfolios.list_visible(session, actor)}
    portfolios = tuple(
        ImportedPortfolio(
            portfolio_id=record.portfolio_id,
            portfolio_name=names.get(record.portfolio_id, record.account),
            positions_imported=record.positions_imported,
            already_there=record.already_there,
            positions_removed=record.positions_removed,
            run_id=record.run_id,
            state=ImportState(record.state),
        )
        for record in records
    )
    states = [ImportState(record.state) for record in records]
    holds = any(record.state == ImportState.CONFIRMED and record.portfolio_id in names for record in records)
    is_undone = ImportState.UNDONE in states and not holds
    return ImportResult(import_id, ImportState.UNDONE if is_undone else ImportState.CONFIRMED, portfolios)
