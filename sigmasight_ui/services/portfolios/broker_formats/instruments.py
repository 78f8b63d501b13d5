"""What a row's symbol stands for: a share, a fund, an option in any notation, or a bond quoted per 100 of face."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from sigmasight_ui.services.portfolios.broker_formats.option_notations import read_option
from sigmasight_ui.services.portfolios.classification import OPTIONS, PRIVATE, PUBLIC
from sigmasight_ui.services.securities.symbols import OccSymbol, canonical_ticker, underlying_of_root

STOCK, ETF, MUTUAL_FUND, BOND, MONEY_FUND = "STOCK", "ETF", "MUTUAL_FUND", "BOND", "CASH"
CRYPTOCURRENCY = "CRYPTOCURRENCY"

_SHARES_PER_CONTRACT, _FACE_PER_UNIT, _ONE = Decimal(100), Decimal(100), Decimal(1)
_COIN = re.compile(r"[A-Z0-9]{2,10}")
_CUSIP = re.compile(r"[0-9A-Z]{8}[0-9]")
_TICKER = re.compile(r"[A-Z0-9]{1,12}(?:[.-][A-Z0-9]{1,6}){0,2}")
_MONEY_FUND = re.compile(r"[A-Z]{3}XX")
# Footnote marks that brokers put behind a symbol: SPAXX**, AAPL*, MSFT(1).
_MARKS = "*†‡"
_NO_LABEL = re.compile(r"[^A-Z0-9.]+")
_LONGEST_LABEL = 60
# Classes without options, which the table of option roots therefore lacks.
_CLASS_SHARES = {"BRKA": "BRK.A", "BFA": "BF.A", "MOGB": "MOG.B"}
_NEARLY = Decimal("0.97")
_BOND_WORDS = re.compile(
    r"[0-9]%|\b(?:TREAS(?:URY)?|BILLS?|BONDS?|NOTES?|NTS?|CD|CERTIFICATE OF DEPOSIT|MATURES|DUE|CPN|MUNI)\b"
)


class Instrument(NamedTuple):
    symbol: str
    investment_class: str
    investment_subtype: str | None = None
    contract: OccSymbol | None = None

    @property
    def multiplier(self) -> Decimal:
        """Dollars per unit of quantity at a price of one."""
        return _SHARES_PER_CONTRACT if self.contract else _ONE

    @property
    def quoted_per(self) -> Decimal:
        """How much of the file's quantity one unit of ours is: bonds are held by face and quoted per 100 of it."""
        return _FACE_PER_UNIT if self.investment_subtype == BOND else _ONE


def option(contract: OccSymbol) -> Instrument:
    return Instrument(contract.text, OPTIONS, None, contract)


def bond(name: str) -> Instrument | None:
    """By CUSIP where there is one, else by a label made of its description; None when nothing is left of it."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    label = _NO_LABEL.sub("_", letters.upper()).strip("_.")[:_LONGEST_LABEL].strip("_.")
    return Instrument(label, PUBLIC, BOND) if label else None


def unlisted(name: str) -> Instrument | None:
    """A fund of a retirement plan that no exchange knows: by its name, at the values its owner gives it."""
    found = bond(name)
    return Instrument(found.symbol, PRIVATE, "OTHER") if found else None


def crypto(coin: str) -> Instrument | None:
    """Priced nowhere we look: a private holding under the name people know it by."""
    name = coin.strip(" /-").upper()
    return Instrument(f"{name}-USD", PRIVATE, CRYPTOCURRENCY) if _COIN.fullmatch(name) else None


def is_per_hundred(quantity: Decimal | None, price: Decimal | None, value: Decimal | None) -> bool | None:
    """Whether a file's own value says that its price is per 100 of the quantity; None when it says neither."""
    if not quantity or not price or not value:
        return None
    ratio = quantity * price / value
    return True if _NEARLY < ratio / 100 < 1 / _NEARLY else False if _NEARLY < ratio < 1 / _NEARLY else None


def reads_like_a_bond(description: str) -> bool:
    """A coupon, a maturity or the word for it: US TREASURY 4.25% 05/15/2027, UNITED STATES TREAS BILLS."""
    return _BOND_WORDS.search(description.upper()) is not None


def without_symbol(code: str, description: str, per_hundred: bool | None) -> Instrument | None:
    """A bond, or a fund no exchange knows: what is priced per 100, and by its words where no price says so."""
    is_bond = reads_like_a_bond(description) if per_hundred is None else per_hundred
    return bond(code) if is_bond else unlisted(code)


def identify(text: str, subtype: str | None = None) -> Instrument | None:
    """None when no market knows such a symbol. `subtype` is what the file says the row is."""
    symbol = text.strip().rstrip(_MARKS).strip().upper()
    if contract := read_option(symbol):
        return option(contract)
    if is_cusip(symbol):
        return Instrument(symbol, PUBLIC, BOND)
    ticker = _with_class(canonical_ticker(symbol))
    if _TICKER.fullmatch(ticker) is None:
        return None
    return Instrument(ticker, PUBLIC, MONEY_FUND if is_money_fund(ticker) else subtype)


def _with_class(ticker: str) -> str:
    """BRKB, as Fidelity and Merrill write it, is BRK.B; what ends in a digit is no such root."""
    return _CLASS_SHARES.get(ticker) or (underlying_of_root(ticker) if ticker.isalpha() else ticker)


def is_money_fund(symbol: str) -> bool:
    """Tickers of US money market funds have five letters and end in XX."""
    return _MONEY_FUND.fullmatch(symbol.strip().upper().rstrip(_MARKS)) is not None


def is_cusip(text: str) -> bool:
    """Nine characters whose last is the check digit of the others (ANSI X9.6)."""
    if _CUSIP.fullmatch(text) is None or text.isalpha():
        return False
    total = 0
    for place, character in enumerate(text[:8]):
        value = int(character, 36) * (2 if place % 2 else 1)
        total += value // 10 + value % 10
    return (10 - total % 10) % 10 == int(text[8])
