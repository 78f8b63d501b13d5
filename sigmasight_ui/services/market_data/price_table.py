"""Closes of many symbols as matrices: what the risk engine reads, with exact prices for valuation beside it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_STORED = Decimal("0.000001")  # prices are stored with six decimals, which float64 carries exactly up to 10^9


@dataclass(frozen=True, eq=False)
class PriceTable:
    """Rows are all sessions of the range, oldest first; columns are symbols. NaN where no price is stored.

    `traded` holds unadjusted closes, `splits` the ratio that took effect on the session (1 for none), `dividends`
    the cash paid per share as of that session (0 for none).
    """

    source: str
    sessions: tuple[date, ...]
    symbols: tuple[str, ...]
    traded: Floats
    splits: Floats
    dividends: Floats

    @cached_property
    def closes(self) -> Floats:
        """Closes per share of the last session: what today's quantities are valued with on earlier days."""
        return self.traded / self._shares_since

    @cached_property
    def total_return(self) -> Floats:
        """Closes with every dividend reinvested at the close of its ex-date, equal to `closes` on the last session.

        The one-session ratio is exactly split x (close + dividend) / previous close. A missing close stays NaN.
        """
        growth = np.cumprod(1 + np.nan_to_num(self.dividends / self.traded), axis=0)
        return np.asarray(self.closes * growth / growth[-1:], dtype=np.float64)

    def close(self, symbol: str, session: date) -> Decimal | None:
        """The same as `closes`, exact."""
        row, column = self._row[session], self._column[symbol]
        if np.isnan(self.traded[row, column]):
            return None
        traded = Decimal(float(self.traded[row, column])).quantize(_STORED)
        shares = self._shares_since[row, column]
        return traded if shares == 1 else (traded / Decimal(float(shares))).quantize(_STORED)

    def part(self, symbols: Sequence[str], first: date, last: date) -> PriceTable:
        """What reading these symbols and sessions would have given, as far as it is in this table."""
        rows = slice(bisect_left(self.sessions, first), bisect_right(self.sessions, last))
        sessions, shape = self.sessions[rows], (len(self.sessions[rows]), len(symbols))
        traded, splits, dividends = np.full(shape, np.nan), np.ones(shape), np.zeros(shape)
        known = [(at, self._column[symbol]) for at, symbol in enumerate(symbols) if symbol in self._column]
        if known:
            at, columns = (list(numbers) for numbers in zip(*known, strict=True))
            traded[:, at], splits[:, at] = self.traded[rows, columns], self.splits[rows, columns]
            dividends[:, at] = self.dividends[rows, columns]
        return PriceTable(self.source, sessions, tuple(symbols), traded, splits, dividends)

    @cached_property
    def _shares_since(self) -> Floats:
        """How many shares of the last session one share of each session has become."""
        shares = np.ones_like(self.splits)
        shares[:-1] = np.cumprod(self.splits[:0:-1], axis=0)[::-1]
        return shares

    @cached_property
    def _row(self) -> dict[date, int]:
        return {session: number for number, session in enumerate(self.sessions)}

    @cached_property
    def _column(self) -> dict[str, int]:
        return {symbol: number for number, symbol in enumerate(self.symbols)}
