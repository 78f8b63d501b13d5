"""Somebody who asks for many things at once waits for themselves; everybody else goes on."""

import asyncio
import threading

import httpx
import pytest

from sigmasight_ui.api import deps
from tests.api.conftest import ORIGIN, TWO_ROWS

ASKED = 3 * deps.AT_ONCE


@pytest.fixture
def busy(services, monkeypatch):
    """Reading a file takes until `go_on` is set; `inside` has the person of each that is being read."""
    go_on, inside = threading.Event(), []
    start, get = services.imports.start, services.imports.get

    def slowly(work):
        def wait(open_, actor, *arguments):
            inside.append(actor.user_id)
            assert go_on.wait(60)
            return work(open_, actor, *arguments)

        return wait

    monkeypatch.setattr(services.imports, "start", slowly(start))
    monkeypatch.setattr(services.imports, "get", slowly(get))
    return go_on, inside


@pytest.mark.parametrize("path", ["/api/v1/imports", "/api/v1/imports/{}"])
def test_all_calls_of_one_person_together_take_a_few_threads_only(app, client, person, new_person, busy, path):
    go_on, inside = busy
    other = new_person()
    file = {"csv_file": ("positions.csv", TWO_ROWS.encode(), "text/csv")}
    go_on.set()
    made = client.post("/api/v1/imports", files=file, headers=person.headers).json()["import_id"]
    go_on.clear()
    inside.clear()

    async def while_one_asks_for_much():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN, timeout=60) as programs:

            def ask():
                if path.endswith("{}"):
                    return programs.get(path.format(made), headers=person.headers)
                return programs.post(path, files=file, headers=person.headers)

            asked = [asyncio.create_task(ask()) for _ in range(ASKED)]
            while len(inside) < deps.AT_ONCE:
                await asyncio.sleep(0.01)
            try:
                answer = await programs.get("/api/v1/portfolios", headers=other.headers)
                assert (answer.status_code, inside) == (200, [person.id] * deps.AT_ONCE)
            finally:
                go_on.set()
            return [answer.status_code for answer in await asyncio.gather(*asked)]

    answers = asyncio.run(while_one_asks_for_much())
    assert len(inside) == ASKED
    assert set(answers) <= {200, 201, 409}, "of files that wait for review there is a limit of its own"


@pytest.mark.parametrize(("method", "path"), [("POST", "/api/v1/auth/password"), ("DELETE", "/api/v1/auth/me")])
def test_nobody_fills_the_lane_in_which_everybodys_passwords_are_hashed(
    app, services, person, new_person, monkeypatch, method, path
):
    other, inside = new_person(), []
    body = {"password": "x", "current_password": "x", "new_password": "y"}

    async def while_one_asks_for_much():
        go_on = asyncio.Event()

        async def wait(_work):
            inside.append(person.id)
            await go_on.wait()
            return 0

        monkeypatch.setattr(services.password_lane, "run", wait)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN, timeout=60) as programs:
            asked = [
                asyncio.create_task(programs.request(method, path, json=body, headers=person.headers))
                for _ in range(ASKED)
            ]
            while len(inside) < deps.AT_ONCE:
                await asyncio.sleep(0.01)
            answer = await programs.get("/api/v1/portfolios", headers=other.headers)
            assert (answer.status_code, len(inside)) == (200, deps.AT_ONCE)
            go_on.set()
            return {answer.status_code for answer in await asyncio.gather(*asked)}

    assert asyncio.run(while_one_asks_for_much()) <= {200, 204}
    assert len(inside) == ASKED
