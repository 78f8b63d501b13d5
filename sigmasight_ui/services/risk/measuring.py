"""The phases that deal in statistics: each looks at the portfolio anew and stores its part of what there is to see."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import numpy as np

from sigmasight_ui.analytics.beta import market_beta
from sigmasight_ui.analytics.book import Book, pool
from sigmasight_ui.analytics.concentration import concentration as concentrate
from sigmasight_ui.analytics.concentration import sector_exposure
from sigmasight_ui.analytics.figure import Figure
from sigmasight_ui.core.calendar import sessions_between
from sigmasight_ui.services.risk import exhibits, rules
from sigmasight_ui.services.risk.computation import Computation
from sigmasight_ui.services.risk.estimates import Known
from sigmasight_ui.services.risk.exhibits import Exhibit
from sigmasight_ui.services.risk.held import Held
from sigmasight_ui.services.risk.repository.results import StoredBook
from sigmasight_ui.services.risk.repository.views import SectorSum
from sigmasight_ui.services.risk.schemas import FigureView, PhaseResult
from sigmasight_ui.services.risk.study.correlations import largest
from sigmasight_ui.services.risk.study.figures import NavFact, view
from sigmasight_ui.services.risk.study.greeks import Underlying, Whole, contracts, greeks_view, underlyings
from sigmasight_ui.services.risk.study.positions import Positions, positions
from sigmasight_ui.services.risk.study.study import Study, study
from sigmasight_ui.services.securities.symbols import parse_occ

Found = tuple[Figure, dict[str, Any]]
"""A figure and what else is worth knowing about it."""
View = TypeVar("View")

_NOTHING = NavFact(Decimal(0), None)


# The phases


def greeks(c: Computation) -> PhaseResult:
    """First of the statistics, because the others count an option as the stock it moves like."""
    options = [held for held in _holdings(c) if held.investment_class == "OPTIONS"]
    found = contracts(options, _underlyings(c, options), c.scope.as_of)
    packed = {symbol: json.dumps(asdict(contract)) for symbol, contract in found.items()}
    c.store.put_greeks(c.stamp, packed)
    seen = greeks_view(Whole(c.scope.as_of, _nav(c), positions(_holdings(c))))
    _keep(c, exhibits.GREEKS, seen, exhibits.of_greeks(seen))
    notes = tuple(f"{symbol}: {contract.reason}" for symbol, contract in found.items() if contract.reason)[:20]
    return PhaseResult(seen.priced, len(options), "contracts", notes)


def betas(c: Computation) -> PhaseResult:
    """The portfolio's from its own return series; those of its symbols once for everybody who holds them."""
    s = _fresh(c, _holdings(c), _nav(c))
    _put(c, rules.BETAS, s.betas)
    own = sorted(s.positions.values)
    short = _without_beta(s, own)
    notes = (f"No beta of {', '.join(short[:20])}: too few daily returns",) if short else ()
    return PhaseResult(len(own) - len(short), len(own), "symbols", notes)


def volatility(c: Computation) -> PhaseResult:
    return _section(c, exhibits.VOLATILITY, lambda s: s.volatility, exhibits.of_volatility)


def factors(c: Computation) -> PhaseResult:
    return _section(c, exhibits.FACTORS, lambda s: s.factors, exhibits.of_factors)


def tail(c: Computation) -> PhaseResult:
    return _section(c, exhibits.TAIL, lambda s: s.tail, exhibits.of_tail)


def correlation(c: Computation) -> PhaseResult:
    s = _study(c, with_returns_of_largest=True)
    found = s.correlations
    _keep(c, exhibits.CORRELATIONS, found, exhibits.of_correlations(found))
    if found.shown < 2:
        return PhaseResult(0, 0, "pairs", ("Correlations: fewer than two positions with daily returns",))
    pairs = found.shown * (found.shown - 1) // 2
    return PhaseResult(pairs - found.hidden_pairs, pairs, "pairs")


def stress(c: Computation) -> PhaseResult:
    found = _study(c).stress(c.facts.scenarios())
    _keep(c, exhibits.STRESS, found, exhibits.of_stress(found))
    known = sum(row.total.value is not None for row in found.rows)
    notes = () if known else (found.reason or found.rows[0].reason or "",)
    return PhaseResult(known, len(found.rows), "scenarios", notes)


def concentration(c: Computation) -> PhaseResult:
    held, nav = _holdings(c), _nav(c)
    valued = [each for each in held if each.value is not None]
    found = concentration_figures([each.symbol for each in valued], [each.gross or 0.0 for each in valued], nav)
    found |= sector_figures(c.store.sector_sums(c.stamp), nav)
    rows = {key: view(figure, c.scope.as_of, key, details) for key, (figure, details) in found.items()}
    _put(c, (*rules.CONCENTRATION, rules.SECTOR), rows)
    return PhaseResult(len(valued), len(held), "symbols")


def _section(
    c: Computation,
    exhibit: Exhibit[View],
    part: Callable[[Study], View],
    flat: Callable[[View], dict[str, FigureView]],
) -> PhaseResult:
    found = part(_study(c))
    figures = flat(found)
    _keep(c, exhibit, found, figures)
    known = [figure for figure in figures.values() if figure.value is not None]
    reasons = dict.fromkeys(figure.reason for figure in figures.values() if figure.reason)
    notes = () if known else tuple(reason for reason in reasons if reason)[:1]
    return PhaseResult(len(known), len(figures), "figures", notes)


PARTS: Mapping[str, Callable[[Computation], PhaseResult]] = {
    "greeks": greeks, "betas": betas, "volatility": volatility, "factors": factors, "stress": stress, "tail": tail,
    "correlation": correlation, "concentration": concentration,
}  # fmt: skip
"""By the name of the phase, in their order."""

# The same for one portfolio and for several pooled


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
    amounts = np.array([float(amount) for amount in long_and_short], dtype=np.float64)
    rows = sector_exposure([*of_sector, *of_sector], amounts, float(nav.nav), nav.coverage)
    return {
        rules.SECTOR + row.sector: (
            replace(row.net, n_obs=of_sector[row.sector].symbols),
            {"gross": row.gross.value, "amount": str(of_sector[row.sector].net)},
        )
        for row in rows
    }


def book_from(stored: StoredBook) -> Book:
    return Book(np.array(stored.gains), np.array(stored.covered), stored.gross)


def pooled(stored: Sequence[StoredBook], as_of: date) -> Book:
    """All books as one, up to the day the oldest of them ends on."""

    def until(each: StoredBook) -> Book:
        whole = book_from(each)
        days = len(whole.gains) - len(sessions_between(as_of, each.as_of)) + 1
        return Book(whole.gains[:days], whole.covered[:days], whole.gross)

    return pool([until(each) for each in stored])


# Inputs


def _holdings(c: Computation) -> list[Held]:
    return c.store.holdings(c.stamp)


def _nav(c: Computation) -> NavFact:
    return c.store.nav(c.stamp) or _NOTHING


def _fresh(c: Computation, holdings: Sequence[Held], nav: NavFact) -> Study:
    """From prices: estimates and book are stored for the other phases."""
    known = c.facts.refresh(positions(holdings).symbols)
    s = study(c.scope.as_of, nav, holdings, known.symbols, known.model)
    gains, covered = s.book.gains.tolist(), s.book.covered.tolist()
    book = StoredBook(c.portfolio_id, c.scope.as_of, nav.nav, s.book.gross, gains, covered, c.scope.source)
    c.store.put_book(c.stamp, book)
    return s


def _without_beta(s: Study, symbols: Sequence[str]) -> list[str]:
    returns = s.symbols.returns
    if returns is None:
        raise ValueError("betas of symbols are made from their returns")
    betas, columns = market_beta(returns, s.model.market, rules.WINDOWS["beta_252"]).beta, s.symbols.columns
    return [symbol for symbol in symbols if np.isnan(betas[columns[symbol]])]


def _study(c: Computation, *, with_returns_of_largest: bool = False) -> Study:
    """From what an earlier phase stored, where it did."""
    holdings, nav = _holdings(c), _nav(c)
    stored = c.store.book(c.stamp)
    if stored is None or (stored.as_of, stored.source) != (c.scope.as_of, c.scope.source):
        return _fresh(c, holdings, nav)
    held = positions(holdings)
    known = c.facts.recall(held.symbols, largest(held) if with_returns_of_largest else ())
    return assemble(c.scope.as_of, nav, held, book_from(stored), known)


def assemble(as_of: date, nav: NavFact, held: Positions, book: Book, known: Known) -> Study:
    """A study from stored parts, of one portfolio or of several pooled."""
    return Study(as_of, nav, held, known.symbols, known.model.last(len(book.gains)), book)


def _underlyings(c: Computation, options: Sequence[Held]) -> dict[str, Underlying]:
    names = sorted({terms.underlying for held in options if (terms := parse_occ(held.symbol)) is not None})
    if not names:
        return {}
    return underlyings(c.facts.refresh(names).symbols)


# Results


def _keep(c: Computation, exhibit: Exhibit[View], found: View, figures: Mapping[str, FigureView]) -> None:
    c.store.put_exhibit(c.stamp, exhibit.name, exhibit.pack(found))
    _put(c, exhibit.keys, figures)


def _put(c: Computation, keys: Sequence[str], figures: Mapping[str, FigureView]) -> None:
    c.store.put_figures(c.stamp, keys, exhibits.figure_rows(dict(figures)))
