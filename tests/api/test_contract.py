"""What holds for every route: one envelope, no caching, a complete and honest OpenAPI."""

import asyncio

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from sigmasight_ui.api import middleware
from sigmasight_ui.api.app import create_api
from sigmasight_ui.api.middleware import MAX_BODY
from tests.api.conftest import code_of
from tests.api.test_isolation import operations

SCHEMA = create_api(lambda: None).openapi()
TABLE = """
post /onboarding/register
get /onboarding/csv-template
post /onboarding/create-portfolio
post /auth/login
post /auth/logout
get /auth/me
get /portfolios
post /portfolios
get /portfolios/{portfolio_id}
patch /portfolios/{portfolio_id}
delete /portfolios/{portfolio_id}
get /portfolios/{portfolio_id}/positions
"""


def test_openapi_is_served_where_promised(client):
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.json()) == (200, SCHEMA)


def test_every_shape_has_a_name_of_its_own():
    """Two of one name would be told apart by where they stand in our code, in everybody's generated client."""
    assert [name for name in SCHEMA["components"]["schemas"] if not name.isalnum()] == []


@pytest.mark.parametrize("line", TABLE.split("\n")[1:-1])
def test_promised_call_exists(line):
    method, path = line.split()
    assert method in SCHEMA["paths"][f"/api/v1{path}"]


@pytest.mark.parametrize(("method", "path"), operations())
def test_every_refusal_is_documented_as_our_envelope(method, path):
    operation = SCHEMA["paths"][path][method]
    assert "HTTPValidationError" not in str(operation)
    for status, answer in operation["responses"].items():
        if int(status) >= 400 and path != "/health/ready":
            found = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert found in ("ErrorEnvelope", "UploadRefused"), (path, status)
    if path.startswith("/api/") and "security" not in operation:
        assert operation.get("summary")


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v2/portfolios", "/api/v1/nothing", "/api/v1/portfolios/"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_unknown_address_below_api_is_our_404(client, person, method, path):
    answer = client.request(method, path, headers=person.headers)
    assert (answer.status_code, code_of(answer)) == (404, "ERR_NOT_FOUND")


def test_wrong_method_is_405_and_says_which_are_right(client):
    answer = client.put("/api/v1/portfolios")
    assert (answer.status_code, code_of(answer)) == (405, "ERR_HTTP_405")
    assert answer.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/metrics", "/api/v1/docs"])
def test_no_page_or_number_is_open_that_should_not_be(client, path):
    assert client.get(path).status_code == 404


def undeclared():
    """Three megabytes without a Content-Length."""
    for _ in range(48):
        yield b" " * 65_536


@pytest.mark.parametrize("path", ["/api/v1/auth/login", "/api/v1/onboarding/register", "/auth/enter"])
def test_nobody_fills_the_memory_with_a_body(client, path):
    media = "application/x-www-form-urlencoded" if path.startswith("/auth") else "application/json"
    for body in (b" " * (MAX_BODY + 1), undeclared()):
        answer = client.post(path, content=body, headers={"Content-Type": media})
        assert (answer.status_code, code_of(answer)) == (413, "ERR_REQUEST_002")


@pytest.mark.parametrize("path", ["/api/v1/auth/login", "/auth/enter", "/api/v1/onboarding/uploads"])
def test_a_body_that_never_ends_is_not_waited_for(app, person, monkeypatch, path):
    monkeypatch.setattr(middleware, "BODY_SECONDS", 0.01)
    monkeypatch.setattr(middleware, "FILE_SECONDS", 0.01)
    headers = [
        (b"host", b"localhost:8000"),
        (b"authorization", person.headers["Authorization"].encode()),
        (b"content-type", b"application/json" if path.endswith("login") else b"multipart/form-data; boundary=x"),
    ]
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": headers, "client": ("10.77.0.1", 1), "server": ("localhost", 8000), "scheme": "http",
        "http_version": "1.1", "root_path": "",
    }  # fmt: skip
    pieces, sent = [{"type": "http.request", "body": b"--x\r\n", "more_body": True}], []

    async def receive():
        return pieces.pop() if pieces else await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 408
    assert b"ERR_HTTP_408" in sent[1]["body"]


def test_answers_are_not_cached(client, person):
    for path in ("/api/v1/auth/me", "/api/v1/portfolios", "/api/v1/nothing"):
        assert client.get(path, headers=person.headers).headers["Cache-Control"] == "no-store"


def test_crash_of_ours_shows_an_id_and_nothing_else(services, person, monkeypatch):
    monkeypatch.setattr(services.portfolios, "list_visible", lambda *_: 1 / 0)
    client = TestClient(create_api(lambda: services), raise_server_exceptions=False)
    with capture_logs() as logs:
        answer = client.get("/api/v1/portfolios", headers=person.headers)
    assert (answer.status_code, code_of(answer)) == (500, "ERR_SYSTEM_002")
    (entry,) = logs
    assert answer.json()["error"]["details"] == {"error_id": entry["error_id"]}
    assert isinstance(entry["exc_info"], ZeroDivisionError)
    assert "ZeroDivision" not in answer.text
