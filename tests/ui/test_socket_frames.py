import asyncio

import pytest

from sigmasight_ui.ui.socket_frames import SocketFrames, is_packet


@pytest.mark.parametrize("text", ["1", "3", "40/_event,", '42/_event,["event",{}]', "41/_event,", "40"])
def test_what_a_page_sends_passes(text):
    assert is_packet(text)


@pytest.mark.parametrize(
    "text", [None, "", "x", "0", "2", "5", "6", "4", "47", "4[", "4" + "[" * 9, "3[", "bAAAA", "33"]
)
def test_anything_else_ends_the_socket(text):
    assert not is_packet(text)


def received_by_the_app(scope_type, *messages):
    seen = []

    async def app(_scope, receive, _send):
        seen.extend([await receive() for _ in messages])

    waiting = iter(messages)

    async def receive():
        return next(waiting)

    asyncio.run(SocketFrames(app)({"type": scope_type, "headers": []}, receive, None))
    return seen


def test_only_frames_of_sockets_are_looked_at():
    connect = {"type": "websocket.connect"}
    good, bad = ({"type": "websocket.receive", "text": text, "bytes": None} for text in ("3", "x"))
    binary = {"type": "websocket.receive", "text": None, "bytes": b"3"}
    end = {"type": "websocket.disconnect", "code": 1002}
    assert received_by_the_app("websocket", connect, good, bad, binary) == [connect, good, end, end]
    assert received_by_the_app("http", bad) == [bad]
