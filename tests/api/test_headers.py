import asyncio
import base64
import hashlib

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from sigmasight_ui.api.headers import SecurityHeaders, inline_script_hashes, page_policies

HOME = "<html><script>first()</script><script src='/kit.js'></script><script type=\"module\">second()</script></html>"
LOGIN = "<html><script>other()</script></html>"


def digest(script):
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


@pytest.fixture
def built(tmp_path):
    (tmp_path / "login").mkdir()
    (tmp_path / "index.html").write_text(HOME)
    (tmp_path / "login" / "index.html").write_text(LOGIN)
    (tmp_path / "404.html").write_text("<script>spa()</script>")
    return tmp_path


def get(built, path, public_url="http://localhost:8000"):
    async def answer(request):
        if "unchanged" in request.url.query:
            return Response(status_code=304)
        if request.url.path.startswith("/api/template"):
            return PlainTextResponse("", headers={"Cache-Control": "public, max-age=3600"})
        return HTMLResponse(HOME)

    app = SecurityHeaders(Starlette(routes=[Route("/{path:path}", answer)]), public_url=public_url, static_dir=built)

    async def ask():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
            return (await client.get(path)).headers

    return asyncio.run(ask())


def scripts_of(headers):
    [directive] = [d for d in headers["content-security-policy"].split("; ") if d.startswith("script-src")]
    return set(directive.split()[1:])


def test_exactly_the_inline_scripts_of_the_page_may_run(built):
    assert scripts_of(get(built, "/")) == {"'self'", digest("first()"), digest("second()")}
    assert scripts_of(get(built, "/login")) == {"'self'", digest("other()")}


def test_routes_with_parameters_have_the_policy_of_the_shell(built):
    assert scripts_of(get(built, "/onboarding/progress/7")) == {"'self'", digest("spa()")}


def test_an_unchanged_page_keeps_its_policy(built):
    """The headers of a 304 replace those of the cached page."""
    assert scripts_of(get(built, "/login?unchanged")) == {"'self'", digest("other()")}


def test_nothing_is_evaluated_framed_or_sent_elsewhere(built):
    policy = get(built, "/")["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "connect-src 'self' ws://localhost:8000" in policy


@pytest.mark.parametrize("path", ["/", "/assets/a.js", "/api/v1/x"])
def test_every_answer_is_marked(built, path):
    headers = get(built, path)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "content-security-policy" in headers


def test_strict_transport_only_on_https(built):
    assert "strict-transport-security" not in get(built, "/")
    https = get(built, "/", "https://sigma.example.com")
    assert https["strict-transport-security"].startswith("max-age=")
    assert "wss://sigma.example.com" in https["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        ("/", "no-cache"),
        ("/login", "no-cache"),
        ("/assets/index-abc.js", "public, max-age=31536000, immutable"),
        ("/fonts/inter-ui.woff2", "public, max-age=31536000, immutable"),
        ("/kit.js?v=1f2e", "public, max-age=31536000, immutable"),
        ("/favicon.svg", "public, max-age=3600"),
        ("/api/v1/auth/me", "no-store"),
        ("/auth/enter", "no-store"),
        ("/api/template", "public, max-age=3600"),
    ],
)
def test_caching(built, path, caching):
    assert get(built, path)["cache-control"] == caching


def test_scripts_with_an_address_are_not_hashed():
    assert inline_script_hashes("<script src='/kit.js' defer></script>") == ()


def test_pages_are_keyed_by_their_path(built):
    assert set(page_policies("http://localhost:8000", built)) == {"", "login", "404"}
