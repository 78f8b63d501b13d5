"""Names of files as they are shown: never a path, never an account's number."""

from __future__ import annotations

import re

_LONGEST = 200
_LONGEST_ENDING = 9
# Brokers put the account's number into the name of an export: eight digits or so, Fidelity with a letter before them.
_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{4}-[0-9]{4}|[0-9]{7,})(?![0-9])")
_DAY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]|(?:0[1-9]|1[0-2])[0-3][0-9](?:19|20)[0-9]{2}")


def displayed_name(name: str) -> str:
    """The last part, one line, numbers of accounts cut to their last four, cut before its ending."""
    last = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable()).strip()
    shown = _NUMBER.sub(_hidden, last)
    stem, dot, ending = shown.rpartition(".")
    if len(shown) > _LONGEST:
        shown = f"{stem[: _LONGEST - _LONGEST_ENDING - 1]}{dot}{ending[:_LONGEST_ENDING]}"
    return shown


def _hidden(found: re.Match[str]) -> str:
    number = found[0]
    return number if _DAY.fullmatch(number) else f"…{number[-4:]}"
