"""Portfolios from files through REST: how long, and how much memory."""

from __future__ import annotations

import csv
import io
from datetime import date
from statistics import median

from sigmasight_ui.services.portfolios.csv_template import parse_template
from tests.bench.database import BareTable
from tests.bench.figure import Figure, Peer, timed
from tests.bench.people import UPLOADS_PER_HOUR, csv_of, sign_up
from tests.bench.process import Peak, child
from tests.e2e.product import Product

TODAY = date(2026, 11, 20)


def small(product: Product, table: BareTable) -> Figure:
    content, people = csv_of(25), [sign_up(product) for _ in range(2)]
    people[0].create_portfolio(content)
    samples = [
        timed(lambda person=person: person.create_portfolio(content)) * 1000
        for person in people
        for _ in range(UPLOADS_PER_HOUR - 5)
    ]
    bare = median(timed(lambda: table.copy_in(content)) * 1000 for _ in range(20))
    return Figure(
        "Create a portfolio, 25 rows", "ms", samples, 300, peer=Peer("COPY into a bare table", bare),
        note="`POST /onboarding/create-portfolio` with a token, from the first byte sent to the last byte of the "
        "answer. Peer: psycopg connects to the same server and copies the same file into a table without keys.",
    )  # fmt: skip


def large(product: Product, table: BareTable) -> list[Figure]:
    content, person, web = csv_of(10_000), sign_up(product), child(product, "web")
    seconds, memory = [], []
    for _ in range(5):
        with Peak(web) as peak:
            seconds.append(timed(lambda: person.create_portfolio(content)))
        memory.append(peak.more)
    bare = median(timed(lambda: table.copy_in(content)) for _ in range(5))
    peer = Peer("COPY into a bare table", bare)
    memory_note = (
        "the web process's high-water mark during the request above what it held before. Peer: the size of the file."
    )
    return [
        Figure("Create a portfolio, 10,000 rows", "s", seconds, 3, peer=peer, note="the same with 10,000 lots."),
        Figure("Memory for 10,000 rows", "MB", memory, 150, peer=Peer("the file", len(content) / 2**20),
               note=memory_note),
    ]  # fmt: skip


def parser() -> Figure:
    """Alternately, so that other work on the machine hits both."""
    content = csv_of(10_000)
    ours, theirs = [], []
    for _ in range(15):
        ours.append(timed(lambda: parse_template(content, "core-growth.csv", TODAY)) * 1000)
        theirs.append(timed(lambda: list(csv.DictReader(io.StringIO(content.decode())))) * 1000)
    return Figure(
        "Parse 10,000 rows", "ms", ours, None, judged="median", peer=Peer("csv.DictReader", median(theirs)),
        note="bytes to checked rows with decimals and dates, in this process. Peer: Python's csv.DictReader reads the "
        "same file into dictionaries of strings and checks nothing.",
    )  # fmt: skip
