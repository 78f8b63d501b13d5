"""A figure once more from stored prices and holdings, and why it is another one where it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from sigmasight_ui.analytics.beta import market_beta
from sigmasight_ui.analytics.book import pool
from sigmasight_ui.core.transactions import Later
from sigmasight_ui.services.risk import (
    errors,
    estimates,
    falls,
    figures,
    inputs,
    measuring,
    nothing,
    performance,
    rules,
    valuing,
)
from sigmasight_ui.services.risk.computation import Computation
from sigmasight_ui.services.risk.estimates import MarketDay
from sigmasight_ui.services.risk.evidence import Evidence
from sigmasight_ui.services.risk.held import Held, merge
from sigmasight_ui.services.risk.reading import Reader, nav_of
from sigmasight_ui.services.risk.repository import results, views
from sigmasight_ui.services.risk.repository.views import Day
from sigmasight_ui.services.risk.schemas import Drawdown, FigureView, Performance
from sigmasight_ui.services.risk.study.everything import every_figure
from sigmasight_ui.services.risk.study.figures import view as view_of
from sigmasight_ui.services.risk.study.greeks import contracts, underlyings
from sigmasight_ui.services.risk.study.positions import positions
from sigmasight_ui.services.risk.study.study import Study, book_of
from sigmasight_ui.services.risk.study.symbols import Symbols
from sigmasight_ui.services.risk.titles import RETURNS, SYMBOL_BETA, is_return
from sigmasight_ui.services.securities.symbols import parse_occ

NAMED = 10
Again = Callable[[Study], FigureView]


@dataclass(frozen=True)
class Desk:
    """Where receipts of one portfolio are written, or of all accounts. computation: of one portfolio, where its figures
    are computed again."""

    reader: Reader
    portfolio_id: UUID | None
    computation: Computation | None

    @property
    def day(self) -> MarketDay:
        material = self.reader.whole
        if material is None:
            raise errors.not_calculated()
        return MarketDay(self.reader.session, self.reader.market, self.reader.accounts.source or "", material.as_of)


def afresh(desk: Desk) -> Later[Evidence]:
    """The study runs made, from prices: every account's own book, pooled where there are several."""
    day, reader = desk.day, desk.reader
    accounts = [results.holdings(day.session, (each,), day.source) for each in reader.accounts.ids]
    nav = nav_of(reader.session, reader.accounts)
    record = estimates.afresh(day, sorted({name for account in accounts for name in _names(account)}))

    def evidence() -> Evidence:
        known, digests = record.known, record.digests
        revalued = [_revalued(account, known.symbols, day) for account in accounts]
        held = positions(merge(each for account in revalued for each in account))
        parts = [positions(account) for account in revalued]
        books = [book_of(part, known.symbols.pick(part.symbols)) for part in parts]
        book = books[0] if len(books) == 1 else pool(books)
        s = Study(day.as_of, nav, held, known.symbols.pick(held.symbols), known.model, book)
        return Evidence(s, {name: digests[name] for name in held.symbols})

    return evidence


def _names(holdings: Sequence[Held]) -> list[str]:
    """Everything that may have an exposure."""
    return [*(held.symbol for held in holdings if held.has_returns), *_underlyings(holdings)]


def _underlyings(holdings: Sequence[Held]) -> list[str]:
    options = (parse_occ(held.symbol) for held in holdings if held.investment_class == "OPTIONS")
    return sorted({terms.underlying for terms in options if terms is not None})


def _revalued(holdings: Sequence[Held], symbols: Symbols, day: MarketDay) -> list[Held]:
    """With the Greeks of its options computed again."""
    options = [held for held in holdings if held.investment_class == "OPTIONS"]
    names = _underlyings(options)
    if not names:
        return list(holdings)
    found = contracts(options, underlyings(symbols.pick(names)), day.as_of)
    return [held._replace(greeks=asdict(found[held.symbol])) if held.symbol in found else held for held in holdings]


def again(desk: Desk, key: str) -> Again:
    """The figure itself, from a fresh study."""
    reader = desk.reader
    if key in rules.EXPOSURES:
        return _exposures(desk, key)
    if key in rules.DRAWDOWNS or is_return(key):
        return _of_history(desk, key)
    if key.startswith(rules.SECTOR):
        sums = views.sector_sums(reader.session, reader.accounts.ids)
        return lambda s: _sector(s, measuring.sector_figures(sums, s.nav), key)
    if key.startswith(SYMBOL_BETA):
        return lambda s: _beta(s, key.removeprefix(SYMBOL_BETA))
    return lambda s: every_figure(s, reader.scenarios).get(key) or nothing.figure(key)


def _exposures(desk: Desk, key: str) -> Again:
    if desk.computation is None:
        found = figures.figures(desk.reader, (key,))
        return lambda _s: found()[key]
    rows, as_of = valuing.exposures_afresh(desk.computation), desk.computation.scope.as_of
    return lambda _s: next(
        FigureView(
            row.value, row.reason, row.n_obs, row.window, as_of, row.coverage, row.std_error, row.method,
            json.loads(row.details),
        )
        for row in rows()
        if row.figure == key
    )  # fmt: skip


def _of_history(desk: Desk, key: str) -> Again:
    reader, c = desk.reader, desk.computation
    days = _days(reader) if c is None else valuing.days_afresh(c)
    if key in rules.DRAWDOWNS:
        return lambda s: falls_by_key(falls.from_days(days(), s.as_of))[key]
    last = reader.accounts.as_of or desk.day.as_of
    first = last - timedelta(days=inputs.HISTORY_DAYS)
    closes = performance.benchmark_closes(
        reader.session, reader.market, reader.accounts, inputs.BENCHMARK, first, last
    )  # fmt: skip
    return lambda _s: returns_by_key(
        performance.from_days(reader.accounts, days(), inputs.BENCHMARK, closes)
    )[key]  # fmt: skip


def _days(reader: Reader) -> Later[list[Day]]:
    days = falls.days_of(reader.session, reader.accounts)
    return lambda: days


def _sector(s: Study, found: Mapping[str, measuring.Found], key: str) -> FigureView:
    return view_of(found[key][0], s.as_of, key, found[key][1]) if key in found else nothing.figure(key)


def _beta(s: Study, symbol: str) -> FigureView:
    column = s.symbols.columns.get(symbol)
    if column is None or s.symbols.returns is None:
        return nothing.figure("beta_252")
    figure = market_beta(s.symbols.returns, s.model.market, rules.WINDOWS["beta_252"]).figure(column)
    return FigureView(
        figure.value, figure.reason, figure.n_obs, figure.window, s.as_of, None, figure.std_error, figure.method
    )


def falls_by_key(found: Drawdown) -> dict[str, FigureView]:
    values = (found.current, found.worst, found.sharpe, found.sortino, found.calmar)
    return dict(zip(rules.DRAWDOWNS, values, strict=True))


def returns_by_key(found: Performance) -> dict[str, FigureView]:
    return {f"{kind}:{range_.value}": getattr(each, kind) for range_, each in found.ranges.items() for kind in RETURNS}


def changes(kept: Evidence, fresh: Evidence, since: Sequence[str], key: str, same: bool) -> list[str]:
    """What is different, in words. since: symbols whose estimates were stored after the calculation."""
    revised = sorted(name for name, digest in fresh.digests.items() if kept.digests.get(name, digest) != digest)
    known = {*kept.study.symbols.names, *kept.study.model.symbols}
    names = list(dict.fromkeys([*revised, *(name for name in since if name in known)]))
    found = [f"prices of {_listed(names)} were revised after the calculation"] if names else []
    if kept.study.model.digest != fresh.study.model.digest:
        found.append("prices of the funds that stand for the factors were revised")
    if not same and not found:
        touched = key in (*rules.EXPOSURES, *rules.DRAWDOWNS) or is_return(key)
        found.append(
            "positions, deposits or prices of earlier days changed after the calculation" if touched
            else "the way it is computed changed after the calculation"
        )  # fmt: skip
    return found


def _listed(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
