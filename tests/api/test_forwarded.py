import asyncio

import pytest

from sigmasight_ui.api.forwarded import OneForwardedFor


def seen_inside(headers, kind="http"):
    seen = []

    async def app(scope, _receive, _send):
        seen.extend(scope["headers"])

    asyncio.run(OneForwardedFor(app)({"type": kind, "headers": headers}, None, None))
    return seen


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_line_a_proxy_adds_comes_after_what_the_visitor_wrote(kind):
    lines = [(b"x-forwarded-for", b"10.9.9.9, 10.8.8.8"), (b"host", b"here"), (b"x-forwarded-for", b"198.51.100.9")]
    together = (b"x-forwarded-for", b"10.9.9.9, 10.8.8.8, 198.51.100.9")
    assert seen_inside(lines, kind) == [(b"host", b"here"), together]


@pytest.mark.parametrize("headers", [[], [(b"host", b"here"), (b"x-forwarded-for", b"198.51.100.9")]])
def test_anything_else_stays_as_it_is(headers):
    assert seen_inside(headers) == headers
