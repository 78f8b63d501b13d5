"""What the frame shows on every page: who is signed in, the accounts to choose from, whether amounts are hidden."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import reflex as rx
from reflex.state import OnLoadInternalState
from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.services.identity.schemas import UserView
from sigmasight_ui.services.portfolios.schemas import PortfolioRow
from sigmasight_ui.services.risk.schemas import AccountValue, Overview
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.format import UNKNOWN, Amounts, direction, plural

ALL_ACCOUNTS = "all"
REAL_MONEY, PRACTICE = "real", "practice"
SAMPLE = "sample"


@dataclass(frozen=True)
class Person:
    name: str = ""
    email: str = ""
    initials: str = ""
    is_superuser: bool = False


@dataclass(frozen=True)
class AccountRow:
    """`environment` imported, sample, sandbox, paper or live; `change` is empty where there is none to speak of.
    `has_sample_prices`: the value stands on the bundled prices of the past."""

    id: str
    alias: str
    type: str
    environment: str = "imported"
    group: str = REAL_MONEY
    value: str = UNKNOWN
    change: str = ""
    direction: str = "flat"
    has_sample_prices: bool = False


@dataclass(frozen=True)
class ShellView:
    person: Person
    hide_amounts: bool
    accounts: tuple[AccountRow, ...]
    total: AccountRow


class ShellState(rx.State):
    is_loaded: bool = False
    person: Person = Person()
    hide_amounts: bool = False
    accounts: list[AccountRow] = []
    total: AccountRow = AccountRow(ALL_ACCOUNTS, "All accounts", "")
    selected: str = ALL_ACCOUNTS
    is_unknown: bool = False

    @rx.event
    async def load(self):
        view = await scope.call(shell_view)
        wanted = self.router.url.query_parameters.get("account", "")
        self.is_loaded, self.person, self.hide_amounts = True, view.person, view.hide_amounts
        self.accounts, self.total = list(view.accounts), view.total
        self.selected = choose(wanted, view.accounts)
        self.is_unknown = wanted not in ("", self.selected)

    @rx.event
    async def toggle_amounts(self):
        """The server masks amounts, so every figure of the page is loaded again."""
        hidden = not self.hide_amounts
        await scope.call(
            lambda services, session, actor: services.identity.update_profile(session, actor, privacy_mode=hidden)
        )
        return OnLoadInternalState.on_load_internal

    @rx.event
    def follow_amounts(self):
        """Another tab has hidden or shown amounts."""
        return OnLoadInternalState.on_load_internal

    @rx.var
    def current(self) -> AccountRow:
        return next((row for row in self.accounts if row.id == self.selected), self.total)

    @rx.var
    def has_real_money(self) -> bool:
        return any(row.group == REAL_MONEY for row in self.accounts)

    @rx.var
    def has_practice(self) -> bool:
        return any(row.group == PRACTICE for row in self.accounts)


def choose(wanted: str, accounts: Sequence[AccountRow]) -> str:
    """The account of the address; without one the only account there is, else all of them together."""
    if wanted == ALL_ACCOUNTS or any(row.id == wanted for row in accounts):
        return wanted
    return accounts[0].id if len(accounts) == 1 else ALL_ACCOUNTS


def account_of(shell: ShellState) -> UUID | None:
    """None: all accounts."""
    return None if shell.selected == ALL_ACCOUNTS else UUID(shell.selected)


def shell_view(services: Services, session: Session, actor: Actor) -> ShellView:
    user = services.identity.profile(session, actor)
    amounts = Amounts(user.privacy_mode)
    portfolios = services.portfolios.list_visible(session, actor)
    values = services.risk.account_values(session, actor)
    accounts = tuple(_account(row, values[row.id], amounts) for row in portfolios)
    is_valued = any(value.nav is not None for value in values.values())
    head = services.risk.overview(session, actor, None) if is_valued else None
    return ShellView(_person(user), user.privacy_mode, accounts, _total(accounts, head, amounts))


def _person(user: UserView) -> Person:
    words = [word for word in user.full_name.split() if word[0].isalnum()]
    initials = "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
    return Person(user.full_name, user.email, initials or user.email[:1].upper(), user.is_superuser)


def _account(row: PortfolioRow, value: AccountValue, amounts: Amounts) -> AccountRow:
    environment, group = (SAMPLE, PRACTICE) if row.is_sample else ("imported", REAL_MONEY)
    shown = AccountRow(str(row.id), row.account_name, row.account_label, environment, group)
    return _worth(shown, value, amounts)


def _total(accounts: Sequence[AccountRow], head: Overview | None, amounts: Amounts) -> AccountRow:
    """Real money only; practice accounts are added up only where there is nothing else."""
    real = sum(row.group == REAL_MONEY for row in accounts)
    kind = f"{plural(real, 'account')} with real money" if real else plural(len(accounts), "practice account")
    total = AccountRow(ALL_ACCOUNTS, "All accounts", kind)
    return _worth(total, head, amounts) if head is not None else total


def _worth(row: AccountRow, worth: AccountValue | Overview, amounts: Amounts) -> AccountRow:
    return replace(
        row,
        value=amounts.money(worth.nav),
        change=amounts.signed(worth.day_pnl) if worth.day_pnl is not None else "",
        direction=direction(worth.day_pnl),
        has_sample_prices=worth.origin is not None and worth.origin.is_sample,
    )
