"""Accounts are told apart without their numbers."""

from __future__ import annotations

import pytest

from sigmasight_ui.services.portfolios.broker_formats.accounts import MAX_ACCOUNTS, Accounts, masked
from sigmasight_ui.services.portfolios.csv_reading import MAX_RECORD_CHARACTERS, Refusal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Individual ...417", "Individual …417"),
        ("XXXX-1234", "…1234"),
        ("Brokerage Account - 12345678", "Brokerage Account - …5678"),
        ("Mine X12345678", "Mine …5678"),
        ("CMA 12X-34567", "CMA …4567"),
        ("CMA-Edge 12X-34Y56", "CMA-Edge …4Y56"),
        ("Date downloaded Nov-19-2026", "Date downloaded Nov-19-2026"),
        ("2026-11-19", "2026-11-19"),
        ("ACME 401(K) PLAN", "ACME 401(K) PLAN"),
    ],
)
def test_numbers_of_accounts_keep_their_last_four(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize("mark", "X*.")
def test_a_cell_full_of_marks_is_read_once(mark: str) -> None:
    """Reading on from every mark again would take minutes."""
    text = mark * MAX_RECORD_CHARACTERS
    assert masked(text) == text
    assert masked(f"{text} 417") == "…417"


def test_a_label_is_the_name_and_the_last_four() -> None:
    accounts = Accounts("Fidelity")
    assert accounts.label("X12345678", "Individual - TOD") == "Individual - TOD …5678"
    assert accounts.label("X12345678", "Individual - TOD") == "Individual - TOD …5678"
    assert accounts.label("Z00005678") == "Account …5678"
    assert [account.portfolio_name for account in accounts.all()] == [
        "Fidelity Individual - TOD …5678",
        "Fidelity Account …5678",
    ]


def test_accounts_that_end_alike_stay_apart() -> None:
    accounts = Accounts("Fidelity")
    assert accounts.label("A11115678", "IRA") == "IRA …5678"
    assert accounts.label("B22225678", "IRA") == "IRA …5678 (2)"


def test_without_number_and_name_the_broker_is_the_account() -> None:
    assert Accounts("Fidelity").label() == "Fidelity"


def test_known_numbers_are_hidden_wherever_they_stand() -> None:
    accounts = Accounts("Fidelity")
    accounts.label("X12345678", "Mine X12345678")
    assert accounts.hide("transfer to X12345678 done") == "transfer to …5678 done"
    assert accounts.hide_cells(("X12345678", "Mine X12345678", "AAPL")) == ("…5678", "Mine …5678", "AAPL")
    assert accounts.hide_cells(("AAPL", "10")) == ("AAPL", "10")


def test_a_file_with_accounts_beyond_reason_is_refused() -> None:
    accounts = Accounts("Fidelity")
    with pytest.raises(Refusal) as refused:
        for number in range(MAX_ACCOUNTS + 1):
            accounts.label(f"X{number:08}")
    assert refused.value.code == "ERR_CSV_001"
