"""DATABASE_URL: everything works the same on somebody else's server, with as little power as it can be given."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine

from sigmasight_ui.bootstrap import master_key
from sigmasight_ui.core.config import load_settings
from sigmasight_ui.core.database_access import open_database
from sigmasight_ui.core.database_roles import normalise_url
from tests.architecture.rules import ROOT
from tests.e2e.debian_postgres import DebianPostgres, debian_postgres
from tests.e2e.people import good_rows
from tests.e2e.processes import processes_of, product_of_its_own, wait_until
from tests.e2e.programs import Program
from tests.services.test_isolation import ROLES, check_structure, run_worlds

pytestmark = pytest.mark.slow
OPERATOR = "create role operator login password 'less power' createrole"


@pytest.fixture(scope="module")
def server() -> Iterator[DebianPostgres]:
    with debian_postgres() as server:
        yield server


@pytest.fixture(params=["superuser", "owner who may create roles"])
def database_url(request: pytest.FixtureRequest, server: DebianPostgres) -> Iterator[str]:
    """An empty database and who may log in to prepare it."""
    name = "books" if request.param == "superuser" else "books_of_operator"
    if request.param == "superuser":
        server.execute(f"create database {name}")
        yield server.url(name)
    else:
        server.execute(OPERATOR, f"create database {name} owner operator")
        yield server.url(name, "operator", "less power")
    roles = ("app_user", "app_worker", "app_admin", "app_owner", "app_definer")
    server.execute(f"drop database {name} with (force)", *(f"drop role {role}" for role in roles))
    server.execute("drop role if exists operator")


def sigmasight(command: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, "-m", "sigmasight_ui", command]
    return subprocess.run(run, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, timeout=120)


def test_migrate_then_nobody_reads_what_is_not_theirs(server, database_url, tmp_path):
    env = {"ENVIRONMENT": "test", "DATABASE_URL": database_url, "DATA_DIR": str(tmp_path), "MARKET_DATA": "sample"}
    for _ in range(2):  # the second time there is nothing to do
        migrated = sigmasight("migrate", env)
        assert (migrated.returncode, migrated.stderr) == (0, "")
    examined = sigmasight("doctor", env)
    assert "FAIL  schema" not in examined.stdout and "FAIL  database" not in examined.stdout, examined.stdout
    name = normalise_url(database_url).database
    settings = load_settings(env, tmp_path)
    urls = open_database(settings, master_key(settings)).urls
    engines = {role: create_engine(urls[role]) for role in ROLES}
    engines["postgres"] = create_engine(str(normalise_url(server.url(name)).render_as_string(hide_password=False)))
    check_structure(engines)
    run_worlds(engines, 3)
    for engine in engines.values():
        engine.dispose()


def test_the_whole_way_to_figures(server, database_url):
    with product_of_its_own(DATABASE_URL=database_url) as product:
        took = product.start()
        assert took < 60
        assert not any("Creating the database" in line or "Starting PostgreSQL" in line for line in product.lines)
        ada = Program(product.url).register()
        made = ada.upload(rows=good_rows(25))
        assert ada.wait_for_run(made)["status"] == "completed"
        overview = ada.http.get(f"/api/v1/analytics/portfolio/{made['portfolio_id']}/overview").json()
        assert overview["coverage"] == 1
        product.stop()
        wait_until(lambda: processes_of(product.data_dir) == [], 120)
        product.start()
        again = ada.http.get(f"/api/v1/analytics/portfolio/{made['portfolio_id']}/overview").json()
        assert again == overview
        assert ada.http.get("/health/ready").json()["database"] is True
        assert not (Path(product.data_dir) / "postgres").exists(), "no embedded server beside the given one"
    assert_least_power(server, normalise_url(database_url).database)


def assert_least_power(server: DebianPostgres, database: str) -> None:
    with psycopg.connect(server.url(database)) as connection:
        powerful = (
            "select rolname from pg_roles where rolname like 'app%' and (rolsuper or rolbypassrls or rolcreaterole)"
        )
        assert connection.execute(powerful).fetchall() == []
        owners = "select distinct tableowner from pg_tables where schemaname = 'public'"
        assert connection.execute(owners).fetchall() == [("app_owner",)]
