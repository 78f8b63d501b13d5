"""No secret reaches the log, whoever writes the line."""

import io
import json
import logging

import pytest

from sigmasight_ui.core.logging import HIDDEN, configure_logging, get_logger, redact

PLANTED = {
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "bcrypt": "$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234",
    "fernet": "gAAAAABmZx0123456789abcdefghijklmnopqrstuvwxyz",
    "alpaca": "PKABCDEFGHIJKLMNOP12",
    "url": "postgresql://app_user:s3cret-pw@host/db",
    "cookie": "theme=dark; sigmasight=0123456789abcdef.verysecret",
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_secrets_are_hidden_by_their_shape(name):
    text = redact(f"before {PLANTED[name]} after")
    assert HIDDEN in text
    assert text.startswith("before")
    for secret in (
        "dozjgNryP4J3",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ01234",
        "0123456789abcdefgh",
        "PKABCDEF",
        "s3cret",
        "verysec",
    ):
        assert secret not in text


def test_names_of_secrets_hide_their_values():
    entry = redact({"password": "x", "nested": {"invite_code": "y", "count": 3}, "list": [{"token": "z"}]})
    assert entry == {"password": HIDDEN, "nested": {"invite_code": HIDDEN, "count": 3}, "list": [{"token": HIDDEN}]}


@pytest.fixture
def lines():
    """What the product's own log handler wrote, one entry per line."""
    before = logging.getLogger().handlers[:]
    configure_logging()
    written = io.StringIO()
    logging.getLogger().handlers[0].setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().handlers[:] = before


def test_library_loggers_and_tracebacks_are_redacted_too(lines):
    try:
        raise ValueError(PLANTED["url"])
    except ValueError:
        logging.getLogger("some.library").exception("cannot connect to %s", PLANTED["url"])
    (entry,) = lines()
    assert "s3cret" not in json.dumps(entry)
    assert entry["level"] == "error"


def test_a_line_break_in_the_text_stays_inside_its_line(lines):
    get_logger("x").info('hello\n{"level": "error"}', name="a\nb")
    (entry,) = lines()
    assert entry["event"].startswith("hello\n")


def test_endless_texts_are_shortened_in_the_middle():
    text = redact(f"first {PLANTED['jwt']} {'x' * 1_000_000} last")
    assert text.startswith(f"first {HIDDEN}")
    assert text.endswith("x last")
    assert 20_000 < len(text) < 20_100
