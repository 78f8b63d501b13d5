"""Which processes belong to a product, and what is left of it."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.e2e.product import Product, new_product
from tests.fakes.yahoo_server import YahooServer


@contextmanager
def product_of_its_own(**settings: str) -> Iterator[Product]:
    """Not started yet, in a folder of its own that is gone afterwards; for tests that do to it what others must not
    meet."""
    with tempfile.TemporaryDirectory(prefix="sigmasight-e2e-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        with YahooServer() as yahoo:
            product = new_product(Path(folder) / "data", yahoo.url)
            product.env.update(settings)
            yield product
            product.stop()
            assert [line for line in product.lines if "by force" in line] == []


def child(product: Product, name: str) -> psutil.Process:
    """The web or the jobs process."""
    children = psutil.Process(product.process.pid).children()
    return next(each for each in children if each.cmdline()[-1:] == [name])


def postmaster(product: Product) -> psutil.Process:
    [home] = product.data_dir.glob("postgres/postgres/data/postmaster.pid")
    return psutil.Process(int(home.read_text().split()[0]))


def processes_of(data_dir: Path) -> list[str]:
    """Everything alive that was given this data folder, works in it, or has it on its command line."""
    return [" ".join(process.cmdline()) for process in psutil.process_iter() if _belongs(process, str(data_dir))]


def _belongs(process: psutil.Process, data_dir: str) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        if process.environ().get("DATA_DIR") == data_dir or data_dir in " ".join(process.cmdline()):
            return True
        return process.cwd().startswith(data_dir)
    except psutil.Error:
        return False


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def wait_until(true: Callable[[], object], seconds: float, else_say: Callable[[], object] = lambda: "") -> float:
    """How long it took."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < seconds, f"not within {seconds:g} s {else_say()}"
        time.sleep(0.05)
    return time.monotonic() - begun
