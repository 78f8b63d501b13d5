"""Where the database is and how each role reaches it: the embedded server, or the one in DATABASE_URL."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sigmasight_ui.core.config import Settings
from sigmasight_ui.core.crypto import MasterKey
from sigmasight_ui.core.database_roles import LOGIN_ROLES, OWNER, ensure_roles, role_url
from sigmasight_ui.core.embedded_postgres import EmbeddedPostgres


@dataclass(frozen=True)
class DatabaseAccess:
    """`close` leaves the server; the last process to leave the embedded one stops it. `revive` starts the embedded one
    again if it has died, and tells whether it had; a given server is its operator's."""

    urls: Mapping[str, str]
    close: Callable[[], object]
    revive: Callable[[], bool] = lambda: False

    @property
    def owner_url(self) -> str:
        return self.urls[OWNER]

    @property
    def runtime_urls(self) -> dict[str, str]:
        return {role: url for role, url in self.urls.items() if role != OWNER}


def open_database(
    settings: Settings, key: MasterKey, on_progress: Callable[[str], None] = lambda _message: None
) -> DatabaseAccess:
    """Start or join the embedded server, or work out the role logins of the given one."""
    if settings.database_url:
        passwords = {role: _role_password(key, role) for role in LOGIN_ROLES}
        urls = {role: role_url(settings.database_url, role, passwords[role]) for role in LOGIN_ROLES}
        return DatabaseAccess(urls, lambda: None)
    server = EmbeddedPostgres(settings.data_dir / "postgres")
    server.start(on_progress)
    return DatabaseAccess({role: server.url(role) for role in LOGIN_ROLES}, server.stop, server.revive)


def prepare_roles(settings: Settings, key: MasterKey) -> None:
    """The embedded server prepares its own roles; a given one needs it once, as the login of DATABASE_URL."""
    if settings.database_url:
        ensure_roles(settings.database_url, {role: _role_password(key, role) for role in LOGIN_ROLES})


def _role_password(key: MasterKey, role: str) -> str:
    """Derived, so that every machine with the same key file can log in."""
    return base64.urlsafe_b64encode(key.derive(f"database role {role}")).decode().rstrip("=")
