import psycopg
import pytest

from sigmasight_ui.core.database_roles import normalise_url, psycopg_dsn, role_url


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2", "postgresql+psycopg"])
def test_role_url_swaps_the_login_and_names_the_driver(scheme: str) -> None:
    url = role_url(f"{scheme}://admin:secret@db.example.com:6432/books?sslmode=require", "app_user", "p@ss/w:rd")
    assert url == "postgresql+psycopg2://app_user:p%40ss%2Fw%3Ard@db.example.com:6432/books?sslmode=require"


def test_other_databases_are_refused() -> None:
    with pytest.raises(ValueError, match="PostgreSQL only"):
        normalise_url("sqlite:///books.db")


def test_psycopg_dsn_keeps_every_part() -> None:
    dsn = psycopg_dsn("postgresql+psycopg2://app_user:p%40ss@/books?host=%2Frun%2Fmy+db&port=5433")
    assert psycopg.conninfo.conninfo_to_dict(dsn) == {
        "user": "app_user", "password": "p@ss", "dbname": "books", "host": "/run/my db", "port": "5433",
    }  # fmt: skip


def test_fresh_databases_are_ready_for_each_role(fresh_database) -> None:
    database = fresh_database()
    for role, url in database.urls().items():
        with psycopg.connect(psycopg_dsn(url)) as connection:
            assert connection.execute("select current_user, current_database()").fetchone() == (role, database.name)
