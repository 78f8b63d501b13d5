"""A load generator in a process of its own, so that it shares no interpreter with what it measures.

    python -m tests.bench.client < load.json > answers.json

Each worker is one keep-alive connection and sends its requests in order, one at a time: round and round for `seconds`,
or once when `seconds` is null.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection

from tests.architecture.rules import ROOT


@dataclass(frozen=True)
class Request:
    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None


@dataclass(frozen=True)
class Load:
    """`pause` in seconds between two requests of one worker."""

    port: int
    workers: Sequence[Sequence[Request]]
    seconds: float | None = None
    pause: float = 0.0


@dataclass(frozen=True)
class Answer:
    """`began` is on the clock all processes of this machine share."""

    path: str
    status: int
    began: float
    seconds: float


def start(load: Load) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.client"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    process.stdin.write(json.dumps(asdict(load)))
    process.stdin.close()
    return process


def answers(process: subprocess.Popen[str]) -> list[Answer]:
    assert process.stdout
    with process:
        written = process.stdout.read()
    if process.returncode:
        raise RuntimeError("the load generator failed")
    return [Answer(*row) for row in json.loads(written)]


def run(load: Load) -> list[Answer]:
    return answers(start(load))


def _work(load: Load, requests: Sequence[Request], gate: threading.Barrier, found: list[Answer]) -> None:
    connection = HTTPConnection("127.0.0.1", load.port, timeout=60)
    connection.connect()
    gate.wait()
    end = time.monotonic() + (load.seconds or 0)
    while True:
        for request in requests:
            found.append(_send(connection, request))
            if load.pause:
                time.sleep(load.pause)
        if time.monotonic() >= end:
            return


def _send(connection: HTTPConnection, request: Request) -> Answer:
    began = time.monotonic()
    headers = {"Host": f"localhost:{connection.port}", **request.headers}
    connection.request(request.method, request.path, request.body, headers)
    response = connection.getresponse()
    response.read()
    return Answer(request.path, response.status, began, time.monotonic() - began)


def _main() -> None:
    given = json.load(sys.stdin)
    workers = [[Request(**request) for request in worker] for worker in given["workers"]]
    load = Load(given["port"], workers, given["seconds"], given["pause"])
    gate = threading.Barrier(len(workers))
    found: list[list[Answer]] = [[] for _ in workers]
    threads = [
        threading.Thread(target=_work, args=(load, requests, gate, kept))
        for requests, kept in zip(workers, found, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = [list(asdict(answer).values()) for kept in found for answer in kept]
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    _main()
