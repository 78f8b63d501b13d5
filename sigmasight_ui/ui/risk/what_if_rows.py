"""Changes that are only tried out: what they would cost, and the figures before and after side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sigmasight_ui.core.money import read_number
from sigmasight_ui.services.risk.schemas import FigureView, PositionChange, WhatIf, WhatIfFigure, WhatIfHolding
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.risk import wording
from sigmasight_ui.ui.words import symbol_in_words

MOST_CHANGES = 20
FIRST = (
    "beta_252", "volatility_63", "volatility_forecast", "var_95", "cvar_95", "effective_n", "largest", "net", "gross",
    "factor:market", "stress:market_crash_35",
)  # fmt: skip
NOT_A_NUMBER = "Not a number of shares. Write one such as 10 or -10."
NO_SYMBOL = "Enter a symbol, such as MSFT."
TOO_MANY = f"At most {MOST_CHANGES} changes at a time. Remove one first."
_RATIOS = ("beta_", "factor:", "spread:", "correlation_", "sharpe", "sortino", "calmar", "r_squared")
_DOLLARS = ("delta", "gamma", "vega", "theta", "rho")
_LOSSES = ("var_", "cvar_", "normal_")


@dataclass(frozen=True)
class ChangeLine:
    symbol: str
    words: str


@dataclass(frozen=True)
class TradeLine:
    title: str
    quantity: str
    price: str
    price_day: str
    amount: str


@dataclass(frozen=True)
class CompareLine:
    title: str
    before: str
    after: str
    difference: str
    before_reason: str = ""
    after_reason: str = ""


@dataclass(frozen=True)
class Comparison:
    """`reason`: why there is nothing to compare."""

    finding: str = ""
    trades: list[TradeLine] = field(default_factory=list)
    lines: list[CompareLine] = field(default_factory=list)
    note: str = ""


def read_change(symbol: str, quantity: str) -> tuple[PositionChange | None, dict[str, str]]:
    """A change as it is typed, or errors by field."""
    errors = {}
    name, number = symbol.strip().upper(), _number(quantity)
    if not name:
        errors["what-if-symbol"] = NO_SYMBOL
    if number is None:
        errors["what-if-quantity"] = NOT_A_NUMBER
    return (None, errors) if errors or number is None else (PositionChange(name, number), {})


def change_lines(changes: Sequence[PositionChange]) -> list[ChangeLine]:
    """Sell 10 AAPL, buy 5 MSFT."""
    return [
        ChangeLine(
            change.symbol,
            f"{'Sell' if change.quantity_delta < 0 else 'Buy'} {format.quantity(abs(change.quantity_delta))} "
            f"{symbol_in_words(change.symbol)}",
        )
        for change in changes
    ]


def comparison(found: WhatIf, amounts: Amounts, *, everything: bool) -> Comparison:
    order = {key: place for place, key in enumerate(FIRST)}
    shown = [each for each in found.figures if everything or each.key in order]
    shown = sorted(shown, key=lambda each: order.get(each.key, len(order)))
    cash = f"Cash goes from {amounts.money(found.cash_before, 0)} to {amounts.money(found.cash_after, 0)}"
    notes = [wording.sentence(note) for note in (cash, *found.notes)]
    return Comparison(
        finding=_finding(found.figures),
        trades=[_trade(each, amounts) for each in found.holdings],
        lines=[_compared(each, amounts) for each in shown],
        note=" ".join(notes),
    )


def _finding(figures: Sequence[WhatIfFigure]) -> str:
    """More risk or less, by the volatility of the year's days; in words first."""
    found = next((each for each in figures if each.key == "volatility_63" and each.difference is not None), None)
    if found is None:
        return "What it does to the volatility is unknown."
    difference = found.difference or 0.0
    if abs(difference) < 0.0005:
        return f"About as much risk: volatility stays at {format.percent(found.after.value)} a year."
    word = "More" if difference > 0 else "Less"
    before, after = format.percent(found.before.value), format.percent(found.after.value)
    return f"{word} risk: volatility goes from {before} to {after} a year."


def _trade(each: WhatIfHolding, amounts: Amounts) -> TradeLine:
    before, after = amounts.quantity(each.quantity_before), amounts.quantity(each.quantity_after)
    return TradeLine(
        symbol_in_words(each.symbol),
        f"{before} to {after}",
        format.ratio(each.price),
        format.day(each.price_session),
        amounts.signed(-each.amount),
    )


def _compared(each: WhatIfFigure, amounts: Amounts) -> CompareLine:
    show, show_difference = _shown_as(each.key, amounts)
    difference = format.NONE if each.difference is None else show_difference(each.difference)
    return CompareLine(
        wording.tight(each.title),
        _value(each.before, show),
        _value(each.after, show),
        difference,
        each.before.reason or "",
        each.after.reason or "",
    )


def _shown_as(key: str, amounts: Amounts) -> tuple[Callable[[float], str], Callable[[float], str]]:
    if key in _DOLLARS:
        return (lambda value: amounts.signed(wording.dollars(value), 0),) * 2
    if key.startswith(_LOSSES):
        return wording.loss, lambda value: format.points(-value, 2)
    if key.startswith("stress:"):
        return lambda value: format.percent(value, signed=True), format.points
    if key.endswith("effective_n"):
        return lambda value: format.ratio(value, 1), lambda value: format.ratio(value, 1, signed=True)
    if key == "hhi":
        return lambda value: f"{round(value):,}", lambda value: format.ratio(value, 0, signed=True)
    if key.startswith(_RATIOS):
        return format.ratio, lambda value: format.ratio(value, signed=True)
    return format.percent, format.points


def _value(figure: FigureView, show: Callable[[float], str]) -> str:
    return format.UNKNOWN if figure.value is None else show(figure.value)


def _number(text: str) -> Decimal | None:
    number = read_number(text)
    return number if number and abs(number) < Decimal(10) ** 12 else None
