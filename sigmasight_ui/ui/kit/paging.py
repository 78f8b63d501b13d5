"""Where one page of a list stands, in the words of its foot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Paging:
    """`shown` such as "13–24 of 25"."""

    shown: str = ""
    offset: int = 0
    has_previous: bool = False
    has_next: bool = False


def paging(offset: int, count: int, total: int) -> Paging:
    """`count` items from `offset` on, of `total`."""
    last = offset + count
    shown = f"{offset + 1:,}–{last:,} of {total:,}" if count else "0 of 0"
    return Paging(shown, offset, offset > 0, last < total)
