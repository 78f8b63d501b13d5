"""A format is a module in a folder: found by being there, recognised by its column names."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from sigmasight_ui.services.portfolios.broker_formats import all_formats, find_format, read
from sigmasight_ui.services.portfolios.broker_formats.contract import ACTIVITY, ORDERS, TRADES, Reading
from tests.services.portfolios.csv_files import TODAY

MODULE = """
from sigmasight_ui.services.portfolios.broker_formats.contract import POSITIONS, Column, Format, fingerprint
from sigmasight_ui.services.portfolios.broker_formats.drafts import Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import identify

COLUMNS = (
    Column("symbol", ("Wertpapier",)),
    Column("quantity", ("Anzahl",)),
    Column("cost", ("Einstandswert",)),
)


def read(sheet, today):
    draft = Draft(FORMAT, sheet, today, "DMY")
    place = sheet.find_header(["wertpapier", "anzahl"])
    table = Table(sheet.rows[place], COLUMNS)
    for row in sheet.rows[place + 1 :]:
        draft.position(
            table,
            row,
            draft.accounts.label(),
            identify(table.text(row, "symbol")),
            quantity=draft.amount(table, row, "quantity"),
            cost=draft.amount(table, row, "cost"),
        )
    return draft.reading(None)


FORMAT = Format(
    key="musterbank_depot",
    broker="Musterbank",
    kind=POSITIONS,
    label="Musterbank Depot",
    fingerprints=(fingerprint("Wertpapier", "Anzahl", "Einstandswert"),),
    columns=COLUMNS,
    read=read,
    cost="Einstandswert",
    entry_date="not in the file",
    cash="not in the file",
)
"""
FILE = b"Depot 4711\nWertpapier;Anzahl;Einstandswert\nBRK/B;1.000,5;4.002,00\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "musterbank.py").write_text(MODULE, encoding="utf-8")
    return tmp_path


def test_a_module_in_a_folder_of_its_own_is_picked_up(folder: Path) -> None:
    assert find_format("musterbank_depot", all_formats(folder)) is not None
    reading = read(FILE, TODAY, extra_folder=folder)
    assert reading.recognition is not None
    assert reading.recognition.label == "Musterbank Depot"
    (position,) = reading.positions
    assert (position.symbol, position.quantity, position.entry_price) == ("BRK.B", Decimal("1000.5"), Decimal("4.00"))


def test_without_the_module_nobody_knows_the_file() -> None:
    assert read(FILE, TODAY) == Reading()


def test_helpers_beside_the_formats_are_none() -> None:
    assert {form.key for form in all_formats()}.isdisjoint({"cells", "contract", "reading", "drafts"})


def test_a_format_has_the_name_of_its_module() -> None:
    folder = Path(__file__).parents[4] / "sigmasight_ui" / "services" / "portfolios" / "broker_formats"
    assert {form.key for form in all_formats()} <= {path.stem for path in folder.glob("*.py")}


@pytest.mark.parametrize("form", all_formats(), ids=lambda form: form.key)
def test_a_format_says_all_that_people_need(form) -> None:
    assert form.label.startswith(form.broker)
    assert form.fingerprints
    assert form.columns or form.kind in (ACTIVITY, ORDERS, TRADES)
    assert form.cost and form.entry_date and form.cash and form.where


def test_a_choice_beats_recognition() -> None:
    content = b"Symbol,Description,Quantity,Last Price,Current Value,Cost Basis Total\nAAPL,Apple,1,2,2,1\n"
    assert read(content, TODAY).recognition is not None
    chosen = read(content, TODAY, "merrill_holdings")
    assert chosen.recognition is not None
    assert chosen.recognition.format == "merrill_holdings"
    assert chosen.positions == ()
    assert [problem.code for problem in chosen.problems] == ["ERR_CSV_007"]


def test_an_unknown_choice_is_an_unknown_file() -> None:
    assert read(FILE, TODAY, "no_such_format") == Reading()


@pytest.mark.parametrize("key", ["alpaca_positions", "ibkr_tws", "robinhood_activity", "tradier_positions"])
def test_a_format_chosen_for_another_file_is_refused_by_name_of_its_columns(key: str) -> None:
    (problem,) = read(b"Symbol,Shares\nAAPL,1\n", TODAY, key).problems
    assert problem.code == "ERR_CSV_005"
    form = find_format(key)
    assert form is not None
    assert any(title.casefold() in problem.message for column in form.columns for title in column.titles)
