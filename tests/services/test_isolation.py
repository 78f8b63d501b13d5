"""Nobody sees or changes a row of somebody else: every tenant table, every verb, every role, random worlds."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from sigmasight_ui.core.row_security import Policy, create_policy
from sigmasight_ui.services import registry
from tests.services import isolation_world
from tests.services.isolation_world import TABLES, Row, Table, World

SHARED_TABLES = frozenset(name for name, rules in registry.TABLES.items() if not rules.policies)
DENIED = ("42501",)  # insufficient_privilege: no grant, or a policy's check
ROLES = ("app_user", "app_worker")
WORLDS = st.tuples(
    st.integers(2, 4), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 3)), max_size=8)
)


class Leak(AssertionError):
    """A row somebody saw or changed though the rules forbid it, or missed though they allow it."""


@pytest.fixture(scope="module")
def engines(migrated, cluster) -> Iterator[dict[str, Engine]]:
    from tests.conftest import created_database

    with created_database(cluster, migrated.name) as database:
        made = {role: create_engine(database.url(role)) for role in (*ROLES, "postgres")}
        yield made
        for engine in made.values():
            engine.dispose()


def check_world(engines: dict[str, Engine], user_count: int, grants: list[tuple[int, int, int]]) -> None:
    with engines["postgres"].begin() as connection:
        world = isolation_world.build(connection, user_count, grants)
    for role in ROLES:
        with engines[role].connect() as connection:
            for me in (*world.users, None):
                for name, table in TABLES.items():
                    transaction = connection.begin()
                    connection.execute(
                        text("select set_config('app.user_id', :me, true)"), {"me": str(me) if me else ""}
                    )
                    _check_table(connection, world, role, me, name, table)
                    transaction.rollback()


def _check_table(connection: Connection, world: World, role: str, me: UUID | None, name: str, table: Table) -> None:
    rules = table.user if role == "app_user" else table.worker
    rows, where = world.rows[name], f"{role} as {me} on {name}"

    def allowed(verb: str) -> set[tuple[object, ...]]:
        return {_key(table, row) for row in rows if verb in rules and rules[verb](world, me, row)}

    keys, visible = ", ".join(table.key), allowed("select")
    _expect(f"select {where}", _keys(connection, f"select {keys} from {name}"), visible)
    update = f"update {name} set {table.column} = "
    _expect(
        f"update {where}",
        _keys(connection, f"{update}{table.column} returning {keys}"),
        allowed("update") & visible,
    )
    _expect(f"delete {where}", _keys(connection, f"delete from {name} returning {keys}"), allowed("delete") & visible)
    # Without WHERE and RETURNING no column is read, so only the verb's own policy stands in the way.
    _expect(f"blind update {where}", _count(connection, f"{update}{table.value}"), len(allowed("update")))
    _expect(f"blind delete {where}", _count(connection, f"delete from {name}"), len(allowed("delete")))
    parents = world.users if table.parent == "user_id" else list(world.portfolios)
    for parent in parents:
        row: Row = {"id": parent, "user_id": parent, "portfolio_id": parent}
        may = "insert" in rules and rules["insert"](world, me, row)
        statement = f"insert into {name} {table.insert.replace('{user}', str(_new_grantee(world, parent)))}"
        _expect(f"insert {where}", _count(connection, statement, parent=parent), int(may))
        may_move = "update" in rules and rules["update"](world, me, row)
        if name in ("positions", "uploads", "snapshots", "portfolio_figures") and not may_move:
            _expect(
                f"move {where}", _count(connection, f"update {name} set {table.parent} = :parent", parent=parent), 0
            )


def _new_grantee(world: World, portfolio: object) -> UUID | None:
    free = [user for user in world.users if (user, portfolio) not in world.levels]
    return free[0] if free else world.users[0]


def _key(table: Table, row: Row) -> tuple[object, ...]:
    return tuple(row[column] for column in table.key)


def _keys(connection: Connection, statement: str) -> set[tuple[object, ...]]:
    savepoint = connection.begin_nested()
    try:
        return {tuple(row) for row in connection.execute(text(statement))}
    except DBAPIError as error:
        if error.orig.pgcode not in DENIED:
            raise
        return set()
    finally:
        savepoint.rollback()


def _count(connection: Connection, statement: str, **values: object) -> int:
    savepoint = connection.begin_nested()
    try:
        return connection.execute(text(statement), values).rowcount
    except DBAPIError as error:
        if error.orig.pgcode in DENIED:
            return 0
        if error.orig.pgcode == "23505":  # unique: the row passed every policy first
            return 1
        raise
    finally:
        savepoint.rollback()


def _expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise Leak(f"{what}: {found} instead of {wanted}")


def check_structure(engines: dict[str, Engine]) -> None:
    """Every table is declared; every tenant table has RLS, FORCE and a policy; no role or view can go round it."""
    with engines["postgres"].connect() as connection:
        tables = connection.execute(
            text(
                "select relname, relrowsecurity, relforcerowsecurity from pg_class"
                " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
                " and relname not in ('alembic_version', 'run_ids')"
            )
        ).all()
        _expect("declared tables", {row.relname for row in tables}, set(registry.TABLES))
        for name, enabled, forced in tables:
            if name not in SHARED_TABLES:
                _expect(f"row security of {name}", (enabled, forced), (True, True))
        roles = "select rolname from pg_roles where rolname like 'app\\_%' and (rolsuper or rolbypassrls)"
        _expect("roles above the law", connection.execute(text(roles)).all(), [])
        views = "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')"
        _expect("views", connection.execute(text(views)).all(), [])


def run_worlds(engines: dict[str, Engine], count: int) -> None:
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(WORLDS)
    def holds(world: tuple[int, list[tuple[int, int, int]]]) -> None:
        check_world(engines, *world)

    check_structure(engines)
    holds()


def test_the_oracle_knows_every_tenant_table():
    assert set(TABLES) == set(registry.TABLES) - SHARED_TABLES


def test_three_worlds(engines):
    run_worlds(engines, 3)


@pytest.mark.slow
def test_a_hundred_worlds(engines):
    run_worlds(engines, 100)


def mutants() -> list[tuple[str, list[str], list[str]]]:
    """Each policy widened to everything, each table's protection and its FORCE taken away: how, and how to repair."""
    found = []
    for table in TABLES:
        rules = registry.TABLES[table]
        found.append(
            (f"{table}: no row security", [f"alter table {table} disable row level security"],
             [f"alter table {table} enable row level security"])
        )  # fmt: skip
        found.append(
            (f"{table}: not forced", [f"alter table {table} no force row level security"],
             [f"alter table {table} force row level security"])
        )  # fmt: skip
        for number, policy in enumerate(rules.policies):
            if not set(policy.roles) & set(ROLES) or policy.using == "true":
                continue
            wide = Policy(
                policy.command, policy.roles, "true" if policy.using else None, "true" if policy.check else None
            )
            drop = f"drop policy {table}_{policy.command}_{number} on {table}"
            found.append(
                (f"{table}: policy {number} for {policy.command} widened",
                 [drop, create_policy(table, number, wide)], [drop, create_policy(table, number, policy)])
            )  # fmt: skip
    return found


@pytest.mark.slow
def test_every_mutant_is_killed(engines):
    survivors = []
    for name, damage, repair in mutants():
        with engines["postgres"].begin() as connection:
            for statement in damage:
                connection.execute(text(statement))
        try:
            run_worlds(engines, 8)
            survivors.append(name)
        except Leak:
            pass
        finally:
            with engines["postgres"].begin() as connection:
                for statement in repair:
                    connection.execute(text(statement))
    assert survivors == []
    run_worlds(engines, 3)
