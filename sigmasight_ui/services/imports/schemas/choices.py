"""What people answer, edit and choose about an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

ENTRY_DATE, ENTRY_PRICE, ACCOUNT, MAPPING = "entry_date", "entry_price", "account", "mapping"
"""Ids of questions: when positions were bought, what they cost, which account of the file is meant, what the columns
of a file nobody knows mean."""

AS_OF, SKIP = "as_of", "skip"
"""Answers: the file's own date, marked as estimated; leave those lines out."""


class Mode(StrEnum):
    """What happens to an account that exists. Replace: afterwards it holds what the file says. Reconcile: nothing."""

    ADD = "add"
    REPLACE = "replace"
    RECONCILE = "reconcile"


class EditedSince(StrEnum):
    """What undoing does to positions somebody has changed since the import."""

    KEEP = "keep"
    REMOVE = "remove"


@dataclass(frozen=True)
class RowEdit:
    """Of one line of the file, as typed; None leaves what the file says. A broken row is answered by `skip` or by the
    values it lacks."""

    symbol: str | None = None
    quantity: str | None = None
    entry_price: str | None = None
    entry_date: str | None = None
    investment_class: str | None = None
    investment_subtype: str | None = None
    skip: bool | None = None
    add_anyway: bool | None = None  # although it is a duplicate


@dataclass(frozen=True)
class AccountChoice:
    """Where one account of the file goes: into `portfolio_id`, or into a new portfolio of these names. `label` is the
    account's in the file; None leaves a field as it is."""

    label: str
    include: bool | None = None
    portfolio_id: UUID | None = None
    new_portfolio: bool | None = None  # True forgets a portfolio_id that was proposed
    portfolio_name: str | None = None
    account_name: str | None = None
    account_type: str | None = None
    equity_balance: str | None = None


@dataclass(frozen=True)
class ColumnMapping:
    """For a file nobody knows: which of its columns (by title) is which field of ours."""

    columns: Mapping[str, str]  # field -> title
    preset: str | None = None  # its name, for use again


@dataclass(frozen=True)
class ImportChange:
    """New answers, edits and choices; they are added to those given before."""

    answers: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[int, RowEdit] = field(default_factory=dict)  # by line
    accounts: tuple[AccountChoice, ...] = ()
    mode: Mode | None = None
    format: str | None = None  # one of `formats()`; "" goes back to recognition
    mapping: ColumnMapping | None = None


@dataclass(frozen=True)
class Preset:
    """A mapping somebody has named. `columns`: field -> title."""

    id: UUID
    name: str
    columns: Mapping[str, str]
    updated_at: datetime


@dataclass(frozen=True)
class Confirmation:
    """Said with the button. `equity_balance` is for a file of one account, `accounts` for several."""

    equity_balance: str | None = None
    accounts: tuple[AccountChoice, ...] = ()


def choices_of(change: ImportChange) -> dict[str, Any]:
    """As it is stored: what is None was not said."""
    return {
        "answers": dict(change.answers),
        "edits": {str(line): _said(edit) for line, edit in change.edits.items()},
        "accounts": {choice.label: _said(choice) for choice in change.accounts},
        **({"mode": change.mode.value} if change.mode else {}),
        **({"format": change.format} if change.format is not None else {}),
        **({"mapping": dict(change.mapping.columns)} if change.mapping else {}),
    }


def _said(choice: RowEdit | AccountChoice) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, UUID) else value
        for name, value in vars(choice).items()
        if value is not None and name != "label"
    }
