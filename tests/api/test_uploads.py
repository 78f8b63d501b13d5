"""The upload page's route, what is kept of a refused file, and files too large to keep."""

import asyncio
import csv
import io
import json
import tracemalloc
from datetime import timedelta
from uuid import uuid4

import httpx
import psycopg
import pytest
from sqlalchemy import text

from sigmasight_ui.api import uploads
from sigmasight_ui.api.uploads import Room
from sigmasight_ui.core.database_roles import psycopg_dsn
from sigmasight_ui.services.portfolios.schemas import MAX_BYTES
from tests.api.conftest import FORM, HEADER, ORIGIN, TWO_ROWS, code_of, row_codes

BAD_ROWS = HEADER + "AAPL,100,158.00,2024-01-15\n=cmd(),5,1.00,2024-01-15\nMSFT,,380.00,2024-01-22\n"


@pytest.fixture
def upload(create):
    return lambda content=TWO_ROWS, **options: create(content, path="uploads", **options)


def test_created_portfolio_is_being_calculated_at_once(upload, client, person, services):
    answer = upload()
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"upload_id", "outcome", "portfolio_id", "run_id"}
    with services.db.transaction(person.actor) as session:
        run = session.execute(text("select * from batch_runs where id = :id"), {"id": body["run_id"]}).one()
    assert (str(run.portfolio_id), run.trigger, run.status) == (body["portfolio_id"], "upload", "queued")
    view = client.get(f"/api/v1/onboarding/uploads/{body['upload_id']}", headers=person.headers).json()
    assert (view["outcome"], view["portfolio_id"], view["run_id"]) == ("created", body["portfolio_id"], body["run_id"])
    assert (view["has_failed_rows"], view["problems"], view["total_rows"]) == (False, [], 2)


def test_run_and_job_are_there_together(upload, database):
    run_id = upload().json()["run_id"]
    with psycopg.connect(psycopg_dsn(database.server.url("postgres", database.name))) as connection:
        query = "select count(*) from jobs.procrastinate_jobs where args->>'run_id' = %s"
        assert connection.execute(query, [run_id]).fetchone() == (1,)


def test_refused_file_leads_to_its_problems(upload, client, person):
    answer = upload(BAD_ROWS, file_name="core.csv", description="Long term")
    assert (answer.status_code, code_of(answer)) == (400, "ERR_PORT_008")
    body = answer.json()
    assert (body["outcome"], body["portfolio_id"], body["run_id"]) == ("rejected", None, None)
    assert body["error"]["details"] == {"total_errors": 2, "upload_id": body["upload_id"]}
    view = client.get(f"/api/v1/onboarding/uploads/{body['upload_id']}", headers=person.headers).json()
    assert view["form"] == {**FORM, "description": "Long term"}, "typed values survive"
    assert (view["file_name"], view["size"]) == ("core.csv", len(BAD_ROWS))
    assert (view["total_rows"], view["failed_rows"], view["total_problems"]) == (3, 2, 2)
    assert [(problem["row"], problem["code"]) for problem in view["problems"]] == [
        (3, "ERR_POS_003"), (4, "ERR_POS_004"),
    ]  # fmt: skip


def test_taken_account_name_leads_to_the_portfolio_that_has_it(upload):
    made = upload().json()
    again = upload()
    assert (again.status_code, code_of(again)) == (409, "ERR_PORT_001")
    body = again.json()
    assert (body["outcome"], body["portfolio_id"]) == ("rejected", made["portfolio_id"])


def test_failed_rows_can_be_taken_away_and_run_no_formula(upload, client, person):
    upload_id = upload(BAD_ROWS).json()["upload_id"]
    answer = client.get(f"/api/v1/onboarding/uploads/{upload_id}/failed-rows.csv", headers=person.headers)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="failed_rows.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["Symbol", "Quantity"]
    assert [row[0] for row in rows[1:]] == ["'=cmd()", "MSFT"]
    assert "ERR_POS_004" in rows[2][-1]


def test_file_is_kept_sealed_and_for_a_day(upload, client, person, services, clock, database):
    upload_id = upload(BAD_ROWS).json()["upload_id"]
    with services.db.transaction(person.actor) as session:
        sealed = session.execute(text("select sealed_file from uploads where id = :id"), {"id": upload_id}).scalar()
    assert sealed.startswith("v1:")
    assert "MSFT" not in sealed
    url = f"/api/v1/onboarding/uploads/{upload_id}"
    clock.instant += timedelta(hours=23, minutes=59)
    assert client.get(url, headers=person.headers).status_code == 200
    clock.instant += timedelta(minutes=2)
    assert client.get(url, headers=person.headers).status_code == 404
    assert client.get(f"{url}/failed-rows.csv", headers=person.headers).status_code == 404


def test_sealed_file_moved_to_another_row_does_not_open(upload, client, new_person, person, database):
    stolen, own = upload(BAD_ROWS).json()["upload_id"], new_person()
    mine = upload("nonsense", by=own).json()["upload_id"]
    with psycopg.connect(psycopg_dsn(database.server.url("postgres", database.name))) as connection:
        connection.execute(
            "update uploads set sealed_file = (select sealed_file from uploads where id = %s) where id = %s",
            [stolen, mine],
        )
    assert client.get(f"/api/v1/onboarding/uploads/{mine}/failed-rows.csv", headers=own.headers).status_code == 404


@pytest.mark.parametrize("suffix", ["", "/failed-rows.csv"])
def test_somebody_elses_upload_is_unknown(upload, client, new_person, suffix):
    upload_id, stranger = upload(BAD_ROWS).json()["upload_id"], new_person()
    foreign = client.get(f"/api/v1/onboarding/uploads/{upload_id}{suffix}", headers=stranger.headers)
    unknown = client.get(f"/api/v1/onboarding/uploads/{uuid4()}{suffix}", headers=stranger.headers)
    assert (foreign.status_code, foreign.json()) == (404, unknown.json())


def test_sample_portfolio(client, person, services):
    made = [client.post("/api/v1/onboarding/sample", headers=person.headers) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    listed = client.get("/api/v1/portfolios", headers=person.headers).json()["items"]
    assert [(item["account_name"], item["is_sample"], item["positions"]) for item in listed] == [
        ("Sample account", True, 15), ("Sample account 2", True, 15),
    ]  # fmt: skip
    assert all(answer.json()["run_id"] for answer in made)


# Files too large to keep


def multipart(size, boundary=b"cut"):
    """The chunks of a form whose file has `size` bytes, made as they are asked for."""
    for name, value in FORM.items():
        yield b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (
            boundary, name.encode(), value.encode(),
        )  # fmt: skip
    yield b'--%s\r\nContent-Disposition: form-data; name="csv_file"; filename="big.csv"\r\n\r\n' % boundary
    start = TWO_ROWS.encode()
    yield start
    comments = (b"#".ljust(63, b"x") + b"\n") * 1024
    left = size - len(start)
    while left > 0:
        yield comments[:left]
        left -= len(comments)
    yield b"\r\n--%s--\r\n" % boundary


class Stream:
    """Plays the server's side of one request, chunk by chunk, and counts what was taken."""

    def __init__(self, app, person, chunks, headers=()):
        self.taken = 0
        self.status = None
        self.body = b""
        self._app, self._chunks = app, iter(chunks)
        bearer = f"Bearer {person.token}".encode() if person else b"none"
        self._headers = [
            (b"host", b"localhost"), (b"content-type", b"multipart/form-data; boundary=cut"),
            (b"authorization", bearer), *headers,
        ]  # fmt: skip

    async def _receive(self):
        chunk = next(self._chunks, None)
        if chunk is None:
            return {"type": "http.request", "body": b"", "more_body": False}
        if chunk is Ellipsis:
            return {"type": "http.disconnect"}
        self.taken += len(chunk)
        return {"type": "http.request", "body": chunk, "more_body": True}

    async def _send(self, message):
        self.status = message.get("status", self.status)
        self.body += message.get("body", b"")

    def run(self, path="create-portfolio"):
        scope = {
            "type": "http", "method": "POST", "path": f"/api/v1/onboarding/{path}", "query_string": b"",
            "headers": self._headers, "client": ("10.9.9.9", 1), "server": ("localhost", 80), "scheme": "http",
            "http_version": "1.1", "root_path": "", "asgi": {"version": "3.0"},
        }  # fmt: skip
        asyncio.run(self._app(scope, self._receive, self._send))
        return self

    @property
    def codes(self):
        return [error["code"] for error in json.loads(self.body)["error"]["details"]["errors"]]


def test_ten_megabytes_exactly_are_read(app, person):
    stream = Stream(app, person, multipart(MAX_BYTES)).run()
    assert (stream.status, json.loads(stream.body)["positions_imported"]) == (201, 2)


def test_one_byte_more_is_refused(app, person):
    stream = Stream(app, person, multipart(MAX_BYTES + 1)).run()
    assert (stream.status, stream.codes) == (400, ["ERR_CSV_001"])
    assert b"larger than 10 MB" in stream.body


def test_memory_stays_flat_however_much_is_sent(app, person):
    Stream(app, person, multipart(MAX_BYTES + 1)).run()
    tracemalloc.start()
    stream = Stream(app, person, multipart(500 * 1024 * 1024)).run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (stream.status, stream.codes) == (400, ["ERR_CSV_001"])
    assert stream.taken < 11 * 1024 * 1024, "reading stops where the answer is known"
    assert peak < 40 * 1024 * 1024


def test_announced_length_is_refused_before_the_first_byte(app, person):
    stream = Stream(app, person, multipart(MAX_BYTES * 2), [(b"content-length", b"20971520")]).run()
    assert (stream.status, stream.codes, stream.taken) == (400, ["ERR_CSV_001"], 0)


@pytest.mark.parametrize("length", [b"-1", b"1e9", b"9" * 50, "١٢".encode(), b""])
def test_announced_length_that_is_no_number_is_not_believed(app, person, length):
    chunks = [b"".join(multipart(200_000))]
    assert Stream(app, person, chunks, [(b"content-length", length)]).run().status == 201


def test_nothing_is_read_of_somebody_who_is_not_signed_in(app):
    stream = Stream(app, None, multipart(1_000)).run()
    assert (stream.status, stream.taken) == (401, 0)


def test_upload_that_breaks_off_leaves_nothing(app, client, person):
    whole = list(multipart(500_000))
    stream = Stream(app, person, [*whole[:6], ...]).run("uploads")
    assert stream.status == 422
    assert client.get("/api/v1/portfolios", headers=person.headers).json()["total"] == 0


def test_too_large_file_can_be_looked_up_like_any_refused_one(upload, client, person):
    body = upload(b"x" * (MAX_BYTES + 1)).json()
    view = client.get(f"/api/v1/onboarding/uploads/{body['upload_id']}", headers=person.headers).json()
    assert [problem["code"] for problem in view["problems"]] == ["ERR_CSV_001"]
    assert view["has_failed_rows"] is False


def test_browser_upload_needs_our_own_page(client, person, enter):
    enter(client, person)
    files = {"csv_file": ("a.csv", TWO_ROWS.encode())}
    foreign = client.post(
        "/api/v1/onboarding/uploads", data=FORM, files=files, headers={"Origin": "https://evil.example"}
    )
    assert (foreign.status_code, code_of(foreign)) == (403, "ERR_AUTH_006")
    own = client.post("/api/v1/onboarding/uploads", data=FORM, files=files, headers={"Origin": ORIGIN})
    assert own.status_code == 201


def test_create_portfolio_answers_with_the_upload_too(create):
    answer = create(BAD_ROWS)
    assert row_codes(answer) == [(3, "ERR_POS_003"), (4, "ERR_POS_004")]
    assert set(answer.json()["error"]["details"]) == {"errors", "total_errors", "upload_id"}


SCHWAB = """\
"Positions for account Individual ...417 as of 05:39 PM ET, 11/19/2026"

"Symbol","Description","Quantity","Price","Market Value","Cost Basis","Security Type",
"AAPL","APPLE INC","100","$271.50","$27,150.00","$15,800.00","Equity",
"Account Total","--","--","--","$27,150.00","$15,800.00","--",
"""


def test_a_brokers_file_is_looked_at_before_anything_is_created(upload, client, person):
    answer = upload(SCHWAB, account_name="Mine")
    assert (answer.status_code, set(answer.json()), answer.json()["outcome"]) == (
        201,
        {"outcome", "import_id"},
        "review",
    )
    review = client.get(f"/api/v1/imports/{answer.json()['import_id']}", headers=person.headers).json()
    (account,) = review["recognised"]["accounts"]
    assert account["account_name"] == "Mine"
    assert [row["symbol"] for row in review["positions"]] == ["AAPL"]
    assert client.get("/api/v1/portfolios", headers=person.headers).json()["items"] == []


def test_a_brokers_file_needs_no_names_and_an_unknown_one_is_mapped(upload):
    assert upload(SCHWAB, portfolio_name="", account_name="", account_type="", equity_balance="").status_code == 201
    unknown = "Thing,Amount,Paid,When\nAAPL,1,2.00,2024-01-15\nMSFT,1,2.00,2024-01-15\n"
    assert upload(unknown).json()["outcome"] == "review"


def test_uploads_of_one_person_that_never_end_fill_no_memory(app, person, new_person, monkeypatch):
    """Beyond what one person may keep in memory an upload is refused; others, and small ones, go on."""
    monkeypatch.setattr(uploads, "MOST_HELD", 300_000)
    other = new_person()
    file = b'--x\r\nContent-Disposition: form-data; name="csv_file"; filename="a.csv"\r\n\r\n' + b"a,b\n" * 50_000

    async def held_open():
        released = asyncio.Event()

        async def endless():
            yield file
            await released.wait()
            yield b"\r\n--x--\r\n"

        def send(who):
            headers = {**who.headers, "Content-Type": "multipart/form-data; boundary=x"}
            return asyncio.create_task(programs.post("/api/v1/imports", content=endless(), headers=headers))

        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN, timeout=60) as programs:
            first = send(person)
            while not any(Room._held.values()):
                await asyncio.sleep(0.01)
            refused, others = await send(person), send(other)
            while len(Room._held) < 2:
                await asyncio.sleep(0.01)
            small = await programs.post(
                "/api/v1/imports", files={"csv_file": ("a.csv", TWO_ROWS.encode())}, headers=person.headers
            )
            released.set()
            return await first, refused, await others, small

    first, refused, others, small = asyncio.run(held_open())
    assert (refused.status_code, code_of(refused)) == (429, "ERR_REQUEST_004")
    assert refused.headers["Retry-After"]
    assert [answer.status_code for answer in (first, others, small)] == [201, 201, 201]
    assert Room._held == {}
