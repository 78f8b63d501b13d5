"""Numbers, dates and counts as people read them. The only formatter: what is not formatted here is not shown.

Ratios come in as decimals (0.0035 is 0.35%), money and quantities as Decimal, instants as aware UTC. None is "unknown",
which is a value of its own: never 0, never an empty cell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Literal

UNKNOWN = "unknown"
NONE = "–"
HIDDEN = "$•••••"
HIDDEN_COUNT = "•••••"
MINUS = "−"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FIGURE = re.compile(r"[-−+(]?\$?\d[\d,.]*\)?")

Direction = Literal["up", "down", "flat", "unknown"]
Number = Decimal | float | int


@dataclass(frozen=True)
class Change:
    """A gain or a loss as text, and which triangle stands before it."""

    text: str = UNKNOWN
    direction: str = "unknown"


@dataclass(frozen=True)
class Amounts:
    """Money, masked on the server when the person has chosen to hide amounts; ratios stay."""

    hidden: bool = False

    def money(self, value: Decimal | None, decimals: int = 2) -> str:
        """−$1,425.96; 0 decimals in strips and sentences."""
        return self._shown(value, decimals, signed=False)

    def signed(self, value: Decimal | None, decimals: int = 2) -> str:
        """+$1,425.96, as every change is written."""
        return self._shown(value, decimals, signed=True)

    def change(self, value: Decimal | None, ratio: Number | None) -> str:
        """+$1,425.96 (+0.35%)"""
        if value is None:
            return UNKNOWN
        amount = self.signed(value)
        return amount if ratio is None else f"{amount} ({percent(ratio, 2, signed=True)})"

    def moved(self, value: Decimal | None, ratio: Number | None = None) -> Change:
        """`change` with its triangle; the direction shows with hidden amounts too."""
        return Change(self.change(value, ratio), direction(value))

    def quantity(self, value: Decimal | None) -> str:
        """A count of shares times a public price is an amount, so it hides with the amounts."""
        return HIDDEN_COUNT if self.hidden and value is not None else quantity(value)

    def hides_price(self, investment_class: str) -> bool:
        """The price of one share is nobody's amount; that of a private holding is what the person owns."""
        return self.hidden and investment_class == "PRIVATE"

    def price(self, words: str, investment_class: str) -> str:
        return HIDDEN_COUNT if self.hides_price(investment_class) else words

    def text(self, words: str) -> str:
        """Words of a file or of a service that may hold figures."""
        return _FIGURE.sub(HIDDEN_COUNT, words) if self.hidden else words

    def lead(self, value: Decimal | None) -> tuple[str, str]:
        """Dollars and cents apart: the lead figure shows the cents smaller."""
        text = self.money(value)
        whole, point, cents = text.partition(".")
        return whole, point + cents

    def axis(self, value: Number) -> str:
        """440k, 1.2M: short enough for an axis, which says elsewhere that it is dollars."""
        if self.hidden:
            return "•••"
        size = abs(Decimal(str(value)))
        for unit, suffix in ((Decimal(10**9), "B"), (Decimal(10**6), "M"), (Decimal(10**3), "k")):
            if size >= unit:
                return _sign(value) + _trimmed(_rounded(size / unit, 2)) + suffix
        return _sign(value) + _trimmed(_rounded(size, 2))

    def _shown(self, value: Decimal | None, decimals: int, signed: bool) -> str:
        if value is None:
            return UNKNOWN
        if self.hidden:
            return HIDDEN
        rounded = _rounded(value, decimals)
        return f"{_sign(rounded, signed)}${abs(rounded):,}"


def percent(ratio: Number | None, decimals: int = 1, *, signed: bool = False) -> str:
    """13.7%; 2 decimals for a day, 1 for weights and returns."""
    if ratio is None:
        return UNKNOWN
    rounded = _rounded(Decimal(str(ratio)) * 100, decimals)
    return f"{_sign(rounded, signed)}{abs(rounded):,}%"


def moved(ratio: Number | None, decimals: int = 1) -> Change:
    """+1.12% with its triangle."""
    return Change(percent(ratio, decimals, signed=True), direction(ratio))


def points(difference: Number | None, decimals: int = 1) -> str:
    """+3.4 pp: the difference of two percentages is not a percentage."""
    if difference is None:
        return UNKNOWN
    rounded = _rounded(Decimal(str(difference)) * 100, decimals)
    return f"{_sign(rounded, True)}{abs(rounded):,} pp"


def ratio(value: Number | None, decimals: int = 2, *, signed: bool = False) -> str:
    """Betas and correlations: 0.96"""
    if value is None:
        return UNKNOWN
    rounded = _rounded(value, decimals)
    return f"{_sign(rounded, signed)}{abs(rounded):,}"


def error(value: Number | None, decimals: int = 2) -> str:
    """± 0.06, behind the figure it belongs to; nothing when it is not known. No error is shown as none at all."""
    if value is None:
        return ""
    smallest = Decimal(1).scaleb(-decimals)
    is_tiny = value != 0 and _rounded(abs(value), decimals) == 0
    return f"± under {smallest}" if is_tiny else f"± {ratio(abs(value), decimals)}"


def quantity(value: Decimal | None) -> str:
    """12.5: as many decimals as it has, up to 6."""
    if value is None:
        return UNKNOWN
    rounded = _rounded(value, 6)
    return _sign(rounded) + _trimmed(abs(rounded))


def typed(value: Decimal) -> str:
    """149.71 as somebody types it into a field: no separators, at least cents, and no decimal is lost."""
    whole, _, decimals = f"{value:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def day(value: date | None) -> str:
    """19 Nov 2026"""
    return UNKNOWN if value is None else f"{value.day} {month(value)}"


def day_of_year(value: date) -> str:
    """19 Nov, where the year is clear"""
    return f"{value.day} {_MONTHS[value.month - 1]}"


def month(value: date) -> str:
    """Nov 2026"""
    return f"{_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime | None) -> str:
    """19 Nov 2026, 22:14 UTC"""
    if value is None:
        return UNKNOWN
    utc = value.astimezone(UTC)
    return f"{day(utc)}, {utc:%H:%M} UTC"


def time_of_day(value: datetime) -> str:
    """09:41:03, for log lines under a heading that says UTC."""
    return f"{value.astimezone(UTC):%H:%M:%S}"


def duration(seconds: float | None) -> str:
    """One or two units: 2.6 s, 41 s, 3 min 5 s, 5 h 58 min, 2 d 3 h."""
    if seconds is None:
        return UNKNOWN
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for larger, smaller, names in ((86400, 3600, ("d", "h")), (3600, 60, ("h", "min")), (60, 1, ("min", "s"))):
        if whole >= larger:
            rest = whole % larger // smaller
            return f"{whole // larger} {names[0]}" + (f" {rest} {names[1]}" if rest else "")
    return f"{whole} s"


def size(number_of_bytes: int) -> str:
    """Decimal: 1.8 KB, 4.6 MB"""
    for unit, suffix in ((10**9, "GB"), (10**6, "MB"), (10**3, "KB")):
        if number_of_bytes >= unit:
            return f"{_trimmed(_rounded(number_of_bytes / unit, 1))} {suffix}"
    return plural(number_of_bytes, "byte")


def plural(count: int, one: str, many: str = "") -> str:
    """1 issue, 6 issues, 0 issues"""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def ordinal(number: int) -> str:
    """1st, 22nd, 71st, 111th"""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def covered(share: float) -> str:
    """96%, rounded down: 100% is said only when nothing is missing."""
    return f"{int(share * 100 + 1e-9)}%"


def listed(words: Sequence[str], most: int = 5) -> str:
    """A, B and C; a long list is cut: A, B and 9 more."""
    shown = list(words[:most]) if len(words) <= most else [*words[: most - 1], f"{len(words) - most + 1} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def direction(value: Number | None) -> Direction:
    """Which triangle stands before a gain or a loss."""
    if value is None:
        return "unknown"
    return "up" if value > 0 else "down" if value < 0 else "flat"


def _rounded(value: Number, decimals: int) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(_last_place(decimals), ROUND_HALF_UP)


@cache
def _last_place(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def _sign(value: Number, signed: bool = False) -> str:
    if value < 0:
        return MINUS
    return "+" if signed and value > 0 else ""


def _trimmed(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
