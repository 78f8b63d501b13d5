"""Portfolios: who sees which, what a change may do, and names that two requests want at once."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4, uuid5

import pytest
from sqlalchemy import text

from sigmasight_ui.bootstrap import build_services
from sigmasight_ui.core.database_access import DatabaseAccess
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.portfolios import rules
from sigmasight_ui.services.portfolios.schemas import PortfolioChange, PortfolioForm
from tests.conftest import CHEAP_BCRYPT

FORM = PortfolioForm("Core growth", "Schwab Taxable", "taxable", "$412,806.55", "Long term")
HEADER = "Symbol,Quantity,Entry Price Per Share,Entry Date,Investment Class,Investment Subtype,Underlying Symbol,"
HEADER += "Strike Price,Expiration Date,Option Type,Exit Date,Exit Price Per Share\n"
ROWS = (
    "AAPL,100,158.00,2024-01-15,PUBLIC,STOCK\n"
    "SHOP,-25,62.50,2024-02-10\n"
    ",-15,6.40,2024-03-01,OPTIONS,,QQQ,420.00,2027-08-15,PUT\n"
    "TSLA,50,185.00,2023-12-01,PUBLIC,STOCK,,,,,2024-01-15,215.00\n"
)


def create(services, actor, form=FORM, rows=ROWS, **options):
    parsed = services.portfolios.read_csv((HEADER + rows).encode(), "a.csv")
    assert parsed.is_valid, parsed.problems
    with services.db.transaction(actor) as session:
        return services.portfolios.create(session, actor, form, parsed.rows, **options)


def call(services, actor, name, *arguments, **options):
    with services.db.transaction(actor) as session:
        return getattr(services.portfolios, name)(session, actor, *arguments, **options)


def refusal(services, actor, name, *arguments):
    with pytest.raises(AppError) as refused:
        call(services, actor, name, *arguments)
    return refused.value


def test_created_portfolio_is_read_back_as_stored(services, new_user, clock):
    owner = new_user()
    made = create(services, owner)
    assert made == call(services, owner, "get", made.id)
    assert (made.equity_balance, made.account_label) == (Decimal("412806.55"), "Taxable Brokerage Account")
    assert (made.positions, made.created_at) == (4, clock.now())
    assert [row.id for row in call(services, owner, "list_visible")] == [made.id]


def test_signs_types_and_option_columns_survive_the_import(services, new_user):
    owner = new_user()
    made = create(services, owner)
    page = call(services, owner, "positions", made.id)
    lots = {row.symbol: row for row in page.items}
    assert {s: (row.position_type, row.quantity) for s, row in lots.items()} == {
        "AAPL": ("LONG", Decimal(100)),
        "SHOP": ("SHORT", Decimal(-25)),
        "QQQ270815P00420000": ("SP", Decimal(-15)),
        "TSLA": ("LONG", Decimal(50)),
    }
    option, closed = lots["QQQ270815P00420000"], lots["TSLA"]
    assert (option.underlying_symbol, option.strike_price, option.option_type) == ("QQQ", Decimal(420), "PUT")
    assert (closed.exit_date, closed.exit_price) == (date(2024, 1, 15), Decimal(215))


def test_positions_come_in_pages(services, new_user):
    owner = new_user()
    made = create(services, owner)
    pages = [call(services, owner, "positions", made.id, 3, offset) for offset in (0, 3)]
    assert [len(page.items) for page in pages] == [3, 1]
    assert {page.total for page in pages} == {4}
    assert len({row.id for page in pages for row in page.items}) == 4


@pytest.mark.parametrize("name", ["get", "positions", "lots", "archive"])
def test_somebody_elses_portfolio_is_refused_like_an_unknown_one(services, new_user, name):
    made, stranger = create(services, new_user()), new_user()
    foreign, unknown = refusal(services, stranger, name, made.id), refusal(services, stranger, name, uuid4())
    assert foreign.envelope() == unknown.envelope()
    assert foreign.code == "ERR_NOT_FOUND"


def test_somebody_elses_portfolio_cannot_be_changed(services, new_user):
    owner, stranger = new_user(), new_user()
    made = create(services, owner)
    assert refusal(services, stranger, "update", made.id, PortfolioChange("Mine now")).code == "ERR_NOT_FOUND"
    assert call(services, owner, "get", made.id).name == "Core growth"


def test_combined_lots_are_those_of_own_portfolios_in_use(services, new_user):
    owner = new_user()
    kept = create(services, owner)
    gone = create(services, owner, replace(FORM, account_name="IRA"))
    foreign = create(services, new_user())
    call(services, owner, "archive", gone.id)
    asked_for = (kept.id, gone.id, foreign.id)
    lots = call(services, owner, "lots_of", asked_for)
    assert call(services, owner, "lots_of", asked_for, [lots[0].symbol]) == lots[:1]
    assert {lot.portfolio_id for lot in lots} == {kept.id}
    assert lots == call(services, owner, "lots", kept.id)
    assert len(lots) == 4


def test_archived_portfolio_is_gone_for_every_reader(services, new_user):
    owner = new_user()
    made = create(services, owner)
    call(services, owner, "archive", made.id)
    assert call(services, owner, "list_visible") == ()
    for name in ("get", "positions", "lots", "archive"):
        assert refusal(services, owner, name, made.id).code == "ERR_NOT_FOUND"


def test_account_name_of_an_archived_portfolio_is_free_again(services, new_user):
    owner = new_user()
    first = create(services, owner)
    call(services, owner, "archive", first.id)
    assert create(services, owner).id != first.id


@pytest.mark.parametrize("same", ["Schwab Taxable", "  schwab taxable ", "SCHWAB TAXABLE"])
def test_account_name_is_unique_per_person_whatever_its_case(services, new_user, same):
    owner = new_user()
    made = create(services, owner)
    with pytest.raises(AppError) as refused:
        create(services, owner, replace(FORM, account_name=same))
    assert (refused.value.code, refused.value.http_status) == ("ERR_PORT_001", 409)
    assert refused.value.details["portfolio_id"] == str(made.id)
    assert "account name" in refused.value.sentence
    assert create(services, new_user(), replace(FORM, account_name=same)).id != made.id


def test_portfolio_name_may_repeat(services, new_user):
    owner = new_user()
    names = [create(services, owner, replace(FORM, account_name=account)).name for account in ("IRA", "401k")]
    assert names == ["Core growth"] * 2


def test_two_at_once_with_one_account_name_leave_one_portfolio(services, new_user):
    owner, outcomes, both = new_user(), [], threading.Barrier(2)

    def attempt():
        both.wait()
        try:
            outcomes.append(create(services, owner).id)
        except AppError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (made,) = call(services, owner, "list_visible")
    assert sorted(map(str, outcomes)) == sorted([str(made.id), "ERR_PORT_001"])
    assert made.positions == 4


def test_change_keeps_what_is_not_named(services, new_user):
    owner = new_user()
    made = create(services, owner)
    changed = call(services, owner, "update", made.id, PortfolioChange(account_type="ROTH_IRA", equity_balance="5,000"))
    assert changed == replace(made, account_type="roth_ira", equity_balance=Decimal("5000.00"))
    assert call(services, owner, "get", made.id) == changed


def test_description_can_be_emptied(services, new_user):
    owner = new_user()
    made = create(services, owner)
    assert call(services, owner, "update", made.id, PortfolioChange(description="")).description is None


def test_change_names_every_field_that_is_wrong(services, new_user):
    owner = new_user()
    made = create(services, owner)
    change = PortfolioChange(portfolio_name=" ", account_name="x" * 101, account_type="swiss", equity_balance="0")
    refused = refusal(services, owner, "update", made.id, change)
    assert refused.code == "ERR_PORT_002"
    codes = [problem["code"] for problem in refused.details["problems"]]
    assert codes == ["ERR_PORT_002", "ERR_PORT_010", "ERR_PORT_009", "ERR_PORT_005"]
    assert call(services, owner, "get", made.id) == made


def test_renaming_onto_a_taken_account_name_is_refused(services, new_user):
    owner = new_user()
    create(services, owner)
    other = create(services, owner, replace(FORM, account_name="IRA"))
    refused = refusal(services, owner, "update", other.id, PortfolioChange(account_name="schwab taxable"))
    assert refused.code == "ERR_PORT_001"
    renamed = call(services, owner, "update", other.id, PortfolioChange(account_name="ira"))
    assert renamed.account_name == "ira", "one's own name in another case is no clash"


def test_somebody_looking_through_anothers_eyes_changes_nothing(services, new_user):
    owner, admin = new_user(), new_user()
    made = create(services, owner)
    borrowed = replace(owner, impersonator_id=admin.user_id)
    assert call(services, borrowed, "get", made.id) == made
    assert refusal(services, borrowed, "update", made.id, PortfolioChange("X")).code == "ERR_ACCESS_002"
    assert refusal(services, borrowed, "archive", made.id).code == "ERR_ACCESS_002"
    assert refusal(services, borrowed, "create", FORM).code == "ERR_ACCESS_002"


def test_viewer_of_a_shared_portfolio_reads_but_does_not_change(services, new_user):
    owner, viewer = new_user(), new_user()
    made = create(services, owner)
    with services.db.transaction(owner) as session:
        grant = text("insert into portfolio_access (user_id, portfolio_id, level) values (:user, :portfolio, 1)")
        session.execute(grant, {"user": viewer.user_id, "portfolio": made.id})
    assert call(services, viewer, "list_visible") == (made,)
    assert len(call(services, viewer, "lots_of", [made.id])) == 4
    assert refusal(services, viewer, "update", made.id, PortfolioChange("X")).code == "ERR_ACCESS_001"
    assert refusal(services, viewer, "archive", made.id).code == "ERR_ACCESS_001"


def test_a_file_is_read_with_the_day_in_new_york(services, clock):
    clock.instant = datetime(2026, 11, 20, 3, tzinfo=UTC)
    for day, codes in (("2026-11-20", ["ERR_POS_014"]), ("2026-11-19", [])):
        parsed = services.portfolios.read_csv(f"{HEADER}AAPL,100,158.00,{day}\n".encode(), "a.csv")
        assert [problem.code for problem in parsed.problems] == codes


@pytest.mark.parametrize("name", ["Robert'); drop table portfolios;--", "<b>bold</b>", "=cmd()", "組合 🙂", "a\u202eb"])
def test_odd_names_are_stored_as_typed(services, new_user, name):
    owner = new_user()
    made = create(services, owner, replace(FORM, portfolio_name=name, account_name=name, description=name))
    assert {made.name, made.account_name, made.description} == {name}
    assert call(services, owner, "get", made.id) == made


def test_control_characters_do_not_reach_the_database(services, new_user):
    form = replace(FORM, portfolio_name="a\x00b\nc", account_name="\ud800x\x07", description="one\ntwo\x00")
    made = create(services, new_user(), form)
    assert (made.name, made.account_name, made.description) == ("a b c", "x", "one\ntwo")


class TestDerivedIds:
    @pytest.fixture
    def services(self, database, settings, clock):
        derived = replace(settings, deterministic_uuids=True)
        built = build_services(
            derived, DatabaseAccess(database.urls(), lambda: None), clock=clock, password_cost=CHEAP_BCRYPT
        )
        yield built
        built.db.close()

    def test_same_account_gives_the_same_id(self, services, new_user):
        owner = new_user()
        made = create(services, owner, replace(FORM, account_name="  Schwab Taxable "))
        namespace = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
        assert made.id == uuid5(namespace, f"{owner.user_id}:Schwab Taxable")
        lots = call(services, owner, "lots", made.id)
        assert uuid5(namespace, f"{made.id}:AAPL:2024-01-15") in {lot.id for lot in lots}

    def test_equal_lots_have_ids_of_their_own(self, services, new_user):
        owner = new_user()
        portfolio = create(services, owner)
        again = replace(FORM, account_name="Copy")
        exported = call(services, owner, "export_csv", portfolio.id)
        doubled = services.portfolios.read_csv(exported + exported.split(b"\r\n", 2)[2], "twice.csv")
        made = call(services, owner, "create", again, doubled.rows)
        assert len(call(services, owner, "lots", made.id)) == 2 * portfolio.positions

    def test_archived_account_made_again_has_an_id_of_its_own(self, services, new_user):
        owner, made = new_user(), []
        for _ in range(3):
            made.append(create(services, owner).id)
            call(services, owner, "archive", made[-1])
        assert len(set(made)) == 3

    def test_name_of_a_renamed_account_can_be_used_again(self, services, new_user):
        owner = new_user()
        first = create(services, owner)
        call(services, owner, "update", first.id, PortfolioChange(account_name="Old Schwab"))
        assert create(services, owner).id != first.id

    def test_two_at_once_still_give_the_refusal_with_our_code(self, services, new_user):
        test_two_at_once_with_one_account_name_leave_one_portfolio(services, new_user)


def test_demo_accounts_have_derived_ids_in_every_mode(services, new_user):
    demo, other = new_user("demo_individual@sigmasight.com"), new_user()
    assert create(services, demo).id.version == 5
    assert create(services, other).id.version == 4


@pytest.mark.slow
def test_twenty_thousand_lots_are_stored_and_read(services, new_user):
    owner = new_user()
    rows = "".join(f"S{n % 700},{n + 1},{n % 90 + 1}.25,2020-01-{n // 700 + 1:02}\n" for n in range(20_000))
    made = create(services, owner, rows=rows)
    lots = call(services, owner, "lots", made.id)
    assert (made.positions, len(lots)) == (20_000, 20_000)


def test_of_two_at_once_one_is_the_last_there_is_room_for(services, new_user, monkeypatch):
    monkeypatch.setattr(rules, "MAX_PORTFOLIOS", 1)
    ada, answers = new_user(), []

    def make(name):
        try:
            create(services, ada, replace(FORM, account_name=name))
            answers.append("made")
        except AppError as refused:
            answers.append(refused.code)

    threads = [threading.Thread(target=make, args=(name,)) for name in ("One", "Two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["ERR_PORT_012", "made"]


def test_an_archived_portfolio_comes_back_only_where_there_is_room(services, new_user, monkeypatch):
    ada = new_user()
    old = create(services, ada).id
    call(services, ada, "archive", old)
    monkeypatch.setattr(rules, "MAX_PORTFOLIOS", 1)
    create(services, ada, replace(FORM, account_name="Other"))
    assert refusal(services, ada, "bring_back", old).code == "ERR_PORT_012"
