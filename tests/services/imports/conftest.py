"""Files in the shape of Schwab's, and short ways to import them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import text

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.imports.schemas.choices import ImportChange

HEADER = '"Symbol","Description","Qty (Quantity)","Price","Mkt Val (Market Value)","Cost Basis","Asset Type",'


def schwab(
    rows: Iterable[tuple[str, object, object, object]], cash: str = "$1,000.00", account: str = "Individual ...417",
    day: str = "2026/11/19",
) -> str:  # fmt: skip
    """Rows of symbol, quantity, market value, cost; `--` where a value is missing."""
    lines = [f'"Positions for account {account} as of 04:05 PM ET, {day}"', "", HEADER]
    lines += [f'"{s}","{s} INC","{q}","1.00","${v}","{c}","Equity",' for s, q, v, c in rows]
    if cash:
        lines.append(f'"Cash & Cash Investments","--","--","--","{cash}","--","Cash and Money Market",')
    return "\r\n".join([*lines, ""])


NVDA, MSFT = ("NVDA", 110, "20000.00", "$16,468.10"), ("MSFT", 70, "30000.00", "$24,584.00")
TWO = schwab([NVDA, MSFT])
TWO_ACCOUNTS = "\r\n".join(
    [
        '"Positions for All-Accounts as of 05:39 PM ET, 11/19/2026"', "",
        '"Individual ...417"', HEADER,
        '"AAPL","APPLE INC","100","271.50","$27,150.00","$15,800.00","Equity",',
        '"Cash & Cash Investments","--","--","--","$6,787.50","--","Cash and Money Market",',
        '"Account Total","--","--","--","$33,937.50","$15,800.00","--",', "",
        '"Roth IRA ...905"', HEADER,
        '"AAPL","APPLE INC","40","271.50","$10,860.00","$9,999.99","Equity",',
        '"Account Total","--","--","--","$10,860.00","$9,999.99","--",', "",
    ]
)  # fmt: skip


class Importing(SimpleNamespace):
    """The service in the hands of one person, a transaction round every call that wants one."""

    services: Services
    actor: Actor

    def start(self, content: str | bytes, portfolio_id: UUID | None = None, name: str = "positions.csv", **options):
        body = content.encode() if isinstance(content, str) else content
        return self.services.imports.start(self._open, self.actor, name, body, portfolio_id, **options)

    def get(self, import_id: UUID):
        return self.services.imports.get(self._open, self.actor, import_id)

    def change(self, import_id: UUID, **said):
        return self.services.imports.change(self._open, self.actor, import_id, ImportChange(**said))

    def confirm(self, import_id: UUID, confirmation=None):
        return self.services.imports.confirm(self._open, self.actor, import_id, confirmation)

    def run(self, content: str, portfolio_id: UUID | None = None, **said):
        """From file to portfolio in one go; the first portfolio of the result."""
        review = self.start(content, portfolio_id)
        if said:
            self.change(review.import_id, **said)
        return self.confirm(review.import_id).portfolios[0]

    def call(self, name: str, *arguments, room: str = "imports", **options):
        with self._open(self.actor) as session:
            return getattr(getattr(self.services, room), name)(session, self.actor, *arguments, **options)

    def history(self, portfolio_id: UUID, *page: int):
        return self.call("history", portfolio_id, *page).items

    def positions(self, portfolio_id: UUID):
        return self.call("positions", portfolio_id, 200, room="portfolios").items

    def lots(self, portfolio_id: UUID) -> dict[str, object]:
        """By symbol; for portfolios with one lot of each."""
        found = self.positions(portfolio_id)
        assert len({lot.symbol for lot in found}) == len(found)
        return {lot.symbol: lot for lot in found}

    def stored(self, portfolio_id: UUID) -> list[dict[str, object]]:
        """Every column of every lot, and the balance: what must be the same again."""
        with self._open(self.actor) as session:
            rows = session.execute(
                text("select * from positions where portfolio_id = :id order by id"), {"id": portfolio_id}
            )
            balance = session.execute(
                text("select equity_balance from portfolios where id = :id"), {"id": portfolio_id}
            ).scalar()
            return [dict(row) for row in rows.mappings()] + [{"equity": balance}]

    def count(self, table: str) -> int:
        with self._open(self.actor) as session:
            return session.execute(text(f"select count(*) from {table}")).scalar()

    @property
    def _open(self):
        return self.services.db.transaction


def refused(work: Callable[..., object], *arguments, **options) -> AppError:
    with pytest.raises(AppError) as refusal:
        work(*arguments, **options)
    return refusal.value


@pytest.fixture
def person(services, new_user) -> Importing:
    return Importing(services=services, actor=new_user())


@pytest.fixture
def other(services, new_user) -> Importing:
    return Importing(services=services, actor=new_user())
