"""The files of trading platforms for given accounts: written after their own files, apart from the readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from tests.services.portfolios.broker_formats.holdings import BILL, OPTION, STOCK, AccountHeld, Holding
from tests.services.portfolios.broker_formats.renderers import Row, brackets, dollars, symbol, table

_CATEGORIES = {STOCK: "Stocks", OPTION: "Equity and Index Options", BILL: "Treasury Bills"}
_CLASSES = {STOCK: "STK", OPTION: "OPT", BILL: "BILL"}


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def _underlying(holding: Holding) -> str:
    return holding.contract.underlying if holding.contract else holding.symbol


def _ibkr_name(holding: Holding) -> str:
    return f"B 11/19/27 {holding.symbol}" if holding.kind == BILL else symbol(holding, "ibkr", " ")


def ibkr_activity(accounts: Sequence[AccountHeld], lots: bool) -> bytes:
    """One account; the header repeats per asset class, and every class has its total."""
    (account,) = accounts
    rows: list[Row] = [
        ["Statement", "Header", "Field Name", "Field Value"],
        ["Statement", "Data", "Period", "November 1, 2026 - November 19, 2026"],
        ["Account Information", "Header", "Field Name", "Field Value"],
        ["Account Information", "Data", "Account", f"U{account.number}"],
        ["Account Information", "Data", "Base Currency", "USD"],
    ]
    for kind, holdings in groupby(sorted(account.holdings, key=lambda held: held.kind), key=lambda held: held.kind):
        rows += _ibkr_class(_CATEGORIES[kind], list(holdings), lots)
    rows.append(["Cash Report", "Header", "Currency Summary", "Currency", "Total", "Securities"])
    rows += [["Cash Report", "Data", "Ending Cash", name, account.cash, account.cash] for name in _IBKR_CASH]
    rows.append(["Trades", "Header", "DataDiscriminator", "Asset Category", "Currency", "Symbol", "Quantity"])
    return table(rows).encode("utf-8-sig")


_IBKR_CASH = ("Base Currency Summary", "USD")


def _ibkr_class(category: str, holdings: list[Holding], lots: bool) -> Iterator[Row]:
    where = ["Open Positions", "Data"]
    yield ["Open Positions", "Header", "DataDiscriminator", "Asset Category", "Currency", "Symbol", "Open", "Quantity",
           "Mult", "Cost Price", "Cost Basis", "Close Price", "Value", "Unrealized P/L", "Code"]  # fmt: skip
    for held in holdings:
        size = 100 if held.kind == OPTION else 1
        amounts = [held.price, held.cost, held.last, held.value, held.value - held.cost, ""]
        name = [category, "USD", _ibkr_name(held)]
        yield [*where, "Summary", *name, "-", held.quantity, size, *amounts]
        if lots:
            yield [*where, "Lot", *name, f"{held.day}, 15:39:46", held.quantity, "", *amounts]
    cost, value = _total(held.cost for held in holdings), _total(held.value for held in holdings)
    yield ["Open Positions", "Total", "", category, "USD", "", "", "", "", "", cost, "", value, value - cost, ""]


def ibkr_flex(accounts: Sequence[AccountHeld]) -> bytes:
    """Summary and lot of everything, and the cash in the base currency and per currency."""
    rows: list[Row] = [
        ["ClientAccountID", "CurrencyPrimary", "FXRateToBase", "AssetClass", "Symbol", "Description", "Multiplier",
         "ReportDate", "Quantity", "PositionValue", "CostBasisMoney", "LevelOfDetail", "OpenDateTime"],
    ]  # fmt: skip
    for account in accounts:
        for held in account.holdings:
            name = _ibkr_name(held) if held.kind == BILL else symbol(held, "occ padded", " ")
            who = [f"U{account.number}", "USD", "1", _CLASSES[held.kind], name, "SOME NAME", "1"]
            if held.kind == OPTION:
                who[-1] = "100"
            amounts = ["20261119", held.quantity, held.value, held.cost]
            rows.append([*who, *amounts, "SUMMARY", ""])
            rows.append([*who, *amounts, "LOT", f"{held.day:%Y%m%d};101500"])
    rows.append(["ClientAccountID", "CurrencyPrimary", "LevelOfDetail", "ToDate", "EndingCash"])
    for account in accounts:
        rows.append([f"U{account.number}", "BASE_SUMMARY", "BaseCurrency", "20261119", account.cash])
        rows.append([f"U{account.number}", "USD", "Currency", "20261119", account.cash])
    return table(rows, quoted=True).encode()


def ibkr_tws(accounts: Sequence[AccountHeld]) -> bytes:
    (account,) = accounts
    rows: list[Row] = [["Financial Instrument ", "Position", "Last", "Cost Basis", "Market Value"]]
    for held in account.holdings:
        mark = "'" if held.quantity < 0 else ""
        amounts = [f"C{held.last}", f"{mark}{held.cost:,}", f"{mark}{held.value:,}"]
        rows.append([symbol(held, "tws", " "), f"{held.quantity:,}", *amounts])
    return table(rows).encode()


def thinkorswim_positions(accounts: Sequence[AccountHeld]) -> bytes:
    """Below a heading per underlying: its shares under the company's name, then the legs, which never name it."""
    (account,) = accounts
    rows: list[Row] = [
        [f"Position Statement for {account.number}SCHW ({account.name}) on 11/19/26 11:49:04"],
        [],
        ["Equities and Equity Options"],
        ["Instrument", "Qty", "Days", "Trade Price", "Mark", "Mrk Chng", "P/L Day", "Net Liq"],
        ["/MES", "+1", "", "4777.50", "4776.25", "-2.25", "($6.25)", "$5.00"],
        ["Micro E-mini S&P 500, Mar-27 (prev. /MESH7)", "+1", "79", "4777.50", "4776.25", "-2.25", "($6.25)", "$5.00"],
    ]
    for underlying, group in groupby(sorted(account.holdings, key=_underlying), key=_underlying):
        held = sorted(group, key=lambda holding: holding.kind == OPTION)
        rows.append([underlying.replace(".", "/"), "", "", "", "", "", "$0.00", "$0.00"])
        if held[0].kind == OPTION:
            rows.append(["SOME COMPANY INC COM", "0", "", ".00", "1.00", "+.01", "$0.00", "$0.00"])
        rows += map(_thinkorswim_row, held)
    rows += [["Subtotals:", "", "", "", "", "", "$1.00", "$2.00"], []]
    rows += [["Available Dollars", "$4,321.00"], ["Cash & Sweep Vehicle", dollars(account.cash)]]
    return table(rows).encode()


def _thinkorswim_row(held: Holding) -> Row:
    name = "SOME COMPANY INC COM"
    if held.contract:
        day = f"{held.contract.expiration:%-d %b %y}".upper()
        name = f"100 {day} {held.contract.strike.normalize():f} {held.contract.option_type}"
    return [name, f"{held.quantity:+,}", "17", held.price, held.last, "N/A", "$1.00", f"${brackets(held.value)}"]


def td_ameritrade_statement(accounts: Sequence[AccountHeld]) -> bytes:
    (account,) = accounts
    shares = [held for held in account.holdings if held.kind == STOCK]
    options = [held for held in account.holdings if held.kind == OPTION]
    rows: list[Row] = [
        ["This document was exported from the paperMoney platform."],
        [],
        [f"Account Statement for D-{account.number} ({account.name}) since 11/1/26 through 11/19/26"],
        [],
        ["Cash Balance"],
        ["DATE", "TIME", "TYPE", "REF #", "DESCRIPTION", "Misc Fees", "Commissions & Fees", "AMOUNT", "BALANCE"],
        ["11/18/26", "00:00:00", "BAL", "", "start", "", "", "", "1.00"],
        ["11/19/26", "09:31:12", "TRD", '="1001"', "BOT +100 AAPL @187.40", "", "", "1.00", f"{account.cash:,}"],
        [],
        ["Account Trade History"],
        ["", "Exec Time", "Spread", "Side", "Qty", "Pos Effect", "Symbol", "Exp", "Strike", "Type", "Price"],
        ["", "11/19/26 14:20:49", "STOCK", "BUY", "+20", "TO OPEN", "AAPL", "", "", "STOCK", "187.40"],
        [],
        ["Equities"],
        ["Symbol", "Description", "Qty", "Trade Price", "Mark", "Mark Value"],
    ]
    for held in shares:
        rows.append([held.symbol.replace(".", "/"), "SOME NAME", f"{held.quantity:+,}", *_marks(held)])
    rows += [["", "OVERALL TOTALS", "", "", "", _money(held.value for held in shares)], [], ["Options"]]
    rows.append(["Symbol", "Option Code", "Exp", "Strike", "Type", "Qty", "Trade Price", "Mark", "Mark Value"])
    for held in options:
        assert held.contract is not None
        terms = [f"{held.contract.expiration:%d %b %y}".upper(), held.contract.strike, held.contract.option_type]
        code = symbol(held, "thinkorswim", "").removeprefix(".")
        rows.append([_underlying(held), code, *terms, f"{held.quantity:+}", *_marks(held)])
    rows += [["", "OVERALL TOTALS", "", "", "", "", "", "", _money(held.value for held in options)], []]
    rows += [["Account Summary"], ["Net Liquidating Value", "$1.00"]]
    return table(rows).encode("utf-8-sig")


def _marks(held: Holding) -> list[object]:
    return [held.price, held.last, f"${brackets(held.value)}"]


def _money(amounts: Iterable[Decimal]) -> str:
    return f"${brackets(_total(amounts))}"


def alpaca_positions(accounts: Sequence[AccountHeld]) -> bytes:
    (account,) = accounts
    rows: list[Row] = [
        ["asset_id", "symbol", "asset_class", "qty", "avg_entry_price", "side", "market_value", "cost_basis"]
    ]
    for held in account.holdings:
        kind = "us_option" if held.contract else "us_equity"
        side = "short" if held.quantity < 0 else "long"
        rows.append(["904837e3", held.symbol, kind, held.quantity, held.price, side, held.value, held.cost])
    return table(rows).encode()


def tradier_positions(accounts: Sequence[AccountHeld]) -> bytes:
    rows: list[Row] = [["account_number", "cost_basis", "date_acquired", "id", "quantity", "symbol"]]
    for account in accounts:
        for number, held in enumerate(account.holdings, start=130_089):
            day = f"{held.day}T14:41:11.405Z"
            rows.append([account.number, held.cost, day, number, f"{held.quantity:.8f}", held.symbol.replace(".", "/")])
    return table(rows).encode()


def robinhood_activity(accounts: Sequence[AccountHeld]) -> bytes:
    """Newest first. Of every other security bought, some has been sold again; and money moves besides."""
    (account,) = accounts
    rows: list[Row] = [
        ["Activity Date", "Process Date", "Settle Date", "Instrument", "Description", "Trans Code", "Quantity", "Price",
         "Amount"],
    ]  # fmt: skip
    for held in sorted(account.holdings, key=lambda holding: holding.day, reverse=True):
        days = [f"{held.day:%-m/%-d/%Y}"] * 3
        name = symbol(held, "robinhood", ".") if held.contract else "Some Name\nCUSIP: 037833100"
        opens = "STO" if held.quantity < 0 else "BTO" if held.contract else "Buy"
        amount = f"${brackets(-held.cost)}" if held.cost < 0 else f"(${held.cost:,.2f})"
        rows.append([*days, _underlying(held), name, opens, abs(held.quantity), dollars(held.price), amount])
        rows.append([*days, _underlying(held), "Cash Div: R/D 2026-06-05", "CDIV", "", "", "$1.39"])
        rows.append([*days, "ZZZZZ", "Sold again", "Sell", "3", "$2.00", "$6.00"])
        rows.append([*days, "ZZZZZ", "Sold again", "Buy", "3", "$1.00", "($3.00)"])
    footer = '""\n"","","","","","","","","","The data provided is for informational purposes only."\n'
    return (table(rows, quoted=True) + footer).encode()
