"""How each broker writes an option: written apart from the reader, for tests that read back what they wrote."""

from __future__ import annotations

from collections.abc import Callable

from sigmasight_ui.core.money import plain
from sigmasight_ui.services.securities.symbols import CALL, OccSymbol


def _right(contract: OccSymbol) -> str:
    return contract.option_type[0]


def _merrill(contract: OccSymbol) -> str:
    month = chr(ord("A" if contract.option_type == CALL else "M") + contract.expiration.month - 1)
    return f"{contract.root}#{month}{contract.expiration:%d%y}C{int(contract.strike * 1000)}"


def _plain(contract: OccSymbol) -> str:
    return f"{contract.root}{contract.expiration:%y%m%d}{_right(contract)}{plain(contract.strike)}"


NOTATIONS: dict[str, Callable[[OccSymbol], str]] = {
    "occ": lambda c: c.text,
    "occ padded": lambda c: f"{c.root:6}{c.text[len(c.root) :]}",
    "schwab": lambda c: f"{c.root} {c.expiration:%m/%d/%Y} {c.strike:.2f} {_right(c)}",
    "fidelity": lambda c: f" -{_plain(c)}",
    "thinkorswim": lambda c: f".{_plain(c)}",
    "etrade": lambda c: f"{c.root} {c.expiration:%b %-d '%y} ${plain(c.strike)} {c.option_type.title()}",
    "ibkr": lambda c: f"{c.root} {c.expiration:%d%b%y} {plain(c.strike)} {_right(c)}".upper(),
    "tws": lambda c: f"{c.root} {c.expiration:%b%d'%y} {plain(c.strike)} {c.option_type}",
    "merrill": _merrill,
    "robinhood": lambda c: f"{c.root} {c.expiration:%-m/%-d/%Y} {c.option_type.title()} ${c.strike:,.2f}",
    "label": lambda c: f"{c.root}_{_right(c)}{plain(c.strike)}_{c.expiration:%Y%m%d}",
}
