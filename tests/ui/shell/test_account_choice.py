from uuid import uuid4

from sigmasight_ui.ui.shell.state import ALL_ACCOUNTS, AccountRow, ShellState, choose

ONE, TWO = AccountRow("1", "Schwab", "IRA"), AccountRow("2", "Fidelity", "IRA")


def test_the_address_decides_and_a_single_account_needs_no_choice():
    assert choose("2", [ONE, TWO]) == "2"
    assert choose(ALL_ACCOUNTS, [ONE]) == ALL_ACCOUNTS
    assert choose("", [ONE, TWO]) == ALL_ACCOUNTS
    assert choose("", [ONE]) == "1"
    assert choose("", []) == ALL_ACCOUNTS
    assert choose("3", [ONE, TWO]) == ALL_ACCOUNTS


def test_all_accounts_may_be_asked_for_with_one(ada):
    ada.portfolio()
    for query, unknown in (("", False), ("?account=all", False), (f"?account={uuid4()}", True), ("?account=x", True)):
        ada.open(f"/dashboard{query}")
        assert ada.see(ShellState, "is_unknown") is unknown


def test_an_account_that_was_not_calculated_is_worth_unknown(ada):
    ada.portfolio("Schwab")
    ada.open("/dashboard")
    (row,) = ada.see(ShellState, "accounts")
    assert (row.value, row.change, row.has_sample_prices) == ("unknown", "", False)
    assert ada.see(ShellState, "total").value == "unknown"
    ada.calculated("Fidelity")
    ada.open("/dashboard")
    assert [each.has_sample_prices for each in ada.see(ShellState, "accounts")] == [False, True]
    assert ada.see(ShellState, "total").value == ada.see(ShellState, "accounts")[1].value
