"""Names of securities: one canonical ticker for all dialects, and OCC option symbols.

Brokers write Berkshire's class B as BRK.B, BRK-B, BRK/B or BRK B, Yahoo as BRK-B, option symbols as BRKB.
We store BRK.B and unpadded OCC symbols; everything else is made from these two at the border.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple

CALL, PUT = "CALL", "PUT"

# Yahoo's own suffixes for units and warrants against those of the exchange.
_EXCHANGE_SUFFIX = {"UN": "U", "WT": "WS"}
_YAHOO_SUFFIX = {"U": "UN", "WS": "WT"}
_DASH_DIALECT = re.compile(r"([A-Z]{1,5})[-/ ](?:P(?:R)?(?P<preferred>[A-Z])|(?P<suffix>[A-Z]|UN|WT|WS))")
_DOTTED = re.compile(r"([A-Z]{1,5})\.(?:PR(?P<preferred>[A-Z])|(?P<suffix>[A-Z]|WS))")
# At Yahoo these letters after a dot are exchanges (Frankfurt, London, Tokyo, TSX Venture), not share classes.
_EXCHANGE_LETTERS = frozenset("FLTV")
_CLASS_V = frozenset({"MKC"})

_OCC = re.compile(r"([A-Z]{1,6}|[A-Z]{1,5}[1-9]) *([0-9]{6})([CP])([0-9]{8})")
_OCC_SUFFIX_LENGTH = 15
_ROOT = re.compile(r"[A-Z]{1,6}|[A-Z]{1,5}[1-9]")
# Option roots that are not simply the underlying's ticker: share classes and weekly index series.
_UNDERLYING_OF_ROOT = {
    "BRKB": "BRK.B",
    "BFB": "BF.B",
    "LENB": "LEN.B",
    "HEIA": "HEI.A",
    "MOGA": "MOG.A",
    "LGFA": "LGF.A",
    "LGFB": "LGF.B",
    "SPXW": "SPX",
    "NDXP": "NDX",
    "RUTW": "RUT",
    "VIXW": "VIX",
}
MAX_STRIKE = Decimal("99999.999")
_THOUSANDTH = Decimal("0.001")
FIRST_EXPIRATION, LAST_EXPIRATION = date(2000, 1, 1), date(2099, 12, 31)


def canonical_ticker(text: str) -> str:
    """One name per share class: brk-b, BRK/B and `BRK B` all become BRK.B; other tickers only become upper-case."""
    ticker = text.strip().upper()
    if ticker.isalnum():
        return ticker
    match = _DASH_DIALECT.fullmatch(ticker)
    if match is None or _is_exchange(match):
        return ticker
    if match["preferred"]:
        return f"{match[1]}.PR{match['preferred']}"
    suffix = match["suffix"]
    return f"{match[1]}.{_EXCHANGE_SUFFIX.get(suffix, suffix)}"


def yahoo_ticker(symbol: str) -> str:
    """Yahoo writes share classes with a dash and keeps the dot for foreign exchanges (VOD.L)."""
    ticker = canonical_ticker(symbol)
    match = _class_share(ticker)
    if match is None:
        return ticker
    if match["preferred"]:
        return f"{match[1]}-P{match['preferred']}"
    return f"{match[1]}-{_YAHOO_SUFFIX.get(match['suffix'], match['suffix'])}"


def _class_share(ticker: str) -> re.Match[str] | None:
    match = _DOTTED.fullmatch(ticker)
    return None if match is None or _is_exchange(match) else match


def _is_exchange(match: re.Match[str]) -> bool:
    return match["suffix"] in _EXCHANGE_LETTERS and match[1] not in _CLASS_V


class OccSymbol(NamedTuple):
    root: str
    expiration: date
    option_type: str  # CALL or PUT
    strike: Decimal

    @property
    def text(self) -> str:
        """Unpadded: SPY250919C00460000."""
        thousandths = int(self.strike * 1000)
        return f"{self.root}{self.expiration:%y%m%d}{self.option_type[0]}{thousandths:08d}"

    @property
    def underlying(self) -> str:
        return underlying_of_root(self.root)


def has_occ_shape(text: str) -> bool:
    """True for anything built like an OCC symbol, even if its date does not exist."""
    return len(text) > _OCC_SUFFIX_LENGTH and _OCC.fullmatch(text.strip().upper()) is not None


def parse_occ(text: str) -> OccSymbol | None:
    """Padded (21 characters) or unpadded; None when it is no OCC symbol or its date does not exist."""
    if len(text) <= _OCC_SUFFIX_LENGTH:
        return None
    match = _OCC.fullmatch(text.strip().upper())
    if match is None:
        return None
    root, yymmdd, right, thousandths = match.groups()
    try:
        expiration = date(2000 + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:]))
    except ValueError:
        return None
    return OccSymbol(root, expiration, CALL if right == "C" else PUT, int(thousandths) * _THOUSANDTH)


def build_occ(underlying: str, expiration: date, option_type: str, strike: Decimal) -> OccSymbol:
    """The canonical symbol of a contract; ValueError says what an OCC symbol cannot hold."""
    root = occ_root(underlying)
    if root is None:
        raise ValueError("an option root has one to six letters")
    if not FIRST_EXPIRATION <= expiration <= LAST_EXPIRATION:
        raise ValueError("an option expires between 2000 and 2099")
    if not strike_fits_occ(strike):
        raise ValueError("a strike lies between 0.001 and 99,999.999 and has at most three decimals")
    if option_type not in (CALL, PUT):
        raise ValueError("an option is a CALL or a PUT")
    return OccSymbol(root, expiration, option_type, strike)


def strike_fits_occ(strike: Decimal) -> bool:
    return 0 < strike <= MAX_STRIKE and strike == strike.quantize(_THOUSANDTH)


def occ_root(underlying: str) -> str | None:
    """BRK.B -> BRKB; None when the name cannot be the root of a listed option (RY.TO, GOOGLEX)."""
    ticker = canonical_ticker(underlying)
    if _class_share(ticker) is not None:
        ticker = ticker.replace(".", "")
    return ticker if _ROOT.fullmatch(ticker) else None


def underlying_of_root(root: str) -> str:
    """BRKB -> BRK.B, SPXW -> SPX, and adjusted contracts (AAPL1) -> the ticker they were split from."""
    plain = root.rstrip("123456789")
    return _UNDERLYING_OF_ROOT.get(plain, plain)


def same_underlying(root: str, underlying: str) -> bool:
    """Whether an option root and an underlying as people write it mean the same security."""
    ticker = canonical_ticker(underlying)
    return occ_root(ticker) == root or ticker == underlying_of_root(root)
