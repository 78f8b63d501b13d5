"""The environment that child processes and libraries of this process see."""

from __future__ import annotations

import os
from collections.abc import Mapping


def inherited(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with additions, for a child."""
    return {**os.environ, **extra}


def announce(values: Mapping[str, str]) -> None:
    """Tell libraries that are configured by environment variables only."""
    os.environ.update(values)
