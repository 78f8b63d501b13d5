from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from sigmasight_ui.services.identity.schemas import SessionRow
from sigmasight_ui.ui.settings.session_rows import device_in_words, session_lines

NOW = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME, "Chrome on Linux"),
        (SAFARI, "Safari on iPhone"),
        (EDGE, "Edge on Windows"),
        ("Firefox/1", "Firefox"),
        ("python-httpx/0.28.1", "python-httpx/0.28.1"),
        ("x" * 500, "x" * 60),
        ("", "Unknown device"),
        (None, "Unknown device"),
    ],
)
def test_devices(user_agent, words):
    assert device_in_words(user_agent) == words


def test_this_session_first_then_the_one_used_last():
    def row(age: int, is_current: bool = False, kind: str = "browser") -> SessionRow:
        seen = NOW - timedelta(hours=age)
        return SessionRow(uuid4(), kind, CHROME, seen, seen, NOW, is_current)

    old, new, current = row(5, kind="token"), row(1), row(9, True)
    lines = session_lines([old, new, current])
    assert [line.id for line in lines] == [str(each.id) for each in (current, new, old)]
    assert [line.kind for line in lines] == ["Browser", "Browser", "Program with a token"]
