"""The least a program of this kind can be: FastAPI on Granian with one route."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from contextlib import suppress

import httpx
from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server.embed import Server
from pydantic import BaseModel

from tests.architecture.rules import ROOT
from tests.e2e.product import free_port


class BareApi:
    """In a process of its own, like the product's."""

    def __enter__(self) -> BareApi:
        self.port = free_port()
        command = [sys.executable, "-m", "tests.bench.bare_api", str(self.port)]
        self._process = subprocess.Popen(command, cwd=ROOT)
        for _ in range(200):
            with suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{self.port}/")
                return self
            time.sleep(0.1)
        raise TimeoutError("the bare API does not start")

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)


class Answer(BaseModel):
    id: int = 1
    name: str = "Core Growth"


app = FastAPI()


@app.get("/")
def answer() -> Answer:
    return Answer()


async def _serve(port: int) -> None:
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
