"""make bench: start the product as people do, measure it from outside, write docs/benchmarks.md."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.architecture.rules import ROOT
from tests.bench import browser, database, engine, imports, large, night, reads, report, uploads
from tests.bench.figure import Figure, Peer, timed
from tests.bench.machine import Machine, core_share, this_machine
from tests.bench.process import child, resident
from tests.e2e.product import Product, new_product
from tests.fakes.yahoo_server import YahooServer

BENCHMARKS = ROOT / "docs" / "benchmarks.md"
_FRAMEWORKS = {
    "web": "import reflex.app, fastapi, sqlmodel, psycopg2, granian.server.embed",
    "jobs": "import sqlmodel, psycopg2, procrastinate, apscheduler.schedulers.asyncio, numpy, yfinance",
}
_WEIGH = "; import psutil; print(psutil.Process().memory_info().rss / 2**20)"


def main() -> None:
    figures, share_before = [], core_share()
    for figure in _measure():
        print(report.terminal([figure]).partition("\n")[2], flush=True)
        figures.append(figure)
    _write(figures, this_machine((share_before, core_share())))
    print(f"\n{report.terminal(figures)}\n\nWritten to {BENCHMARKS.relative_to(ROOT)}")


def _measure() -> Iterator[Figure]:
    with _new_product() as (product, folder):
        with product.running():
            yield from _in_running(product, folder)
        yield _second_start(product)
        yield from engine.figures()
        yield night.whole()
        yield database.restart(product.data_dir)
    with _new_product() as (product, _), product.running(), browser.launched() as chromium:
        yield from large.figures(product, chromium)  # by itself: runs of what was imported above would be in its way


@contextmanager
def _new_product() -> Iterator[tuple[Product, Path]]:
    """Its prices come from this machine; what it writes is gone afterwards."""
    with YahooServer() as yahoo, tempfile.TemporaryDirectory(prefix="sigmasight-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # as root, the database's own user has to get through
        yield new_product(folder / "data", yahoo.url), folder


def _in_running(product: Product, folder: Path) -> Iterator[Figure]:
    with browser.launched() as chromium:
        yield from browser.first_page(product, chromium)
        yield browser.upload_to_figures(product, chromium, folder)
        yield browser.upload_to_risk(product, chromium, folder)
        yield from browser.click_to_dom(product, chromium, folder)
    with database.bare_table(product) as table:
        yield uploads.small(product, table)
        yield from uploads.large(product, table)
    yield uploads.parser()
    yield imports.reading()
    yield from reads.rate(product)
    yield reads.flood(product)
    for name, target in (("web", 220), ("jobs", 350)):
        yield _memory(product, name, f"Memory of {name}", target)
    yield from imports.review(product)
    yield _memory(product, "web", "Memory of web after reviews of 10,000 rows", None)


def _memory(product: Product, name: str, what: str, target: float | None) -> Figure:
    alone = subprocess.run(
        [sys.executable, "-c", _FRAMEWORKS[name] + _WEIGH], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return Figure(
        what, "MB", [resident(child(product, name))], target, judged="median",
        peer=Peer("its libraries alone", float(alone.stdout)),
        note="resident, after everything above. Peer: a Python that has imported the libraries it runs on.",
    )  # fmt: skip


def _second_start(product: Product) -> Figure:
    samples = []
    for _ in range(3):
        samples.append(product.start())
        product.stop()
    libraries = [sys.executable, "-c", _FRAMEWORKS["web"]]
    alone = median(timed(lambda: subprocess.run(libraries, cwd=ROOT, check=True)) for _ in range(3))
    return Figure(
        "Second `up` to the first page", "s", samples, 8, peer=Peer("import of the web libraries", alone),
        note="built pages and existing data: database, migrations, both processes, first page served.",
    )  # fmt: skip


def _write(figures: list[Figure], machine: Machine) -> None:
    BENCHMARKS.write_text(report.markdown(figures, machine), encoding="utf-8")


if __name__ == "__main__":
    main()
