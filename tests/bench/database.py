"""The product's own server used bare: what PostgreSQL alone takes for the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from sigmasight_ui.core.database_roles import psycopg_dsn
from sigmasight_ui.core.embedded_postgres import EmbeddedPostgres
from sigmasight_ui.core.embedded_postgres_home import SUPERUSER
from tests.bench.figure import Figure, timed
from tests.e2e.people import HEADER
from tests.e2e.product import Product


class BareTable:
    """Twelve text columns without key, policy or index."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        columns = ", ".join(f'"{title}" text' for title in HEADER.split(","))
        with psycopg.connect(dsn) as connection:
            connection.execute(f"create table bench.rows ({columns})".encode())

    def copy_in(self, content: bytes) -> None:
        statement = "copy bench.rows from stdin (format csv, header)"
        with psycopg.connect(self._dsn) as connection, connection.cursor().copy(statement) as copy:
            copy.write(content)


@contextmanager
def bare_table(product: Product) -> Iterator[BareTable]:
    server = EmbeddedPostgres(product.data_dir / "postgres")
    with server:
        dsn = psycopg_dsn(server.url(SUPERUSER))
        with psycopg.connect(dsn) as connection:
            connection.execute("create schema bench")
        yield BareTable(dsn)
        with psycopg.connect(dsn) as connection:
            connection.execute("drop schema bench cascade")


def restart(data_dir: Path) -> Figure:
    """Nobody else may use the server meanwhile."""
    server = EmbeddedPostgres(data_dir / "postgres")
    samples = []
    for _ in range(5):
        samples.append(timed(server.start))
        server.stop()
    return Figure(
        "Embedded PostgreSQL, start on existing data", "s", samples, None, judged="median",
        note="`EmbeddedPostgres.start()` until connections are served and roles are in place.",
    )  # fmt: skip
