"""Whatever is sent to any route, the answer is one that its documentation announces."""

import itertools
import json

import pytest

from sigmasight_ui.api.app import create_api
from tests.api.test_isolation import ids_of, operations, parameters

pytestmark = pytest.mark.slow

__all__ = ["ids_of"]  # a fixture

SCHEMA = create_api(lambda: None).openapi()
VALUES = [None, True, -1, 1e308, "", "x" * 10_000, "\x00", "\ud800", "'; drop table users;--", [], {}, {"a": [1]}]
BODIES = [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 2_000, b'{"a":1e999}', b"\x00" * 100]
QUERIES = [
    "limit=-1",
    "limit=1e3",
    "offset=99999999999999999999",
    "force=maybe",
    "format=exe",
    "%00=%ff",
    "a=%ED%A0%80",
]
# What ends somebody's own session or account has its own tests.
ENDS_THE_SESSION = ("/api/v1/auth/logout", "/api/v1/auth/sessions", "/api/v1/auth/sessions/{session_id}")
TRIED = [(method, path) for method, path in operations() if path not in ENDS_THE_SESSION]


def properties(operation):
    content = operation.get("requestBody", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    return list(SCHEMA["components"]["schemas"].get(reference.rpartition("/")[2], {}).get("properties", {}))


def junk(operation):
    """Bodies for one operation: no JSON at all, and every field with every kind of value."""
    yield from BODIES
    names = properties(operation)
    for name, value in itertools.product(names, VALUES):
        yield json.dumps({name: value}).encode()
    for value in VALUES:
        yield json.dumps(dict.fromkeys(names, value)).encode()


@pytest.mark.parametrize(("method", "path"), TRIED, ids=[f"{m} {p}" for m, p in TRIED])
def test_every_answer_is_a_documented_one(new_client, new_person, ids_of, method, path):
    operation = SCHEMA["paths"][path][method]
    documented = {int(status) for status in operation["responses"]}
    person = new_person()
    address = path.format(**ids_of(person)) if parameters(path) else path
    client = new_client()
    sends_body = method in ("post", "put", "patch")
    for body in junk(operation) if sends_body else [b""]:
        headers = {**person.headers, "Content-Type": "application/json"}
        answer = client.request(method.upper(), address, content=body, headers=headers)
        assert answer.status_code in documented, (body[:80], answer.status_code, answer.text)
    for query in QUERIES:
        answer = client.request(method.upper(), f"{address}?{query}", headers=person.headers)
        assert answer.status_code in documented, (query, answer.status_code, answer.text)
