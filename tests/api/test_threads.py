import asyncio
import threading
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI
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


@pytest.fixture
def app():
    made, router = FastAPI(), APIRouter(route_class=ThreadRoute)
    made.state.inside = made.state.most = 0
    lock, met = threading.Lock(), threading.Event()

    @router.post("/said", status_code=201)
    def said() -> Said:
        return Said(word="written")

    @router.delete("/said", status_code=204)
    def unsaid() -> None:
        return None

    @router.get("/crowd")
    def crowd(door: SignedIn) -> Said:
        with lock:
            made.state.inside += 1
            made.state.most = max(made.state.most, made.state.inside)
        met.wait(0.2)  # long enough for everybody who may come in
        with lock:
            made.state.inside -= 1
        return Said(word=str(door.actor.user_id))

    made.include_router(router)
    return made


@pytest.fixture
def crowd_of(app):
    """The status codes of as many calls at once, and how many of them were inside together."""

    def call(actors: list[Actor]) -> tuple[set[int], int]:
        queue = iter(actors)

        def made() -> Door:
            return Door(cast(Any, SimpleNamespace()), next(queue), Visitor(None, None))

        app.dependency_overrides[signed_in_door] = made

        async def all_of_them() -> set[int]:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
                answers = await asyncio.gather(*(client.get("/crowd") for _ in actors))
            return {answer.status_code for answer in answers}

        return asyncio.run(all_of_them()), app.state.most

    return call


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


def test_a_few_calls_of_one_person_run_at_once_and_the_others_wait(crowd_of):
    person = Actor(user_id=uuid4(), role="user")
    assert crowd_of([person] * (AT_ONCE + 4)) == ({200}, AT_ONCE)


def test_nobody_waits_for_another_person(crowd_of):
    many = AT_ONCE + 4
    assert crowd_of([Actor(user_id=uuid4(), role="user") for _ in range(many)]) == ({200}, many)


@pytest.mark.parametrize("noun", [*NOUNS, health, browser], ids=lambda noun: noun.__name__.rpartition(".")[2])
def test_every_route_runs_like_that(noun):
    assert noun.router.routes and all(isinstance(route, ThreadRoute) for route in noun.router.routes)
