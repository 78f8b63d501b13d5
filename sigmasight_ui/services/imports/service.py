"""Files into portfolios: looked at first, then taken whole; explainable line by line, and reversible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core import locks, rate_limit
from sigmasight_ui.core.actor import Actor, signed_in, writer
from sigmasight_ui.core.calendar import new_york_day
from sigmasight_ui.core.errors import not_found
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.access.schemas import Permission
from sigmasight_ui.services.imports import (
    choosing,
    confirming,
    errors,
    opening,
    presets,
    provenance,
    recording,
    repository,
    rules,
    undoing,
    viewing,
)
from sigmasight_ui.services.imports.models import Import, PortfolioImport
from sigmasight_ui.services.imports.parts import Parts
from sigmasight_ui.services.imports.planning import Opened
from sigmasight_ui.services.imports.presets import PresetService as PresetService
from sigmasight_ui.services.imports.schemas.choices import AccountChoice, Confirmation, EditedSince, ImportChange, Mode
from sigmasight_ui.services.imports.schemas.history import (
    ImportPage,
    ImportRecord,
    ImportResult,
    ImportState,
    OpenReview,
    Provenance,
    UndoReach,
)
from sigmasight_ui.services.imports.schemas.review import FormatName, Review
from sigmasight_ui.services.portfolios.schemas import PortfolioRow, PositionRow

_CHANGED_MEANWHILE = 3
"""How often a confirmation reads the file again when somebody keeps changing the choices beside it."""


class ImportService:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    # -- looking at a file -----------------------------------------------------------------------------------------

    def admit(self, open_: Transactions, actor: Actor) -> None:
        """Counts one upload; doors ask before they read the body. The count stays whatever becomes of the upload."""
        user_id = writer(actor)
        with open_(actor) as session:
            wait = rate_limit.hit(session, rules.UPLOADS, str(user_id))
        if wait:
            raise errors.too_many_uploads(wait)

    def admit_reading(self, open_: Transactions, actor: Actor) -> None:
        """Counts one look at a review or one change of it; doors ask before it."""
        with open_(actor) as session:
            wait = rate_limit.hit(session, rules.READINGS, str(signed_in(actor)))
        if wait:
            raise errors.too_many_readings(wait)

    def formats(self) -> tuple[FormatName, ...]:
        """Every kind of file that is read, for choosing one by hand."""
        known = self._parts.portfolios.broker_formats()
        return tuple(FormatName(found.key, found.broker, found.kind, found.label) for found in known)

    def start(
        self,
        open_: Transactions,
        actor: Actor,
        file_name: str,
        content: bytes | None,
        portfolio_id: UUID | None = None,
        format_key: str | None = None,
    ) -> Review:
        """Keeps the file, sealed, for a day, and says what importing it would do. `content` is None when the door
        stopped keeping it, because it is larger than we take."""
        user_id = writer(actor)
        self._require_format(format_key)
        if portfolio_id is not None:
            with open_(actor) as session:
                self._parts.access.require(session, actor, Permission.MANAGE, portfolio_id)
        row = recording.file_row(self._parts, user_id, file_name, content, rules.REVIEW_KEPT)
        row.portfolio_id, row.choices = portfolio_id, {"format": format_key} if format_key else {}
        opened = self._open_first(open_, actor, row, content)
        with open_(actor) as session:
            locks.wait_for(session, "import_reviews", user_id)
            if repository.count_reviews(session, user_id, row.created_at) >= rules.OPEN_REVIEWS:
                raise errors.too_many_reviews(rules.OPEN_REVIEWS)
            repository.add(session, row)
            return viewing.review_of(
                session, row, opening.plan_of(session, actor, self._parts, row, opened, row.choices), row.choices
            )

    def get(self, open_: Transactions, actor: Actor, import_id: UUID) -> Review:
        with open_(actor) as session:
            row = self._find(session, actor, import_id)
        if row.state != ImportState.REVIEW:
            with open_(actor) as session:
                return viewing.done(session, actor, self._parts, row)
        opened = opening.open_again(self._parts, row, row.choices)
        with open_(actor) as session:
            return viewing.review_of(
                session, row, opening.plan_of(session, actor, self._parts, row, opened, row.choices), row.choices
            )

    def reviews(self, session: Session, actor: Actor) -> tuple[OpenReview, ...]:
        """Files the actor has not decided on yet, newest first."""
        now = self._parts.clock.now()
        return tuple(repository.reviews(session, signed_in(actor), now))

    def change(self, open_: Transactions, actor: Actor, import_id: UUID, change: ImportChange) -> Review:
        """Answers, edits and choices, added to those given before."""
        writer(actor)
        self._require_format(change.format)
        with open_(actor) as session:
            row = self._find(session, actor, import_id)
            self._require_review(row)
        opened = opening.open_again(self._parts, row, choosing.merged(row.choices, change))
        choosing.check(change, opened, new_york_day(self._parts.clock.now()))
        with open_(actor) as session:
            row = self._find(session, actor, import_id, lock=True)
            self._require_review(row)
            self._check_accounts(session, actor, change.accounts)
            choices = choosing.merged(row.choices, change)
            plan = opening.plan_of(session, actor, self._parts, row, opened, choices)
            repository.change(session, row.id, {"choices": choices, "revision": row.revision + 1})
            presets.keep(session, self._parts.clock, row.user_id, change.mapping, opened)
            return viewing.review_of(session, row, plan, choices)

    def discard(self, session: Session, actor: Actor, import_id: UUID) -> None:
        """A review that is not wanted: the file goes at once."""
        writer(actor)
        row = self._find(session, actor, import_id, lock=True)
        self._require_review(row)
        repository.remove(session, import_id)

    # -- confirming, undoing ---------------------------------------------------------------------------------------

    def confirm(
        self, open_: Transactions, actor: Actor, import_id: UUID, confirmation: Confirmation | None = None
    ) -> ImportResult:
        """Everything in one transaction, once: whoever confirms again is told what the first one did."""
        writer(actor)
        for _ in range(_CHANGED_MEANWHILE):
            with open_(actor) as session:
                row = self._find(session, actor, import_id)
                if row.state != ImportState.REVIEW:
                    return viewing.result_of(session, actor, self._parts, import_id)
            opened = opening.open_again(self._parts, row, row.choices)
            with open_(actor) as session:
                locked = self._find(session, actor, import_id, lock=True)
                if locked.state != ImportState.REVIEW:
                    return viewing.result_of(session, actor, self._parts, import_id)
                if locked.revision == row.revision:
                    return self._confirm(session, actor, locked, opened, confirmation or Confirmation())
        raise errors.changed_meanwhile()

    def undo(self, session: Session, actor: Actor, import_id: UUID, edited: EditedSince | None = None) -> ImportResult:
        """Takes back exactly what the import did. `edited` is the answer when positions were changed since."""
        writer(actor)
        if self._is_review(session, actor, import_id):
            raise errors.never_confirmed()
        undone, left = undoing.undo(session, actor, self._parts, import_id, edited)
        if undone:
            self._recalculate(session, actor, left)
            self._record(session, actor, "import.undo", import_id, undone)
        return viewing.result_of(session, actor, self._parts, import_id)

    def redo(self, session: Session, actor: Actor, import_id: UUID) -> ImportResult:
        """Undoes the undoing."""
        writer(actor)
        if self._is_review(session, actor, import_id):
            raise errors.not_undone()
        if records := undoing.redo(session, actor, self._parts, import_id):
            self._recalculate(session, actor, records)
            self._record(session, actor, "import.redo", import_id, records)
        return viewing.result_of(session, actor, self._parts, import_id)

    def undo_reach(self, session: Session, actor: Actor, import_id: UUID) -> UndoReach:
        """What `undo` would touch, and what it will ask about."""
        return undoing.reach(session, actor, self._parts, import_id)

    def record_created(
        self,
        session: Session,
        actor: Actor,
        import_id: UUID,
        file: tuple[str, bytes],
        made: PortfolioRow,
        rows: Sequence[PositionRow],
    ) -> None:
        """The file a new portfolio was made from, with the lots that carry this import's id: explainable line by line
        and undone like any other."""
        recording.record(session, actor, self._parts, import_id, file, made, rows)

    # -- looking back ----------------------------------------------------------------------------------------------

    def history(
        self, session: Session, actor: Actor, portfolio_id: UUID, limit: int = 50, offset: int = 0
    ) -> ImportPage:
        """Imports into this portfolio, newest first, undone ones included."""
        access = self._parts.access
        access.require(session, actor, Permission.VIEW, portfolio_id)
        found = repository.history(session, portfolio_id, limit, offset)
        return ImportPage(
            tuple(provenance.record_view(record, has_file) for record, has_file in found),
            repository.count_history(session, portfolio_id),
            access.may(session, actor, Permission.MANAGE, portfolio_id),
        )

    def own_history(self, session: Session, actor: Actor, portfolio_id: UUID) -> tuple[ImportRecord, ...]:
        """All imports into a portfolio of the actor's own, an archived one too."""
        self._parts.access.require_owned(session, actor, portfolio_id)
        found = repository.history(session, portfolio_id, None, 0)
        return tuple(provenance.record_view(record, has_file) for record, has_file in found)

    def provenance(self, session: Session, actor: Actor, position_id: UUID) -> Provenance:
        return provenance.provenance(session, actor, self._parts, position_id)

    def delete_expired(self, session: Session) -> int:
        """For the clock's jobs: reviews after their day, files after the days their owner has set, and positions that
        were deleted by hand and not put back."""
        now = self._parts.clock.now()
        self._parts.positions.forget_deleted(session, now - rules.DELETED_KEPT)
        return repository.delete_expired(session, now)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _open_first(self, open_: Transactions, actor: Actor, row: Import, content: bytes | None) -> Opened:
        """A file nobody knows is read by the preset that fits it, where there is one."""
        opened = opening.open_file(self._parts, content, row.choices)
        if opened.offer is None:
            return opened
        with open_(actor) as session:
            preset = presets.fitting(session, row.user_id, opened.offer)
        if preset is None:
            return opened
        row.choices = {**row.choices, "mapping": preset.mapping}
        return opening.open_file(self._parts, content, row.choices)

    def _find(self, session: Session, actor: Actor, import_id: UUID, *, lock: bool = False) -> Import:
        found = repository.find(session, signed_in(actor), import_id, self._parts.clock.now(), lock=lock)
        if found is None:
            raise not_found()
        return found

    def _is_review(self, session: Session, actor: Actor, import_id: UUID) -> bool:
        """Of the actor's own: nobody else knows of it, and nothing of it is in any portfolio."""
        return repository.is_open_review(session, signed_in(actor), import_id, self._parts.clock.now())

    def _require_review(self, row: Import) -> None:
        if row.state != ImportState.REVIEW:
            raise errors.already_confirmed()

    def _require_format(self, key: str | None) -> None:
        if key and key not in {found.key for found in self._parts.portfolios.broker_formats()}:
            raise errors.bad_choice("there is no such format", "Leave it out to have the file recognised.")

    def _check_accounts(self, session: Session, actor: Actor, accounts: tuple[AccountChoice, ...]) -> None:
        for choice in accounts:
            if choice.portfolio_id is not None:
                self._parts.access.require(session, actor, Permission.MANAGE, choice.portfolio_id)
            if refused := self._parts.portfolios.check_form(choosing.form_of(choice, choice.label)):
                raise refused

    def _confirm(
        self, session: Session, actor: Actor, row: Import, opened: Opened, confirmation: Confirmation
    ) -> ImportResult:
        choices = self._confirmed(session, actor, row, opened, confirmation)
        plan = opening.plan_of(session, actor, self._parts, row, opened, choices, lock=True)
        confirming.require_settled(plan)
        records = confirming.carry_out(session, actor, self._parts, row, plan)
        now = self._parts.clock.now()
        days = self._parts.identity.profile(session, actor).import_file_days
        values: dict[str, Any] = {"choices": choices, "state": ImportState.CONFIRMED, "confirmed_at": now}
        kept: dict[str, Any] = {"file_expires_at": now + timedelta(days=days)} if days else {"sealed_file": None}
        repository.change(session, row.id, {**values, **kept})
        self._recalculate(session, actor, [record for record in records if record.mode != Mode.RECONCILE])
        self._record(session, actor, "import.confirm", row.id, records)
        return viewing.result_of(session, actor, self._parts, row.id)

    def _confirmed(
        self, session: Session, actor: Actor, row: Import, opened: Opened, confirmation: Confirmation
    ) -> dict[str, Any]:
        """The choices with what was said at the button; a balance alone is meant for the only account."""
        accounts = confirmation.accounts
        if confirmation.equity_balance is not None:
            targets, _ = opening.targets_of(session, actor, self._parts, row, opened, row.choices)
            only = [target.label for target in targets if target.include]
            if len(only) != 1:
                raise errors.bad_choice("the file has several accounts", "Give each account its own equity balance.")
            accounts = (*accounts, AccountChoice(only[0], equity_balance=confirmation.equity_balance))
        said = ImportChange(accounts=accounts)
        choosing.check(said, opened, new_york_day(self._parts.clock.now()))
        self._check_accounts(session, actor, accounts)
        return choosing.merged(row.choices, said)

    def _recalculate(self, session: Session, actor: Actor, records: list[PortfolioImport]) -> None:
        for record in records:
            confirming.request_run(session, actor, self._parts, record)

    def _record(
        self, session: Session, actor: Actor, action: str, import_id: UUID, records: list[PortfolioImport]
    ) -> None:
        details = {
            "portfolios": [str(record.portfolio_id) for record in records],
            "positions": sum(record.positions_imported for record in records),
        }
        self._parts.audit.record(session, actor, action, target=("import", import_id), details=details)
