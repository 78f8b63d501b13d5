import asyncio
import threading
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI, HTTPException
from pydantic import BaseModel, field_serializer

from sigmasight_ui.api import browser, health
from sigmasight_ui.api.app import NOUNS
from sigmasight_ui.api.deps import AT_ONCE, Door, SignedIn, signed_in_door
from sigmasight_ui.api.threads import ThreadRoute
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.services.identity.schemas import Visitor


class Said(BaseModel):
    word: str

    @field_serializer("word")
    def written(self, word: str) -> str:
        return f"{word} on the loop" if threading.current_thread() is threading.main_thread() else word


class Crowd:
    """Calls that are inside a route together: none of them leaves before `wanted` of them have been there at once."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self.wanted = 1
        self._change = threading.Condition()

    def meet(self) -> None:
        with self._change:
            self.inside += 1
            self.most = max(self.most, self.inside)
            self._change.notify_all()
            assert self._change.wait_for(lambda: self.most >= self.wanted, 60)
            self.inside -= 1

    def dissolve(self) -> None:
        with self._change:
            self.wanted = 0
            self._change.notify_all()


@pytest.fixture
def crowd():
    return Crowd()


@pytest.fixture
def app(crowd):
    made, router = FastAPI(), APIRouter(route_class=ThreadRoute)

    @router.post("/said", status_code=201)
    def said() -> Said:
        return Said(word="written")

    @router.delete("/said", status_code=204)
    def unsaid() -> None:
        return None

    @router.get("/crowd")
    def meet(door: SignedIn) -> Said:
        crowd.meet()
        return Said(word=str(door.actor.user_id))

    @router.get("/refused")
    def refused(door: SignedIn) -> Said:
        raise HTTPException(409)

    made.include_router(router)
    return made


@pytest.fixture
def calls(app):
    """As many calls as there are actors, made at once on the loop that runs; tasks to wait for."""

    def made(path: str, actors: Iterable[Actor]) -> list[asyncio.Task[int]]:
        queue = iter(actors)
        app.dependency_overrides[signed_in_door] = lambda: Door(
            cast(Any, SimpleNamespace()), next(queue), Visitor(None, None)
        )

        async def one() -> int:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
                return (await client.get(path)).status_code

        return [asyncio.create_task(one()) for _ in actors]

    return made


@pytest.fixture
def person():
    return Actor(user_id=uuid4(), role="user")


@pytest.fixture
def call(app):
    """The loop is this test's own thread."""

    async def answer_to(method: str, path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.request(method, path)

    return lambda method, path: asyncio.run(answer_to(method, path))


def test_an_answer_becomes_json_in_the_thread_that_made_it(call):
    answer = call("POST", "/said")
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json")
    assert answer.json() == {"word": "written"}


def test_nothing_is_said_where_there_is_nothing_to_say(call):
    answer = call("DELETE", "/said")
    assert (answer.status_code, answer.content) == (204, b"")


def test_the_shape_of_an_answer_is_documented(app):
    described = app.openapi()["paths"]["/said"]["post"]["responses"]["201"]
    assert described["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Said"}


def test_a_few_calls_of_one_person_run_at_once_and_the_others_wait(calls, crowd, person):
    crowd.wanted = AT_ONCE

    async def scene() -> list[int]:
        return await asyncio.gather(*calls("/crowd", [person] * (AT_ONCE + 4)))

    assert set(asyncio.run(scene())) == {200}
    assert crowd.most == AT_ONCE


def test_nobody_waits_for_another_person(calls, crowd):
    people = [Actor(user_id=uuid4(), role="user") for _ in range(AT_ONCE + 4)]
    crowd.wanted = len(people)

    async def scene() -> list[int]:
        return await asyncio.gather(*calls("/crowd", people))

    assert set(asyncio.run(scene())) == {200}


def test_a_refusal_gives_the_turn_back(calls, person):
    async def scene() -> list[int]:
        async with asyncio.timeout(60):
            return await asyncio.gather(*calls("/refused", [person] * (AT_ONCE + 4)))

    assert asyncio.run(scene()) == [409] * (AT_ONCE + 4)


def test_who_hangs_up_before_their_turn_takes_none(calls, crowd, person):
    crowd.wanted = AT_ONCE + 1  # one more than may come in, so that they stay

    async def scene() -> list[int]:
        served = calls("/crowd", [person] * AT_ONCE)
        while crowd.inside < AT_ONCE:
            await asyncio.sleep(0.01)
        waiting = calls("/crowd", [person] * 4)
        await asyncio.sleep(0.1)
        assert [call.cancel() for call in waiting] == [True] * 4
        crowd.dissolve()
        answers = await asyncio.gather(*served)
        crowd.most, crowd.wanted = 0, AT_ONCE
        return [*answers, *await asyncio.gather(*calls("/crowd", [person] * AT_ONCE))]

    assert asyncio.run(scene()) == [200] * (2 * AT_ONCE)


@pytest.mark.parametrize("noun", [*NOUNS, health, browser], ids=lambda noun: noun.__name__.rpartition(".")[2])
def test_every_route_runs_like_that(noun):
    assert noun.router.routes and all(isinstance(route, ThreadRoute) for route in noun.router.routes)
