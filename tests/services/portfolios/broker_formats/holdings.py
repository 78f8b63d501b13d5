"""Any portfolio a broker could export, for tests that write it in a broker's way and read it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from sigmasight_ui.core.money import cents
from sigmasight_ui.services.securities.symbols import CALL, PUT, OccSymbol, build_occ
from tests.services.portfolios.csv_files import TODAY

STOCK, OPTION, BILL = "stock", "option", "bill"
# Written as one word they would be class shares, or stand for nothing.
_AMBIGUOUS = {"BRKB", "BFB", "LENB", "HEIA", "MOGA", "LGFA", "LGFB", "BRKA", "BFA", "MOGB", "NULL", "NONE"}
_INDEXES = {"SPXW", "NDXP", "RUTW", "VIXW"}


@dataclass(frozen=True)
class Holding:
    """`quantity` is what the broker shows: face value for a bill. `price` and `last` are per share, per 100 of face."""

    kind: str
    symbol: str  # as we store it
    quantity: Decimal
    price: Decimal
    last: Decimal
    day: date
    contract: OccSymbol | None = None

    @property
    def units(self) -> Decimal:
        return self.quantity / 100 if self.kind == BILL else self.quantity

    @property
    def _dollars(self) -> Decimal:
        return self.units * (100 if self.kind == OPTION else 1)

    @property
    def cost(self) -> Decimal:
        """Negative for shorts."""
        return cents(self._dollars * self.price)

    @property
    def value(self) -> Decimal:
        return cents(self._dollars * self.last)


@dataclass(frozen=True)
class AccountHeld:
    number: str
    name: str
    holdings: tuple[Holding, ...]
    cash: Decimal


def _cusip(stem: str) -> str:
    """With the check digit of ANSI X9.6, computed apart from the reader: sum of the digits of every doubled second."""
    values = [int(character, 36) * (1 + place % 2) for place, character in enumerate(stem)]
    return stem + str(-sum(value // 10 + value % 10 for value in values) % 10)


TICKERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=4).filter(
    lambda text: text not in _AMBIGUOUS | _INDEXES
)
SYMBOLS = st.one_of(TICKERS, st.sampled_from(["BRK.B", "BF.B", "CASH", "USD", "NA", "TRUE", "NAN"]))
PRICES = st.decimals("0.05", 900, places=2)
DAYS = st.dates(date(2015, 1, 1), TODAY)


@st.composite
def stocks(draw: st.DrawFn, shorts: bool = True) -> Holding:
    quantity = draw(st.decimals(1, 5000, places=3))
    sign = draw(st.sampled_from([1, -1])) if shorts else 1
    return Holding(STOCK, draw(SYMBOLS), quantity * sign, draw(PRICES), draw(PRICES), draw(DAYS))


@st.composite
def options(draw: st.DrawFn) -> Holding:
    strike = draw(st.decimals(1, 900, places=1))
    expiration = draw(st.dates(TODAY, date(2035, 12, 31)))
    contract = build_occ(draw(TICKERS), expiration, draw(st.sampled_from([CALL, PUT])), strike)
    quantity = Decimal(draw(st.integers(1, 50)) * draw(st.sampled_from([1, -1])))
    return Holding(OPTION, contract.text, quantity, draw(PRICES), draw(PRICES), draw(DAYS), contract)


@st.composite
def bills(draw: st.DrawFn) -> Holding:
    symbol = _cusip("912797" + draw(st.text("ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=2, max_size=2)))
    face = Decimal(draw(st.integers(1, 90)) * 1000)
    return Holding(BILL, symbol, face, *(draw(st.decimals(90, 105, places=3)) for _ in "ab"), draw(DAYS))


EVERYTHING = st.one_of(stocks(), options(), bills())
BOUGHT = st.one_of(stocks(shorts=False), bills())


def accounts(holdings: st.SearchStrategy[Holding], most: int = 3) -> st.SearchStrategy[list[AccountHeld]]:
    numbers = st.integers(10_000_000, 99_999_999).map(str)
    one = st.builds(
        AccountHeld,
        numbers,
        st.sampled_from(["Individual", "Roth IRA", "Smith, Jane Trust"]),
        st.lists(holdings, min_size=1, max_size=5).map(tuple),
        st.decimals("0.01", 10**6, places=2),
    )
    return st.lists(one, min_size=1, max_size=most, unique_by=lambda account: account.number[-4:])
