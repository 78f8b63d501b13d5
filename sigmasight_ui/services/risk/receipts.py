"""What stands behind a figure, and the same figure computed again from stored prices and holdings. Nothing is written.

Two hashes: one of everything that goes in, one of what comes out. Computing again must give both of them; where it does
not, something changed since, and the answer says what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sigmasight_ui.core.transactions import Later
from sigmasight_ui.services.risk import errors, exhibits, falls, figures, inputs, nothing, performance, rules
from sigmasight_ui.services.risk.evidence import Evidence, result_hash
from sigmasight_ui.services.risk.exhibits import Exhibit
from sigmasight_ui.services.risk.held import Held
from sigmasight_ui.services.risk.overview import origin
from sigmasight_ui.services.risk.reading import Reader
from sigmasight_ui.services.risk.recomputing import Desk, afresh, again, changes, falls_by_key, returns_by_key
from sigmasight_ui.services.risk.repository import estimates as stored
from sigmasight_ui.services.risk.repository import results
from sigmasight_ui.services.risk.schemas import FigureView, Receipt, ReceiptHolding, Recomputed, SymbolLeftOut
from sigmasight_ui.services.risk.study.factors import left_out
from sigmasight_ui.services.risk.study.study import Study
from sigmasight_ui.services.risk.titles import SYMBOL_BETA, is_return, is_title, title

SHOWN = 50
_DOLLARS = (rules.SECTOR, *rules.CONCENTRATION, *rules.EXPOSURES)
_BY_MODEL = (rules.FACTOR, rules.CONTRIBUTION, rules.STRESS, *rules.FACTOR_MODEL)


def receipt(desk: Desk, key: str) -> Later[Receipt]:
    shown, kept, at = _shown(desk.reader, key), _kept(desk), _computed_at(desk)
    return lambda: _receipt(desk, key, at, shown(), kept())


def recompute(desk: Desk, key: str) -> Later[Recomputed]:
    shown, kept, at = _shown(desk.reader, key), _kept(desk), _computed_at(desk)
    fresh, anew = afresh(desk), again(desk, key)
    since = [] if at is None else stored.changed_since(desk.day.session, desk.day.source, desk.day.as_of, at)

    def recomputed() -> Recomputed:
        evidence, new = kept(), fresh()
        if evidence is None:
            raise errors.not_calculated()
        before = _receipt(desk, key, at, shown(), evidence)
        after = _receipt(desk, key, at, anew(new.study), new)
        same = before.result_hash == after.result_hash
        return Recomputed(before, after, same, tuple(changes(evidence, new, since, key, same)))

    return recomputed


# The figure as it is shown


def _shown(reader: Reader, key: str) -> Later[FigureView]:
    if not is_title(key, reader.scenarios):
        raise errors.unknown_figure()
    found = _by_key(reader, key)
    return lambda: found().get(key) or nothing.figure(key)


def _by_key(reader: Reader, key: str) -> Later[dict[str, FigureView]]:
    """This figure, and those that are known with it."""
    session, accounts = reader.session, reader.accounts
    if key.startswith(rules.STRESS):
        return _part(reader.stress(), exhibits.of_stress)
    if key.startswith((rules.SECTOR, SYMBOL_BETA)):
        return _of_what_is_held(reader, key)
    if key in rules.DRAWDOWNS:
        return _part(falls.drawdown(session, accounts), falls_by_key)
    if is_return(key):
        return _part(performance.performance(session, reader.market, accounts, inputs.BENCHMARK), returns_by_key)
    if accounts.single is None and accounts.valued:
        for exhibit, read, flat in _EXHIBITS:
            if exhibit.has(key):
                return _part(read(reader), flat)
    return figures.figures(reader, (key,))


_EXHIBITS: Sequence[tuple[Exhibit[Any], Callable[[Reader], Later[Any]], Callable[[Any], dict[str, FigureView]]]] = (
    (exhibits.VOLATILITY, Reader.volatility, exhibits.of_volatility),
    (exhibits.TAIL, Reader.tail, exhibits.of_tail),
    (exhibits.FACTORS, Reader.factors, exhibits.of_factors),
    (exhibits.CORRELATIONS, Reader.correlations, exhibits.of_correlations),
    (exhibits.GREEKS, Reader.greeks, exhibits.of_greeks),
)


def _part(found: Later[Any], flat: Callable[[Any], dict[str, FigureView]]) -> Later[dict[str, FigureView]]:
    return lambda: flat(found())


def _of_what_is_held(reader: Reader, key: str) -> Later[dict[str, FigureView]]:
    """Only of sectors and symbols that are held."""
    session, accounts = reader.session, reader.accounts
    if key.startswith(rules.SECTOR):
        found = {rules.SECTOR + row.sector: row.net for row in figures.sectors(session, accounts)}
    else:
        found = {SYMBOL_BETA + each.symbol: each.beta_252 for each in figures.symbol_betas(session, accounts)}
    if key not in found:
        raise errors.unknown_figure()
    return lambda: found


# What is told


def _kept(desk: Desk) -> Later[Evidence | None]:
    """What the shown figures stand on; None before each account is calculated."""
    material = desk.reader.whole
    if material is None:
        return lambda: None
    names = set(material.held.symbols)
    asked = sorted({*names, *material.record.model.symbols})
    found = stored.digests(desk.reader.session, desk.day.source, material.as_of, asked)
    digests: Mapping[str, str] = {name: digest for name, (_, digest) in found.items() if name in names}
    return lambda: Evidence(material.study, digests)


def _computed_at(desk: Desk) -> datetime | None:
    return results.books_computed_at(desk.reader.session, desk.reader.accounts.ids)


def _receipt(desk: Desk, key: str, at: datetime | None, shown: FigureView, evidence: Evidence | None) -> Receipt:
    accounts, reader = desk.reader.accounts, desk.reader
    s = None if evidence is None else evidence.study
    sessions = () if s is None or shown.window is None else s.model.sessions[-shown.window :]
    held = () if s is None else sorted(s.positions.held, key=lambda each: (-(each.gross or 0.0), each.symbol))
    columns = {} if s is None else s.symbols.columns
    return Receipt(
        portfolio_id=desk.portfolio_id,
        figure=key,
        title=title(key, reader.scenarios),
        formula=shown.method,
        view=shown,
        nav=accounts.nav if accounts.valued else None,
        origin=origin(reader.market, accounts.source),
        computed_at=at,
        first_session=sessions[0] if sessions else None,
        last_session=sessions[-1] if sessions else shown.as_of,
        holdings=() if s is None else tuple(_holding(s, each, columns.get(each.symbol)) for each in held[:SHOWN]),
        holdings_total=len(held),
        left_out=() if s is None else _left_out(s, key),
        input_hash="" if evidence is None else evidence.input_hash,
        result_hash=result_hash(key, shown),
    )


def _holding(s: Study, held: Held, column: int | None) -> ReceiptHolding:
    exposure = s.positions.exposures.get(held.symbol, held.value)
    return ReceiptHolding(
        held.symbol,
        inputs.money(held.value),
        None if exposure is None or s.nav.nav <= 0 else exposure / float(s.nav.nav),
        None if column is None else int(s.symbols.estimates.n[column]),
    )


def _left_out(s: Study, key: str) -> tuple[SymbolLeftOut, ...]:
    if key.startswith(_DOLLARS):
        return tuple(each for each in s.positions.left_out if each.amount is None)
    return left_out(s) if key.startswith(_BY_MODEL) else s.positions.left_out
