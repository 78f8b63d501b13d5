"""What concerns this process as a whole: the environment its libraries and children see, and its memory."""

from __future__ import annotations

import gc
import os
import resource
from collections.abc import Mapping

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""Several computations share few cores, and threads that wait for each other's small matrices take half as much time
again. Has to be announced before numpy is loaded."""


_FILES = 10_240  # as many as macOS grants


def inherited(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with additions, for a child."""
    return {**os.environ, **extra}


def announce(values: Mapping[str, str]) -> None:
    """Tell libraries that are configured by environment variables only."""
    os.environ.update(values)


def open_many_files() -> int:
    """As many as this process may have open, each connection being one: by tradition it has to ask for more than 1,024.
    How many that are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return min(soft, _FILES) if soft != resource.RLIM_INFINITY else _FILES


def settle() -> None:
    """What is loaded by now stays until the process ends, so the garbage collector need not look through it again.

    Some hundred thousand objects of libraries: every full collection would stop everybody for a tenth of a second, and
    reading a large account makes enough new objects to cause one.
    """
    gc.collect()
    gc.freeze()
