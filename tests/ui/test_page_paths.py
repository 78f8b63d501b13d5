import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sigmasight_ui.core.config import Settings
from sigmasight_ui.ui.page_paths import PagePaths
from sigmasight_ui.ui.shell.page import Page

PAGES = [Page(route, "", "", lambda: None, (), route in ("/", "/login")) for route in ("/", "/login", "/dashboard")]
SIGNED_IN = {"cookie": "theme=dark; sigmasight=abc"}


async def echo(request):
    return PlainTextResponse(request.scope["path"])


def get(path, settings=None, base="http://localhost:8000", **options):
    inner = Starlette(routes=[Route("/{path:path}", echo, methods=["GET", "POST"])])
    app = PagePaths(inner, pages=PAGES, settings=settings or Settings())

    async def ask():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=base) as client:
            return await client.request(options.pop("method", "GET"), path, **options)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("path", "headers", "target"),
    [
        ("/dashboard", {}, "/login?next=/dashboard"),
        ("/dashboard?account=7&x=//evil", {}, "/login?next=/dashboard%3Faccount%3D7%26x%3D//evil"),
        ("/dashboard/?account=7", SIGNED_IN, "/dashboard?account=7"),
        ("/", SIGNED_IN, "/dashboard"),
    ],
)
def test_leads_to_the_right_page(path, headers, target):
    answer = get(path, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, target)


@pytest.mark.parametrize(
    ("path", "headers", "served"),
    [("/", {}, "/"), ("/login", {}, "/login/"), ("/dashboard", SIGNED_IN, "/dashboard/"), ("/kit.js", {}, "/kit.js")],
)
def test_serves_pages_without_a_slash_in_the_address(path, headers, served):
    answer = get(path, headers=headers)
    assert (answer.status_code, answer.text) == (200, served)


def test_only_reading_is_led_anywhere():
    assert get("/dashboard", method="POST").text == "/dashboard"


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_loopback_names_lead_to_the_public_one(host):
    answer = get("/login?next=/x", base=f"http://{host}:8000")
    assert answer.headers["location"] == "http://localhost:8000/login?next=/x"


def test_a_public_address_in_capitals_does_not_loop():
    assert get("/login", Settings(public_url="http://LOCALHOST:8000")).status_code == 200


def test_another_port_of_this_machine_is_somebody_else():
    assert get("/login", base="http://127.0.0.1:9000").status_code == 200


@pytest.mark.parametrize("host", ["localhost:99999", "127.0.0.1:x", "[", "a[b]c", "[::1", "", "é"])
def test_a_host_that_is_none_leads_nowhere(host):
    assert get("/login", headers={"Host": host.encode("latin-1")}).status_code == 200


def test_a_proxy_that_rewrites_the_host_does_not_loop():
    public = Settings(public_url="https://sigma.example.com")
    assert get("/login", public, base="http://127.0.0.1:8000").status_code == 200
