"""Accounts of a file, known by labels that never hold more than the last four characters of a number."""

from __future__ import annotations

import re

from sigmasight_ui.services.portfolios.broker_formats.contract import Account
from sigmasight_ui.services.portfolios.csv_reading import Refusal

MAX_ACCOUNTS = 100
_LONGEST_LABEL = 80
_SHOWN = 4
# X12345678, 123456789, 12X-34567 and 73S-98Y50; no dates, prices or years.
_NUMBER = re.compile(
    r"\b(?:[A-Za-z]{0,4}[0-9]{5,}[A-Za-z]?|(?=[A-Z]{0,3}[0-9])[0-9A-Z]{3,4}-[0-9]{4,}"
    r"|[0-9]{2}[0-9A-Z]-(?=[A-Z]*[0-9])[0-9A-Z]{5})\b(?![.,][0-9])"
)
# Only from the beginning of a run of marks: trying every place in it takes minutes for a cell full of them.
_MASKED = re.compile(r"(?:(?<![X*.])[X*.]{2,}|…)[- ]?([0-9]{2,4})")
_ABOUT_ACCOUNTS = re.compile(r"\b(?:account|acct|a/c)\b")


def masked(text: str) -> str:
    """Numbers of accounts cut to their last four: for names and titles in which brokers and people put them."""
    return _NUMBER.sub(lambda found: _ending(found[0]), _MASKED.sub(r"…\1", text))


def _ending(number: str) -> str:
    return "…" + "".join(character for character in number if character.isalnum())[-_SHOWN:]


def is_about_accounts(title: str) -> bool:
    """Whether a column of this title may hold the numbers of accounts."""
    return _ABOUT_ACCOUNTS.search(title.casefold()) is not None


class Accounts:
    """In the order in which the file names them."""

    def __init__(self, broker: str) -> None:
        self._broker = broker
        self._labels: dict[str, str] = {}
        self._hidden: dict[str, str] = {}
        self._hidden_cells: dict[str, str] = {}

    def label(self, number: str = "", name: str = "") -> str:
        """The label of this account; the same for the same number, or for the same name where there is none."""
        key = number or name
        if key in self._labels:
            return self._labels[key]
        if len(self._labels) >= MAX_ACCOUNTS:
            raise Refusal("ERR_CSV_001", f"The file has more than {MAX_ACCOUNTS} accounts.", "Split it by account.")
        if len(number) > _SHOWN:
            self._hidden[number] = self._hidden_cells[number] = _ending(number)
        if name:
            self._hidden_cells[name] = masked(self.hide(name))
        self._labels[key] = self._free(self._wanted(number, name))
        return self._labels[key]

    def _wanted(self, number: str, name: str) -> str:
        shown = masked(self.hide(name))[:_LONGEST_LABEL].strip()
        ending = _ending(number) if number else ""
        if ending and ending.lstrip("…") not in shown:
            return f"{shown or 'Account'} {ending}"
        return shown or self._broker

    def _free(self, wanted: str) -> str:
        taken = set(self._labels.values())
        later = (f"{wanted} ({count})" for count in range(2, MAX_ACCOUNTS + 2))
        return next(label for label in (wanted, *later) if label not in taken)

    def conceal(self, cell: str) -> None:
        """A number in a column that was not chosen is hidden like one that names an account."""
        if (shown := masked(cell)) != cell:
            self._hidden_cells.setdefault(cell, shown)

    def hide_cells(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        """Without those that are nothing but an account's number or name; quick, because a file has many."""
        if self._hidden_cells.keys().isdisjoint(cells):
            return cells
        return tuple(self._hidden_cells.get(cell, cell) for cell in cells)

    def hide(self, text: str) -> str:
        """Without the numbers of the accounts met so far, wherever in the text they stand."""
        for number, ending in self._hidden.items():
            if number in text:
                text = text.replace(number, ending)
        return text

    def all(self) -> tuple[Account, ...]:
        return tuple(Account(label, self._portfolio_name(label)) for label in self._labels.values())

    def _portfolio_name(self, label: str) -> str:
        return label if label.casefold().startswith(self._broker.casefold()) else f"{self._broker} {label}"
