"""Rows of the holdings table: one per symbol, its lots inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from sigmasight_ui.services.risk.schemas import HoldingLot, HoldingRow, HoldingsPage, HoldingsSort
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import NONE, UNKNOWN, Amounts, Change
from sigmasight_ui.ui.kit import chart_geometry
from sigmasight_ui.ui.kit.paging import Paging, paging
from sigmasight_ui.ui.words import price_note, symbol_in_words

SORTS: tuple[tuple[str, str], ...] = (
    (HoldingsSort.MARKET_VALUE, "Market value"),
    (HoldingsSort.SYMBOL, "Position"),
    (HoldingsSort.DAY, "Day"),
    (HoldingsSort.UNREALISED, "Unrealised P&L"),
    (HoldingsSort.RETURN, "Return"),
    (HoldingsSort.BETA, "Beta, 252 days"),
)
"""What a phone offers; the table's titles have more."""
ALPHABETICAL = (HoldingsSort.SYMBOL, HoldingsSort.NAME)
_NOTHING = Change(NONE, "unknown")


@dataclass(frozen=True)
class LotLine:
    bought: str
    account: str
    quantity: str
    entry_price: str
    cost: str
    unrealised: Change


@dataclass(frozen=True)
class HoldingLine:
    """`title` and `name` head the row; `reason` when there is no value; `at` the quantity as a phone's card says it
    before the price. `lots` are there while it is expanded."""

    symbol: str
    title: str
    name: str
    quantity: str
    at: str
    average_cost: str
    cost: str
    price: str
    day: Change
    value: str
    weight: str
    weight_bar: str
    unrealised: Change
    return_: Change
    beta: str
    spark: str
    reason: str
    marks: list[str]
    lots_label: str
    lots: list[LotLine] = field(default_factory=list)


@dataclass(frozen=True)
class HoldingsFoot:
    label: str = ""
    cost: str = ""
    day: Change = _NOTHING
    value: str = ""
    weight: str = ""
    unrealised: Change = _NOTHING


@dataclass(frozen=True)
class Holdings:
    """One page. `is_valued` false: quantities and costs only."""

    is_valued: bool = True
    finding: str = ""
    lines: list[HoldingLine] = field(default_factory=list)
    foot: HoldingsFoot = HoldingsFoot()
    paging: Paging = Paging()
    left_out: str = ""
    prices: str = ""
    is_sample: bool = False
    is_empty: bool = False


def holdings(page: HoldingsPage, amounts: Amounts, accounts: Mapping[UUID, str]) -> Holdings:
    """`accounts` name the lots' accounts where several are shown together."""
    count = page.total.holdings
    is_valued = page.reason is None
    without = page.total.without_value
    return Holdings(
        is_valued=is_valued,
        finding=_finding(page, amounts),
        lines=_lines(page, amounts, accounts),
        foot=_foot(page, amounts),
        paging=paging(page.offset, len(page.items), count),
        left_out=f"{format.plural(without, 'holding')} without a value left out" if is_valued and without else "",
        prices=price_note(page.origin, page.as_of),
        is_sample=page.origin is not None and page.origin.is_sample,
        is_empty=count == 0,
    )


def _finding(page: HoldingsPage, amounts: Amounts) -> str:
    total = page.total
    if not total.holdings:
        return "No holding to show."
    if page.reason is not None:
        return "Quantities and costs are from your file. Values follow once prices are there."
    if total.market_value is None:
        return f"{format.plural(total.holdings, 'holding')}, none with a value."
    lots = f" in {format.plural(int(total.lots), 'lot')}" if total.lots != total.holdings else ""
    worth = f"worth {amounts.money(total.market_value, 0)}"
    share = f", {format.percent(total.weight)} of net asset value" if total.weight is not None else ""
    return f"{format.plural(total.holdings, 'holding')}{lots} {worth}{share}."


def _lines(page: HoldingsPage, amounts: Amounts, accounts: Mapping[UUID, str]) -> list[HoldingLine]:
    largest = max((abs(row.weight) for row in page.items if row.weight is not None), default=0.0)
    return [_line(row, largest, amounts, accounts) for row in page.items]


def _line(row: HoldingRow, largest: float, amounts: Amounts, accounts: Mapping[UUID, str]) -> HoldingLine:
    quantity = amounts.quantity(row.quantity)
    share = abs(row.weight) / largest if row.weight is not None and largest else 0.0
    return HoldingLine(
        symbol=row.symbol,
        title=symbol_in_words(row.symbol),
        name=row.name if row.name != row.symbol and row.investment_class != "OPTIONS" else "",
        quantity=quantity,
        at=f"{quantity} at",
        average_cost=NONE if row.average_cost is None else _price(row.average_cost, row.investment_class, amounts),
        cost=amounts.money(row.cost),
        price=UNKNOWN if row.price is None else _price(row.price, row.investment_class, amounts),
        day=_NOTHING if row.day_change is None else format.moved(row.day_change, 2),
        value=amounts.money(row.market_value),
        weight=NONE if row.weight is None else format.percent(row.weight),
        weight_bar=f"{share:.0%}",
        unrealised=_NOTHING if row.unrealised_pnl is None else amounts.moved(row.unrealised_pnl),
        return_=format.moved(row.return_) if row.return_ is not None else _NOTHING,
        beta=NONE if row.beta is None else format.ratio(row.beta),
        spark=chart_geometry.sparkline(row.closes),
        reason=_sentence(row.value_reason) if row.value_reason else "",
        marks=list(row.marks),
        lots_label=format.plural(row.lots, "lot"),
        lots=[_lot(lot, row.investment_class, amounts, accounts) for lot in row.opened],
    )


def _lot(lot: HoldingLot, investment_class: str, amounts: Amounts, accounts: Mapping[UUID, str]) -> LotLine:
    return LotLine(
        bought=format.day(lot.entry_date),
        account=accounts.get(lot.portfolio_id, ""),
        quantity=amounts.quantity(lot.quantity),
        entry_price=_price(lot.entry_price, investment_class, amounts),
        cost=amounts.money(lot.cost),
        unrealised=_NOTHING if lot.unrealised_pnl is None else amounts.moved(lot.unrealised_pnl),
    )


def _foot(page: HoldingsPage, amounts: Amounts) -> HoldingsFoot:
    total = page.total
    return HoldingsFoot(
        label=f"All {format.plural(total.holdings, 'holding')}" if total.holdings != 1 else "1 holding",
        cost=amounts.money(total.cost),
        day=_NOTHING if total.day_pnl is None else amounts.moved(total.day_pnl),
        value=amounts.money(total.market_value),
        weight=NONE if total.weight is None else format.percent(total.weight),
        unrealised=_NOTHING if total.unrealised_pnl is None else amounts.moved(total.unrealised_pnl),
    )


def _price(price: Decimal, investment_class: str, amounts: Amounts) -> str:
    """Fractions of a cent only where they matter."""
    decimals = 2 if abs(price) >= 1 else 4
    rounded = price.quantize(Decimal(1).scaleb(-decimals))
    return amounts.price(f"{rounded:,}", investment_class)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
