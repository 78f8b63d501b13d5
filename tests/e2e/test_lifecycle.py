"""Starting, stopping, and being killed at any moment: nothing is left behind, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator

import httpx
import pytest

from tests.architecture.rules import ROOT
from tests.e2e.people import good_rows
from tests.e2e.processes import child, is_free, postmaster, processes_of, product_of_its_own, wait_until
from tests.e2e.product import CLOCK, Product
from tests.e2e.programs import Program, csv_text

pytestmark = pytest.mark.slow
SECOND_START = 20  # seconds; the figure itself is printed, and measured on a quiet machine by `make bench`


@pytest.fixture(scope="module")
def stopped() -> Iterator[Product]:
    """A product of its own that has never run."""
    with product_of_its_own() as product:
        yield product


@pytest.fixture
def own(stopped: Product) -> Product:
    """The same one, running."""
    if stopped.process is None or stopped.process.poll() is not None:
        stopped.start()
    return stopped


def assert_nothing_left(product: Product) -> None:
    wait_until(lambda: processes_of(product.data_dir) == [], 45, lambda: processes_of(product.data_dir))
    assert is_free(int(product.env["PORT"]))


def test_from_nothing_to_figures_and_the_second_start_has_them_all(stopped, capfd):
    first = stopped.start()
    assert stopped.claim_code
    ada = Program(stopped.url).register()
    made = ada.upload(rows=good_rows(25))
    assert ada.wait_for_run(made)["status"] == "completed"
    overview = f"/api/v1/analytics/portfolio/{made['portfolio_id']}/overview"
    before = [ada.http.get(path).json() for path in ("/api/v1/auth/me", "/api/v1/portfolios", overview)]
    stopped.stop()
    assert stopped.process.returncode == 0
    assert_nothing_left(stopped)
    second = stopped.start()
    assert [ada.http.get(path).json() for path in ("/api/v1/auth/me", "/api/v1/portfolios", overview)] == before
    with capfd.disabled():
        print(f" first page after {first:.1f} s, at the second start after {second:.1f} s ", end="")
    assert second < SECOND_START


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_leaves_no_process_and_no_complaint(own, number):
    Program(own.url).register().upload()  # whose calculation is going on
    own.stop(number)
    assert_nothing_left(own)
    assert [line for line in own.lines if "Fatal" in line or "Traceback" in line or "by force" in line] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_while_everything_is_prepared_leaves_nothing(stopped, number):
    stopped.stop()
    for pause in (0.3, 1.5):
        process = subprocess.Popen(
            [sys.executable, "-m", "sigmasight_ui", "up"], cwd=ROOT, env={**os.environ, **stopped.env},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        time.sleep(pause)
        os.killpg(process.pid, number)  # as a terminal does
        process.wait(30)
        assert_nothing_left(stopped)


def test_a_second_up_says_why_it_cannot_start_and_does_no_damage(own):
    ada = Program(own.url).register()
    again = subprocess.run(
        [sys.executable, "-m", "sigmasight_ui", "up"], cwd=ROOT, env={**os.environ, **own.env}, capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip
    assert again.returncode == 2
    assert f"runs on the data folder {own.data_dir} already" in again.stderr
    assert ada.http.get("/api/v1/auth/me").status_code == 200


class Writer(threading.Thread, ABC):
    """Somebody who writes without a pause, and remembers only what was acknowledged."""

    pause: float

    def __init__(self, url: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.program = Program(url).register()
        self.acknowledged: dict[str, dict[str, str]] = {}
        self.surprises: list[str] = []
        self._stop_writing = stop

    def run(self) -> None:
        number = 0
        while not self._stop_writing.is_set():
            number += 1
            try:
                self._take(f"Number {number}", self.send(f"Number {number}"))
            except httpx.HTTPError:
                time.sleep(0.05)  # the connection broke: written or not, nobody was told
            self._stop_writing.wait(self.pause)

    def _take(self, name: str, answer: httpx.Response) -> None:
        if answer.status_code == 201:
            self.acknowledged[name] = answer.json()
        elif answer.status_code == 503 and "Retry-After" in answer.headers:
            time.sleep(0.1)
        else:
            self.surprises.append(f"{answer.status_code} {answer.text}")

    @abstractmethod
    def send(self, name: str) -> httpx.Response:
        """One write under a name of its own; 201 acknowledges it."""

    def assert_kept(self) -> None:
        assert self.surprises == []
        assert len(self.acknowledged) >= 5


class Depositor(Writer):
    """One small row at a time."""

    pause = 0.03

    def __init__(self, url: str, stop: threading.Event) -> None:
        super().__init__(url, stop)
        form = {"portfolio_name": "Core", "account_name": "Roth", "account_type": "ira", "equity_balance": "1000"}
        made = self.program.http.post("/api/v1/portfolios", json=form).json()
        self._deposits = f"/api/v1/portfolios/{made['id']}/equity-changes"

    def send(self, name: str) -> httpx.Response:
        form = {"change_type": "CONTRIBUTION", "amount": "1", "change_date": CLOCK[:10], "notes": name}
        return self.program.http.post(self._deposits, json=form)

    def assert_kept(self) -> None:
        super().assert_kept()
        kept: dict[str, str] = {}
        while page := self.program.http.get(self._deposits, params={"limit": 200, "offset": len(kept)}).json()["items"]:
            kept |= {row["id"]: row["notes"] for row in page}
        for name, made in self.acknowledged.items():
            assert kept[made["id"]] == name


class Importer(Writer):
    """A portfolio with positions and its calculation, all or nothing; there is a limit on uploads."""

    pause = 2

    def send(self, name: str) -> httpx.Response:
        return self.program.post_file(name, csv_text(good_rows(3)), "uploads")

    def assert_kept(self) -> None:
        super().assert_kept()
        kept = {row["id"]: row for row in self.program.portfolios()}
        for name, made in self.acknowledged.items():
            row = kept[made["portfolio_id"]]
            assert (row["account_name"], row["positions"]) == (name, 3)
            ended = self.program.wait_for_run(made, 90)
            assert ended["status"] == "completed" or ended["error_code"], ended


def test_killed_at_any_moment_no_acknowledged_write_is_lost(own, capfd):
    stop, chance, took = threading.Event(), random.Random(), {}
    writers = [kind(own.url, stop) for kind in (Depositor, Depositor, Importer)]
    for writer in writers:
        writer.start()
    for name in ("web", "postmaster", "backend", "jobs", "supervisor"):
        time.sleep(chance.uniform(0.3, 1.5))
        kill(own, name, chance)
        took[name] = until_all_write_again(writers)
    stop.set()
    for writer in writers:
        writer.join(30)
    with capfd.disabled():
        print(" writing again after", ", ".join(f"{name} {seconds:.1f} s" for name, seconds in took.items()), end=" ")
    for writer in writers:
        writer.assert_kept()


def kill(product: Product, name: str, chance: random.Random) -> None:
    """With SIGKILL. Nobody is left to start anything after the supervisor, so a person does."""
    if name == "supervisor":
        product.process.kill()
        product.process.wait()
        assert_nothing_left(product)
        product.start()
    elif name == "postmaster":
        postmaster(product).kill()
    elif name == "backend":
        chance.choice([each for each in postmaster(product).children() if "app_user" in each.cmdline()[0]]).kill()
    else:
        child(product, name).kill()


def until_all_write_again(writers: list[Writer]) -> float:
    counts = [len(writer.acknowledged) for writer in writers]
    return wait_until(
        lambda: all(len(writer.acknowledged) > count for writer, count in zip(writers, counts, strict=True)), 120
    )
