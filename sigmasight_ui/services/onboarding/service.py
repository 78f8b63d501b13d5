"""The way in: an account by invitation, then a portfolio from a file."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session

from sigmasight_ui.core import rate_limit
from sigmasight_ui.core.actor import ANONYMOUS, Actor, signed_in, writer
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.crypto import MasterKey, SealBroken
from sigmasight_ui.core.errors import AppError, ErrorKind, not_found
from sigmasight_ui.core.file_names import displayed_name
from sigmasight_ui.core.text import storable
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.audit.service import AuditService
from sigmasight_ui.services.batch.schemas import Trigger
from sigmasight_ui.services.batch.service import BatchService
from sigmasight_ui.services.equity_changes.service import EquityChangeService
from sigmasight_ui.services.identity.errors import email_taken
from sigmasight_ui.services.identity.schemas import UserView, Visitor
from sigmasight_ui.services.identity.service import IdentityService
from sigmasight_ui.services.imports.schemas.choices import AccountChoice, ImportChange
from sigmasight_ui.services.imports.service import ImportService, PresetService
from sigmasight_ui.services.invites.errors import invite_missing
from sigmasight_ui.services.invites.service import InviteService
from sigmasight_ui.services.onboarding import errors, repository, rules, sample_portfolio
from sigmasight_ui.services.onboarding.models import Upload
from sigmasight_ui.services.onboarding.schemas import (
    ImportCommand,
    Imported,
    Registration,
    UploadedFile,
    UploadView,
)
from sigmasight_ui.services.portfolios.schemas import ParsedCsv, PortfolioForm, PortfolioRow, problem_fields
from sigmasight_ui.services.portfolios.service import PortfolioService
from sigmasight_ui.services.scenarios.service import ScenarioService

UPLOAD_KEPT = timedelta(hours=24)
_PROBLEMS_KEPT = 500
_EVENTS_EXPORTED = 10_000
_NAME_ATTEMPTS = 5
_NOT_AUDITED = (ErrorKind.RATE_LIMITED, ErrorKind.UNAVAILABLE)  # a flood must not fill the record


class OnboardingService:
    def __init__(
        self,
        clock: Clock,
        key: MasterKey,
        audit: AuditService,
        identity: IdentityService,
        invites: InviteService,
        portfolios: PortfolioService,
        batch: BatchService,
        imports: ImportService,
        equity_changes: EquityChangeService,
        scenarios: ScenarioService,
        import_presets: PresetService,
    ) -> None:
        self._clock = clock
        self._key = key
        self._audit = audit
        self._identity = identity
        self._invites = invites
        self._portfolios = portfolios
        self._batch = batch
        self._imports = imports
        self._equity_changes = equity_changes
        self._scenarios = scenarios
        self._import_presets = import_presets

    # -- registration ----------------------------------------------------------------------------------------------

    def check_registration(self, registration: Registration) -> list[AppError]:
        """Every field that cannot be right, for showing at once. Whether the invite is good or the address taken is
        answered by `register` alone, where attempts are counted."""
        problems = self._identity.account_problems(registration.email, registration.password, registration.full_name)
        return problems if registration.invite_code.strip() else [invite_missing(), *problems]

    def register(self, open_: Transactions, registration: Registration, visitor: Visitor) -> UserView:
        """The first thing wrong, in this order: invite, email, account exists, password, name. The invite comes first
        so that nobody without one can ask who has an account."""
        anonymous = replace(ANONYMOUS, ip=visitor.ip)
        with open_(anonymous) as session:
            wait = rate_limit.hit(session, rules.REGISTRATION_ATTEMPTS, visitor.ip or "unknown")
        if wait:
            raise errors.too_many_registrations(wait)
        try:
            self._check_in_order(open_, anonymous, registration)
            return self._create_account(open_, anonymous, registration, visitor)
        except AppError as refused:
            if refused.kind not in _NOT_AUDITED:
                with open_(anonymous) as session:
                    details = {"code": refused.code}
                    self._audit.record(session, anonymous, "account.create", "refused", details=details)
            raise

    def _check_in_order(self, open_: Transactions, anonymous: Actor, registration: Registration) -> None:
        self._invites.require(registration.invite_code)
        problems = self._identity.account_problems(registration.email, registration.password, registration.full_name)
        if not (problems and problems[0].field == "email"):
            with open_(anonymous) as session:
                taken = self._identity.email_taken(session, registration.email)
            if taken:
                raise email_taken(registration.email.strip())
        if problems:
            raise problems[0]

    def _create_account(
        self, open_: Transactions, anonymous: Actor, registration: Registration, visitor: Visitor
    ) -> UserView:
        hashed = self._identity.hash_password(registration.password)
        with open_(anonymous) as session:
            wait = rate_limit.hit(session, rules.REGISTRATION_ACCOUNTS, visitor.ip or "unknown")
            if wait:
                raise errors.too_many_registrations(wait)
            return self._identity.create_account(session, registration.email, registration.full_name, hashed, visitor)

    # -- a portfolio from a file -----------------------------------------------------------------------------------

    def admit_upload(self, open_: Transactions, actor: Actor) -> None:
        """Counts one upload, together with those of the import page."""
        self._imports.admit(open_, actor)

    def import_portfolio(self, open_: Transactions, actor: Actor, command: ImportCommand) -> Imported:
        """All or nothing: portfolio, positions, run and upload in one transaction, or a refusal and no portfolio.

        Refusals: the form's problems together, then a taken account name, then every problem of the file.
        """
        writer(actor)
        file = command.file
        if file is not None and file.content is None:
            raise self._reject(open_, actor, command, self._portfolios.too_large())
        if refused := self._portfolios.check_form(command.form, has_file=file is not None):
            raise refused
        assert file is not None  # check_form has seen it
        assert file.content is not None
        with open_(actor) as session:
            self._portfolios.require_free_account(session, actor, command.form.account_name)
        parsed = self._portfolios.read_csv(file.content, file.name)
        if not parsed.is_valid:
            raise self._reject(open_, actor, command, parsed)
        return self._store(open_, actor, command, parsed)

    def start_review(self, open_: Transactions, actor: Actor, command: ImportCommand) -> UUID | None:
        """A table that is not our template is looked at before anything is written: the import to look at. What was
        typed is kept for it; None for our template, and for what is no table."""
        file = command.file
        if file is None or file.content is None or self._portfolios.is_template(file.content):
            return None
        review = self._imports.start(open_, actor, file.name, file.content)
        accounts = review.recognised.accounts if review.recognised else ()
        if len(accounts) == 1 and accounts[0].is_new and self._portfolios.check_form(command.form) is None:
            form = command.form
            named = AccountChoice(
                accounts[0].label, portfolio_name=form.portfolio_name, account_name=form.account_name,
                account_type=form.account_type, equity_balance=form.equity_balance,
            )  # fmt: skip
            self._imports.change(open_, actor, review.import_id, ImportChange(accounts=(named,)))
        return review.import_id

    def create_sample(self, open_: Transactions, actor: Actor) -> Imported:
        """Everything an upload does, from a file of ours; a name that is taken meanwhile is asked for again."""
        self.admit_upload(open_, actor)
        with open_(actor) as session:
            taken = {row.account_name for row in self._portfolios.list_visible(session, actor)}
        attempts = 0
        while True:
            attempts += 1
            command = sample_portfolio.sample_command(taken)
            try:
                return self.import_portfolio(open_, actor, command)
            except AppError as refused:
                if refused.kind is not ErrorKind.CONFLICT or attempts == _NAME_ATTEMPTS:
                    raise
            taken.add(command.form.account_name)

    def _store(self, open_: Transactions, actor: Actor, command: ImportCommand, parsed: ParsedCsv) -> Imported:
        upload = self._upload(actor, command, parsed, repository.CREATED)
        content = command.file.content if command.file else None
        with open_(actor) as session:
            made = self._portfolios.create(
                session, actor, command.form, parsed.rows, is_sample=command.is_sample, import_id=upload.id
            )
            self._imports.record_created(
                session, actor, upload.id, (upload.file_name, content or b""), made, parsed.rows
            )
            upload.portfolio_id = made.id
            if command.start_run:
                upload.run_id = self._batch.request_run(session, actor, made.id, Trigger.UPLOAD).id
            repository.add(session, upload)
        return _imported(upload, made)

    def _reject(self, open_: Transactions, actor: Actor, command: ImportCommand, parsed: ParsedCsv) -> AppError:
        """Keeps the sealed file for a day, so that the rows to correct can be handed back."""
        upload = self._upload(actor, command, parsed, repository.REJECTED)
        upload.problems = storable([problem_fields(problem) for problem in parsed.problems[:_PROBLEMS_KEPT]])
        if parsed.failed_records and command.file is not None and command.file.content is not None:
            upload.sealed_file = self._key.seal(zlib.compress(command.file.content, 1), _place(upload.id))
        with open_(actor) as session:
            repository.add(session, upload)
            details = {"problems": upload.total_problems}
            target = ("upload", upload.id)
            self._audit.record(session, actor, "portfolio.import", "refused", target=target, details=details)
        return self._portfolios.csv_refused(parsed, upload.id)

    def _upload(self, actor: Actor, command: ImportCommand, parsed: ParsedCsv, outcome: str) -> Upload:
        file = command.file or UploadedFile("", b"")
        content, now = file.content or b"", self._clock.now()
        return Upload(
            id=uuid4(),
            user_id=writer(actor),
            file_name=displayed_name(file.name),
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            form=storable(asdict(command.form)),
            outcome=outcome,
            total_rows=parsed.total_rows,
            failed_rows=len(parsed.failed_records),
            total_problems=len(parsed.problems),
            problems=[],
            created_at=now,
            expires_at=now + UPLOAD_KEPT,
        )

    # -- looking at uploads ----------------------------------------------------------------------------------------

    def upload(self, session: Session, actor: Actor, upload_id: UUID) -> UploadView:
        return _view(self._find(session, actor, upload_id))

    def failed_rows(self, open_: Transactions, actor: Actor, upload_id: UUID) -> bytes:
        """The rows to correct as a CSV of their own, with the problem beside each."""
        with open_(actor) as session:
            sealed = self._find(session, actor, upload_id).sealed_file
        if sealed is None:
            raise not_found()
        try:
            content = zlib.decompress(self._key.open(sealed, _place(upload_id)))
        except SealBroken as error:
            raise not_found() from error
        return self._portfolios.failed_rows(self._portfolios.read_csv(content, "upload.csv"))

    def active_run_id(self, session: Session, actor: Actor) -> UUID | None:
        """The run somebody belongs to who comes back while their newest upload is calculated."""
        newest = repository.newest(session, signed_in(actor))
        in_use = {row.id for row in self._portfolios.list_visible(session, actor)}
        if newest is None or newest.run_id is None or newest.portfolio_id not in in_use:
            return None
        is_active = self._batch.find_run(session, actor, newest.run_id).status.is_active
        return newest.run_id if is_active else None

    # -- what we hold about somebody -------------------------------------------------------------------------------

    def own_data(self, session: Session, actor: Actor) -> dict[str, Any]:
        """Everything a person has given us and may take along; not for somebody who looks through their eyes."""
        writer(actor)
        return {
            "exported_at": self._clock.now(),
            "profile": asdict(self._identity.profile(session, actor)),
            "sessions": [asdict(row) for row in self._identity.sessions(session, actor)],
            "security_events": [asdict(row) for row in self._audit.own_events(session, actor, _EVENTS_EXPORTED)],
            "portfolios": [
                {
                    **asdict(row),
                    "archived_at": archived_at,
                    "positions": [lot._asdict() for lot in self._portfolios.own_lots(session, actor, row.id)],
                    "imports": [asdict(each) for each in self._imports.own_history(session, actor, row.id)],
                    "equity_changes": [asdict(each) for each in self._equity_changes.own(session, actor, row.id)],
                }
                for row, archived_at in self._portfolios.list_own(session, actor)
            ],
            "scenarios": [asdict(each) for each in self._scenarios.list_own(session, actor)],
            "import_presets": [asdict(each) for each in self._import_presets.list_own(session, actor)],
        }

    def delete_expired_uploads(self, session: Session) -> int:
        """For the clock's jobs: refused uploads older than a day; how many were deleted."""
        return repository.delete_expired(session, self._clock.now())

    def _find(self, session: Session, actor: Actor, upload_id: UUID) -> Upload:
        found = repository.find(session, signed_in(actor), upload_id, self._clock.now())
        if found is None:
            raise not_found()
        return found


def _place(upload_id: UUID) -> str:
    return f"uploads.{upload_id}"


def _imported(upload: Upload, made: PortfolioRow) -> Imported:
    return Imported(
        upload_id=upload.id,
        portfolio_id=made.id,
        portfolio_name=made.name,
        account_name=made.account_name,
        account_type=made.account_type,
        equity_balance=made.equity_balance,
        positions_imported=made.positions,
        run_id=upload.run_id,
    )


def _view(upload: Upload) -> UploadView:
    return UploadView(
        id=upload.id,
        outcome=upload.outcome,
        file_name=upload.file_name,
        size=upload.size,
        form=PortfolioForm(**upload.form),
        total_rows=upload.total_rows,
        failed_rows=upload.failed_rows,
        total_problems=upload.total_problems,
        problems=tuple(upload.problems),
        has_failed_rows=upload.sealed_file is not None,
        portfolio_id=upload.portfolio_id,
        run_id=upload.run_id,
        created_at=upload.created_at,
        expires_at=upload.expires_at,
    )
