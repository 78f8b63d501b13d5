"""Where each account of a file goes: into a portfolio that exists, into a new one, or nowhere. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sigmasight_ui.services.imports.schemas.choices import ACCOUNT
from sigmasight_ui.services.imports.schemas.review import QuestionView
from sigmasight_ui.services.portfolios.schemas import Account, PortfolioForm, PortfolioRow

Choice = Mapping[str, Any]
_LONGEST_NAME = 100
_TYPES_BY_WORD = (
    ("roth", "roth_ira"), ("403", "403b"), ("401", "401k"), ("529", "529"), ("hsa", "hsa"),
    ("health savings", "hsa"), ("trust", "trust"), ("ira", "ira"), ("rollover", "ira"),
)  # fmt: skip


@dataclass(frozen=True)
class Unnamed:
    """The label a file has that names no account, and what we call such an account."""

    label: str
    name: str


@dataclass(frozen=True)
class Target:
    """`portfolio` is None for a new one. `equity_balance` as typed, None where it is ours to propose."""

    label: str
    include: bool
    portfolio: PortfolioRow | None
    portfolio_name: str
    account_name: str
    account_type: str
    equity_balance: str | None
    name_taken: bool

    def form(self, equity_balance: str) -> PortfolioForm:
        return PortfolioForm(self.portfolio_name, self.account_name, self.account_type, equity_balance)


def choose_targets(
    accounts: Sequence[Account],
    choices: Mapping[str, Choice],
    portfolios: Sequence[PortfolioRow],
    links: Mapping[str, UUID],
    only: UUID | None,
    answer: str | None,
    unnamed: Unnamed,
) -> tuple[list[Target], QuestionView | None]:
    """`links`: into which portfolio an account of this label went last time. `only`: the portfolio the file was given
    for; of several accounts one is meant then, and if we cannot tell which, that is a question. `unnamed`: what an
    account is called that the file does not name."""
    by_id = {row.id: row for row in portfolios}
    question = _which(accounts, choices, links, only, answer)
    meant = _meant(accounts, question, only)
    names = _Names(portfolios)
    found = []
    for account in accounts:
        choice = choices.get(account.label, {})
        proposed = only if account.label == meant else None if only else links.get(account.label)
        wanted = _chosen_id(choice, proposed)
        portfolio = by_id.get(wanted) if wanted else None
        include = choice.get("include")
        if include is None:
            include = only is None or account.label == meant or "portfolio_id" in choice
        found.append(_target(account, choice, portfolio, bool(include), names, unnamed))
    return found, question


def _which(
    accounts: Sequence[Account],
    choices: Mapping[str, Choice],
    links: Mapping[str, UUID],
    only: UUID | None,
    answer: str | None,
) -> QuestionView | None:
    if only is None or len(accounts) < 2 or any("portfolio_id" in choice for choice in choices.values()):
        return None
    labels = tuple(account.label for account in accounts)
    linked = [label for label in labels if links.get(label) == only]
    text = "The file has several accounts. Which one belongs to this portfolio?"
    default = linked[0] if len(linked) == 1 else None
    return QuestionView(ACCOUNT, text, (), default, answer if answer in labels else None, labels)


def _meant(accounts: Sequence[Account], question: QuestionView | None, only: UUID | None) -> str | None:
    if only is None or not accounts:
        return None
    if question is not None:
        return question.answer or question.default
    return accounts[0].label if len(accounts) == 1 else None


def _chosen_id(choice: Choice, proposed: UUID | None) -> UUID | None:
    if choice.get("new_portfolio"):
        return None
    return UUID(choice["portfolio_id"]) if choice.get("portfolio_id") else proposed


def _target(
    account: Account,
    choice: Choice,
    portfolio: PortfolioRow | None,
    include: bool,
    names: _Names,
    unnamed: Unnamed,
) -> Target:
    if portfolio is not None:
        return Target(
            account.label, include, portfolio, portfolio.name, portfolio.account_name, portfolio.account_type,
            choice.get("equity_balance"), name_taken=False,
        )  # fmt: skip
    proposed = unnamed.name if account.label == unnamed.label else account.portfolio_name
    name = choice.get("account_name") or names.free(proposed)
    is_taken = names.is_taken(name)
    if include:
        names.take(name)
    return Target(
        account.label, include, None, choice.get("portfolio_name") or name, name,
        choice.get("account_type") or account_type_of(account.label), choice.get("equity_balance"), is_taken,
    )  # fmt: skip


def account_type_of(label: str) -> str:
    """By the words in its name; a brokerage account when nothing is said."""
    text = label.casefold()
    return next((kind for word, kind in _TYPES_BY_WORD if re.search(rf"\b{word}", text)), "taxable")


class _Names:
    """Account names a person has, and those this file is about to take."""

    def __init__(self, portfolios: Iterable[PortfolioRow]) -> None:
        self._taken = {_key(row.account_name) for row in portfolios}

    def is_taken(self, name: str) -> bool:
        return _key(name) in self._taken

    def take(self, name: str) -> None:
        self._taken.add(_key(name))

    def free(self, wanted: str) -> str:
        name, number = wanted[:_LONGEST_NAME].strip() or "Account", 1
        while self.is_taken(name):
            number += 1
            name = f"{wanted[: _LONGEST_NAME - 4].strip()} {number}"
        return name


def _key(name: str) -> str:
    return name.strip().lower()
