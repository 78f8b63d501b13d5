"""The phases that deal in statistics: betas, volatilities, concentration and sectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

import numpy as np
from sqlmodel import Session

from sigmasight_ui.analytics.beta import market_beta
from sigmasight_ui.analytics.book import Book, book
from sigmasight_ui.analytics.concentration import concentration as concentrate
from sigmasight_ui.analytics.concentration import sector_exposure
from sigmasight_ui.analytics.figure import Figure, unavailable
from sigmasight_ui.analytics.returns import MIN_COVERAGE, Floats, Returns
from sigmasight_ui.analytics.volatility import realised_volatility, volatility_percentile
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.risk import inputs, rules
from sigmasight_ui.services.risk.repository import results, views
from sigmasight_ui.services.risk.repository.results import HoldingFact, NavFact, StoredBook, SymbolValue
from sigmasight_ui.services.risk.repository.views import SectorSum
from sigmasight_ui.services.risk.schemas import PhaseResult
from sigmasight_ui.services.risk.valuing import Computation

Found = tuple[Figure, dict[str, Any]]
"""A figure and what else is worth knowing about it."""

_SYMBOL_VOLATILITY = "volatility_63"
_NOTHING = NavFact(Decimal(0), None)


class Estimates(Protocol):
    """Betas or volatilities of many columns at once."""

    def figure(self, column: int) -> Figure: ...


# The phases


def betas(c: Computation) -> PhaseResult:
    """The portfolio's from its own return series; those of its symbols once for everybody who holds them."""
    facts = _facts(c)
    symbols = _with_prices(facts)
    returns = _returns(c, symbols)
    held = _keep_book(c, facts, symbols, returns)
    market = market_series(c.session, c.market, c.scope.source, c.scope.as_of)
    _put_figures(c, rules.BETAS, beta_figures(held, market, _nav(c)))
    missing = _without(c, symbols, rules.BETAS)
    for key in rules.BETAS:
        _put_symbols(c, key, missing, symbols, market_beta(returns, market, rules.WINDOWS[key]))
    short = _without(c, symbols, rules.BETAS[:1])
    notes = (f"No beta of {', '.join(short[:20])}: too few daily returns",) if short else ()
    return PhaseResult(len(symbols) - len(short), len(symbols), "symbols", notes)


def volatility(c: Computation) -> PhaseResult:
    facts = _facts(c)
    symbols = _with_prices(facts)
    missing = _without(c, symbols, (_SYMBOL_VOLATILITY,))
    stored = results.books(c.session, (c.portfolio_id,)).get(c.portfolio_id)
    if stored is None or (stored.as_of, stored.source) != (c.scope.as_of, c.scope.source):
        held = _keep_book(c, facts, symbols, _returns(c, symbols))
    else:
        held = book_of(stored)
    figures = volatility_figures(held, _nav(c))
    _put_figures(c, rules.VOLATILITIES, figures)
    estimates = realised_volatility(_returns(c, missing), rules.WINDOWS[_SYMBOL_VOLATILITY])
    _put_symbols(c, _SYMBOL_VOLATILITY, missing, missing, estimates)
    known = sum(figure.value is not None for figure in figures.values())
    return PhaseResult(known, len(figures), "figures")


def concentration(c: Computation) -> PhaseResult:
    facts = _facts(c)
    nav = _nav(c)
    valued = [fact for fact in facts if fact.market_value is not None]
    gross = [float(fact.gross_value or 0) for fact in valued]
    figures = concentration_figures([fact.symbol for fact in valued], gross, nav)
    figures |= sector_figures(views.sector_sums(c.session, (c.portfolio_id,)), nav)
    rows = [_row(c, key, *figure) for key, figure in figures.items()]
    results.put_figures(c.session, c.portfolio_id, c.scope.as_of, (*rules.CONCENTRATION, rules.SECTOR), rows)
    return PhaseResult(len(valued), len(facts), "symbols")


# The same for one portfolio and for several pooled


def beta_figures(held: Book, market: Floats, nav: NavFact) -> dict[str, Figure]:
    if problem := _problem(held, nav):
        return _unavailable(rules.BETAS, problem, held, nav)
    returns = held.returns(float(nav.nav))
    of_days = market[len(market) - len(returns.values) :]
    return {key: _on_nav(market_beta(returns, of_days, rules.WINDOWS[key]).figure(0), nav) for key in rules.BETAS}


def volatility_figures(held: Book, nav: NavFact) -> dict[str, Figure]:
    if problem := _problem(held, nav):
        return _unavailable(rules.VOLATILITIES, problem, held, nav)
    returns = held.returns(float(nav.nav))
    figures = {key: realised_volatility(returns, rules.WINDOWS[key]).figure(0) for key in rules.VOLATILITIES[:3]}
    figures[rules.VOLATILITIES[3]] = volatility_percentile(returns)[0]
    return {key: _on_nav(figure, nav) for key, figure in figures.items()}


def concentration_figures(names: Sequence[str], gross: Sequence[float], nav: NavFact) -> dict[str, Found]:
    """Of symbols with their gross market values."""
    measured = concentrate(names, gross, nav.coverage)
    found: dict[str, Found] = {key: (getattr(measured, key), {}) for key in rules.CONCENTRATION}
    found["largest"] = (measured.largest, {"symbol": measured.largest_name})
    return found


def sector_figures(sums: Sequence[SectorSum], nav: NavFact) -> dict[str, Found]:
    """Net shares of NAV; the gross share and the dollars are among the details. Largest gross first."""
    of_sector = {each.sector: each for each in sums}
    long_and_short = [(each.gross + each.net) / 2 for each in sums] + [(each.net - each.gross) / 2 for each in sums]
    rows = sector_exposure([*of_sector, *of_sector], _floats(long_and_short), float(nav.nav), nav.coverage)
    return {
        rules.SECTOR + row.sector: (
            replace(row.net, n_obs=of_sector[row.sector].symbols),
            {"gross": row.gross.value, "amount": str(of_sector[row.sector].net)},
        )
        for row in rows
    }


def book_of(stored: StoredBook) -> Book:
    return Book(np.array(stored.gains), np.array(stored.covered), stored.gross)


def market_series(session: Session, market: MarketDataService, source: str, as_of: date) -> Floats:
    """Daily total returns of the benchmark over the sessions of a book, NaN where there is none."""
    symbol = market.stand_in(source, inputs.BENCHMARK)
    if symbol is None:
        return np.full(inputs.BOOK_SESSIONS, np.nan)
    table = market.closes(session, source, (symbol,), inputs.book_start(as_of), as_of)
    return inputs.returns_of(table, (symbol,)).series(0)


# Inputs


def _facts(c: Computation) -> list[HoldingFact]:
    return results.holdings(c.session, c.portfolio_id, c.scope.as_of, c.scope.source)


def _nav(c: Computation) -> NavFact:
    return results.nav(c.session, c.portfolio_id, c.scope.as_of) or _NOTHING


def _with_prices(facts: Sequence[HoldingFact]) -> list[str]:
    """What has a return series of its own: options would need their delta, private assets have no market."""
    return [f.symbol for f in facts if f.investment_class == "PUBLIC" and not f.is_cash and f.market_value is not None]


def _returns(c: Computation, symbols: Sequence[str]) -> Returns:
    start = inputs.book_start(c.scope.as_of)
    table = c.market.closes(c.session, c.scope.source, symbols, start, c.scope.as_of)
    return inputs.returns_of(table, symbols)


def _keep_book(c: Computation, facts: Sequence[HoldingFact], symbols: Sequence[str], returns: Returns) -> Book:
    by_symbol = {fact.symbol: fact for fact in facts}
    without = _floats(f.gross_value or 0 for f in facts if not f.is_cash and f.symbol not in set(symbols))
    values = _floats(by_symbol[symbol].market_value for symbol in symbols)
    held = book(returns, values, float(without.sum()))
    results.put_book(
        c.session,
        {
            **c.stamp, "as_of": c.scope.as_of, "nav": _nav(c).nav, "gross": held.gross,
            "gains": held.gains.tolist(), "covered": held.covered.tolist(),
        },
    )  # fmt: skip
    return held


def _floats(amounts: Iterable[Decimal | int | None]) -> Floats:
    return np.array([float(amount) for amount in amounts if amount is not None], dtype=np.float64)


# Results


def _on_nav(figure: Figure, nav: NavFact) -> Figure:
    """Coverage of the whole portfolio: what has no price is not covered either."""
    if figure.coverage is None or nav.coverage is None:
        return figure
    return replace(figure, coverage=figure.coverage * nav.coverage)


def _problem(held: Book, nav: NavFact) -> str | None:
    if problem := rules.share_problem(nav.nav > 0, nav.coverage):
        return problem
    if (coverage := _best_coverage(held)) < MIN_COVERAGE:
        return f"only {coverage:.0%} of the positions have daily returns"
    return None


def _best_coverage(held: Book) -> float:
    """On the day most of the book has a return."""
    return float(held.covered.max(initial=0.0) / held.gross) if held.gross > 0 else 1.0


def _unavailable(keys: Sequence[str], problem: str, held: Book, nav: NavFact) -> dict[str, Figure]:
    coverage = _best_coverage(held) * (1.0 if nav.coverage is None else nav.coverage)
    return {
        key: unavailable(problem, method=rules.METHODS[key], window=rules.WINDOWS.get(key), coverage=coverage)
        for key in keys
    }


def _put_figures(c: Computation, keys: Sequence[str], figures: Mapping[str, Figure]) -> None:
    rows = [_row(c, key, figure, {}) for key, figure in figures.items()]
    results.put_figures(c.session, c.portfolio_id, c.scope.as_of, keys, rows)


def _row(c: Computation, key: str, figure: Figure, details: dict[str, Any]) -> dict[str, Any]:
    return {
        **c.stamp, "as_of": c.scope.as_of, "figure": key, "value": figure.value, "reason": figure.reason,
        "std_error": figure.std_error, "n_obs": figure.n_obs, "window": figure.window, "coverage": figure.coverage,
        "method": rules.METHODS.get(key, figure.method), "details": details,
    }  # fmt: skip


def _without(c: Computation, symbols: Sequence[str], figures: Sequence[str]) -> list[str]:
    known = results.symbols_with(c.session, symbols, c.scope.source, c.scope.as_of, figures)
    return [symbol for symbol in symbols if symbol not in known]


def _put_symbols(c: Computation, key: str, wanted: Sequence[str], columns: Sequence[str], estimates: Estimates) -> None:
    at = {symbol: column for column, symbol in enumerate(columns)}
    rows = [_symbol_value(symbol, key, estimates.figure(at[symbol])) for symbol in wanted]
    results.put_symbol_figures(c.session, c.scope.source, c.scope.as_of, rows, c.now)


def _symbol_value(symbol: str, key: str, figure: Figure) -> SymbolValue:
    return SymbolValue(
        symbol, key, figure.value, figure.reason, figure.std_error, figure.n_obs, figure.window, figure.method
    )
