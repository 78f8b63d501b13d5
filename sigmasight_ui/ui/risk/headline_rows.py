"""The strip of six of the risk page."""

from __future__ import annotations

from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import FigureView, Headline
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import UNKNOWN, Amounts
from sigmasight_ui.ui.kit.receipt import Fact
from sigmasight_ui.ui.kit.tile import Tile
from sigmasight_ui.ui.risk import wording
from sigmasight_ui.ui.risk.cards import SHOWN, Card
from sigmasight_ui.ui.risk.receipts import Receipt, receipt
from sigmasight_ui.ui.words import beta_in_words

LIMITED = "limited"


@dataclass(frozen=True)
class Strip(Card):
    as_of: str = ""
    tiles: list[Tile] = field(default_factory=list)


def strip(found: Headline, amounts: Amounts) -> Strip:
    made = [
        _beta(found),
        _volatility(found),
        _var(found, amounts),
        _stress(found, amounts),
        _effective(found),
        _drawdown(found),
    ]
    as_of = "" if found.as_of is None else f"as of {format.day(found.as_of)}"
    tiles, receipts = [tile for tile, _ in made], {tile.key: card for tile, card in made}
    return Strip(SHOWN, tiles=tiles, as_of=as_of, receipts=receipts)


def _beta(found: Headline) -> tuple[Tile, Receipt]:
    figure, error = found.beta, format.error(found.beta.std_error)
    note = "" if figure.value is None else wording.joined(beta_in_words(figure.value), wording.days(figure))
    formula = "How far your positions, as you hold them today, moved on days when SPY moved by 1%."
    return _made("beta_252", "Beta to SPY", figure, format.ratio(figure.value), error, note, formula)


def _volatility(found: Headline) -> tuple[Tile, Receipt]:
    figure, error = found.volatility, wording.percent_error(found.volatility.std_error)
    forecast = "" if found.forecast.value is None else f"forecast {format.percent(found.forecast.value)}"
    note = wording.joined(wording.days(figure), forecast)
    formula = "Standard deviation of the daily returns of your positions as you hold them today, scaled to a year."
    return _made("volatility_63", "Volatility, a year", figure, format.percent(figure.value), error, note, formula)


def _var(found: Headline, amounts: Amounts) -> tuple[Tile, Receipt]:
    tail = found.var_95
    figure = tail.figure
    amount = None if tail.amount is None else -tail.amount
    error = f"± {amounts.money(tail.error_amount, 0)}" if tail.error_amount is not None else ""
    note = wording.joined(f"{wording.loss(figure.value)} of NAV", wording.days(figure))
    facts = [Fact("Of NAV", wording.loss(figure.value))]
    if tail.low is not None and tail.high is not None and tail.confidence is not None:
        interval = f"{wording.loss(tail.high)} to {wording.loss(tail.low)}"
        facts.append(Fact(f"{format.percent(tail.confidence, 0)} interval", interval))
    formula = "On one day in twenty your positions, as you hold them today, lost this much or more."
    label = "VaR 95%, one day"
    return _made("var_95", label, figure, amounts.money(amount, 0), error, note, formula, *facts)


def _stress(found: Headline, amounts: Amounts) -> tuple[Tile, Receipt]:
    worst = found.worst_stress
    note = "" if worst is None else wording.inside(wording.tight(worst.name))
    facts = [Fact("Scenarios with a result", f"{found.scenarios:,}")]
    if worst is not None:
        facts += [Fact("Amount", amounts.signed(worst.amount)), Fact("Shocks", wording.tight(worst.words))]
    formula = "The largest loss among all scenarios: exposures times the moves of the factors, options revalued."
    value = format.percent(found.stress.value, signed=True)
    key = "stress" if worst is None else f"stress:{worst.key}"
    return _made(key, "Worst stress", found.stress, value, "", note, formula, *facts)


def _effective(found: Headline) -> tuple[Tile, Receipt]:
    note = f"of {format.plural(found.positions, 'position')} held"
    formula = "One divided by the sum of squared shares: as many positions of equal size would be as spread out."
    value = format.ratio(found.effective_n.value, 1)
    return _made("effective_n", "Effective positions", found.effective_n, value, "", note, formula)


def _drawdown(found: Headline) -> tuple[Tile, Receipt]:
    worst = found.worst_drawdown
    when = "" if found.trough is None else format.day(found.trough)
    note = "" if worst.value is None else wording.joined(f"worst {format.percent(worst.value)}", when)
    formula = "How far the account stands under its own highest value, deposits and withdrawals aside."
    value = format.percent(found.drawdown.value)
    return _made("drawdown", "Drawdown now", found.drawdown, value, "", note, formula)


def _made(
    key: str, label: str, figure: FigureView, value: str, error: str, note: str, formula: str, *facts: Fact
) -> tuple[Tile, Receipt]:
    if figure.value is None:
        reason = figure.reason or "no reason was recorded"
        tile = Tile(key, label, UNKNOWN, note=reason, reason=reason)
        return tile, receipt(label, figure, UNKNOWN, formula)
    tile = Tile(key, label, value, error, note, mark=LIMITED if figure.limited else "")
    return tile, receipt(label, figure, value, formula, *facts, error=error)
