"""Option Greeks in dollars, by underlying and expiry, and contract by contract."""

from __future__ import annotations

from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import ContractGreeks, FigureView, GreekAmounts, GreekRow, GreeksView
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.risk import wording
from sigmasight_ui.ui.risk.cards import MISSING, SHOWN, Card
from sigmasight_ui.ui.risk.receipts import Receipt, receipt
from sigmasight_ui.ui.words import symbol_in_words

_TOTALS = {
    "delta": ("Delta", "What the same amount of the underlying would be: the gain per 1%, times a hundred."),
    "gamma": ("Gamma", "By how much delta changes when the underlying rises by 1%."),
    "vega": ("Vega", "The gain when volatility rises by one point."),
    "theta": ("Theta", "The gain of a calendar day that passes, all else equal."),
}


@dataclass(frozen=True)
class GreekLine:
    """`reason` instead of amounts, where a contract could not be priced."""

    title: str
    detail: str
    delta: str = ""
    gamma: str = ""
    vega: str = ""
    theta: str = ""
    volatility: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Greeks(Card):
    lines: list[GreekLine] = field(default_factory=list)
    contracts: list[GreekLine] = field(default_factory=list)
    total: GreekLine = field(default_factory=lambda: GreekLine("All", ""))
    note: str = ""


def greeks(found: GreeksView, amounts: Amounts) -> Greeks:
    if found.reason is not None:
        return Greeks(MISSING, reason=wording.sentence(found.reason))
    totals = {key: getattr(found, key) for key in _TOTALS}
    return Greeks(
        SHOWN,
        finding=_finding(found, amounts),
        foot=f"{found.priced} of {format.plural(found.of, 'option')} priced",
        lines=[_row(row, amounts) for row in found.rows],
        contracts=[_contract(each, amounts) for each in found.contracts],
        total=GreekLine("All options", "", **{key: _amount(figure, amounts) for key, figure in totals.items()}),
        note=" ".join(wording.sentence(note) for note in found.notes),
        receipts={key: _receipt(key, figure, amounts) for key, figure in totals.items()},
    )


def _finding(found: GreeksView, amounts: Amounts) -> str:
    delta = found.delta.value
    if delta is None:
        return wording.sentence(f"no option could be priced: {found.delta.reason}")
    count = format.plural(found.priced, "option")
    verb = "adds" if found.priced == 1 else "add"
    if delta < 0:
        verb = "takes" if found.priced == 1 else "take"
    size = amounts.money(wording.dollars(abs(delta)), 0)
    return f"{count} {verb} {size} {'off' if delta < 0 else 'to'} your market exposure."


def _amount(figure: FigureView, amounts: Amounts) -> str:
    return amounts.signed(wording.dollars(figure.value), 0)


def _row(row: GreekRow, amounts: Amounts) -> GreekLine:
    return GreekLine(
        row.underlying,
        format.day(row.expiration),
        **_amounts(row.amounts, amounts),
        volatility=wording.joined(format.percent(row.implied_volatility), wording.dated(row.origin)),
    )


def _contract(each: ContractGreeks, amounts: Amounts) -> GreekLine:
    title, size = symbol_in_words(each.symbol), f"{amounts.quantity(each.contracts)} held"
    if each.amounts is None:
        return GreekLine(title, size, reason=wording.sentence(each.reason or "no reason was recorded"))
    volatility = wording.joined(format.percent(each.implied_volatility), wording.dated(each.origin or ""))
    return GreekLine(title, size, **_amounts(each.amounts, amounts), volatility=volatility)


def _amounts(found: GreekAmounts, amounts: Amounts) -> dict[str, str]:
    return {key: amounts.signed(getattr(found, key), 0) for key in _TOTALS}


def _receipt(key: str, figure: FigureView, amounts: Amounts) -> Receipt:
    name, formula = _TOTALS[key]
    return receipt(f"{name} of all options", figure, _amount(figure, amounts), formula)
