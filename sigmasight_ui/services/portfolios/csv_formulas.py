"""Cells that a spreadsheet program would run as a formula: made harmless on the way out, restored on the way in."""

from __future__ import annotations

import re

_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
# Full-width forms too: spreadsheets set to an East Asian language read them as operators.
_FORMULA_START = frozenset("=+-@\t\r＝＋－＠")


def without_formula(cell: str) -> str:
    """A leading apostrophe makes a spreadsheet show a cell instead of running it; plain numbers may stay."""
    is_formula = cell[:1] in _FORMULA_START or cell.lstrip()[:1] in _FORMULA_START
    if is_formula and not _PLAIN_NUMBER.fullmatch(cell.strip()):
        return f"'{cell}"
    return cell


def as_written(cell: str) -> str:
    """The cell before `without_formula`; an apostrophe of its own stays."""
    return cell[1:] if cell[:1] == "'" and without_formula(cell[1:]) == cell else cell
