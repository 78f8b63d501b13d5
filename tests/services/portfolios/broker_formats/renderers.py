"""The files a broker would export for given accounts: written after the brokers' own files, apart from the readers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from sigmasight_ui.core.money import plain
from tests.services.portfolios.broker_formats.holdings import BILL, OPTION, AccountHeld, Holding
from tests.services.portfolios.broker_formats.notations import NOTATIONS

Row = Sequence[object]
_CSV = Callable[[Sequence[AccountHeld]], bytes]


def dollars(amount: Decimal) -> str:
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


def brackets(number: Decimal, places: int = 2) -> str:
    text = f"{abs(number):,.{places}f}" if places else f"{plain(abs(number))}"
    return f"({text})" if number < 0 else text


def table(rows: Iterable[Row], quoted: bool = False, end: str = "\n") -> str:
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(text, quoting=quoting, lineterminator=end).writerows(rows)
    return text.getvalue()


def symbol(holding: Holding, notation: str, class_mark: str) -> str:
    if holding.contract is not None:
        return NOTATIONS[notation](holding.contract)
    return holding.symbol.replace(".", class_mark)


_SCHWAB_TITLES = [
    "Symbol",
    "Description",
    "Qty (Quantity)",
    "Price",
    "Mkt Val (Market Value)",
    "Cost Basis",
    "Asset Type",
    "",
]
_KINDS = {OPTION: "Option", BILL: "Fixed Income"}


def schwab_positions(accounts: Sequence[AccountHeld]) -> bytes:
    rows: list[Row] = [["Positions for All-Accounts as of 05:39 PM ET, 11/19/2026"], []]
    for account in accounts:
        rows += [
            [f"{account.name} ...{account.number[-4:]}"],
            [
                "Symbol",
                "Description",
                "Qty (Quantity)",
                "Price",
                "Mkt Val (Market Value)",
                "Cost Basis",
                "Asset Type",
                "",
            ],
            *map(_schwab_row, account.holdings),
            ["Cash & Cash Investments", "--", "--", "--", dollars(account.cash), "--", "Cash and Money Market", ""],
        ]
        cost = sum((holding.cost for holding in account.holdings), Decimal(0))
        value = sum((holding.value for holding in account.holdings), account.cash)
        rows += [["Account Total", "--", "--", "--", dollars(value), dollars(cost), "--", ""], []]
    return table(rows, quoted=True, end="\r\n").encode()


def _schwab_row(holding: Holding) -> Row:
    name = symbol(holding, "schwab", "/")
    amounts = [f"{holding.quantity:,}", dollars(holding.last), dollars(holding.value), dollars(holding.cost)]
    return [name, "SOME NAME", *amounts, _KINDS.get(holding.kind, "Equity"), ""]


def schwab_lots(accounts: Sequence[AccountHeld]) -> bytes:
    (account,) = accounts
    name = symbol(account.holdings[0], "schwab", "/")
    rows: list[Row] = [
        [f"{name} Lot Details for XXXX-{account.number[-4:]} as of 08:03 AM ET, 02/11/2026"],
        [],
        ["Open Date", "Quantity", "Price", "Cost/Share", "Market Value", "Cost Basis", "Holding Period", ""],
    ]
    for lot in account.holdings:
        amounts = [dollars(lot.last), dollars(lot.price), dollars(lot.value), dollars(lot.cost)]
        rows.append([f"{lot.day:%m/%d/%Y} 00:00:00", f"{lot.quantity:,}", *amounts, "Long Term", ""])
    return table(rows, quoted=True, end="\r\n").encode()


def fidelity_positions(accounts: Sequence[AccountHeld]) -> bytes:
    """Rows end in one cell more than the header has; shorts have a positive cost."""
    rows: list[Row] = [
        ["Account number", "Account name", "Symbol", "Description", "Quantity", "Last price", "Current value",
         "Cost basis total", "Average cost basis", "Type"],
    ]  # fmt: skip
    for account in accounts:
        who = [account.number, account.name]
        rows.append([*who, "SPAXX**", "HELD IN MONEY MARKET", "", "", dollars(account.cash), "", "", "Cash", ""])
        for holding in account.holdings:
            name = "UNITED STATES TREAS BILLS ZERO CPN" if holding.kind == BILL else "SOME NAME COM"
            rows.append(
                [*who, symbol(holding, "fidelity", ""), name, holding.quantity, f"${holding.last}",
                 dollars(holding.value), dollars(abs(holding.cost)), dollars(holding.price), "Margin", ""]
            )  # fmt: skip
    footer = (
        '\r\n"Brokerage services, and more, are provided by somebody."\r\n\r\n"Date downloaded Nov-19-2026 4:46 p.m ET"'
    )
    return (table(rows, end="\r\n") + footer).encode("utf-8-sig")


def fidelity_lots(accounts: Sequence[AccountHeld]) -> bytes:
    (account,) = accounts
    rows: list[Row] = [
        [symbol(account.holdings[0], "fidelity", "").strip()],
        ["Acquired", "Term", "Current Value", "Quantity", "Average Cost Basis", "Cost Basis Total"],
    ]
    for lot in account.holdings:
        amounts = [dollars(lot.value), lot.quantity, dollars(lot.price), dollars(lot.cost)]
        rows.append([f"{lot.day:%b-%d-%Y}", "Long", *amounts])
    return table(rows, end="\r\n").encode("utf-8-sig")


def vanguard_holdings(accounts: Sequence[AccountHeld]) -> bytes:
    rows: list[Row] = [["Account Number", "Investment Name", "Symbol", "Shares", "Share Price", "Total Value", ""]]
    for account in accounts:
        rows.append([account.number, "FEDERAL MONEY MARKET", "VMFXX", account.cash, "1.00", account.cash, ""])
        for holding in account.holdings:
            name = symbol(holding, "occ", " ")
            rows.append([account.number, "SOME NAME", name, holding.quantity, holding.last, holding.value, ""])
    rows += [
        [],
        [],
        [],
        ["Account Number", "Trade Date", "Settlement Date", "Transaction Type", "Symbol", "Shares", ""],
    ]
    rows.append([accounts[0].number, "2026-10-01", "2026-10-02", "Buy", "VTI", "10", ""])
    return table(rows).encode()


def vanguard_cost_basis(accounts: Sequence[AccountHeld]) -> bytes:
    rows: list[Row] = [
        ["The information below is not an official record."],
        ["Account", "Symbol/CUSIP", "Description", "Acquired date", "Cost basis method", "Quantity", "Cost per share",
         "Total cost", "Market value as of 11/19/2026 02:17 PM, ET", "Covered/Non-covered"],
    ]  # fmt: skip
    for account in accounts:
        for lot in account.holdings:
            amounts = [f"{lot.quantity:,}", dollars(lot.price), dollars(lot.cost), dollars(lot.value)]
            name = symbol(lot, "occ", " ")
            who = f"{account.name} - {account.number}"
            rows.append([who, name, "SOME NAME", f"{lot.day:%m/%d/%Y}", "FIFO", *amounts, "Covered"])
    return table(rows, quoted=True).encode()


def etrade_portfolio(accounts: Sequence[AccountHeld]) -> bytes:
    """Every position expanded into one lot."""
    (account,) = accounts
    rows: list[Row] = [
        ["Account Summary"],
        ["Account", "Net Account Value", "Total Gain $"],
        [f"{account.name} -{account.number[-4:]}", "1", "1"],
        ["View Summary - All Positions"],
        ["Symbol", "Security type(s)", "Sort by", "Sort order", ""],
        ["", "All", "Symbol", "Asc", ""],
        ["Symbol", "Last Price $", "Quantity", "Price Paid $", "Total Gain $", "Value $"],
    ]
    for lot in account.holdings:
        name = "US TREASURY 4.25% 05/15/2027" if lot.kind == BILL else symbol(lot, "etrade", ".")
        gain = f"{lot.value - lot.cost:.4f}"
        amounts = [f"{lot.last:.4f}", lot.quantity, f"{lot.price:.4f}", gain, f"{lot.value:.4f}"]
        rows += [[name, *amounts], [f"     {lot.day:%m/%d/%Y}", *amounts]]
    rows += [["CASH", "", "", "", "", account.cash, ""], ["TOTAL", "", "", "", "", "1", ""]]
    return (table(rows) + "\nGenerated at Nov 19 2026 11:42 AM ET\n").encode()


def merrill_holdings(accounts: Sequence[AccountHeld]) -> bytes:
    rows: list[Row] = [
        ["COB Date", "Security #", "Symbol", "CUSIP #", "Security Description", "Account Nickname", "Account #",
         "Quantity", "Price ($)", "Value ($)", "Unrealized Gain/Loss ($)"],
    ]  # fmt: skip
    for account in accounts:
        for holding in account.holdings:
            is_bill = holding.kind == BILL
            rows.append(
                ["11/19/2026", "1A", "--" if is_bill else symbol(holding, "merrill", ""),
                 holding.symbol if is_bill else "--", "U.S. TREASURY BILL" if is_bill else "SOME NAME", account.name,
                 account.number, brackets(holding.quantity, 0), holding.last, brackets(holding.value),
                 brackets(holding.value - holding.cost)]
            )  # fmt: skip
        cash = brackets(account.cash)
        rows.append(["11/19/2026", "1B", "--", "990156937", "ML DIRECT DEPOSIT PROGRM", account.name, account.number,
                     "1", "1.00", cash, "--"])  # fmt: skip
    return table(rows, quoted=True, end="\r\n").encode("utf-8-sig")


_MERRILL_TITLES = ["Positions", "Quantity", "Price", "Value", "Total client investment", "Unrealized gain/loss ($)"]


def merrill_export(accounts: Sequence[AccountHeld]) -> bytes:
    """The layout of August 2026: one block per account, its cash above the table."""
    rows: list[Row] = [["Exported on: 11/19/2026 03:29 PM ET"], []]
    for account in accounts:
        title = f"{account.name} {account.number[:2]}X-{account.number[3:]}"
        rows += [
            [title, "Account Value", "Day's Value Change", "Unrealized Gain/Loss"],
            [title, "$1.00", "+$0.00 +0.07%", "+$0.00 +6.57%"],
            ["Cash balance", "Pending activity", "", ""],
            [dollars(account.cash), "$0.00", "", ""],
            _MERRILL_TITLES,
        ]
        for holding in account.holdings:
            gain = dollars(holding.value - holding.cost)
            name = f"{symbol(holding, 'merrill', '')} SOME NAME"
            price = f"${holding.last} 03:27 PM ET"
            rows.append([name, f"{holding.quantity:,}", price, dollars(holding.value), "--", gain])
        rows.append(["Total", "", "", dollars(sum((h.value for h in account.holdings), Decimal(0))), "", ""])
    return table(rows, quoted=True).encode()


def sigmasight_template(accounts: Sequence[AccountHeld]) -> bytes:
    (account,) = accounts
    rows: list[Row] = [["Symbol", "Quantity", "Entry Price Per Share", "Entry Date"]]
    rows += [[lot.symbol, lot.units, lot.price, lot.day] for lot in account.holdings]
    return table(rows).encode()
