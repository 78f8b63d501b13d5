"""Many clients at once: authenticated reads, and reads while a hundred people sign in."""

from __future__ import annotations

import json
import time
from urllib.parse import urlsplit

from tests.bench import client
from tests.bench.bare_api import BareApi
from tests.bench.client import Answer, Load, Request
from tests.bench.figure import Figure, Peer
from tests.bench.people import API, Program, csv_of, new_address, sign_up
from tests.bench.process import child, processor_seconds
from tests.e2e.product import Product

CLIENTS = 8
SECONDS = 10.0
FLOOD = 100


def rate(product: Product) -> list[Figure]:
    person = _with_figures(product)
    requests = _reads(person)
    web, load = child(product, "web"), Load(_port(product), [_from(requests, n) for n in range(CLIENTS)], SECONDS)
    client.run(Load(load.port, load.workers, 1.0))  # first requests of a process compile their queries
    before = processor_seconds(web)
    found = client.run(load)
    computed = (processor_seconds(web) - before) / len(found) * 1000
    with BareApi() as bare:
        plain = client.run(Load(bare.port, [[Request("/")]] * CLIENTS, SECONDS / 2))
    slowest = ", ".join(f"{path} {_p95(found, path):.0f}" for path in dict.fromkeys(a.path for a in found))
    note = (
        f"{CLIENTS} keep-alive connections of a second process, each sending the next request when the last is "
        f"answered, for {SECONDS:g} s: profile, portfolios, one portfolio, its 25 positions, its overview in turn. "
        f"The web process computed {computed:.1f} ms per request. Peer: FastAPI on Granian with one route, no "
        "authentication and no database."
    )
    latency_note = f"of the same requests. p95 by path in ms: {slowest.replace(_portfolio(requests), '…')}."
    return [
        Figure("Authenticated REST reads", "/s", [_rate(found)], 300, judged="median", at_least=True,
               peer=Peer("bare FastAPI", _rate(plain)), note=note),
        Figure("Answer time of these reads", "ms", _times(found), 100, peer=Peer("bare FastAPI", _median(plain)),
               note=latency_note),
    ]  # fmt: skip


def flood(product: Product) -> Figure:
    person = _with_figures(product)
    requests = [*_reads(person), Request("/login"), Request("/health/ready")]
    calm = client.run(Load(_port(product), [requests] * 2, 3.0, pause=0.02))
    others = client.start(Load(_port(product), [requests] * 2, 12.0, pause=0.02))
    time.sleep(1.0)
    began = time.monotonic()
    logins = client.run(Load(_port(product), [[_login(n)] for n in range(FLOOD)]))
    ended = time.monotonic()
    during = [answer for answer in client.answers(others) if began <= answer.began <= ended]
    _expect(during, {200})
    refused = sum(answer.status == 429 for answer in logins) + sum(answer.status == 503 for answer in logins)
    note = (
        f"{FLOOD} sign-ins at once from {FLOOD} addresses to {FLOOD} accounts, so that no limit stops them and each "
        f"costs a password hash; it took {ended - began:.1f} s, {refused} were told to try again later. Meanwhile two "
        "clients read REST, the sign-in page and the readiness check. Peer: the same reads just before."
    )
    return Figure("Other requests during a login flood", "ms", _times(during), 200, note=note,
                  peer=Peer("without the flood", _median(calm)))  # fmt: skip


def _with_figures(product: Product) -> Program:
    """A person whose one portfolio is calculated."""
    person = sign_up(product)
    person.create_with_figures(csv_of(25))
    return person


def _reads(person: Program) -> list[Request]:
    portfolio = person.get(f"{API}/portfolios")["items"][0]["id"]
    paths = ["/auth/me", "/portfolios", f"/portfolios/{portfolio}", f"/portfolios/{portfolio}/positions",
             f"/analytics/portfolio/{portfolio}/overview"]  # fmt: skip
    return [Request(API + path, headers=person.headers) for path in paths]


def _portfolio(requests: list[Request]) -> str:
    return requests[2].path.rpartition("/")[2]


def _from(requests: list[Request], start: int) -> list[Request]:
    """Clients begin at different places, so that they do not march in step."""
    start %= len(requests)
    return [*requests[start:], *requests[:start]]


def _login(number: int) -> Request:
    body = json.dumps({"email": f"flood{number}@example.com", "password": "Wrong-Horse-42"})
    headers = {"Content-Type": "application/json", "X-Forwarded-For": new_address()}
    return Request(f"{API}/auth/login", "POST", headers, body)


def _port(product: Product) -> int:
    port = urlsplit(product.url).port
    assert port
    return port


def _expect(found: list[Answer], statuses: set[int]) -> None:
    seen = {answer.status for answer in found}
    assert seen <= statuses, seen


def _rate(found: list[Answer]) -> float:
    _expect(found, {200})
    began, ended = min(a.began for a in found), max(a.began + a.seconds for a in found)
    return len(found) / (ended - began)


def _times(found: list[Answer]) -> list[float]:
    return [answer.seconds * 1000 for answer in found]


def _median(found: list[Answer]) -> float:
    return Figure("", "", _times(found), None).median


def _p95(found: list[Answer], path: str) -> float:
    return Figure("", "", [a.seconds * 1000 for a in found if a.path == path], None).p95
