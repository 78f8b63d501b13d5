"""What people and programs see while a part is away or full, and that everything goes on by itself afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from sigmasight_ui.core.database_roles import psycopg_dsn
from sigmasight_ui.core.embedded_postgres import EmbeddedPostgres
from tests.e2e.debian_postgres import DebianPostgres, debian_postgres
from tests.e2e.people import PASSWORD, csv_file, fill_upload, good_rows, ready
from tests.e2e.processes import child, product_of_its_own, wait_until
from tests.e2e.product import Product, new_product
from tests.e2e.programs import SIGN_IN, Program, csv_text
from tests.e2e.raw_tab import RawTab
from tests.fakes.yahoo_server import YahooServer

pytestmark = pytest.mark.slow


# -- the database is away ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[DebianPostgres]:
    with debian_postgres() as server:
        server.execute("create database books")
        yield server


@pytest.fixture(scope="module")
def product(server: DebianPostgres) -> Iterator[Product]:
    with product_of_its_own(DATABASE_URL=server.url("books")) as running:
        running.start()
        yield running


@pytest.fixture
def ada(product: Product) -> Program:
    return Program(product.url).register()


@pytest.fixture
def page(browser: Browser, product: Product, ada: Program) -> Iterator[Page]:
    """Signed in as Ada."""
    name, _, value = ada.browser_cookie().partition("=")
    context = browser.new_context(base_url=product.url)
    context.add_cookies([{"name": name, "value": value, "url": product.url}])
    yield context.new_page()
    context.close()


def test_without_its_database_the_product_says_so_and_recovers_by_itself(server, product, ada, page, tmp_path):
    ada.wait_for_run(ada.upload(rows=good_rows(3)))
    page.goto("/onboarding/upload")
    ready(page)
    fill_upload(page, csv_file(tmp_path, good_rows(3)), account="Second account")
    second_page = page.context.new_page()
    before = (child(product, "web").pid, child(product, "jobs").pid)
    server.stop("immediate")
    try:
        assert_refused_politely(product, ada)
        page.get_by_role("button", name="Upload portfolio").click()
        away = page.get_by_text("Your data cannot be reached right now")
        expect(away).to_be_visible()
        page.set_viewport_size({"width": 390, "height": 500})
        page.mouse.wheel(0, 2000)
        wait_until(lambda: page.evaluate("scrollY") > 100, 10)
        expect(away).to_be_in_viewport()  # also for somebody who is far down the page
        second_page.goto("/dashboard")
        expect(second_page.get_by_text("Your data cannot be reached right now")).to_be_visible()
        expect(second_page.get_by_role("button", name="Try again")).to_be_visible()
        expect(second_page.get_by_text("No accounts yet")).to_have_count(0)
    finally:
        server.start()
    wait_until(lambda: httpx.get(f"{product.url}/health/ready").status_code == 200, 120)
    ready(second_page)
    expect(second_page.get_by_text("Your data cannot be reached right now")).to_have_count(0)
    expect(second_page.get_by_text("Schwab Taxable").first).to_be_visible()
    expect(page.get_by_text("Your data cannot be reached right now")).to_have_count(0)
    expect(page.get_by_label("Account name")).to_have_value("Second account")
    page.get_by_role("button", name="Upload portfolio").click()
    page.wait_for_url("**/onboarding/progress/*")
    expect(page.get_by_role("heading", name="Your portfolio is ready")).to_be_visible(timeout=30000)
    assert [row["account_name"] for row in ada.portfolios()] == ["Schwab Taxable", "Second account"]
    assert (child(product, "web").pid, child(product, "jobs").pid) == before, "nothing was started again for it"


def assert_refused_politely(product: Product, ada: Program) -> None:
    assert httpx.get(f"{product.url}/health/live").status_code == 200
    ready_answer = httpx.get(f"{product.url}/health/ready")
    assert (ready_answer.status_code, ready_answer.json()["database"]) == (503, False)
    began = time.monotonic()
    for path in ("/api/v1/portfolios", "/api/v1/auth/me", "/health/prerequisites"):
        answer = ada.http.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "ERR_SYSTEM_001")
        assert int(answer.headers["Retry-After"]) > 0
    upload = ada.post_file("While it is away", csv_text(good_rows(3)))
    assert (upload.status_code, upload.json()["error"]["code"]) == (503, "ERR_SYSTEM_001")
    assert time.monotonic() - began < 30, "and nobody waits long for it"
    assert ada.http.get("/api/v1/onboarding/csv-template").status_code == 200
    login = httpx.post(f"{product.url}/api/v1/auth/login", json={"email": ada.email, "password": "x"})
    assert (login.status_code, login.json()["error"]["code"]) == (503, "ERR_SYSTEM_001")
    with RawTab(product.url, address=ada.address) as tab:
        heard = tab.ask(SIGN_IN, "/login", form={"email": ada.email, "password": PASSWORD})
        assert "cannot be reached" in heard


# -- uploads that do not end well --------------------------------------------------------------------------------------


def test_an_upload_that_is_broken_off_leaves_nothing_and_holds_nobody_up(product, ada):
    address, port = "127.0.0.1", int(product.env["PORT"])
    head = (
        f"POST /api/v1/onboarding/uploads HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: Bearer {ada.token}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="csv_file"; filename="a.csv"\r\n\r\nSymbol,Quantity\r\n'
    ).encode()
    slow = [socket.create_connection((address, port)) for _ in range(30)]
    for each in slow:
        each.sendall(head)
    began = time.monotonic()
    made = ada.upload("Quick one")
    assert time.monotonic() - began < 30, "thirty slow clients hold nobody up"
    for each in slow:
        each.close()
    assert [row["account_name"] for row in ada.portfolios()] == ["Quick one"]
    ada.wait_for_run(made)
    assert [line for line in product.lines if "broken off" in line or "ClientDisconnect" in line] == []


def test_fifty_uploads_of_one_account_at_once_make_one(product, ada):
    content = csv_text(good_rows(25))
    with ThreadPoolExecutor(50) as clients:
        answers = list(clients.map(lambda _: ada.post_file("The same", content), range(50)))
    codes = Counter((each.status_code, each.json().get("error", {}).get("code")) for each in answers)
    assert codes == {(201, None): 1, (409, "ERR_PORT_001"): 49}
    [kept] = ada.portfolios()
    assert kept["positions"] == 25
    again = ada.post_file("One more", content)
    assert (again.status_code, "Retry-After" in again.headers) == (429, True)


def test_fifty_people_upload_at_once(product):
    people = [Program(product.url).register() for _ in range(5)]
    content = csv_text(good_rows(25))
    with ThreadPoolExecutor(50) as clients:
        answers = list(clients.map(lambda number: people[number % 5].post_file(f"No {number}", content), range(50)))
    assert Counter(answer.status_code for answer in answers) == {201: 50}
    for person in people:
        assert [row["positions"] for row in person.portfolios()] == [25] * 10


# -- the disk is full --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small_disk() -> Iterator[Path]:
    """A file system of its own, with little room."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    with tempfile.TemporaryDirectory(prefix="sigmasight-disk-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", "size=200m,mode=0711", "tmpfs", folder]
        if (refused := subprocess.run(mount, capture_output=True, text=True)).returncode != 0:
            pytest.skip(f"this machine lets nobody mount a small disk: {refused.stderr.strip()}")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture(scope="module")
def cramped(small_disk: Path) -> Iterator[Product]:
    with YahooServer() as yahoo:
        product = new_product(small_disk / "data", yahoo.url)
        product.start()
        yield product
        product.stop()


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 65536):
            pass
    assert shutil.disk_usage(disk).free == 0
    return filler


def write_until_refused(people: list[Program]) -> tuple[list[str], httpx.Response]:
    """Ids of what was acknowledged, and the first refusal."""
    acknowledged = []
    for number in range(40 * len(people)):
        answer = people[number % len(people)].post_file(f"Account {number}", csv_text(good_rows(25)))
        if answer.status_code != 201:
            return acknowledged, answer
        acknowledged.append(answer.json()["portfolio_id"])
    raise AssertionError("everything was taken, although there is no room")


def test_with_a_full_disk_uploads_are_refused_reads_go_on_and_nothing_is_lost(small_disk, cramped):
    people = [Program(cramped.url).register() for _ in range(3)]
    before = people[0].upload("Before")
    assert people[0].wait_for_run(before)["status"] == "completed"
    filler = fill(small_disk)
    acknowledged, refused = write_until_refused(people)
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "ERR_SYSTEM_003")
    assert "no room left" in refused.json()["error"]["message"]
    assert refused.headers["Retry-After"]
    assert "Before" in [row["account_name"] for row in people[0].portfolios()]
    assert people[0].run_status(before)["status"] == "completed"
    filler.unlink()
    assert people[0].wait_for_run(people[0].upload("Afterwards"))["status"] == "completed"
    kept = {row["id"]: row["positions"] for person in people for row in person.portfolios()}
    assert [kept.get(each) for each in acknowledged] == [25] * len(acknowledged)


def test_when_the_full_disk_stops_postgresql_it_comes_back_once_there_is_room(small_disk, cramped):
    """Without room for its log of changes PostgreSQL ends itself, and cannot start again before there is some."""
    ada = Program(cramped.url).register()
    made = ada.upload()
    assert ada.wait_for_run(made)["status"] == "completed"
    filler = fill(small_disk)
    with EmbeddedPostgres(cramped.data_dir / "postgres") as server, pytest.raises(psycopg.OperationalError):
        write_to_the_log_of_changes(server.url("postgres"))
    wait_until(lambda: httpx.get(f"{cramped.url}/health/ready").status_code == 503, 120)
    assert ada.http.get("/api/v1/portfolios").status_code == 503
    time.sleep(3)
    filler.unlink()
    wait_until(lambda: httpx.get(f"{cramped.url}/health/ready").status_code == 200, 40)
    wait_until(lambda: any("PostgreSQL had ended and was started again" in line for line in cramped.lines), 40)
    assert [row["account_name"] for row in ada.portfolios()] == ["Schwab Taxable"]
    assert ada.wait_for_run(ada.upload("Afterwards"))["status"] == "completed"


def write_to_the_log_of_changes(url: str) -> None:
    with psycopg.connect(psycopg_dsn(url), autocommit=True) as connection:
        for _ in range(100):
            connection.execute("select pg_logical_emit_message(false, 'x', repeat('x', 1000000))")
