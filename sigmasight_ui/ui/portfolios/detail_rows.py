"""One portfolio: its lots, the files it came from, and what can be changed about it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sigmasight_ui.services.portfolios.schemas import PortfolioRow, PositionPage, PositionView
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import NONE, Amounts
from sigmasight_ui.ui.kit.paging import Paging, paging
from sigmasight_ui.ui.words import symbol_in_words

PAGE, PRINTED = 25, 1000
SIDES = {"LONG": "Long", "SHORT": "Short", "LC": "Long call", "SC": "Short call", "LP": "Long put", "SP": "Short put"}
ABBREVIATIONS = ("ETF", "REIT")
CLASSES = {"PUBLIC": "Public", "OPTIONS": "Option", "PRIVATE": "Private"}


@dataclass(frozen=True)
class PositionLine:
    id: str
    symbol: str
    kind: str
    quantity: str
    at: str
    entry_price: str
    entry_date: str
    exit_price: str
    exit_date: str
    is_open: bool


@dataclass(frozen=True)
class Positions:
    lines: tuple[PositionLine, ...] = ()
    finding: str = ""
    paging: Paging = Paging()


@dataclass(frozen=True)
class Typed:
    """What the settings form begins with."""

    portfolio_name: str = ""
    account_name: str = ""
    account_type: str = ""
    description: str = ""


def positions(page: PositionPage, offset: int, amounts: Amounts) -> Positions:
    return Positions(
        lines=tuple(_position(item, amounts) for item in page.items),
        finding=f"{format.plural(page.total, 'lot')} as imported, closed ones included.",
        paging=paging(offset, len(page.items), page.total),
    )


def _position(item: PositionView, amounts: Amounts) -> PositionLine:
    quantity = amounts.quantity(item.quantity)
    return PositionLine(
        id=str(item.id),
        symbol=symbol_in_words(item.symbol),
        kind=", ".join((SIDES.get(item.position_type, item.position_type), _class(item))),
        quantity=quantity,
        at=f"{quantity} at",
        entry_price=_price(item.entry_price, item, amounts),
        entry_date=format.day(item.entry_date),
        exit_price=NONE if item.exit_price is None else _price(item.exit_price, item, amounts),
        exit_date=NONE if item.exit_date is None else format.day(item.exit_date),
        is_open=item.exit_date is None,
    )


def _class(item: PositionView) -> str:
    words = (item.investment_subtype or CLASSES.get(item.investment_class, item.investment_class)).replace("_", " ")
    return words if words in ABBREVIATIONS else words.lower()


def typed(row: PortfolioRow) -> Typed:
    return Typed(row.name, row.account_name, row.account_type, row.description or "")


def subtitle(row: PortfolioRow, amounts: Amounts) -> str:
    balance = f"equity balance {amounts.money(row.equity_balance)} at import"
    return f"{row.account_label}, {format.plural(row.positions, 'position')}, {balance}"


def _price(price: Decimal, item: PositionView, amounts: Amounts) -> str:
    """As imported: at least cents, and no decimal of the file is lost."""
    whole, _, decimals = format.quantity(price).partition(".")
    return amounts.price(f"{whole}.{decimals.ljust(2, '0')}", item.investment_class)
