from pathlib import Path

import psycopg

from sigmasight_ui.core.database_roles import psycopg_dsn
from sigmasight_ui.core.embedded_postgres import EmbeddedPostgres


def test_starts_serves_and_stops(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "home")
    assert not server.start().joined
    with psycopg.connect(psycopg_dsn(server.url("app_user"))) as connection:
        assert connection.execute("show timezone").fetchone() == ("UTC",)
    assert server.stop()
