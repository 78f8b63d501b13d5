import asyncio
import json

import pytest

from sigmasight_ui.api.request_headers import MOST_HEADERS, LeanHeaders


def asked(headers, kind="http"):
    """What the application inside was given, and what was sent by the wrapper itself."""
    seen, sent = [], []

    async def app(scope, _receive, _send):
        seen.append(scope["headers"])

    async def send(message):
        sent.append(message)

    asyncio.run(LeanHeaders(app)({"type": kind, "headers": headers}, None, send))
    return seen, sent


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_headers_up_to_the_limit_pass_unchanged(kind):
    headers = [(b"cookie", b"sigmasight=a.b; theme=dark"), (b"x", b"y" * (MOST_HEADERS - 33)), (b"path", b"C:\\x")]
    assert asked(headers[:2], kind) == ([headers[:2]], [])
    assert asked([headers[0], headers[2]], kind) == ([[headers[0], headers[2]]], [])


def test_a_request_with_enormous_headers_is_refused_in_words():
    seen, [start, body] = asked([(b"cookie", b"a" * MOST_HEADERS)])
    assert (seen, start["status"]) == ([], 431)
    assert json.loads(body["body"])["error"]["code"] == "ERR_REQUEST_003"


def test_a_socket_with_enormous_headers_is_not_opened():
    assert asked([(b"cookie", b"a" * MOST_HEADERS)], "websocket") == ([], [{"type": "websocket.close", "code": 1002}])


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_cookies_python_takes_long_to_read_are_left_out(kind):
    slow = b'sigmasight="' + b"\\" * 30_000 + b'"'
    for cookies in (slow + b"; sigmasight=a.b", b"sigmasight=a.b;" + slow, b" sigmasight=a.b;x=\\"):
        [[(name, left)]], sent = asked([(b"cookie", cookies)], kind)
        assert (name, left.strip(), sent) == (b"cookie", b"sigmasight=a.b", [])


def test_everything_else_reaches_the_application():
    assert asked([], "lifespan") == ([[]], [])
