"""The holdings table: sort, filter, pages, lots; cards on phones."""

import reflex as rx

from sigmasight_ui.services.risk.schemas import HoldingsSort
from sigmasight_ui.ui.dashboard.holdings_rows import ALPHABETICAL, SORTS, HoldingLine, LotLine
from sigmasight_ui.ui.dashboard.holdings_state import PAGE_SIZES, HoldingsState
from sigmasight_ui.ui.dashboard.price_note import price_note
from sigmasight_ui.ui.format import UNKNOWN
from sigmasight_ui.ui.kit.button import button, file_button
from sigmasight_ui.ui.kit.chart import sparkline
from sigmasight_ui.ui.kit.empty import empty
from sigmasight_ui.ui.kit.field import search_field
from sigmasight_ui.ui.kit.figure import change, unknown
from sigmasight_ui.ui.kit.html import attributes, flag
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.mark import mark
from sigmasight_ui.ui.kit.panel import panel
from sigmasight_ui.ui.kit.segmented import segmented
from sigmasight_ui.ui.kit.sheet import opener, sheet
from sigmasight_ui.ui.kit.skeleton import waiting
from sigmasight_ui.ui.kit.table import (
    cell,
    column,
    expander,
    name_cell,
    pager,
    print_button,
    row,
    sort_column,
    table,
    weight_bar,
)
from sigmasight_ui.ui.shell.state import ALL_ACCOUNTS, ShellState

H = HoldingsState
SORT_SHEET = "sort-holdings"
COLUMNS, PENDING_COLUMNS = 11, 6
Line = rx.Var[HoldingLine]


def holdings() -> rx.Component:
    body = rx.cond(
        H.is_loaded,
        rx.cond(H.table.is_empty, _no_rows(), rx.cond(H.table.is_valued, _valued(), _pending())),
        waiting(15),
    )
    return panel(
        "Holdings",
        body,
        _sort_sheet(),
        print_button(H.print_whole, H.is_printed, H.table.paging),
        id="holdings",
        finding=H.table.finding,
        tools=_tools(),
        foot=_foot(),
        flush=True,
    )


def is_one_account() -> rx.Var[bool]:
    return ShellState.selected != ALL_ACCOUNTS


def _tools() -> rx.Component:
    density = segmented(
        "Density", [("regular", "Regular"), ("dense", "Dense")], rx.cond(H.is_dense, "dense", "regular"),
        H.choose_density, class_name="desk-only",
    )  # fmt: skip
    export = f"/api/v1/portfolios/{ShellState.selected}/export.csv"
    return rx.fragment(
        rx.cond(
            is_one_account(),
            file_button("Export CSV", export, size="sm", class_name="desk-only"),
        ),
        search_field(
            "holdings-filter",
            "Filter holdings",
            default_value=H.contains,
            key=H.filter_number,
            on_change=H.filter.debounce(200),
            max_length=60,
            auto_complete="off",
        ),
        opener(icon("filter"), "Sort", opens=SORT_SHEET, class_name="btn btn-second btn-sm phone-only"),
        density,
    )


def _foot() -> rx.Component:
    sizes = [(str(size), f"{size} rows") for size in PAGE_SIZES]
    return rx.fragment(
        rx.cond(H.table.prices != "", price_note(H.table)),
        rx.cond(H.table.left_out != "", rx.el.span(H.table.left_out)),
        rx.el.span(class_name="grow"),
        rx.cond(
            H.table.paging.has_previous | H.table.paging.has_next | (H.page_size != PAGE_SIZES[0]),
            segmented("Rows on a page", sizes, H.page_size.to_string(), H.choose_page_size, class_name="desk-only"),
        ),
        pager(H.table.paging, H.turn(-1), H.turn(1)),
    )


def _no_rows() -> rx.Component:
    clear = button("Clear filter", size="sm", on_click=H.clear_filter)
    return rx.cond(
        H.contains != "",
        empty("No holding matches", "The filter looks for symbols and names.", clear, icon="filter"),
        empty("Nothing is held", "Every position of the file is closed.", icon="table"),
    )


def _sort_sheet() -> rx.Component:
    """On phones the titles of the table are not there to press."""
    return sheet(SORT_SHEET, "Sort holdings", *(_sort_choice(key, words) for key, words in SORTS))


def _sort_choice(key: str, words: str) -> rx.Component:
    chosen = H.sorted_by == key
    first, last = ("A to Z", "Z to A") if key in ALPHABETICAL else ("smallest first", "largest first")
    order = rx.cond(H.descending, last, first)
    return rx.el.button(
        rx.el.span(words, class_name="grow"),
        rx.cond(chosen, rx.el.span(order, class_name="quiet small")),
        type="button",
        class_name="sheet-row",
        aria_pressed=flag(chosen),
        on_click=H.sort(key),
        **attributes(data_closes="true"),
    )


# With values


def _valued() -> rx.Component:
    head = [
        _title("Position", HoldingsSort.SYMBOL, numeric=False),
        _title("Quantity", HoldingsSort.QUANTITY),
        _title("Avg cost", HoldingsSort.AVERAGE_COST, wide=True),
        _title("Price", HoldingsSort.PRICE),
        _title("Day", HoldingsSort.DAY),
        _title("Market value", HoldingsSort.MARKET_VALUE),
        _title("Weight", HoldingsSort.WEIGHT),
        _title("Unrealised P&L", HoldingsSort.UNREALISED),
        _title("Return", HoldingsSort.RETURN, wide=True),
        _title("Beta, 252 d", HoldingsSort.BETA),
        column("30 days", numeric=True, class_name="wide-only"),
    ]
    return table("Holdings table", head, rx.foreach(H.table.lines, _line), foot=_total(), dense=H.is_dense)


def _title(words: str, key: HoldingsSort, *, numeric: bool = True, wide: bool = False) -> rx.Component:
    return sort_column(
        words,
        key.value,
        sorted_by=H.sorted_by,
        descending=H.descending,
        on_sort=H.sort,
        numeric=numeric,
        class_name="wide-only" if wide else "",
    )


def _line(line: Line) -> rx.Component:
    is_open = H.expanded.contains(line.symbol)
    return rx.fragment(
        row(
            _name(line, is_open),
            cell(line.quantity, numeric=True, card="hide"),
            cell(line.average_cost, numeric=True, card="hide", class_name="wide-only"),
            cell(_price(line), numeric=True, card="left", label=line.at),
            cell(
                change(line.day.text, line.day.direction), numeric=True, card="right", order=2,
                class_name="valued-only",
            ),
            cell(_value(line), numeric=True, card="right", order=-1, class_name="cell-strong card-top"),
            cell(
                line.weight, weight_bar(line.weight_bar), numeric=True, card="left", order=3, label="Weight",
                class_name="valued-only",
            ),
            cell(
                change(line.unrealised.text, line.unrealised.direction), numeric=True, card="right", order=4,
                class_name="valued-only",
            ),
            cell(change(line.return_.text, line.return_.direction), numeric=True, card="hide", class_name="wide-only"),
            cell(line.beta, numeric=True, card="hide"),
            cell(sparkline(line.spark), numeric=True, card="hide", class_name="wide-only"),
            class_name=rx.cond(line.value == UNKNOWN, "without-value", ""),
        ),
        rx.cond(is_open, _lots(line, COLUMNS)),
    )  # fmt: skip


def _name(line: Line, is_open: rx.Var[bool]) -> rx.Component:
    return name_cell(
        line.title,
        line.name,
        rx.foreach(line.marks, lambda text: mark(text)),
        _phone_lots(line, is_open),
        before=expander(f"Lots of {line.title}", is_open, H.toggle(line.symbol)),
    )


def _phone_lots(line: Line, is_open: rx.Var[bool]) -> rx.Component:
    return rx.el.button(
        line.lots_label,
        type="button",
        class_name="phone-only lots-button",
        aria_expanded=flag(is_open),
        aria_label=f"{line.lots_label} of {line.title}",
        on_click=H.toggle(line.symbol),
    )


def _price(line: Line) -> rx.Component:
    return rx.cond(line.price == UNKNOWN, unknown(line.reason), rx.el.span(line.price))


def _value(line: Line) -> rx.Component:
    return rx.cond(line.value == UNKNOWN, unknown(line.reason), rx.el.span(line.value))


def _total() -> rx.Component:
    foot = H.table.foot
    nothing = cell(card="hide")
    wide_nothing = cell(card="hide", class_name="wide-only")
    return row(
        rx.el.th(foot.label, role="rowheader", scope="row", class_name="card-left"),
        nothing,
        wide_nothing,
        nothing,
        cell(change(foot.day.text, foot.day.direction), numeric=True, card="right", order=2),
        cell(foot.value, numeric=True, card="right", order=-1, class_name="card-top"),
        cell(foot.weight, _no_bar(), numeric=True, card="left", order=3, label="Weight"),
        cell(change(foot.unrealised.text, foot.unrealised.direction), numeric=True, card="right", order=4),
        wide_nothing,
        nothing,
        wide_nothing,
    )


def _no_bar() -> rx.Component:
    """Keeps the total under the weights it sums up."""
    return rx.el.span(class_name="weight-bar weight-bar-none desk-only", aria_hidden="true")


# Before the first calculation


def _pending() -> rx.Component:
    head = [
        _title("Position", HoldingsSort.SYMBOL, numeric=False),
        _title("Quantity", HoldingsSort.QUANTITY),
        _title("Avg cost", HoldingsSort.AVERAGE_COST),
        column("Cost", numeric=True),
        column("Price", numeric=True),
        column("Market value", numeric=True),
    ]
    return table("Holdings table", head, rx.foreach(H.table.lines, _pending_line), dense=H.is_dense)


def _pending_line(line: Line) -> rx.Component:
    is_open = H.expanded.contains(line.symbol)
    return rx.fragment(
        row(
            _name(line, is_open),
            cell(line.quantity, numeric=True, card="hide"),
            cell(line.average_cost, numeric=True, card="left", label=line.at),
            cell(line.cost, numeric=True, card="right", order=-1, class_name="cell-strong card-top"),
            cell(unknown(line.reason), numeric=True, card="hide"),
            cell(unknown(line.reason), numeric=True, card="right", order=2, label="Value"),
        ),
        rx.cond(is_open, _lots(line, PENDING_COLUMNS)),
    )


# Lots


def _lots(line: Line, columns: int) -> rx.Component:
    with_account = line.lots[0].account != ""
    head = [
        column("Bought"),
        rx.cond(with_account, column("Account", class_name="desk-only")),
        column("Quantity", numeric=True),
        column("Cost per share", numeric=True),
        column("Cost", numeric=True, class_name="desk-only"),
        column("Unrealised P&L", numeric=True),
    ]
    lots = table(f"Lots of {line.title}", head, rx.foreach(line.lots, _lot), cards=False)
    return rx.el.tr(rx.el.td(lots, role="cell", col_span=columns), role="row", class_name="detail")


def _lot(lot: rx.Var[LotLine]) -> rx.Component:
    return row(
        rx.el.th(lot.bought, role="rowheader", scope="row"),
        rx.cond(lot.account != "", cell(lot.account, class_name="desk-only")),
        cell(lot.quantity, numeric=True),
        cell(lot.entry_price, numeric=True),
        cell(lot.cost, numeric=True, class_name="desk-only"),
        cell(change(lot.unrealised.text, lot.unrealised.direction), numeric=True),
    )
