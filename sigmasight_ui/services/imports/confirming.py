"""Carries a plan out, in the transaction of whoever confirms: everything, or nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.services.access.schemas import Permission
from sigmasight_ui.services.batch.schemas import Trigger
from sigmasight_ui.services.imports import errors, repository
from sigmasight_ui.services.imports.matching import hash_of
from sigmasight_ui.services.imports.models import Import, PortfolioImport
from sigmasight_ui.services.imports.parts import Parts
from sigmasight_ui.services.imports.planning import AccountPlan, Plan
from sigmasight_ui.services.imports.review import outcome_of
from sigmasight_ui.services.imports.schemas.choices import Mode
from sigmasight_ui.services.imports.schemas.history import ImportState
from sigmasight_ui.services.imports.schemas.review import Outcome, RowStatus
from sigmasight_ui.services.imports.settling import Row
from sigmasight_ui.services.portfolios.schemas import PortfolioChange, PortfolioRow, Removal, problem_fields, values_of


def require_settled(plan: Plan) -> None:
    """Refuses what nobody may confirm; questions with a default are answered by it."""
    outcome = outcome_of(plan)
    if outcome is Outcome.GUIDE and plan.reading.guide is not None:
        raise errors.nothing_to_import(plan.reading.guide.where_to_get_it)
    if outcome is Outcome.REJECTED or plan.recognition is None:
        raise errors.nothing_to_import("Say what its columns mean, or choose another file.")
    if plan.open_questions or plan.problems:
        raise errors.not_settled(plan.open_questions, [problem_fields(found) for found in plan.problems])
    if not plan.included:
        raise errors.nothing_to_import("Choose at least one account of the file.")
    chosen = [account.target.portfolio.id for account in plan.included if account.target.portfolio is not None]
    if len(chosen) != len(set(chosen)):
        raise errors.bad_choice("two accounts of the file go into one portfolio", "Give each a portfolio of its own.")


def carry_out(session: Session, actor: Actor, parts: Parts, row: Import, plan: Plan) -> list[PortfolioImport]:
    imported_by = parts.identity.profile(session, actor).full_name
    records = []
    for account in plan.included:
        if account.target.portfolio is None and account.mode is not Mode.RECONCILE and plan.mode is Mode.RECONCILE:
            continue  # comparing makes no portfolio
        portfolio = account.target.portfolio or _new_portfolio(session, actor, parts, account)
        parts.access.require(session, actor, Permission.MANAGE, portfolio.id)
        number = repository.next_number(session, portfolio.id)
        record = _record(row, plan, account, portfolio, imported_by, number, parts.clock.now())
        if account.mode is not Mode.RECONCILE:
            _write(session, actor, parts, account, portfolio, record)
        record.sealed_lines = parts.seal_lines(
            {each.draft.line: each.draft.raw for each in account.to_create}, row.id, portfolio.id
        )
        repository.add_record(session, record)
        records.append(record)
    return records


def request_run(session: Session, actor: Actor, parts: Parts, record: PortfolioImport) -> None:
    record.run_id = parts.batch.recalculate(session, actor, record.portfolio_id, Trigger.UPLOAD)
    repository.set_run(session, record.import_id, record.portfolio_id, record.run_id)


def _new_portfolio(session: Session, actor: Actor, parts: Parts, account: AccountPlan) -> PortfolioRow:
    typed, proposed = account.target.equity_balance, account.proposed_equity
    equity = typed if typed is not None else "" if proposed is None else str(proposed)
    return parts.portfolios.create(session, actor, account.target.form(equity))


def _write(
    session: Session, actor: Actor, parts: Parts, account: AccountPlan, portfolio: PortfolioRow, record: PortfolioImport
) -> None:
    gone = [lot.id for lot in account.replaced]
    if gone:
        parts.positions.take_away(session, gone, Removal.REPLACED, record.import_id)
    parts.positions.insert(session, portfolio.id, [_lot(each, record) for each in account.to_create])
    record.replaced = [str(identifier) for identifier in gone]
    record.positions_removed = len(gone)
    if account.target.portfolio is not None:
        _set_equity(session, actor, parts, account, portfolio, record)


def _set_equity(
    session: Session, actor: Actor, parts: Parts, account: AccountPlan, portfolio: PortfolioRow, record: PortfolioImport
) -> None:
    typed, proposed = account.target.equity_balance, account.proposed_equity
    wanted = typed if typed is not None else None if proposed is None else str(proposed)
    if wanted is None:
        return
    changed = parts.portfolios.update(session, actor, portfolio.id, PortfolioChange(equity_balance=wanted))
    if changed.equity_balance != portfolio.equity_balance:
        record.equity_before, record.equity_after = portfolio.equity_balance, changed.equity_balance


def _lot(row: Row, record: PortfolioImport) -> dict[str, Any]:
    assert row.position is not None  # only what can be stored is created
    return {
        **values_of(row.position),
        "import_id": record.import_id,
        "import_line": row.draft.line,
        "broker_id": row.draft.broker_id,
        "content_hash": hash_of(row.draft),
        "entry_date_estimated": row.estimated,
    }


def _record(
    row: Import, plan: Plan, account: AccountPlan, portfolio: PortfolioRow, imported_by: str, number: int, now: datetime
) -> PortfolioImport:
    recognition = plan.recognition
    assert recognition is not None  # require_settled has seen it
    statuses = [each.status for each in account.rows]
    return PortfolioImport(
        import_id=row.id,
        portfolio_id=portfolio.id,
        imported_by=imported_by,
        file_name=row.file_name,
        size=row.size,
        sha256=row.sha256,
        format=recognition.format,
        broker=recognition.broker,
        label=recognition.label,
        account=account.target.label,
        mode=account.mode,
        state=ImportState.CONFIRMED,
        created_portfolio=account.target.portfolio is None,
        positions_imported=len(account.to_create),
        already_there=statuses.count(RowStatus.DUPLICATE) + statuses.count(RowStatus.KEPT),
        positions_removed=0,
        lines_skipped=len(plan.reading.skipped) + statuses.count(RowStatus.SKIPPED),
        replaced=[],
        number=number,
        confirmed_at=now,
    )
