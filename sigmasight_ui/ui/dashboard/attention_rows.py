"""What needs a look, most urgent first: true facts only, each with the way on where there is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sigmasight_ui.services.batch.schemas import PhaseState, RunState, RunStatus
from sigmasight_ui.services.portfolios.schemas import Lot, PortfolioRow
from sigmasight_ui.services.risk.schemas import DataQuality, Overview
from sigmasight_ui.ui import format
from sigmasight_ui.ui.dashboard.strip_rows import margin_share
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.runs.rows import Runs
from sigmasight_ui.ui.words import symbol_in_words

EXPIRES_SOON = timedelta(days=30)
RETRY_PRICES, CALCULATE, VIEW_ACCOUNT, VIEW_GREEKS = "prices", "calculate", "account", "greeks"
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_OPTIONS_NAMED = 3
_BAD_ENDS = {RunState.PARTIAL: "is incomplete", RunState.FAILED: "failed", RunState.CANCELLED: "was cancelled"}


@dataclass(frozen=True)
class Attention:
    """`icon` says how urgent: warning, clock, info, done. `target` is an account's id where the way on is one."""

    what: str
    why: str
    icon: str = "warning"
    action: str = ""
    target: str = ""


@dataclass(frozen=True)
class Facts:
    """What the list is made of. `expiring` are open options up to thirty days ahead."""

    head: Overview
    quality: DataQuality
    portfolios: Sequence[PortfolioRow]
    runs: Runs
    expiring: Sequence[Lot]
    today: date


def attention(facts: Facts, amounts: Amounts) -> list[Attention]:
    return [
        *_sample_prices(facts),
        *_missing_prices(facts.quality),
        *_without_value(facts),
        *_old_prices(facts.quality),
        *_out_of_date(facts.quality),
        *_left_out(facts.quality),
        *_options(facts, amounts),
        *_margin(facts.head, amounts),
        _calculated(facts),
    ]


def finding(rows: Sequence[Attention]) -> str:
    urgent = sum(row.icon != "done" for row in rows)
    if urgent == 0:
        return "Nothing is urgent."
    number = _NUMBERS[urgent] if urgent < len(_NUMBERS) else str(urgent)
    return f"{number} thing{'' if urgent == 1 else 's, most urgent first'}."


def _sample_prices(facts: Facts) -> Iterator[Attention]:
    """Real positions at the sample's past prices: what somebody without a network has to know first."""
    origin = facts.quality.origin
    if origin is not None and origin.is_sample and not all(row.is_sample for row in facts.portfolios):
        why = "No market data provider could be reached, or none is set. The nightly run asks again."
        yield Attention("Values are at past sample prices", why, action=RETRY_PRICES)


def _missing_prices(quality: DataQuality) -> Iterator[Attention]:
    missing = quality.missing
    if len(missing) == 1:
        only = missing[0]
        last = (
            f"Last close {format.day(only.last_session)}"
            if only.last_session is not None
            else f"{only.reason[:1].upper()}{only.reason[1:]}"
        )
        yield Attention(f"{only.symbol} has no price", f"{last}. Left out of every figure.", action=RETRY_PRICES)
    elif missing:
        names = format.listed([each.symbol for each in missing])
        yield Attention(
            f"{len(missing):,} symbols have no price", f"{names}. Left out of every figure.", action=RETRY_PRICES
        )


def _without_value(facts: Facts) -> Iterator[Attention]:
    """What has no value although every price that is needed is there: an option, something bought after the close."""
    missing = {each.symbol for each in facts.quality.missing}
    names = [symbol_in_words(symbol) for symbol in facts.head.left_out_symbols if symbol not in missing]
    if names:
        has = "has" if len(names) == 1 else "have"
        yield Attention(f"{format.listed(names, 3)} {has} no value", "Left out of net asset value. Holdings say why.")


def _old_prices(quality: DataQuality) -> Iterator[Attention]:
    if quality.sessions_behind:
        days = format.plural(quality.sessions_behind, "trading day")
        yield Attention(
            f"Prices are {days} old", f"The newest close used is of {format.day(quality.as_of)}.", action=CALCULATE
        )


def _out_of_date(quality: DataQuality) -> Iterator[Attention]:
    if quality.out_of_date:
        why = f"{quality.out_of_date[:1].upper()}{quality.out_of_date[1:]}."
        yield Attention("Figures are out of date", why, action=CALCULATE)


def _left_out(quality: DataQuality) -> Iterator[Attention]:
    for account in quality.left_out:
        why = f"{account.reason[:1].upper()}{account.reason[1:]}."
        yield Attention(
            f"{account.account_name} is left out", why, action=VIEW_ACCOUNT, target=str(account.portfolio_id)
        )


def _options(facts: Facts, amounts: Amounts) -> Iterator[Attention]:
    """One line per contract, however many accounts hold it."""
    contracts: dict[str, list[Lot]] = {}
    for lot in facts.expiring:
        contracts.setdefault(lot.symbol, []).append(lot)
    for lots in list(contracts.values())[:_OPTIONS_NAMED]:
        yield _option(lots, facts.today, amounts)
    more = len(contracts) - _OPTIONS_NAMED
    if more > 0:
        yield Attention(f"{format.plural(more, 'more option')} within 30 days", "Sort by symbol to see them.", "clock")


def _option(lots: Sequence[Lot], today: date, amounts: Amounts) -> Attention:
    first, count = lots[0], sum((lot.quantity for lot in lots), Decimal(0))
    expires = first.expiration_date or today
    name = f"{first.underlying_symbol or first.symbol} {(first.option_type or 'option').lower()}"
    number = abs(count)
    side = " short" if count < 0 else ""
    held = f"{amounts.quantity(number)} contract{'' if number == 1 else 's'}{side}"
    strike = "" if first.strike_price is None else f", strike {format.quantity(first.strike_price)}"
    return Attention(
        f"{name} {_expiry(expires, today)}", f"{held}, {format.day(expires)}{strike}.", "clock", VIEW_GREEKS
    )


def _expiry(expires: date, today: date) -> str:
    days = (expires - today).days
    if days == 0:
        return "expires today"
    if days < 0:
        return f"expired {format.plural(-days, 'day')} ago and is still open here"
    return f"expires in {format.plural(days, 'day')}"


def _margin(head: Overview, amounts: Amounts) -> Iterator[Attention]:
    if head.margin_used:
        share = margin_share(head)
        of_nav = "" if share is None else f" {format.percent(share)} of net asset value."
        yield Attention(
            f"{amounts.money(head.margin_used, 0)} of margin is used",
            f"The positions cost more than the equity balance.{of_nav}",
            "info",
        )


def _calculated(facts: Facts) -> Attention:
    """The oldest calculation in what is shown."""
    known = [facts.runs[row.id] for row in facts.portfolios if row.id in facts.runs]
    if any(run.status.is_active for run in known):
        return Attention("Figures are being calculated", "What you see is replaced when they are there.", "clock")
    never = len(facts.portfolios) - len(known)
    if never:
        whose = "Figures" if never == len(facts.portfolios) else f"Figures of {format.plural(never, 'account')}"
        return Attention(f"{whose} were never calculated", "They need prices of the positions.", action=CALCULATE)
    oldest = min(known, key=lambda run: run.created_at)
    bad = next((run for run in known if run.status is not RunState.COMPLETED), None)
    if bad is not None:
        return Attention(f"The last calculation {_BAD_ENDS[bad.status]}", _ending(bad), action=CALCULATE)
    return Attention(f"Figures calculated {format.moment(oldest.finished_at)}", _ending(oldest), "done", CALCULATE)


def _ending(run: RunStatus) -> str:
    """13 of 13 phases in 2.6 s."""
    failed = [phase.name for phase in run.phases if phase.status is PhaseState.FAILED]
    done = f"{run.phases_completed} of {len(run.phases)} phases in {format.duration(run.elapsed_seconds)}"
    return f"{done}. Failed: {format.listed(failed)}." if failed else f"{done}."
