"""What the frame shows on every page: who is signed in, the accounts to choose from, whether amounts are hidden."""

from dataclasses import dataclass

import reflex as rx
from reflex.state import OnLoadInternalState
from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.services.identity.schemas import UserView
from sigmasight_ui.services.portfolios.schemas import PortfolioRow
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.format import plural

ALL_ACCOUNTS = "all"
REAL_MONEY, PRACTICE = "real", "practice"


@dataclass(frozen=True)
class Person:
    name: str = ""
    email: str = ""
    initials: str = ""
    is_superuser: bool = False


@dataclass(frozen=True)
class AccountRow:
    """`environment` imported, sandbox, paper or live; value and change are ready text, empty while not known."""

    id: str
    alias: str
    type: str
    environment: str = "imported"
    group: str = REAL_MONEY
    value: str = ""
    change: str = ""
    direction: str = "flat"


@dataclass(frozen=True)
class ShellView:
    person: Person
    hide_amounts: bool
    accounts: tuple[AccountRow, ...]
    total: AccountRow


class ShellState(rx.State):
    person: Person = Person()
    hide_amounts: bool = False
    accounts: list[AccountRow] = []
    total: AccountRow = AccountRow(ALL_ACCOUNTS, "All accounts", "")
    selected: str = ALL_ACCOUNTS

    @rx.event
    async def load(self):
        view = await scope.call(shell_view)
        wanted = self.router.url.query_parameters.get("account", ALL_ACCOUNTS)
        known = any(row.id == wanted for row in view.accounts)
        self.person, self.hide_amounts = view.person, view.hide_amounts
        self.accounts, self.total = list(view.accounts), view.total
        self.selected = wanted if known else ALL_ACCOUNTS

    @rx.event
    async def toggle_amounts(self):
        """The server masks amounts, so every figure of the page is loaded again."""
        hidden = not self.hide_amounts
        await scope.call(
            lambda services, session, actor: services.identity.update_profile(session, actor, privacy_mode=hidden)
        )
        return OnLoadInternalState.on_load_internal

    @rx.var
    def current(self) -> AccountRow:
        return next((row for row in self.accounts if row.id == self.selected), self.total)

    @rx.var
    def has_practice(self) -> bool:
        return any(row.group == PRACTICE for row in self.accounts)


def shell_view(services: Services, session: Session, actor: Actor) -> ShellView:
    user = services.identity.profile(session, actor)
    accounts = tuple(_account(row) for row in services.portfolios.list_visible(session, actor))
    real = sum(row.group == REAL_MONEY for row in accounts)
    total = AccountRow(ALL_ACCOUNTS, "All accounts", f"{plural(real, 'account')} with real money")
    return ShellView(_person(user), user.privacy_mode, accounts, total)


def _person(user: UserView) -> Person:
    words = user.full_name.split()
    initials = "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
    return Person(user.full_name, user.email, initials or user.email[:1].upper(), user.is_superuser)


def _account(row: PortfolioRow) -> AccountRow:
    return AccountRow(id=str(row.id), alias=row.account_name, type=row.account_label)
