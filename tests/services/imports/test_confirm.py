"""Confirming: everything, or nothing, once."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.imports.schemas.choices import AccountChoice, ColumnMapping, Confirmation, Mode
from sigmasight_ui.services.imports.schemas.history import ImportState
from sigmasight_ui.services.portfolios.schemas import PortfolioForm
from tests.services.imports.conftest import MSFT, NVDA, TWO, TWO_ACCOUNTS, refused, schwab

TABLES = ("portfolios", "positions", "portfolio_imports", "batch_runs")
UNKNOWN = "Holding;Pieces;Paid per piece\nNVDA;110;149.71\nMSFT;70;351.20\n"
UNNAMED = "Symbol,Quantity,Entry Price Per Share,Entry Date\nAAPL,100,158.00,2024-01-15\n"
COLUMNS = {"symbol": "Holding", "quantity": "Pieces", "price": "Paid per piece"}


def test_confirmed_file_is_a_portfolio_whose_cash_is_that_of_the_file(person):
    made = person.run(TWO)
    lots = person.lots(made.portfolio_id)
    assert (lots["NVDA"].quantity, lots["NVDA"].entry_price) == (Decimal(110), Decimal("149.71"))
    assert lots["NVDA"].entry_date_estimated
    (portfolio,) = person.call("list_visible", room="portfolios")
    cost = sum(lot.quantity * lot.entry_price for lot in lots.values())
    assert portfolio.equity_balance - cost == Decimal(1000)
    assert made.run_id is not None


def test_cost_is_that_of_the_file_to_the_cent(person):
    made = person.run(schwab([("VTI", "42.123", "9000.00", "$8,999.37")]))
    (lot,) = person.positions(made.portfolio_id)
    assert round(lot.quantity * lot.entry_price, 2) == Decimal("8999.37")


def test_confirming_again_answers_the_same_and_writes_nothing(person):
    review = person.start(TWO)
    first = person.confirm(review.import_id)
    counts = [person.count(table) for table in TABLES]
    assert counts == [1, 2, 1, 1]
    assert person.confirm(review.import_id, Confirmation("1")) == first
    assert [person.count(table) for table in TABLES] == counts
    assert (person.get(review.import_id).state, person.get(review.import_id).result) == (
        ImportState.CONFIRMED, first.portfolios,
    )  # fmt: skip
    assert refused(person.change, review.import_id).code == "ERR_IMPORT_006"
    assert refused(person.call, "discard", review.import_id).code == "ERR_IMPORT_006"


def test_balance_said_with_the_button_counts(person):
    review = person.start(TWO)
    made = person.confirm(review.import_id, Confirmation("$50,000.00")).portfolios[0]
    assert person.call("get", made.portfolio_id, room="portfolios").equity_balance == 50_000


def test_balance_that_is_none_is_refused_by_its_field(person):
    review = person.start(TWO)
    assert refused(person.confirm, review.import_id, Confirmation("-5")).code == "ERR_PORT_005"
    short = person.start(schwab([("TSLA", -10, "-3000.00", "-$2,500.00")], cash="$0.00"))
    assert refused(person.confirm, short.import_id).code == "ERR_PORT_004"
    assert person.confirm(short.import_id, Confirmation("10000")).portfolios[0].positions_imported == 1


def test_one_file_of_two_accounts_becomes_two_portfolios(person):
    result = person.confirm(person.start(TWO_ACCOUNTS).import_id)
    assert [made.positions_imported for made in result.portfolios] == [1, 1]
    rows = person.call("list_visible", room="portfolios")
    assert {row.id for row in rows} == {made.portfolio_id for made in result.portfolios}
    assert {row.account_type for row in rows} == {"taxable", "roth_ira"}
    assert {row.equity_balance for row in rows} == {Decimal("22587.50"), Decimal("9999.99")}
    two_balances = refused(person.confirm, person.start(TWO_ACCOUNTS).import_id, Confirmation("1"))
    assert two_balances.code == "ERR_IMPORT_003"


def test_account_that_is_left_out_is_not_imported(person):
    review = person.start(TWO_ACCOUNTS)
    label = review.recognised.accounts[1].label
    person.change(review.import_id, accounts=(AccountChoice(label, include=False),))
    assert len(person.confirm(review.import_id).portfolios) == 1
    nothing = person.start(TWO_ACCOUNTS)
    choices = tuple(AccountChoice(each.label, include=False) for each in nothing.recognised.accounts)
    person.change(nothing.import_id, accounts=choices)
    assert refused(person.confirm, nothing.import_id).code == "ERR_IMPORT_001"


def test_account_goes_where_it_went_last_time(person):
    made = person.run(TWO)
    again = person.start(TWO).recognised.accounts[0]
    assert (again.is_new, again.portfolio_id) == (False, made.portfolio_id)
    elsewhere = person.start(schwab([MSFT], account="Individual ...999")).recognised.accounts[0]
    assert elsewhere.is_new


def test_file_that_names_no_account_is_a_new_one_called_after_the_file(person):
    person.run(UNNAMED)
    account = person.start(UNNAMED, name="My savings.csv").recognised.accounts[0]
    assert (account.is_new, account.account_name) == (True, "My savings")


def test_file_can_be_sent_elsewhere(person):
    first, second = person.run(TWO), person.run(schwab([MSFT], account="Individual ...999"))
    review = person.start(TWO)
    label = review.recognised.accounts[0].label
    moved = person.change(review.import_id, accounts=(AccountChoice(label, portfolio_id=second.portfolio_id),))
    assert moved.recognised.accounts[0].portfolio_id == second.portfolio_id
    fresh = person.change(review.import_id, accounts=(AccountChoice(label, new_portfolio=True),))
    assert fresh.recognised.accounts[0].is_new
    assert first.portfolio_id != second.portfolio_id


def test_positions_added_to_an_account_that_exists(person):
    form = PortfolioForm("Old", "Old account", "taxable", "100000")
    portfolio = person.call("create", form, room="portfolios")
    made = person.run(TWO, portfolio.id)
    assert (made.portfolio_id, made.positions_imported) == (portfolio.id, 2)
    assert person.call("get", portfolio.id, room="portfolios").equity_balance == 100_000


def test_replacing_keeps_what_is_the_same_and_its_dates(person):
    made = person.run(TWO, answers={"entry_date": "2024-02-01"})
    before = person.lots(made.portfolio_id)
    later = schwab(
        [("NVDA", 137, "25000.00", "$21,000.00"), MSFT, ("VTI", 10, "3000.00", "$2,140.90")], cash="$500.00",
        day="2026/11/20",
    )  # fmt: skip
    again = person.run(later, made.portfolio_id)
    after = person.lots(made.portfolio_id)
    assert (again.positions_imported, again.already_there, again.positions_removed) == (2, 1, 1)
    assert after["MSFT"] == before["MSFT"]
    assert (after["NVDA"].quantity, after["NVDA"].entry_date.isoformat()) == (Decimal(137), "2024-02-01")
    assert after["VTI"].entry_date.isoformat() == "2026-11-20"
    equity = person.call("get", made.portfolio_id, room="portfolios").equity_balance
    assert equity - sum(round(lot.quantity * lot.entry_price, 2) for lot in after.values()) == Decimal(500)


def test_replacing_closes_what_the_file_no_longer_has(person):
    made = person.run(TWO)
    person.run(schwab([NVDA]), made.portfolio_id)
    assert set(person.lots(made.portfolio_id)) == {"NVDA"}


def test_skipped_and_broken_rows_are_never_closed(person):
    made = person.run(TWO)
    review = person.start(schwab([NVDA, ("MSFT", "many", "1.00", "$24,584.00")]), made.portfolio_id)
    from sigmasight_ui.services.imports.schemas.choices import RowEdit

    person.change(review.import_id, edits={5: RowEdit(skip=True)})
    person.confirm(review.import_id)
    assert set(person.lots(made.portfolio_id)) == {"NVDA", "MSFT"}


def test_unknown_file_is_mapped_once_and_the_preset_used_next_time(person):
    review = person.start(UNKNOWN, name="other.csv")
    assert review.mapping.titles == ("Holding", "Pieces", "Paid per piece")
    assert review.mapping.first_rows[0] == ("NVDA", "110", "149.71")
    assert [question.id for question in review.questions] == ["mapping"]
    assert refused(person.confirm, review.import_id).code == "ERR_IMPORT_001"
    mapped = person.change(review.import_id, mapping=ColumnMapping(COLUMNS, "My bank"))
    assert [(row.symbol, row.quantity, row.entry_price) for row in mapped.positions] == [
        ("NVDA", Decimal(110), Decimal("149.71")), ("MSFT", Decimal(70), Decimal("351.20")),
    ]  # fmt: skip
    assert person.confirm(review.import_id).portfolios[0].positions_imported == 2
    again = person.start(UNKNOWN.replace("110", "120"))
    assert [row.quantity for row in again.positions] == [Decimal(120), Decimal(70)]
    assert [(preset.name, preset.fits) for preset in again.mapping.presets] == [("My bank", True)]


def test_mapping_that_lacks_a_column_stays_a_question(person):
    review = person.start(UNKNOWN)
    mapped = person.change(review.import_id, mapping=ColumnMapping({"symbol": "Holding"}))
    assert mapped.mapping.columns == {"symbol": "Holding"}
    assert mapped.problems and mapped.recognised is None
    wrong = refused(person.change, review.import_id, mapping=ColumnMapping({"colour": "Holding"}))
    assert wrong.code == "ERR_IMPORT_003"


def test_two_accounts_of_a_file_do_not_go_into_one_portfolio(person):
    made = person.run(TWO)
    review = person.start(TWO_ACCOUNTS)
    labels = [account.label for account in review.recognised.accounts]
    into_one = tuple(AccountChoice(label, portfolio_id=made.portfolio_id) for label in labels)
    person.change(review.import_id, accounts=into_one)
    before = person.stored(made.portfolio_id)
    assert refused(person.confirm, review.import_id).code == "ERR_IMPORT_003"
    assert person.stored(made.portfolio_id) == before
    person.change(review.import_id, accounts=(AccountChoice(labels[0], new_portfolio=True),))
    assert len(person.confirm(review.import_id).portfolios) == 2


def test_preset_belongs_to_its_owner(person, other):
    person.change(person.start(UNKNOWN).import_id, mapping=ColumnMapping(COLUMNS, "My bank"))
    assert other.start(UNKNOWN).mapping.presets == ()


def test_nothing_is_kept_when_it_fails_in_the_middle(person, monkeypatch):
    review = person.start(TWO_ACCOUNTS)
    before = [person.count(table) for table in TABLES]
    insert = person.services.positions.insert
    calls = []

    def fail_the_second_time(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise RuntimeError("killed")
        return insert(*arguments)

    monkeypatch.setattr(person.services.positions, "insert", fail_the_second_time)
    with pytest.raises(RuntimeError):
        person.confirm(review.import_id)
    assert [person.count(table) for table in TABLES] == before
    assert person.get(review.import_id).state is ImportState.REVIEW
    monkeypatch.undo()
    assert len(person.confirm(review.import_id).portfolios) == 2


def test_two_confirmations_at_once_import_once(person):
    review = person.start(TWO)
    results, barrier = [], threading.Barrier(2)

    def confirm():
        barrier.wait()
        results.append(person.confirm(review.import_id))

    threads = [threading.Thread(target=confirm) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results[0] == results[1]
    assert [person.count(table) for table in TABLES] == [1, 2, 1, 1]


def test_two_files_at_once_never_double(person):
    """Both were looked at while the account was empty; who comes second meets what the first one brought."""
    portfolio = person.call("create", PortfolioForm("Old", "Old account", "taxable", "100000"), room="portfolios")
    reviews = [person.start(TWO, portfolio.id) for _ in range(2)]
    barrier, failures = threading.Barrier(2), []

    def confirm(import_id):
        barrier.wait()
        try:
            person.confirm(import_id)
        except AppError as refusal:
            failures.append(refusal)

    threads = [threading.Thread(target=confirm, args=(review.import_id,)) for review in reviews]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(person.lots(portfolio.id)) == ["MSFT", "NVDA"]


def test_file_is_kept_as_long_as_its_owner_wants(person, clock):
    def has_file(portfolio_id):
        return [record.has_file for record in person.history(portfolio_id)]

    def clean_up():
        with person.services.db.transaction(person.actor, role="app_worker") as session:
            person.services.imports.delete_expired(session)

    made = person.run(TWO)
    clock.instant += timedelta(days=29)
    clean_up()
    assert has_file(made.portfolio_id) == [True]
    clock.instant += timedelta(days=1)
    clean_up()
    assert has_file(made.portfolio_id) == [False]
    person.call("update_profile", room="identity", import_file_days=0)
    at_once = person.run(schwab([MSFT], account="Individual ...999"))
    assert has_file(at_once.portfolio_id) == [False]
    assert refused(person.call, "update_profile", room="identity", import_file_days=-1).code == "ERR_USER_005"


def test_file_is_stored_encrypted(person):
    review = person.start(TWO)
    with person.services.db.transaction(person.actor) as session:
        sealed = session.execute(text("select sealed_file from imports")).scalar()
    assert sealed.startswith("v1:") and "NVDA" not in sealed
    person.confirm(review.import_id)
    with person.services.db.transaction(person.actor) as session:
        lines = session.execute(text("select sealed_lines from portfolio_imports")).scalar()
    assert "NVDA" not in lines


def test_history_says_who_what_and_how_much(person):
    made = person.run(TWO)
    (record,) = person.history(made.portfolio_id)
    assert (record.imported_by, record.file_name, record.mode) == ("Ada Example", "positions.csv", Mode.ADD)
    assert (record.positions_imported, record.state, len(record.sha256)) == (2, ImportState.CONFIRMED, 64)


def test_every_confirmation_is_in_the_security_record(person):
    review = person.start(TWO)
    person.confirm(review.import_id)
    with person.services.db.transaction(person.actor) as session:
        events = [event.action for event in person.services.audit.own_events(session, person.actor)]
    assert "import.confirm" in events


def test_why_somebody_owns_what_they_own(person):
    made = person.run(schwab([NVDA]))
    person.run(schwab([("NVDA", 27, "5000.00", "$4,000.00")]), made.portfolio_id, mode=Mode.ADD)
    first = person.positions(made.portfolio_id)[0]
    found = person.call("provenance", first.id)
    assert (found.symbol, found.total_quantity, len(found.lots)) == ("NVDA", Decimal(137), 2)
    assert {(lot.line, lot.cells[2]) for lot in found.lots} == {(4, "110"), (4, "27")}
    assert all(lot.record.file_name == "positions.csv" for lot in found.lots)
