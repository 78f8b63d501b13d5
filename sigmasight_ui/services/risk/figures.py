"""Statistics as they are read: one account's as stored, several accounts' from their pooled books and holdings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from sigmasight_ui.core.money import ZERO, cents
from sigmasight_ui.core.transactions import Later
from sigmasight_ui.services.risk import exhibits, inputs, nothing, rules
from sigmasight_ui.services.risk.accounts import Accounts
from sigmasight_ui.services.risk.reading import KEPT_DAYS, Reader, nav_of
from sigmasight_ui.services.risk.repository import views
from sigmasight_ui.services.risk.repository.views import StoredFigure
from sigmasight_ui.services.risk.schemas import Contribution, FigureView, SectorRow, SymbolBeta
from sigmasight_ui.services.risk.study.figures import NavFact

if TYPE_CHECKING:
    from sigmasight_ui.analytics.figure import Figure
    from sigmasight_ui.services.risk.study.study import Study

SYMBOLS = 200
_BETAS = frozenset(rules.BETAS)
_OF_RETURNS = frozenset((*rules.BETAS, *exhibits.VOLATILITY.keys, *exhibits.TAIL.keys))


def figures(reader: Reader, keys: Sequence[str] = rules.FIGURES) -> Later[dict[str, FigureView]]:
    accounts = reader.accounts
    if not accounts.valued:
        return lambda: {key: nothing.figure(key) for key in keys}
    if accounts.single is not None:
        found = _stored(reader.session, accounts, keys)
        return lambda: {key: found.get((accounts.single, key)) or nothing.figure(key) for key in keys}
    return _pooled(reader, keys)


def contributions(session: Session, accounts: Accounts, key: str) -> tuple[Contribution, ...]:
    """Each account's own figure and its part of the combined one; no part where parts do not add up."""
    found = _stored(session, accounts, (key,))
    adds_up = key in _BETAS or key in rules.EXPOSURES
    rows = []
    for share in accounts.shares():
        own = found.get((share.portfolio_id, key), nothing.figure(key)).value
        part = own * share.weight if adds_up and own is not None and share.weight is not None else None
        rows.append(Contribution(share.portfolio_id, share.account_name, share.weight, own, part))
    return tuple(rows)


def symbol_betas(session: Session, accounts: Accounts) -> tuple[SymbolBeta, ...]:
    """Of the largest holdings, with their weights of NAV."""
    rows: dict[str, dict[str, FigureView]] = {}
    values: dict[str, Decimal | None] = {}
    for row in views.symbol_figures(session, accounts.ids, rules.BETAS, SYMBOLS):
        values[row.symbol] = row.market_value
        rows.setdefault(row.symbol, {})[row.figure] = FigureView(
            row.value, row.reason, row.n_obs, row.window, row.as_of, None, row.std_error, row.method
        )
    return tuple(
        SymbolBeta(
            symbol,
            inputs.ratio(values[symbol], accounts.nav_for_weights),
            *(found.get(k, nothing.figure(k)) for k in rules.BETAS),
        )
        for symbol, found in rows.items()
    )


def sectors(session: Session, accounts: Accounts) -> tuple[SectorRow, ...]:
    if not accounts.valued or accounts.as_of is None:
        return ()
    if accounts.single is not None:
        stored = views.sectors(session, accounts.single, accounts.as_of - timedelta(days=KEPT_DAYS))
        return tuple(_sector(row.figure, _view_of(row)) for row in stored)
    return _pooled_sectors(session, accounts)


# One account


def _stored(session: Session, accounts: Accounts, keys: Sequence[str]) -> dict[tuple[Any, str], FigureView]:
    if accounts.as_of is None:
        return {}
    oldest = accounts.as_of - timedelta(days=KEPT_DAYS)
    rows = views.figures(session, accounts.ids, keys, oldest)
    return {(row.portfolio_id, row.figure): _view_of(row) for row in rows}


def _view_of(row: StoredFigure) -> FigureView:
    return FigureView(
        row.value, row.reason, row.n_obs, row.window, row.as_of, row.coverage, row.std_error, row.method, row.details
    )


def _sector(key: str, net: FigureView) -> SectorRow:
    share = net.details.get("gross")
    gross = FigureView(
        share, net.reason, net.n_obs, None, net.as_of, net.coverage_nav, None, "absolute market value / NAV"
    )
    return SectorRow(key.removeprefix(rules.SECTOR), net, gross, cents(Decimal(net.details["amount"])))


# Several accounts


def _pooled(reader: Reader, keys: Sequence[str]) -> Later[dict[str, FigureView]]:
    nav = reader.nav
    parts: list[Later[dict[str, FigureView]]] = [lambda: _exposures(reader.accounts, nav)]
    if not _OF_RETURNS.isdisjoint(keys):
        parts.append(_of_returns(reader, keys))
    if not set(rules.CONCENTRATION).isdisjoint(keys):
        parts.append(_concentration(reader))

    def pooled() -> dict[str, FigureView]:
        found = {key: view for part in parts for key, view in part().items()}
        return {key: found.get(key) or nothing.figure(key) for key in keys}

    return pooled


def _exposures(accounts: Accounts, nav: NavFact) -> dict[str, FigureView]:
    long_value = sum((row.long_value for row in accounts.rows), ZERO)
    short_value = sum((row.short_value for row in accounts.rows), ZERO)
    cash = sum((row.cash for row in accounts.rows), ZERO)
    amounts = (long_value, short_value, long_value - short_value, long_value + short_value, cash)
    problem = rules.share_problem(nav.nav > 0, nav.coverage)
    positions = sum(row.open_positions for row in accounts.rows)
    return {
        key: FigureView(
            None if problem else inputs.ratio(amount, nav.nav), problem, positions, None, accounts.as_of, nav.coverage,
            None, rules.METHODS[key], {"amount": str(amount)},
        )
        for key, amount in zip(rules.EXPOSURES, amounts, strict=True)
    }  # fmt: skip


def _of_returns(reader: Reader, keys: Sequence[str]) -> Later[dict[str, FigureView]]:
    material = reader.series
    if material is None:
        reason = reader.unfinished()
        return lambda: {key: nothing.figure(key, reason) for key in keys}
    return lambda: _of_study(material.study, keys)


def _of_study(s: Study, keys: Sequence[str]) -> dict[str, FigureView]:
    found = dict(s.betas) if not _BETAS.isdisjoint(keys) else {}
    if not set(exhibits.VOLATILITY.keys).isdisjoint(keys):
        found |= exhibits.of_volatility(s.volatility)
    if not set(exhibits.TAIL.keys).isdisjoint(keys):
        found |= exhibits.of_tail(s.tail)
    return found


def _concentration(reader: Reader) -> Later[dict[str, FigureView]]:
    (names, values), nav, as_of = reader.gross_values, reader.nav, reader.accounts.as_of

    def concentration() -> dict[str, FigureView]:
        from sigmasight_ui.services.risk.measuring import concentration_figures

        found = concentration_figures(names, values, nav)
        return {key: _pooled_view(key, figure, as_of, details) for key, (figure, details) in found.items()}

    return concentration


def _pooled_sectors(session: Session, accounts: Accounts) -> tuple[SectorRow, ...]:
    from sigmasight_ui.services.risk.measuring import sector_figures

    found = sector_figures(views.sector_sums(session, accounts.ids), nav_of(session, accounts))
    return tuple(
        _sector(key, _pooled_view(key, figure, accounts.as_of, details)) for key, (figure, details) in found.items()
    )


def _pooled_view(key: str, figure: Figure, as_of: date | None, details: dict[str, Any]) -> FigureView:
    return FigureView(
        figure.value, figure.reason, figure.n_obs, figure.window, as_of, figure.coverage, figure.std_error,
        rules.METHODS.get(key, figure.method), details,
    )  # fmt: skip
