"""Where somebody is signed in, in words they recognise."""

from __future__ import annotations

from dataclasses import dataclass

from sigmasight_ui.services.identity.schemas import SessionRow
from sigmasight_ui.ui import format

_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class SessionLine:
    id: str
    device: str
    kind: str
    seen: str
    since: str
    is_current: bool


def session_lines(rows: list[SessionRow]) -> list[SessionLine]:
    """This one first, then the one used last."""
    ordered = sorted(rows, key=lambda row: (not row.is_current, -row.last_seen_at.timestamp()))
    return [_line(row) for row in ordered]


def _line(row: SessionRow) -> SessionLine:
    return SessionLine(
        id=str(row.id),
        device=device_in_words(row.device),
        kind="Program with a token" if row.kind == "token" else "Browser",
        seen=format.moment(row.last_seen_at),
        since=format.moment(row.created_at),
        is_current=row.is_current,
    )


def device_in_words(user_agent: str | None) -> str:
    """Chrome on Windows; a program by the name it gives itself."""
    if not user_agent:
        return "Unknown device"
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    if not browser:
        return user_agent.split(" ")[0][:60]
    return f"{browser} on {system}" if system else browser
