"""While the product runs: an embedded PostgreSQL that dies is started again, so that people wait and need no help."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sigmasight_ui.cli.installation import Installation
from sigmasight_ui.core.embedded_postgres_home import EmbeddedPostgresError

_EVERY = 1.0  # seconds


@contextmanager
def watching(installation: Installation, say: Callable[[str], None]) -> Iterator[None]:
    stop = threading.Event()
    watch = threading.Thread(target=_watch, args=(installation, say, stop), daemon=True, name="database watch")
    watch.start()
    try:
        yield
    finally:
        stop.set()
        watch.join()


def _watch(installation: Installation, say: Callable[[str], None], stop: threading.Event) -> None:
    """A full disk or a folder that is gone may keep it from starting: that is said once, and tried again."""
    said = ""
    while not stop.wait(_EVERY):
        try:
            if installation.revive():
                say("PostgreSQL had ended and was started again.")
            said = ""
        except (EmbeddedPostgresError, OSError) as error:
            if str(error) != said:
                said = str(error)
                say(f"PostgreSQL has ended and does not start: {error}")
