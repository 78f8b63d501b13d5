"""The strip of six: exposures, cash, beta, volatility, largest position; each with the receipt of its figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import Exposure, FigureView, Overview
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import UNKNOWN, Amounts
from sigmasight_ui.ui.kit.receipt import Fact
from sigmasight_ui.ui.kit.tile import Tile
from sigmasight_ui.ui.words import beta_in_words, symbol_in_words

Figures = Mapping[str, FigureView]

LIMITED = "limited"


@dataclass(frozen=True)
class AccountedTile(Tile):
    """Brings its receipt along; `facts` are empty where there is nothing to account for."""

    formula: str = ""
    facts: list[Fact] = field(default_factory=list)


def strip(head: Overview, figures: Figures, amounts: Amounts) -> list[AccountedTile]:
    return [
        _exposure("net", "Net exposure", head.net, _of_nav(head.net, amounts), head, figures, amounts),
        _exposure("gross", "Gross exposure", head.gross, _sides(head), head, figures, amounts),
        _cash(head, figures, amounts),
        _beta(figures),
        _volatility(figures),
        _largest(head, figures),
    ]


def pending_strip(head: Overview, positions: int, figures: Figures, amounts: Amounts) -> list[AccountedTile]:
    """Before the first calculation: what the file said."""
    equity = f"equity balance {amounts.money(head.equity_balance)}"
    from_file = f"{format.plural(positions, 'position')}, from your file"
    largest = head.largest
    on_margin = head.cash.amount is not None and head.cash.amount < 0
    return [
        AccountedTile("nav", "Net asset value", UNKNOWN, note=equity, reason=head.reason or ""),
        AccountedTile("cost", "Cost of positions", amounts.money(head.cost, 0), note=from_file),
        AccountedTile(
            "cash", *_cash_words(head, amounts), note="cost minus balance" if on_margin else "balance minus cost"
        ),
        _beta(figures),
        _volatility(figures),
        AccountedTile(
            "largest",
            "Largest by cost",
            symbol_in_words(largest.symbol) if largest else format.NONE,
            note=f"{format.percent(largest.share)} of cost" if largest and largest.share is not None else "",
        ),
    ]


# Exposures and cash


def _exposure(
    key: str, label: str, exposure: Exposure, note: str, head: Overview, figures: Figures, amounts: Amounts
) -> AccountedTile:
    figure = figures[key]
    if exposure.share is None:
        return _unknown(key, label, head.reason or figure.reason)
    facts = [
        Fact("Long", _amount_and_share(head.long, amounts)),
        Fact("Short", _amount_and_share(head.short, amounts)),
        Fact("Net", _amount_and_share(head.net, amounts)),
        Fact("Gross", _amount_and_share(head.gross, amounts)),
        *_common_facts(figure),
    ]
    formula = f"{_sentence(figure.method)} Options count 100 shares each, at the price of the contract."
    return AccountedTile(key, label, format.percent(exposure.share), note=note, formula=formula, facts=facts)


def _cash(head: Overview, figures: Figures, amounts: Amounts) -> AccountedTile:
    label, value = _cash_words(head, amounts)
    facts = [
        Fact("Cash", amounts.money(head.cash.amount)),
        Fact("Margin used", amounts.money(head.margin_used)),
        *_common_facts(figures["cash"]),
    ]
    formula = "Equity balance less the cost of the positions at import, plus what sales brought since."
    return AccountedTile("cash", label, value, note=_cash_note(head, amounts), formula=formula, facts=facts)


def _cash_note(head: Overview, amounts: Amounts) -> str:
    if head.cash.amount is not None and head.cash.amount < 0:
        share = margin_share(head)
        return "" if share is None else f"{format.percent(share)} of NAV"
    of_nav = "" if head.cash.share is None else f"{format.percent(head.cash.share)} of NAV"
    used = f"{amounts.money(head.margin_used, 0)} of margin used" if head.margin_used else "no margin used"
    return ", ".join(part for part in (of_nav, used) if part)


def margin_share(head: Overview) -> float | None:
    """Of net asset value; with several accounts the margin of one stands beside the cash of another."""
    if head.margin_used is None or head.nav is None or head.nav <= 0:
        return None
    return float(head.margin_used / head.nav)


def _cash_words(head: Overview, amounts: Amounts) -> tuple[str, str]:
    """A negative balance has a name of its own."""
    if head.cash.amount is not None and head.cash.amount < 0:
        return "Margin used", amounts.money(head.margin_used, 0)
    return "Cash", amounts.money(head.cash.amount, 0)


# Beta, volatility, concentration


def _beta(figures: Figures) -> AccountedTile:
    year, quarter = figures["beta_252"], figures["beta_90"]
    if year.value is None:
        return _unknown("beta", "Beta to SPY", year.reason)
    return AccountedTile(
        "beta",
        "Beta to SPY",
        format.ratio(year.value),
        error=format.error(year.std_error),
        note=f"{beta_in_words(year.value)}, {format.plural(year.n_obs or 0, 'day')}",
        mark=LIMITED if year.limited else "",
        formula="How far your positions, as you hold them today, moved on days when SPY moved by 1%.",
        facts=[
            Fact("Standard error", format.error(year.std_error) or UNKNOWN),
            *_window_facts(year),
            Fact("Beta, 90 days", _with_error(quarter, format.ratio, format.error)),
            *_common_facts(year),
            Fact("Method", year.method),
        ],
    )


def _volatility(figures: Figures) -> AccountedTile:
    quarter, percentile = figures["volatility_63"], figures["volatility_percentile"]
    if quarter.value is None:
        return _unknown("volatility", "Volatility, a year", quarter.reason)
    place = "" if percentile.value is None else f", {format.ordinal(round(100 * percentile.value))} percentile"
    return AccountedTile(
        "volatility",
        "Volatility, a year",
        format.percent(quarter.value),
        error=_percent_error(quarter.std_error),
        note=f"{format.plural(quarter.n_obs or 0, 'day')}{place}",
        mark=LIMITED if quarter.limited else "",
        formula="In two years of three the return stays this close to its average, if days stay like the last 63.",
        facts=[
            Fact("Standard error", _percent_error(quarter.std_error) or UNKNOWN),
            *_window_facts(quarter),
            Fact("Of the last 21 days", _with_error(figures["volatility_21"], format.percent, _percent_error)),
            Fact("Of the last 252 days", _with_error(figures["volatility_252"], format.percent, _percent_error)),
            *_common_facts(quarter),
            Fact("Method", quarter.method),
        ],
    )


def _largest(head: Overview, figures: Figures) -> AccountedTile:
    largest, effective = head.largest, figures["effective_n"]
    if largest is None:
        return _unknown("largest", "Largest position", head.reason or "no position has a value")
    hhi = figures["hhi"].value
    facts = [
        Fact("Name", symbol_in_words(largest.name)),
        Fact("Three largest", format.percent(figures["top_3"].value)),
        Fact("Ten largest", format.percent(figures["top_10"].value)),
        Fact("As if equally held", f"{format.ratio(effective.value, 1)} positions" if effective.value else UNKNOWN),
        Fact("Herfindahl index", UNKNOWN if hhi is None else f"{round(hhi):,} of 10,000"),
        *_common_facts(effective),
    ]
    note = f"{format.percent(largest.share)} of NAV" if largest.share is not None else head.reason or ""
    formula = "The largest market value, long or short. The other shares are of gross exposure."
    title = symbol_in_words(largest.symbol)
    return AccountedTile("largest", "Largest position", title, note=note, formula=formula, facts=facts)


# Words


def _unknown(key: str, label: str, reason: str | None) -> AccountedTile:
    return AccountedTile(key, label, UNKNOWN, note=reason or "", reason=reason or "no reason was recorded")


def _of_nav(exposure: Exposure, amounts: Amounts) -> str:
    return f"{amounts.money(exposure.amount, 0)} of NAV"


def _sides(head: Overview) -> str:
    short = head.short.share
    return f"long {format.percent(head.long.share)}, short {format.percent(None if short is None else abs(short))}"


def _amount_and_share(exposure: Exposure, amounts: Amounts) -> str:
    return f"{amounts.money(exposure.amount)} ({format.percent(exposure.share)})"


def _with_error(
    figure: FigureView, show: Callable[[float | None], str], show_error: Callable[[float | None], str]
) -> str:
    return figure.reason or f"{show(figure.value)} {show_error(figure.std_error)}".strip()


def _percent_error(value: float | None) -> str:
    return format.error(None if value is None else 100 * value, 1)


def _window_facts(figure: FigureView) -> list[Fact]:
    return [
        Fact("Window", f"{figure.window} trading days"),
        Fact("Observations", f"{figure.n_obs:,}" if figure.n_obs is not None else UNKNOWN),
    ]


def _common_facts(figure: FigureView) -> list[Fact]:
    facts = [Fact("As of", format.day(figure.as_of))] if figure.as_of else []
    if figure.coverage_nav is not None:
        facts.append(Fact("Coverage", f"{format.covered(figure.coverage_nav)} of the portfolio"))
    return facts


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
