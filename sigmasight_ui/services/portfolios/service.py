"""A person's portfolios and the lots in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core import ids, locks, rate_limit
from sigmasight_ui.core.actor import Actor, signed_in, writer
from sigmasight_ui.core.calendar import new_york_day
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.errors import AppError, not_found
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.access.schemas import Permission
from sigmasight_ui.services.access.service import AccessService
from sigmasight_ui.services.audit.service import AuditService
from sigmasight_ui.services.portfolios import (
    broker_formats,
    csv_export,
    csv_failed_rows,
    csv_problems,
    csv_sample,
    csv_template,
    errors,
    repository,
    rules,
)
from sigmasight_ui.services.portfolios.form import new_values, refusal_of
from sigmasight_ui.services.portfolios.models import Portfolio
from sigmasight_ui.services.portfolios.position_service import PositionService as PositionService
from sigmasight_ui.services.portfolios.schemas import (
    Format,
    Lot,
    MappingOffer,
    ParsedCsv,
    PortfolioChange,
    PortfolioForm,
    PortfolioRow,
    PositionPage,
    PositionRow,
    Reading,
    content_hash,
    values_of,
)

_FEWEST_COLUMNS = 2  # a symbol and a quantity


class PortfolioService:
    def __init__(self, clock: Clock, access: AccessService, audit: AuditService, deterministic_ids: bool) -> None:
        self._clock = clock
        self._access = access
        self._audit = audit
        self._deterministic_ids = deterministic_ids

    # -- files and forms, without a database -----------------------------------------------------------------------

    def template(self) -> bytes:
        return csv_sample.template_csv()

    def read_csv(self, content: bytes, file_name: str) -> ParsedCsv:
        """Takes its time with a large file: call it between transactions."""
        return csv_template.parse_template(content, file_name, new_york_day(self._clock.now()))

    def is_template(self, content: bytes) -> bool:
        """Whether `read_csv` is the one to read it, or to say what is wrong with it: every table with other columns is
        somebody else's."""
        if csv_template.has_our_columns(content):
            return True
        offer = self.mapping_offer(content)
        return offer is None or len(offer.titles) < _FEWEST_COLUMNS or not offer.first_rows

    def read_broker_file(self, content: bytes, format_key: str | None = None) -> Reading:
        """What a broker's export says. Takes its time with a large file: call it between transactions."""
        return broker_formats.read(content, new_york_day(self._clock.now()), format_key)

    def read_mapped_file(self, content: bytes, columns: Mapping[str, str]) -> Reading:
        """What a file nobody knows says, when somebody has said which column is which field."""
        return broker_formats.read_mapped(content, columns, new_york_day(self._clock.now()))

    def raw_lines(self, content: bytes, lines: Collection[int]) -> dict[int, tuple[str, ...]]:
        """These lines of a file that was read, cell by cell as they stand there."""
        return broker_formats.raw_lines(content, lines)

    def mapping_offer(self, content: bytes) -> MappingOffer | None:
        """Titles and first rows of such a file, and the columns we would choose; None for one that is no table."""
        return broker_formats.mapping_offer(content)

    def broker_formats(self) -> tuple[Format, ...]:
        """Every kind of file that is read, by key."""
        return broker_formats.all_formats()

    def too_large(self) -> ParsedCsv:
        """What `read_csv` says of a file that a door did not even keep."""
        return ParsedCsv((), (csv_problems.problem("ERR_CSV_001"),), 0)

    def failed_rows(self, parsed: ParsedCsv) -> bytes:
        return csv_failed_rows.failed_rows_csv(parsed)

    def check_form(self, form: PortfolioForm, has_file: bool = True) -> AppError | None:
        """Every problem of every field in one refusal."""
        return refusal_of(form, has_file)

    def csv_refused(self, parsed: ParsedCsv, upload_id: UUID) -> errors.CsvRefused:
        return errors.CsvRefused(rules.form_problem("ERR_PORT_008", rules.CSV_FILE), parsed.problems, upload_id)

    # -- reading ---------------------------------------------------------------------------------------------------

    def list_visible(self, session: Session, actor: Actor) -> tuple[PortfolioRow, ...]:
        """Every portfolio in use that the actor owns or was given, oldest first."""
        return tuple(repository.visible(session, self._access.visible_to(actor)))

    def get(self, session: Session, actor: Actor, portfolio_id: UUID) -> PortfolioRow:
        """Archived ones are gone for everybody: the same refusal as unknown."""
        found = repository.visible(session, self._access.visible_to(actor), portfolio_id)
        if not found:
            raise not_found()
        return found[0]

    def positions(
        self, session: Session, actor: Actor, portfolio_id: UUID, limit: int = 50, offset: int = 0
    ) -> PositionPage:
        total = self.get(session, actor, portfolio_id).positions
        return PositionPage(tuple(repository.positions(session, portfolio_id, limit, offset)), total)

    def first_entry(self, session: Session, actor: Actor, portfolio_id: UUID) -> date | None:
        """The day its earliest lot was bought."""
        self._find(session, actor, portfolio_id)
        return repository.first_entry(session, portfolio_id)

    def lots(self, session: Session, actor: Actor, portfolio_id: UUID) -> tuple[Lot, ...]:
        """Every lot of one portfolio, closed ones included."""
        self._find(session, actor, portfolio_id)
        return repository.lots(session, self._access.visible_to(actor), (portfolio_id,))

    def list_own(self, session: Session, actor: Actor) -> tuple[tuple[PortfolioRow, datetime | None], ...]:
        """What the actor may take along: every portfolio of their own, and when it was archived."""
        archived = repository.archived_at(session, signed_in(actor))
        return tuple((row, archived.get(row.id)) for row in repository.visible(session, self._access.owned_by(actor)))

    def own_lots(self, session: Session, actor: Actor, portfolio_id: UUID) -> tuple[Lot, ...]:
        """Every lot of a portfolio of the actor's own, an archived one's too."""
        return repository.lots(session, self._access.owned_by(actor), (portfolio_id,))

    def export_csv(self, session: Session, actor: Actor, portfolio_id: UUID) -> bytes:
        """Every lot in our own twelve columns; reads back to the same lots."""
        return csv_export.export_csv(self.lots(session, actor, portfolio_id))

    def lots_of(
        self, session: Session, actor: Actor, portfolio_ids: Iterable[UUID], symbols: Sequence[str] | None = None
    ) -> tuple[Lot, ...]:
        """Every lot in those of the portfolios that are visible, of all symbols or of these."""
        return repository.lots(session, self._access.visible_to(actor), portfolio_ids, symbols)

    def expiring(self, session: Session, actor: Actor, portfolio_ids: Iterable[UUID], until: date) -> tuple[Lot, ...]:
        """Open options of these portfolios that expire by then, those that have expired included."""
        return repository.expiring(session, self._access.visible_to(actor), portfolio_ids, until)

    def positions_changed_at(
        self, session: Session, actor: Actor, portfolio_ids: Iterable[UUID]
    ) -> dict[UUID, datetime]:
        """When the lots of each portfolio were last changed; one that was never is not in it."""
        return repository.positions_changed_at(session, self._access.visible_to(actor), portfolio_ids)

    def owners(self, session: Session) -> dict[UUID, UUID]:
        """Every portfolio in use and who owns it. For the clock's jobs: any other role sees its own only."""
        return repository.owners(session)

    # -- writing ---------------------------------------------------------------------------------------------------

    def admit(self, open_: Transactions, actor: Actor) -> None:
        """Counts one portfolio made without a file; doors ask first. The count stays whatever becomes of it."""
        user_id = writer(actor)
        with open_(actor) as session:
            wait = rate_limit.hit(session, rules.CREATIONS, str(user_id))
        if wait:
            raise errors.too_many_created(wait)

    def create(
        self,
        session: Session,
        actor: Actor,
        form: PortfolioForm,
        positions: Sequence[PositionRow] = (),
        *,
        is_sample: bool = False,
        import_id: UUID | None = None,
    ) -> PortfolioRow:
        """The portfolio and its lots, whole or not at all. A race for an account name is decided by the database.
        `import_id`: the import the lots come from."""
        owner = writer(actor)
        if refused := self.check_form(form):
            raise refused
        self._require_room(session, owner)
        portfolio = self._new(session, owner, form, is_sample)
        if not repository.add(session, portfolio):
            raise self._name_taken(session, actor, form.account_name)
        repository.add_positions(session, _positions(portfolio, positions, import_id))
        details = {"positions": len(positions), "sample": is_sample}
        self._audit.record(session, actor, "portfolio.create", target=("portfolio", portfolio.id), details=details)
        return _row(portfolio, len(positions))

    def update(self, session: Session, actor: Actor, portfolio_id: UUID, change: PortfolioChange) -> PortfolioRow:
        portfolio = self._find_for(session, actor, Permission.MANAGE, portfolio_id)
        if values := new_values(change, portfolio):
            if not repository.change(session, portfolio_id, values):
                raise self._name_taken(session, actor, change.account_name or "")
            session.refresh(portfolio)
            details = {"fields": sorted(values)}
            self._audit.record(session, actor, "portfolio.update", target=("portfolio", portfolio_id), details=details)
        return _row(portfolio, repository.count_positions(session, portfolio_id))

    def archive(self, session: Session, actor: Actor, portfolio_id: UUID) -> None:
        """Out of every list and every sum; the rows stay. The last one may go too."""
        self._find_for(session, actor, Permission.OWN, portfolio_id)
        repository.archive(session, portfolio_id, self._clock.now())
        self._audit.record(session, actor, "portfolio.archive", target=("portfolio", portfolio_id))

    def is_archived(self, session: Session, actor: Actor, portfolio_id: UUID) -> bool:
        """Of one's own; somebody else's is not there at all."""
        return repository.find_archived(session, signed_in(actor), portfolio_id) is not None

    def bring_back(self, session: Session, actor: Actor, portfolio_id: UUID) -> PortfolioRow:
        """An archived portfolio of one's own back into use, unless its account name has gone to another."""
        found = repository.find_archived(session, writer(actor), portfolio_id)
        if found is None:
            raise not_found()
        self._require_room(session, found.owner_id)
        if not repository.change(session, portfolio_id, {"archived_at": None}):
            raise self._name_taken(session, actor, found.account_name)
        self._audit.record(session, actor, "portfolio.bring_back", target=("portfolio", portfolio_id))
        return self.get(session, actor, portfolio_id)

    def require_free_account(self, session: Session, actor: Actor, account_name: str) -> None:
        """Spares somebody the wait; whether the name is free is decided when the row is written."""
        if repository.find_account(session, writer(actor), rules.clean_name(account_name)):
            raise self._name_taken(session, actor, account_name)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _require_room(self, session: Session, owner: UUID) -> None:
        locks.wait_for(session, "portfolios", owner)
        if repository.count_owned(session, owner) >= rules.MAX_PORTFOLIOS:
            raise errors.too_many(rules.form_problem("ERR_PORT_012", rules.ACCOUNT_NAME))

    def _name_taken(self, session: Session, actor: Actor, account_name: str) -> AppError:
        problem = rules.form_problem("ERR_PORT_001", rules.ACCOUNT_NAME)
        name = rules.clean_name(account_name)
        return errors.name_taken(problem, name, repository.find_account(session, writer(actor), name))

    def _find(self, session: Session, actor: Actor, portfolio_id: UUID) -> Portfolio:
        found = repository.find(session, self._access.visible_to(actor), portfolio_id)
        if found is None:
            raise not_found()
        return found

    def _find_for(self, session: Session, actor: Actor, permission: Permission, portfolio_id: UUID) -> Portfolio:
        self._access.require(session, actor, permission, portfolio_id)
        return self._find(session, actor, portfolio_id)

    def _new(self, session: Session, owner: UUID, form: PortfolioForm, is_sample: bool) -> Portfolio:
        equity = rules.parse_equity_balance(form.equity_balance)
        account_type = rules.parse_account_type(form.account_type)
        assert equity is not None  # check_form has let the form through
        assert account_type is not None
        account_name = rules.clean_name(form.account_name)
        return Portfolio(
            id=self._free_id(session, owner, account_name),
            owner_id=owner,
            name=rules.clean_name(form.portfolio_name),
            account_name=account_name,
            account_type=account_type,
            description=rules.clean_description(form.description),
            equity_balance=equity,
            is_sample=is_sample,
            created_at=self._clock.now(),
        )

    def _free_id(self, session: Session, owner: UUID, account_name: str) -> UUID:
        """Derived from the account name where ids are; an archived or renamed portfolio keeps its id, so the next one
        of that name counts on."""
        derived = self._deterministic_ids or ids.is_derived(owner)
        first = ids.portfolio_id(owner, account_name, derived)
        if not derived:
            return first
        taken = repository.owned_ids(session, owner)
        later = (ids.portfolio_id(owner, f"{account_name}#{n}", True) for n in range(2, len(taken) + 2))
        return next(found for found in (first, *later) if found not in taken)


def _row(portfolio: Portfolio, positions: int) -> PortfolioRow:
    return PortfolioRow(
        id=portfolio.id,
        name=portfolio.name,
        account_name=portfolio.account_name,
        account_type=portfolio.account_type,
        description=portfolio.description,
        equity_balance=portfolio.equity_balance,
        is_sample=portfolio.is_sample,
        created_at=portfolio.created_at,
        positions=positions,
    )


def _positions(portfolio: Portfolio, rows: Sequence[PositionRow], import_id: UUID | None) -> list[dict[str, Any]]:
    """Equal lots of one file are lots of their own, with ids of their own even where these are derived."""
    equals: Counter[tuple[str, date]] = Counter()
    values = []
    for row in rows:
        equals[row.symbol, row.entry_date] += 1
        source = {"import_id": import_id, "import_line": row.line if import_id else None}
        values.append({**_position(portfolio, row, equals[row.symbol, row.entry_date]), **source})
    return values


def _position(portfolio: Portfolio, row: PositionRow, occurrence: int) -> dict[str, Any]:
    name = row.symbol if occurrence == 1 else f"{row.symbol}#{occurrence}"
    stated = content_hash(row.symbol, row.quantity, row.entry_price, row.entry_date, row.exit_date, row.exit_price)
    return {
        **values_of(row),
        "id": ids.position_id(portfolio.id, name, row.entry_date, ids.is_derived(portfolio.id)),
        "portfolio_id": portfolio.id,
        "created_at": portfolio.created_at,
        "content_hash": stated,
    }
