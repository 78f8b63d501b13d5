"""Falls from earlier highs and the reward for bearing them, from the daily values of the accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from sqlmodel import Session

from sigmasight_ui.core.transactions import Later
from sigmasight_ui.services.risk import nothing, rules
from sigmasight_ui.services.risk.accounts import Accounts
from sigmasight_ui.services.risk.repository import views
from sigmasight_ui.services.risk.repository.views import Day
from sigmasight_ui.services.risk.schemas import Drawdown, DrawdownEpisode, DrawdownPoint, FigureView

if TYPE_CHECKING:
    from sigmasight_ui.analytics.drawdown import Episode
    from sigmasight_ui.analytics.estimates import Estimates
    from sigmasight_ui.analytics.returns import Returns

MAX_POINTS, EPISODES = 500, 10
TOO_SHORT = "it needs the closes of at least two sessions"


def drawdown(session: Session, accounts: Accounts) -> Later[Drawdown]:
    as_of = accounts.as_of
    if as_of is None:
        return lambda: nothing.drawdown(rules.NOT_CALCULATED)
    days = days_of(session, accounts)
    return lambda: from_days(days, as_of)


def days_of(session: Session, accounts: Accounts) -> list[Day]:
    return views.history(session, accounts.ids, date.min, accounts.as_of or date.min)


def from_days(days: Sequence[Day], as_of: date) -> Drawdown:
    """The first day has no gain of its own: it is where the series begins."""
    if len(days) < 2:
        return nothing.drawdown(TOO_SHORT, as_of)
    import numpy as np

    from sigmasight_ui.analytics import drawdown as engine
    from sigmasight_ui.analytics import ratios
    from sigmasight_ui.analytics.returns import Returns

    series = np.array([day.gain / float(day.base) if day.gain is not None and day.base else np.nan for day in days[1:]])
    mask = ~np.isnan(series)[:, None]
    returns = Returns(np.where(mask, series[:, None], 0.0), mask, np.zeros(1, dtype=np.bool_))
    falls = engine.drawdowns(returns)
    current, worst = (
        _view(falls.present, "drawdown", as_of), _view(falls.deepest, "max_drawdown", as_of),
    )  # fmt: skip
    sessions = [day.session for day in days]
    depths = falls.series[:, 0].tolist()
    return Drawdown(
        current=current,
        worst=worst,
        high=None if worst.value is None else sessions[_last_high(depths)],
        trough=None if not worst.value else sessions[int(np.nanargmin(falls.series[:, 0])) + 1],
        episodes=_episodes(engine.drawdown_episodes(series)[:EPISODES], sessions),
        points=_points(depths, sessions),
        sharpe=_view(ratios.sharpe_ratio(returns), "sharpe", as_of),
        sortino=_view(ratios.sortino_ratio(returns), "sortino", as_of),
        calmar=_calmar(returns, as_of),
        first_session=sessions[0],
        as_of=as_of,
        reason=worst.reason,
    )


def _calmar(returns: Returns, as_of: date) -> FigureView:
    from sigmasight_ui.analytics.ratios import calmar_ratio

    return _view(calmar_ratio(returns), "calmar", as_of)


def _last_high(depths: Sequence[float]) -> int:
    """Position among the sessions; the start counts as a high."""
    return max((at + 1 for at, depth in enumerate(depths) if depth == 0.0), default=0)


def _episodes(found: Sequence[Episode], sessions: Sequence[date]) -> tuple[DrawdownEpisode, ...]:
    """Positions count from the first gain; the session before it is the start."""
    return tuple(
        DrawdownEpisode(
            sessions[each.peak + 1], sessions[each.trough + 1],
            None if each.recovery is None else sessions[each.recovery + 1], each.depth,
        )
        for each in found
    )  # fmt: skip


def _points(depths: Sequence[float], sessions: Sequence[date]) -> tuple[DrawdownPoint, ...]:
    known = [at for at, depth in enumerate(depths) if depth == depth]  # NaN: not known
    shown = (known[at] for at in rules.evenly(len(known), MAX_POINTS))
    return tuple(DrawdownPoint(sessions[at + 1], float(depths[at])) for at in shown)


def _view(found: Estimates, key: str, as_of: date) -> FigureView:
    figure = found.figure(0)
    return FigureView(
        figure.value, figure.reason, figure.n_obs, figure.window, as_of, None, figure.std_error, rules.METHODS[key]
    )
