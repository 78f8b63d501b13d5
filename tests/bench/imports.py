"""Brokers' files: reading ten thousand rows, reviewing, committing and comparing them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from sigmasight_ui.services.portfolios import broker_formats
from tests.bench.figure import Figure, Peer, timed
from tests.bench.people import API, Program, sign_up
from tests.bench.process import Peak, child
from tests.bench.uploads import TODAY
from tests.e2e.people import SYMBOLS
from tests.e2e.product import Product

ROWS = 10_000
_TITLE = '"Positions for account Individual ...417 as of 04:05 PM ET, 2026/11/19"'
_COLUMNS = (
    "Symbol", "Description", "Qty (Quantity)", "Price", "Price Chng $ (Price Change $)",
    "Price Chng % (Price Change %)", "Mkt Val (Market Value)", "Day Chng $ (Day Change $)",
    "Day Chng % (Day Change %)", "Cost Basis", "Gain $ (Gain/Loss $)", "Gain % (Gain/Loss %)", "Reinvest?",
    "Reinvest Capital Gains?", "% of Acct (% of Account)", "Asset Type", "",
)  # fmt: skip


def schwab_file(rows: int, changed: bool = False) -> bytes:
    """Calls on known underlyings, each its own contract; the changed file is next month's: every tenth row has another
    quantity, and a hundredth of them is new."""
    text = io.StringIO(newline="")
    text.write(f"{_TITLE}\r\n\r\n")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    first = rows // 100 if changed else 0
    for number in range(first, first + rows):
        writer.writerow(_row(number, 1 if changed and number % 10 == 0 else 0))
    return text.getvalue().encode()


def _row(number: int, more: int) -> list[str]:
    strike, place = divmod(number, len(SYMBOLS))
    quantity = 1 + number % 9 + more
    return [
        f"{SYMBOLS[place]} 01/18/2030 {50 + strike}.00 C", f"CALL {SYMBOLS[place]}", f"{quantity:,}", "12.50", "0.20",
        "0.61%", f"${quantity * 1250:,}.00", "$60.00", "0.94%", f"${quantity * 1000 + number % 97:,}.37", "$1,003.02",
        "18.57%", "N/A", "N/A", "0.1%", "Option", "",
    ]  # fmt: skip


def reading() -> Figure:
    """Alternately, so that other work on the machine hits both."""
    content = schwab_file(ROWS)
    ours, theirs = [], []
    for _ in range(15):
        ours.append(timed(lambda: broker_formats.read(content, TODAY)) * 1000)
        theirs.append(timed(lambda: _dictionaries(content)) * 1000)
    return Figure(
        "Read a broker's file, 10,000 rows", "ms", ours, None, judged="median",
        peer=Peer("csv.DictReader", median(theirs)),
        note="bytes to a recognised format and its positions with OCC symbols and cost per share, in this process. "
        "Peer: Python's csv.DictReader reads the same file into dictionaries of strings.",
    )  # fmt: skip


def _dictionaries(content: bytes) -> list[dict[str | Any, str | Any]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def review(product: Product) -> Iterator[Figure]:
    """Each sample is another person: a file, its review, the commit, and the next month's file against it."""
    content, later = schwab_file(ROWS), schwab_file(ROWS, changed=True)
    web = child(product, "web")
    looked, grown, committed, compared = [], [], [], []
    for _ in range(3):
        person = sign_up(product)
        with Peak(web) as peak:
            seconds, first = _timed_call(lambda person=person: _start(person, content))
        looked.append(seconds)
        grown.append(peak.more)
        seconds, done = _timed_call(lambda person=person, first=first: _confirm(person, first["import_id"]))
        committed.append(seconds)
        portfolio = done["portfolios"][0]["portfolio_id"]
        seconds, second = _timed_call(lambda person=person, portfolio=portfolio: _start(person, later, portfolio))
        assert second["diff"] is not None
        compared.append(seconds)
        assert person.http.delete(f"{API}/portfolios/{portfolio}").status_code in (200, 204)
    peer = Peer("csv.DictReader", median(timed(lambda: _dictionaries(content)) for _ in range(5)))
    yield Figure(
        "Review a broker's file, 10,000 rows", "s", looked, 2, peer=peer,
        note="`POST /imports`: recognised, read, checked, kept encrypted, and answered row by row. Peer of this and "
        "the next two: csv.DictReader over the same file.",
    )  # fmt: skip
    yield Figure("Memory for that review", "MB", grown, 150, peer=Peer("the file", len(content) / 2**20),
                 note="the web process's high-water mark during the request above what it held before.")  # fmt: skip
    yield Figure("Commit 10,000 positions of an import", "s", committed, 3, peer=peer,
                 note="`POST /imports/{id}/confirm`, one transaction.")  # fmt: skip
    beyond = [max(0.0, with_holdings - alone) for with_holdings, alone in zip(compared, looked, strict=True)]
    yield Figure("Difference against 10,000 positions", "s", beyond, 1, peer=peer,
                 note="what `POST /imports` takes longer for the next month's file when the account holds 10,000 "
                 "positions already.")  # fmt: skip


def _start(person: Program, content: bytes, portfolio_id: str | None = None) -> dict[str, Any]:
    form = {"portfolio_id": portfolio_id} if portfolio_id else {}
    answer = person.http.post(f"{API}/imports", data=form, files={"csv_file": ("positions.csv", content, "text/csv")})
    assert answer.status_code == 201, answer.text[:500]
    return answer.json()


def _confirm(person: Program, import_id: str) -> dict[str, Any]:
    answer = person.http.post(f"{API}/imports/{import_id}/confirm", json={"equity_balance": "500000000"})
    assert answer.status_code == 201, answer.text[:500]
    return answer.json()


def _timed_call(call: Callable[[], dict[str, Any]]) -> tuple[float, dict[str, Any]]:
    answered: list[dict[str, Any]] = []
    seconds = timed(lambda: answered.append(call()))
    return seconds, answered[0]
