"""What the sections of the pages wait for, in a process that is set up like the one that serves them.

    python -m tests.bench.page_reads <user> <times> <portfolio>... < /dev/null

prints seconds as {portfolio: {section: [...]}}, for all accounts together under "all". The environment says where the
product's data is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from uuid import UUID

from sigmasight_ui.bootstrap import Services, start_services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.config import load_settings
from sigmasight_ui.core.process import settle
from sigmasight_ui.services.risk.schemas import HistoryRange, HoldingsSort
from sigmasight_ui.ui.dashboard import holdings_state
from sigmasight_ui.ui.dashboard.view import dashboard_view
from sigmasight_ui.ui.portfolios.detail_state import read_page
from sigmasight_ui.ui.risk import sections
from sigmasight_ui.ui.risk.state import _drill
from sigmasight_ui.ui.runs.state import run_view
from sigmasight_ui.ui.shell.state import shell_view
from tests.bench.figure import timed

ALL = "all"
SCENARIO, FIGURE = "market_down_10", "factor:market"
SORTS = (HoldingsSort.MARKET_VALUE, HoldingsSort.DAY, HoldingsSort.BETA)
Work = Callable[[], object]


def works(services: Services, actor: Actor, account: UUID | None) -> Mapping[str, Work]:
    """As the states of the pages ask, formatting included."""
    open_ = services.db.transaction
    wanted = sections.Wanted(account)

    def card(name: str) -> Work:
        return lambda: sections._read(name, services, open_, actor, wanted)

    def holdings(sort: HoldingsSort) -> Work:
        page = holdings_state.Wanted(account, sort, True, "", 12, 0, ())

        def read() -> object:
            with open_(actor) as session:
                return holdings_state.read(services, session, actor, page)

        return read

    def switcher() -> object:
        with open_(actor) as session:
            return shell_view(services, session, actor)

    def portfolio(portfolio_id: UUID) -> object:
        with open_(actor) as session:
            return read_page(services, session, actor, portfolio_id, 0)

    return {
        **({} if account is None else {"portfolio": lambda: portfolio(account)}),
        **{name: card(name) for name in sections.SECTIONS},
        **{f"holdings by {sort.value.replace('_', ' ')}": holdings(sort) for sort in SORTS},
        "holdings of a scenario": lambda: _drill(services, open_, actor, account, SCENARIO),
        "receipt of a figure": lambda: services.risk.receipt(open_, actor, account, FIGURE),
        "dashboard": lambda: dashboard_view(services, open_, actor, account, HistoryRange.YEAR),
        "account switcher": switcher,
        "data quality": lambda: run_view(services, open_, actor, account),
    }


def seconds_of(work: Work, times: int) -> list[float]:
    """The first, which compiles queries and loads libraries, does not count."""
    work()
    return [timed(work) for _ in range(times)]


def main() -> None:
    user, times, *portfolios = sys.argv[1:]
    services, database = start_services(load_settings())
    settle()
    actor = Actor(user_id=UUID(user), role="user")
    accounts = {**{name: UUID(name) for name in portfolios}, ALL: None}
    found = {
        name: {section: seconds_of(work, int(times)) for section, work in works(services, actor, account).items()}
        for name, account in accounts.items()
    }
    print(json.dumps(found))
    services.db.close()
    database.close()


if __name__ == "__main__":
    main()
