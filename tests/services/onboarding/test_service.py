"""What the doors do not show: nothing half stored, what is kept and forgotten, where who comes back belongs."""

import csv
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.onboarding.schemas import ImportCommand, UploadedFile
from sigmasight_ui.services.portfolios.schemas import PortfolioForm

HEADER = "Symbol,Quantity,Entry Price Per Share,Entry Date\n"
GOOD = HEADER + "AAPL,100,158.00,2024-01-15\nSHOP,-25,62.50,2024-02-10\n"
BAD = HEADER + "AAPL,,158.00,2024-01-15\nMSFT,1,1.00,2024-01-15\n"
FORM = PortfolioForm("Core growth", "Schwab Taxable", "taxable", "$412,806.55", "Long term")


def command(content=GOOD, name="core.csv", form=FORM, **options):
    return ImportCommand(form, UploadedFile(name, content.encode()), **options)


@pytest.fixture
def import_file(services):
    return lambda actor, *arguments, **options: services.onboarding.import_portfolio(
        services.db.transaction, actor, command(*arguments, **options)
    )


@pytest.fixture
def ask(services):
    def call(actor, name, *arguments):
        with services.db.transaction(actor) as session:
            return getattr(services.onboarding, name)(session, actor, *arguments)

    return call


def refused(work, *arguments, **options):
    with pytest.raises(AppError) as refusal:
        work(*arguments, **options)
    return refusal.value


def count(services, actor, table):
    with services.db.transaction(actor) as session:
        return session.execute(text(f"select count(*) from {table}")).scalar()


def test_import_is_all_or_nothing_when_the_run_cannot_be_asked_for(services, new_user, import_file, monkeypatch):
    owner = new_user()

    def fail(*_arguments):
        raise RuntimeError("the queue is away")

    monkeypatch.setattr(services.batch, "request_run", fail)
    with pytest.raises(RuntimeError):
        import_file(owner, start_run=True)
    assert [count(services, owner, table) for table in ("portfolios", "positions", "uploads", "batch_runs")] == [0] * 4
    monkeypatch.undo()
    assert import_file(owner, start_run=True).run_id


def test_no_transaction_is_open_while_the_file_is_read(services, new_user, import_file, monkeypatch):
    open_now = []
    read, transaction = services.portfolios.read_csv, services.db.transaction

    def watch(*arguments):
        assert services.db._engines["app_user"].pool.checkedout() == 0
        open_now.append(True)
        return read(*arguments)

    monkeypatch.setattr(services.portfolios, "read_csv", watch)
    import_file(new_user())
    assert (open_now, services.db.transaction) == ([True], transaction)


def test_refused_file_is_kept_with_what_was_typed(services, new_user, import_file, ask):
    owner = new_user()
    refusal = refused(import_file, owner, BAD, name="C:\\Users\\ada\\core\x00.csv")
    view = ask(owner, "upload", refusal.details["upload_id"])
    assert (view.form, view.file_name, view.size) == (FORM, "core.csv", len(BAD))
    assert (view.total_rows, view.failed_rows, view.total_problems) == (2, 1, 1)
    content = services.onboarding.failed_rows(services.db.transaction, owner, view.id).decode("utf-8-sig")
    assert list(csv.reader(content.splitlines()))[1][:4] == ["AAPL", "", "158.00", "2024-01-15"]


def test_typed_text_that_cannot_be_stored_is_kept_readable(new_user, import_file, ask):
    owner = new_user()
    refusal = refused(import_file, owner, BAD, form=replace(FORM, portfolio_name="a\x00b", description="\ud800 c"))
    form = ask(owner, "upload", refusal.details["upload_id"]).form
    assert (form.portfolio_name, form.description) == ("a\ufffdb", "? c")


def test_first_problems_are_kept_and_all_are_answered(services, new_user, import_file, ask):
    owner = new_user()
    refusal = refused(import_file, owner, HEADER + "A,1,1.00,2024-01-15\n" + "".join(f"S{n},,,\n" for n in range(400)))
    assert refusal.details["total_errors"] == len(refusal.problems) == 1_200
    view = ask(owner, "upload", refusal.details["upload_id"])
    assert (len(view.problems), view.total_problems, view.failed_rows) == (500, 1_200, 400)
    rows = services.onboarding.failed_rows(services.db.transaction, owner, view.id)
    assert rows.decode("utf-8-sig").count("\r\n") == 401


def test_refused_uploads_are_forgotten_after_a_day_and_imports_are_not(services, new_user, import_file, ask, clock):
    owner = new_user()
    made = import_file(owner)
    clock.instant += timedelta(minutes=1)
    upload_id = refused(import_file, owner, BAD, form=replace(FORM, account_name="Other")).details["upload_id"]
    assert ask(owner, "upload", upload_id).outcome == "rejected"
    clock.instant += timedelta(days=1)
    assert refused(ask, owner, "upload", upload_id).code == "ERR_NOT_FOUND"
    with services.db.transaction(job_actor("cleanup"), role="app_worker") as session:
        assert services.onboarding.delete_expired_uploads(session) == 1
    assert count(services, owner, "uploads") == 1
    assert ask(owner, "upload", made.upload_id).outcome == "created"


def test_uploads_of_others_are_unknown(services, new_user, import_file, ask):
    owner, stranger = new_user(), new_user()
    upload_id = refused(import_file, owner, BAD).details["upload_id"]
    foreign, unknown = (refused(ask, stranger, "upload", found) for found in (upload_id, uuid4()))
    assert foreign.envelope() == unknown.envelope()
    work = services.onboarding.failed_rows
    assert refused(work, services.db.transaction, stranger, upload_id).code == "ERR_NOT_FOUND"


def test_who_comes_back_is_led_to_a_run_that_is_going(services, new_user, import_file, ask):
    owner = new_user()
    assert ask(owner, "active_run_id") is None
    made = import_file(owner, start_run=True)
    assert ask(owner, "active_run_id") == made.run_id
    with services.db.transaction(job_actor("end", owner.user_id), role="app_worker") as session:
        session.execute(text("update batch_runs set status = 'partial' where id = :id"), {"id": made.run_id})
    assert ask(owner, "active_run_id") is None


def test_archived_portfolio_leads_nobody_to_its_run(services, new_user, import_file, ask):
    owner = new_user()
    made = import_file(owner, start_run=True)
    with services.db.transaction(owner) as session:
        services.portfolios.archive(session, owner, made.portfolio_id)
    assert ask(owner, "active_run_id") is None


def test_nobody_imports_through_anothers_eyes(services, new_user, import_file):
    borrowed = replace(new_user(), impersonator_id=new_user().user_id)
    assert refused(services.onboarding.admit_upload, services.db.transaction, borrowed).code == "ERR_ACCESS_002"
    assert refused(import_file, borrowed).code == "ERR_ACCESS_002"


def test_import_is_in_the_audit_log_without_its_contents(services, new_user, import_file):
    owner = new_user()
    refused(import_file, owner, BAD)
    import_file(owner)
    with services.db.transaction(owner) as session:
        query = text("select action, outcome, details from audit_log where object_type in ('upload', 'portfolio')")
        rows = [tuple(row) for row in session.execute(query)]
    assert [row[:2] for row in rows] == [("portfolio.import", "refused"), ("portfolio.create", "done")]
    assert "AAPL" not in str(rows)


def test_uploaded_portfolio_is_an_import_explained_line_by_line_and_undone(services, new_user, import_file, ask):
    owner = new_user()
    made = import_file(owner)
    with services.db.transaction(owner) as session:
        lots = services.portfolios.positions(session, owner, made.portfolio_id).items
        (record,) = services.imports.history(session, owner, made.portfolio_id).items
        source = services.imports.provenance(session, owner, lots[0].id).lots[0]
    assert (record.file_name, record.positions_imported, record.has_file) == ("core.csv", 2, True)
    assert (source.line, source.cells) == (2, ("AAPL", "100", "158.00", "2024-01-15"))
    with services.db.transaction(owner) as session:
        services.imports.undo(session, owner, record.import_id)
        assert services.portfolios.list_visible(session, owner) == ()
        services.imports.redo(session, owner, record.import_id)
        assert services.portfolios.positions(session, owner, made.portfolio_id).items == lots


def test_uploaded_file_imported_again_adds_nothing(services, new_user, import_file):
    owner = new_user()
    made = import_file(owner)
    review = services.imports.start(services.db.transaction, owner, "core.csv", GOOD.encode(), made.portfolio_id)
    assert {row.status.value for row in review.positions} == {"duplicate"}


def test_an_accounts_number_in_the_name_of_a_refused_file_is_cut(new_user, import_file, ask):
    ada = new_user()
    with pytest.raises(AppError) as refused:
        import_file(ada, BAD, "C:\\exports\\X12345678.csv")
    assert ask(ada, "upload", UUID(refused.value.details["upload_id"])).file_name == "X…5678.csv"
