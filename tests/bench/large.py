"""Accounts of thousands of positions: does the calculation end, does every section of a page answer, in what memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median
from time import perf_counter

import psycopg
from playwright.sync_api import Browser

from sigmasight_ui.core.calendar import sessions_between
from sigmasight_ui.core.database_roles import psycopg_dsn
from sigmasight_ui.core.embedded_postgres import EmbeddedPostgres
from sigmasight_ui.core.embedded_postgres_home import SUPERUSER
from sigmasight_ui.core.process import ONE_THREAD, inherited
from sigmasight_ui.services.risk.inputs import FUNDS
from tests.architecture.rules import ROOT
from tests.bench.browser import visitor
from tests.bench.figure import Figure, percentile, timed
from tests.bench.page_reads import ALL
from tests.bench.people import Program, sign_up
from tests.bench.process import Peak, child, resident
from tests.e2e.people import HEADER, Person, ready, sign_in
from tests.e2e.product import Product

SIZES = (14_400, 2_000)
CONTRACTS = 100
"""Of the smaller account's positions those that are options."""
FIRST, LAST = date(2025, 11, 18), date(2026, 11, 19)
TIMES = 15
MEMORY = 1000  # MB
_PRICES = """
    insert into prices (symbol, source, session, close, fetched_at)
    select symbol, 'yahoo', day, %(close)s + (hashtext(symbol || day) %% 1000) / 400.0, %(now)s
    from unnest(%(names)s::text[]) symbol, unnest(%(days)s::date[]) day
    on conflict do nothing
"""
_LISTED_SINCE = """
    insert into symbol_status (symbol, source, status, failures, checked_at, first_session, last_session)
    select symbol, 'yahoo', 'ok', 0, %(now)s, %(first)s, %(last)s from unnest(%(names)s::text[]) symbol
    on conflict do nothing
"""


def figures(product: Product, browser: Browser) -> Iterator[Figure]:
    person, jobs, web = sign_up(product), child(product, "jobs"), child(product, "web")
    _store_prices(product)
    made: dict[str, str] = {}
    before = resident(jobs)
    with Peak(jobs) as peak:
        for size in SIZES:
            words, content, began = f"{size:,} positions", _csv(size), perf_counter()
            made[person.create_with_figures(content, seconds=300)] = words
            seconds = perf_counter() - began
            note = "upload, every phase of the run, figures read; a year of prices in the database."
            yield Figure(f"Calculate {words}", "s", [seconds], None, judged="median", note=note)
    held = [before + peak.more]
    yield Figure("Memory of jobs meanwhile", "MB", held, MEMORY, judged="median", note="the most it held.")
    names = {**made, ALL: "both accounts"}
    for portfolio, by_section in _read(product, person, list(made)).items():
        yield _sections(names[portfolio], by_section)
    before = resident(web)
    with Peak(web) as peak:
        opened = _open_pages(product, browser, person, list(names))
    whole = ", ".join(f"{names[portfolio]} {seconds:.1f} s" for portfolio, seconds in opened.items())
    note = f"the most it held: dashboard and risk page in Chromium. The whole risk page took: {whole}."
    held = [before + peak.more]
    yield Figure("Memory of web while their pages are opened", "MB", held, MEMORY, judged="median", note=note)


def _sections(words: str, by_section: Mapping[str, Sequence[float]]) -> Figure:
    """The slowest of them stands for all."""
    samples = {name: [1000 * each for each in seconds] for name, seconds in by_section.items()}
    slowest = max(samples, key=lambda name: percentile(samples[name], 95))
    told = ", ".join(f"{name} {percentile(each, 95):.0f}" for name, each in samples.items())
    note = (
        f"the slowest, {slowest}. Each as the page asks for it, queries and words included, in a process of its own. "
        f"p95 in ms: {told}."
    )
    return Figure(f"Sections of the pages of {words}", "ms", samples[slowest], 500, note=note)


def _store_prices(product: Product) -> None:
    listed, contracts = _symbols(max(SIZES)), [_contract(symbol) for symbol in _symbols(CONTRACTS)]
    values = {"days": sessions_between(FIRST, LAST), "now": datetime.now(UTC), "first": FIRST, "last": LAST}
    server = EmbeddedPostgres(product.data_dir / "postgres")
    with server, psycopg.connect(psycopg_dsn(server.url(SUPERUSER)), autocommit=True) as connection:
        connection.execute(_PRICES.encode(), {**values, "names": [*listed, *FUNDS], "close": 60})
        connection.execute(_PRICES.encode(), {**values, "names": contracts, "close": 4})
        connection.execute(_LISTED_SINCE.encode(), {**values, "names": [*listed, *contracts]})
        connection.execute("analyze prices, symbol_status")


def _symbols(count: int) -> list[str]:
    """Letters alone, as roots of options have."""
    letters = str.maketrans("0123456789", "ABCDEFGHIJ")
    return [f"L{number:05d}".translate(letters) for number in range(count)]


def _contract(symbol: str) -> str:
    return f"{symbol}270115C00060000"


def _csv(count: int) -> bytes:
    """The smaller account has options on its own first symbols."""
    contracts = CONTRACTS if count == min(SIZES) else 0
    shares = (
        f"{symbol},{10 + number % 7},60.00,{FIRST + timedelta(days=number % 300)},PUBLIC,,,,,,,"
        for number, symbol in enumerate(_symbols(count - contracts))
    )
    options = (
        f"{_contract(symbol)},2,5.00,{FIRST},OPTIONS,,{symbol},60,2027-01-15,CALL,," for symbol in _symbols(contracts)
    )
    return ("\n".join([HEADER, *shares, *options]) + "\n").encode()


def _read(product: Product, person: Program, portfolios: Sequence[str]) -> Mapping[str, Mapping[str, Sequence[float]]]:
    user = person.get("/api/v1/auth/me")["id"]
    command = [sys.executable, "-m", "tests.bench.page_reads", user, str(TIMES), *portfolios]
    environment = inherited({**product.env, **ONE_THREAD})
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _open_pages(product: Product, browser: Browser, person: Program, accounts: Sequence[str]) -> dict[str, float]:
    """Seconds from the address of the risk page to the last of its cards, by account."""
    tab = visitor(product, browser).new_page()
    sign_in(tab, Person(person.email))
    tab.wait_for_url("**/dashboard**")
    found = {}
    for account in accounts:
        tab.goto(f"/dashboard?account={account}")
        ready(tab)

        def risk(account: str = account) -> None:
            tab.goto(f"/risk?account={account}")
            ready(tab)

        found[account] = median(timed(risk) for _ in range(3))
    tab.context.close()
    return found
