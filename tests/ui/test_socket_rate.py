import asyncio

from sigmasight_ui.ui.socket_rate import PER_MINUTE, SocketRate


def opened(rate: SocketRate, address: str, times: int, kind: str = "websocket") -> list[str]:
    """What became of each attempt."""
    outcome: list[str] = []

    async def send(message):
        outcome.append(message["type"])

    async def attempt():
        scope = {"type": kind, "client": ("127.0.0.1", 1), "headers": [(b"x-forwarded-for", address.encode())]}
        await rate(scope, None, send)

    for _ in range(times):
        asyncio.run(attempt())
    return outcome


async def app(_scope, _receive, send):
    await send({"type": "accepted"})


def test_one_address_may_open_so_many_and_no_more():
    rate = SocketRate(app, trusted_proxies=1)
    outcome = opened(rate, "192.0.2.1", PER_MINUTE + 20)
    assert outcome[:PER_MINUTE] == ["accepted"] * PER_MINUTE
    assert "websocket.close" in outcome[PER_MINUTE:]
    assert opened(rate, "192.0.2.2", 3) == ["accepted"] * 3
    assert opened(rate, "192.0.2.1", 3, kind="http") == ["accepted"] * 3


def test_a_proxy_nobody_told_us_of_is_not_one_visitor():
    assert set(opened(SocketRate(app, trusted_proxies=0), "192.0.2.1", PER_MINUTE + 20)) == {"accepted"}
