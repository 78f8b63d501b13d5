"""Deleting an account takes everything of the person, at once, and nothing of anybody else."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from sigmasight_ui.core.actor import ANONYMOUS
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.jobs.scope import JobScope
from sigmasight_ui.services.identity.schemas import Visitor
from sigmasight_ui.services.imports.schemas.choices import ColumnMapping, ImportChange
from sigmasight_ui.services.onboarding.schemas import ImportCommand, UploadedFile
from sigmasight_ui.services.portfolios.schemas import PortfolioForm
from sigmasight_ui.services.scenarios.schemas import ScenarioForm
from tests.conftest import PASSWORD
from tests.services import isolation_world

FILE = b"Holding;Pieces;Paid\nAAPL;10;24.39\n"
ROWS = (
    "Symbol,Quantity,Entry Price Per Share,Entry Date,Investment Class,Investment Subtype,Underlying Symbol,"
    "Strike Price,Expiration Date,Option Type,Exit Date,Exit Price Per Share\n"
    "AAPL,100,24.39,2015-01-20\nKO,80,32.72,2015-03-03\n"
)
MANAGE = 3


@pytest.fixture
def open_(services):
    with JobScope(services)(replace(ANONYMOUS, role="job")) as session:
        services.securities.seed(session)
        services.risk.seed_reference(session)
    return services.db.transaction


@pytest.fixture
def superuser(database):
    engine = create_engine(database.url("postgres"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection
    engine.dispose()


def upload(services, open_, actor, name="Schwab", content=ROWS):
    form, file = PortfolioForm("Core", name, "taxable", "10000"), UploadedFile("a.csv", content.encode())
    command = ImportCommand(form, file, start_run=True)
    return services.onboarding.import_portfolio(open_, actor, command)


def live_in(services, open_, actor):
    """Something in every room: a calculated portfolio, a refused upload, a review, a preset, a scenario, a session."""
    made = upload(services, open_, actor)
    services.pipeline.execute(JobScope(services), made.run_id, actor.user_id)
    with pytest.raises(AppError):
        upload(services, open_, actor, "Other", ROWS.replace("100,", ","))
    review = services.imports.start(open_, actor, "own.csv", FILE)
    mapping = ColumnMapping({"symbol": "Holding", "quantity": "Pieces"}, "Bank")
    services.imports.change(open_, actor, review.import_id, ImportChange(mapping=mapping))
    with open_(actor) as session:
        services.scenarios.create(session, actor, ScenarioForm("Own", {"market": -0.1}))
        lot = services.portfolios.positions(session, actor, made.portfolio_id).items[0]
        services.positions.delete(session, actor, lot.id)
    return made.portfolio_id


def rows_of(superuser):
    """How many rows of each table are somebody's; the audit log is nobody's."""
    return {
        name: superuser.execute(text(f"select count(*) from {name}")).scalar()
        for name in isolation_world.TABLES
        if name != "audit_log"
    }


def test_everything_of_the_person_goes_and_nothing_of_anybody_else(services, open_, new_user, superuser):
    ben = new_user()
    live_in(services, open_, ben)
    before = rows_of(superuser)
    ada = new_user()
    live_in(services, open_, ada)
    full = rows_of(superuser)
    assert {name for name in full if full[name] == before[name]} <= {
        "equity_changes",
        "sessions",
    }  # there was something to delete
    services.identity.delete_account(open_, ada, PASSWORD)
    assert rows_of(superuser) == before
    left = superuser.execute(
        text("select action, outcome from audit_log where actor_id = :ada order by id desc"), {"ada": ada.user_id}
    ).all()
    assert tuple(left[0]) == ("account.delete", "done")
    words = superuser.execute(text("select string_agg(a::text, ' ') from audit_log a")).scalar()
    assert "Ada" not in words
    assert "@example.com" not in words


def test_the_address_is_free_and_nobody_signs_in_with_it_any_more(services, open_, new_user):
    ada = new_user("ada@example.com")
    cookie = services.identity.sign_in_program(open_, "ada@example.com", PASSWORD, Visitor(ip="10.0.0.1"))
    services.identity.delete_account(open_, ada, PASSWORD)
    with open_(ANONYMOUS) as session:
        assert services.identity.resolve_token(session, cookie.access_token) is None
    with pytest.raises(AppError, match="ERR_AUTH_002"):
        services.identity.sign_in_program(open_, "ada@example.com", PASSWORD, Visitor(ip="10.0.0.1"))
    assert new_user("ada@example.com").user_id != ada.user_id


def test_without_the_password_nothing_happens_and_tries_are_counted(services, open_, new_user, superuser):
    ada = new_user()
    before = rows_of(superuser)
    codes = []
    for _ in range(6):
        with pytest.raises(AppError) as refusal:
            services.identity.delete_account(open_, ada, "Wrong-Horse-42")
        codes.append((refusal.value.code, refusal.value.field))
    assert codes == [("ERR_AUTH_003", "password")] * 5 + [("ERR_RATE_001", None)]
    assert rows_of(superuser) | {"rate_limits": 0} == before | {"rate_limits": 0}


def test_nobody_deletes_through_somebody_elses_eyes(services, open_, new_user):
    ada = new_user()
    with pytest.raises(AppError, match="ERR_ACCESS_002"):
        services.identity.delete_account(open_, replace(ada, impersonator_id=new_user().user_id), PASSWORD)


def test_the_only_administrator_stays(services, open_, new_user, superuser):
    ada, ben = new_user(), new_user()
    superuser.execute(text("update users set is_superuser = true where id = :id"), {"id": ada.user_id})
    with pytest.raises(AppError, match="ERR_USER_006"):
        services.identity.delete_account(open_, ada, PASSWORD)
    superuser.execute(text("update users set is_superuser = true where id = :id"), {"id": ben.user_id})
    services.identity.delete_account(open_, ada, PASSWORD)
    with pytest.raises(AppError, match="ERR_USER_006"):
        services.identity.delete_account(open_, ben, PASSWORD)


def test_of_the_last_two_administrators_one_stays(services, open_, new_user, superuser):
    both = [new_user(), new_user()]
    superuser.execute(text("update users set is_superuser = true"))

    def leave(actor):
        try:
            services.identity.delete_account(open_, actor, PASSWORD)
        except AppError as refused:
            return refused.code
        return "gone"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(leave, both)) == ["ERR_USER_006", "gone"]


def test_in_a_portfolio_of_somebody_else_the_work_stays_without_the_name(services, open_, new_user, superuser):
    ada, ben = new_user(), new_user()
    portfolio = upload(services, open_, ada).portfolio_id
    superuser.execute(
        text("insert into portfolio_access values (:ben, :portfolio, :level)"),
        {"ben": ben.user_id, "portfolio": portfolio, "level": MANAGE},
    )
    review = services.imports.start(open_, ben, "b.csv", ROWS.replace("AAPL", "MSFT").encode(), portfolio)
    services.imports.confirm(open_, ben, review.import_id)
    with open_(ben) as session:
        newest = services.imports.history(session, ben, portfolio).items[0].import_id
        services.imports.undo(session, ben, newest)
        services.imports.redo(session, ben, newest)
        services.imports.undo(session, ben, newest)
    services.identity.delete_account(open_, ben, PASSWORD)
    with open_(ada) as session:
        record, first = services.imports.history(session, ada, portfolio).items
        assert (record.imported_by, record.undone_by) == ("Deleted account", "Deleted account")
        assert first.imported_by == "Ada Example"
        services.imports.redo(session, ada, newest)
        assert {lot.symbol for lot in services.portfolios.lots(session, ada, portfolio)} == {"AAPL", "KO", "MSFT"}
    asked_by = superuser.execute(text("select distinct requested_by from batch_runs")).scalars().all()
    assert asked_by == [ada.user_id]


def test_a_portfolio_that_was_shared_goes_with_its_owner(services, open_, new_user, superuser):
    ada, ben = new_user(), new_user()
    portfolio = upload(services, open_, ada).portfolio_id
    superuser.execute(
        text("insert into portfolio_access values (:ben, :portfolio, 3)"), {"ben": ben.user_id, "portfolio": portfolio}
    )
    review = services.imports.start(open_, ben, "b.csv", ROWS.encode(), portfolio)
    services.identity.delete_account(open_, ada, PASSWORD)
    with open_(ben) as session:
        assert services.portfolios.list_visible(session, ben) == ()
    assert services.imports.get(open_, ben, review.import_id).portfolio_id is None


def test_a_run_under_way_ends_where_its_portfolio_is_gone(services, open_, new_user, superuser):
    ada = new_user()
    made = upload(services, open_, ada)

    def leave_meanwhile():
        if superuser.execute(text("select count(*) from users")).scalar():
            services.identity.delete_account(open_, ada, PASSWORD)
        return False

    services.pipeline.execute(JobScope(services), made.run_id, ada.user_id, leave_meanwhile)
    assert superuser.execute(text("select count(*) from batch_runs")).scalar() == 0
    services.pipeline.execute(JobScope(services), made.run_id, ada.user_id)
