"""What somebody sees of a portfolio: its lots, the notices, the line of a position."""

from sigmasight_ui.core.money import plain
from sigmasight_ui.ui.portfolios.detail_state import PortfolioState
from sigmasight_ui.ui.portfolios.history_state import HistoryState
from sigmasight_ui.ui.portfolios.position_state import PositionState
from sigmasight_ui.ui.shell.notices import NoticeState


def held(person, portfolio):
    return {lot.symbol: (plain(lot.quantity), lot.exit_date is None) for lot in
            person.call("portfolios", "lots", portfolio)}  # fmt: skip


def said(person):
    return [notice.text for notice in person.see(NoticeState, "notices")]


def line_of(person, symbol):
    return next(line for line in person.see(PortfolioState, "positions").lines if line.symbol == symbol)


def pick(person, portfolio, symbol):
    person.open(f"/portfolios/{portfolio}", PortfolioState.load, HistoryState.load)
    person.send(PositionState.pick, position_id=line_of(person, symbol).id)
