"""What stands behind a figure, and the same figure computed again from stored prices and holdings. Nothing is written.

Two hashes: one of everything that goes in, one of what comes out. Computing again must give both of them; where it does
not, something changed since, and the answer says what.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sigmasight_ui.analytics.beta import market_beta
from sigmasight_ui.analytics.book import pool
from sigmasight_ui.services.risk import (
    errors,
    estimates,
    exhibits,
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
from sigmasight_ui.services.risk.estimates import Day
from sigmasight_ui.services.risk.held import Held, merge
from sigmasight_ui.services.risk.overview import origin
from sigmasight_ui.services.risk.reading import Reader, nav_of
from sigmasight_ui.services.risk.repository import estimates as stored
from sigmasight_ui.services.risk.repository import results, views
from sigmasight_ui.services.risk.repository.views import Day as DayOfHistory
from sigmasight_ui.services.risk.schemas import (
    Drawdown,
    FigureView,
    Receipt,
    ReceiptHolding,
    Recomputed,
    SymbolLeftOut,
)
from sigmasight_ui.services.risk.study.everything import every_figure
from sigmasight_ui.services.risk.study.factors import left_out
from sigmasight_ui.services.risk.study.figures import view as view_of
from sigmasight_ui.services.risk.study.greeks import contracts, underlyings
from sigmasight_ui.services.risk.study.positions import positions
from sigmasight_ui.services.risk.study.study import Study, book_of
from sigmasight_ui.services.risk.titles import RETURNS, SYMBOL_BETA, is_title, title
from sigmasight_ui.services.securities.symbols import parse_occ

SHOWN = 50
NAMED = 10
_DOLLARS = (rules.SECTOR, *rules.CONCENTRATION, *rules.EXPOSURES)


@dataclass(frozen=True)
class Desk:
    """computation: of the one portfolio asked about, None for all accounts."""

    reader: Reader
    computation: Computation | None

    @property
    def day(self) -> Day:
        accounts = self.reader.accounts
        s = self.reader.study
        if s is None:
            raise errors.not_calculated()
        return Day(self.reader.session, self.reader.market, accounts.source or "", s.as_of)


@dataclass(frozen=True, eq=False, slots=True)
class Evidence:
    """A study and the digests of the prices of its symbols."""

    study: Study
    digests: Mapping[str, str]

    @property
    def input_hash(self) -> str:
        s = self.study
        held = [(each.symbol, each.quantity, each.price, each.value) for each in sorted(s.positions.held)]
        return _hash([s.as_of, s.nav.nav, s.nav.coverage, held, sorted(self.digests.items()), s.model.digest])


def receipt(desk: Desk, portfolio_id: UUID | None, key: str) -> Receipt:
    shown = _shown(desk.reader, key)
    return _receipt(desk, portfolio_id, key, shown, _kept(desk))


def recompute(desk: Desk, portfolio_id: UUID | None, key: str) -> Recomputed:
    shown, kept = _shown(desk.reader, key), _kept(desk)
    if kept is None:
        raise errors.not_calculated()
    fresh = _afresh(desk)
    again = _again(desk, key, fresh.study)
    before = _receipt(desk, portfolio_id, key, shown, kept)
    after = _receipt(desk, portfolio_id, key, again, fresh)
    same = before.result_hash == after.result_hash
    return Recomputed(before, after, same, tuple(_changes(desk, kept, fresh, key, same)))


# The figure as it is shown


def _shown(reader: Reader, key: str) -> FigureView:
    if not is_title(key, reader.scenarios):
        raise errors.unknown_figure()
    if key.startswith(rules.STRESS):
        found = {rules.STRESS + row.key: row.total for row in reader.stress().rows}
    elif key.startswith(rules.SECTOR):
        found = {rules.SECTOR + row.sector: row.net for row in figures.sectors(reader.session, reader.accounts)}
    elif key.startswith(SYMBOL_BETA):
        betas = figures.symbol_betas(reader.session, reader.accounts)
        found = {SYMBOL_BETA + each.symbol: each.beta_252 for each in betas}
    elif key in rules.DRAWDOWNS:
        found = _falls(falls.drawdown(reader.session, reader.accounts))
    elif _is_return(key):
        found = _returns(reader, falls.days_of(reader.session, reader.accounts))
    elif reader.accounts.single is None and reader.accounts.valued:
        found = figures.figures(reader) | _together(reader)
    else:
        found = figures.figures(reader, (key,))
    if key.startswith((rules.SECTOR, SYMBOL_BETA)) and key not in found:
        raise errors.unknown_figure()
    return found.get(key) or nothing.figure(key)


def _together(reader: Reader) -> dict[str, FigureView]:
    return {
        **exhibits.of_volatility(reader.volatility()),
        **exhibits.of_tail(reader.tail()),
        **exhibits.of_factors(reader.factors()),
        **exhibits.of_correlations(reader.correlations()),
        **exhibits.of_greeks(reader.greeks()),
    }


def _falls(found: Drawdown) -> dict[str, FigureView]:
    values = (found.current, found.worst, found.sharpe, found.sortino, found.calmar)
    return dict(zip(rules.DRAWDOWNS, values, strict=True))


# The figure computed again


def _afresh(desk: Desk) -> Evidence:
    """The study runs made, from prices: every account's own book, pooled where there are several."""
    day, reader = desk.day, desk.reader
    accounts = [_revalued(day, results.holdings(day.session, (each,), day.source)) for each in reader.accounts.ids]
    held = positions(merge(each for account in accounts for each in account))
    known, digests = estimates.afresh(day, held.symbols)
    parts = [positions(account) for account in accounts]
    books = [book_of(part, known.symbols.pick(part.symbols)) for part in parts]
    book = books[0] if len(books) == 1 else pool(books)
    s = Study(day.as_of, nav_of(reader.session, reader.accounts), held, known.symbols, known.model, book)
    return Evidence(s, digests)


def _revalued(day: Day, holdings: Sequence[Held]) -> list[Held]:
    """With the Greeks of its options computed again."""
    options = [held for held in holdings if held.investment_class == "OPTIONS"]
    names = sorted({terms.underlying for held in options if (terms := parse_occ(held.symbol)) is not None})
    if not names:
        return list(holdings)
    found = contracts(options, underlyings(estimates.afresh(day, names)[0].symbols), day.as_of)
    return [held._replace(greeks=asdict(found[held.symbol])) if held.symbol in found else held for held in holdings]


def _again(desk: Desk, key: str, s: Study) -> FigureView:
    reader, c = desk.reader, desk.computation
    if key in rules.EXPOSURES:
        found = figures.figures(reader, (key,)) if c is None else _exposures(c)
    elif key in rules.DRAWDOWNS or _is_return(key):
        days = falls.days_of(reader.session, reader.accounts) if c is None else valuing.days_afresh(c)
        found = _returns(reader, days) if _is_return(key) else _falls(falls.from_days(days, s.as_of))
    elif key.startswith(rules.SECTOR):
        sums = views.sector_sums(reader.session, reader.accounts.ids)
        rows = measuring.sector_figures(sums, s.nav)
        found = {name: view_of(figure, s.as_of, name, details) for name, (figure, details) in rows.items()}
    elif key.startswith(SYMBOL_BETA):
        found = {key: _beta(s, key.removeprefix(SYMBOL_BETA))}
    else:
        found = every_figure(s, reader.scenarios)
    return found.get(key) or nothing.figure(key)


def _beta(s: Study, symbol: str) -> FigureView:
    column = s.symbols.columns.get(symbol)
    if column is None or s.symbols.returns is None:
        return nothing.figure("beta_252")
    figure = market_beta(s.symbols.returns, s.model.market, rules.WINDOWS["beta_252"]).figure(column)
    return FigureView(
        figure.value, figure.reason, figure.n_obs, figure.window, s.as_of, None, figure.std_error, figure.method
    )


def _is_return(key: str) -> bool:
    return key.partition(":")[0] in RETURNS


def _returns(reader: Reader, days: Sequence[DayOfHistory]) -> dict[str, FigureView]:
    found = performance.from_days(reader.session, reader.market, reader.accounts, days, inputs.BENCHMARK)
    return {f"{kind}:{range_.value}": getattr(each, kind) for range_, each in found.ranges.items() for kind in RETURNS}


def _exposures(c: Computation) -> dict[str, FigureView]:
    return {
        row.figure: FigureView(
            row.value,
            row.reason,
            row.n_obs,
            row.window,
            c.scope.as_of,
            row.coverage,
            row.std_error,
            row.method,
            json.loads(row.details),
        )
        for row in valuing.exposures_afresh(c)
    }


# What is told


def _kept(desk: Desk) -> Evidence | None:
    """What the shown figures stand on; None before each account is calculated."""
    s = desk.reader.study
    if s is None:
        return None
    names = {*s.symbols.names, *s.model.symbols}
    found = stored.digests(desk.reader.session, desk.day.source, s.as_of, sorted(names))
    return Evidence(s, {name: digest for name, (_, digest) in found.items() if name in s.symbols.names})


def _receipt(desk: Desk, portfolio_id: UUID | None, key: str, shown: FigureView, evidence: Evidence | None) -> Receipt:
    accounts, reader = desk.reader.accounts, desk.reader
    s = None if evidence is None else evidence.study
    sessions = () if s is None or shown.window is None else s.model.sessions[-shown.window :]
    held = () if s is None else sorted(s.positions.held, key=lambda each: (-(each.gross or 0.0), each.symbol))
    return Receipt(
        portfolio_id=portfolio_id,
        figure=key,
        title=title(key, reader.scenarios),
        formula=shown.method,
        view=shown,
        nav=accounts.nav if accounts.valued else None,
        origin=origin(reader.market, accounts.source),
        computed_at=results.books_computed_at(reader.session, accounts.ids),
        first_session=sessions[0] if sessions else None,
        last_session=sessions[-1] if sessions else shown.as_of,
        holdings=() if s is None else tuple(_holding(s, each) for each in held[:SHOWN]),
        holdings_total=len(held),
        left_out=() if s is None else _left_out(s, key),
        input_hash="" if evidence is None else evidence.input_hash,
        result_hash=_result_hash(key, shown),
    )


def _holding(s: Study, held: Held) -> ReceiptHolding:
    exposure = s.positions.exposures.get(held.symbol, held.value)
    column = s.symbols.columns.get(held.symbol)
    return ReceiptHolding(
        held.symbol,
        inputs.money(held.value),
        None if exposure is None or s.nav.nav <= 0 else exposure / float(s.nav.nav),
        None if column is None else int(s.symbols.estimates.n[column]),
    )


def _left_out(s: Study, key: str) -> tuple[SymbolLeftOut, ...]:
    if key.startswith(_DOLLARS):
        return tuple(each for each in s.positions.left_out if each.amount is None)
    by_model = (rules.FACTOR, rules.CONTRIBUTION, rules.STRESS, *rules.FACTOR_MODEL)
    return left_out(s) if key.startswith(by_model) else s.positions.left_out


def _changes(desk: Desk, kept: Evidence, fresh: Evidence, key: str, same: bool) -> list[str]:
    revised = sorted(name for name, digest in fresh.digests.items() if kept.digests.get(name, digest) != digest)
    at = results.books_computed_at(desk.reader.session, desk.reader.accounts.ids)
    since = [] if at is None else stored.changed_since(desk.day.session, desk.day.source, desk.day.as_of, at)
    known = {*kept.study.symbols.names, *kept.study.model.symbols}
    names = list(dict.fromkeys([*revised, *(name for name in since if name in known)]))
    found = [f"prices of {_listed(names)} were revised after the calculation"] if names else []
    if kept.study.model.digest != fresh.study.model.digest:
        found.append("prices of the funds that stand for the factors were revised")
    if not same and not found:
        touched = key in (*rules.EXPOSURES, *rules.DRAWDOWNS) or _is_return(key)
        found.append(
            "positions, deposits or prices of earlier days changed after the calculation" if touched
            else "the way it is computed changed after the calculation"
        )  # fmt: skip
    return found


def _listed(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


# Hashes


def _result_hash(key: str, shown: FigureView) -> str:
    numbers = (shown.value, shown.std_error, shown.coverage_nav)
    return _hash([key, shown.as_of, *map(_rounded, numbers), shown.reason, shown.n_obs, shown.window])


def _rounded(number: float | None) -> str | None:
    """Twelve digits: what is left is the order of additions."""
    return None if number is None else format(number, ".12g")


def _hash(content: Any) -> str:
    text = json.dumps(content, default=_plain, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)
