"""How routes run: in a thread, as everything that asks the database and computes, a few at a time for each person."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from pydantic import BaseModel

from sigmasight_ui.api.deps import Door


class ThreadRoute(APIRoute):
    """A route's function takes its turn and one thread, in which its answer becomes JSON too: FastAPI would take a
    second thread to check the answer once more, and write the JSON where everybody waits for it."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if not iscoroutinefunction(endpoint):
            endpoint = _in_thread(endpoint, options.get("status_code") or 200)
        super().__init__(path, endpoint, **options)


def _in_thread(endpoint: Callable[..., Any], status: int) -> Callable[..., Coroutine[Any, Any, Any]]:
    def answer(**given: Any) -> Any:
        answered = endpoint(**given)
        if not isinstance(answered, BaseModel):
            return answered
        return Response(answered.model_dump_json(), status, media_type="application/json")

    @wraps(endpoint)
    async def in_thread(**given: Any) -> Any:
        door = given.get("door")
        async with door.turn if isinstance(door, Door) else nullcontext():
            return await run_in_threadpool(answer, **given)

    return in_thread
