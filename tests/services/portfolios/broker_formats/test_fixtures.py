"""Every fixture yields what stands beside it in its .expected file: positions, cash, skipped lines, questions."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from sigmasight_ui.core.money import cents
from sigmasight_ui.services.portfolios.broker_formats import all_formats, read
from sigmasight_ui.services.portfolios.broker_formats.contract import DraftPosition, Reading
from tests.services.portfolios.broker_formats.described import FIXTURES, described, imported_value
from tests.services.portfolios.csv_files import TODAY

FILES = sorted(FIXTURES.rglob("*.csv"))
# As they stand in the fixtures; what leaves the module has the last four characters at most.
ACCOUNT_NUMBERS = (
    *("12345678", "87654321", "98765432", "652123456", "86420", "12X-34567", "12X34567", "89Z-76543"),
    *("7654320", "7654321", "7654322", "16758452", "70001650", "462123456", "DU1234567", "12X-34Y56"),
)


def read_fixture(path: Path) -> Reading:
    return read(path.read_bytes(), TODAY)


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_fixture_yields_what_is_expected(path: Path) -> None:
    assert described(read_fixture(path)) == path.with_suffix(".expected").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_fixture_is_recognised_as_its_own_format(path: Path) -> None:
    recognition = read_fixture(path).recognition
    assert recognition is not None
    assert recognition.format == path.parent.name


def test_every_format_has_a_clean_a_messy_and_a_hostile_fixture() -> None:
    names = {name(path) for path in FILES}
    wanted = {f"{form.key}/{kind}" for form in all_formats() for kind in ("clean", "messy", "hostile")}
    assert wanted - names == set()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_price_times_quantity_is_the_cost_to_the_cent(path: Path) -> None:
    for position in read_fixture(path).positions:
        if position.cost is not None and position.entry_price is not None:
            assert cents(position.entry_price * position.quantity * _multiplier(position)) == cents(position.cost)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_the_costs_add_up_to_the_files_own_total(path: Path) -> None:
    reading = read_fixture(path)
    for total in reading.totals:
        if total.cost is not None:
            assert _cost(reading, total.account) == total.cost


@pytest.mark.parametrize("path", [path for path in FILES if path.stem == "clean"], ids=name)
def test_positions_and_cash_of_a_clean_file_add_up_to_its_value(path: Path) -> None:
    reading = read_fixture(path)
    for total in reading.totals:
        if total.market_value is not None:
            assert imported_value(reading, total.account) == total.market_value


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_account_number_leaves_in_full(path: Path) -> None:
    text = repr(read_fixture(path))
    assert [number for number in ACCOUNT_NUMBERS if number in text] == []


def _multiplier(position: DraftPosition) -> Decimal:
    return Decimal(100 if position.investment_class == "OPTIONS" else 1)


def _cost(reading: Reading, account: str) -> Decimal:
    """Of everything the file has a cost for."""
    found = (position.cost for position in reading.positions if position.account == account)
    return cents(sum((cost for cost in found if cost is not None), Decimal(0)))
