"""Random worlds of users, portfolios and grants, and an oracle that says what each may see and do.

The oracle is written from the product's rules, not from the policies: both must say the same for every row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

VIEW, WRITE, MANAGE = 1, 2, 3
NOW = "2026-01-02 03:04:05+00"

Row = dict[str, object]


@dataclass
class World:
    users: list[UUID] = field(default_factory=list)
    portfolios: dict[UUID, UUID] = field(default_factory=dict)  # id -> owner
    levels: dict[tuple[UUID | None, UUID], int] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def level(self, me: UUID | None, portfolio: object) -> int:
        return next((level for key, level in self.levels.items() if key == (me, portfolio)), 0)


Rule = Callable[[World, UUID | None, Row], bool]


def at(level: int) -> Rule:
    return lambda world, me, row: world.level(me, row["portfolio_id"]) >= level


def own(world: World, me: UUID | None, row: Row) -> bool:
    return me is not None and row["user_id"] == me


def everything(world: World, me: UUID | None, row: Row) -> bool:
    return True


@dataclass(frozen=True)
class Table:
    """`insert` takes :parent (a user or a portfolio); verbs without a rule must be refused altogether."""

    key: tuple[str, ...]
    column: str  # a column the role may set, for updates
    value: str
    insert: str
    user: dict[str, Rule]
    worker: dict[str, Rule]
    parent: str = "portfolio_id"


def _of_portfolio(columns: str, values: str) -> str:
    return f"(portfolio_id, {columns}) values (:parent, {values})"


def _any_of(one: str, other: str) -> str:
    return f"(array['{one}', '{other}'])[1 + (random() > 0.5)::int]"


RESULT_USER: dict[str, Rule] = {"select": at(VIEW)}
RESULT_WORKER: dict[str, Rule] = {"select": at(VIEW), "insert": at(WRITE), "update": at(WRITE), "delete": at(WRITE)}

TABLES: dict[str, Table] = {
    "users": Table(
        ("id",), "full_name", "'x'",
        "(id, email, full_name, password_hash, is_superuser, is_active, privacy_mode, created_at, password_changed_at)"
        f" values (gen_random_uuid(), gen_random_uuid() || '@x', 'x', 'x', true, true, false, '{NOW}', '{NOW}')",
        {"select": lambda w, me, r: r["id"] == me, "update": lambda w, me, r: r["id"] == me}, {}, parent="user_id",
    ),
    "sessions": Table(
        ("id",), "revoked_why", "'x'",
        "(id, user_id, kind, created_at, last_seen_at, expires_at)"
        f" values (gen_random_uuid(), :parent, 'token', '{NOW}', '{NOW}', '{NOW}')",
        {"select": own, "insert": own, "update": own}, {}, parent="user_id",
    ),
    "audit_log": Table(
        ("id",), "action", "'forged'",
        f"(at, actor_id, action, outcome, details) values ('{NOW}', :parent, 'x', 'done', '{{}}')",
        {"select": own}, {"select": everything}, parent="user_id",
    ),
    "portfolio_access": Table(
        ("user_id", "portfolio_id"), "level", "4",
        "(user_id, portfolio_id, level) values ('{user}', :parent, 3)",
        {
            "select": lambda w, me, r: r["user_id"] == me or w.level(me, r["portfolio_id"]) >= MANAGE,
            "insert": at(MANAGE),
            "delete": lambda w, me, r: w.level(me, r["portfolio_id"]) >= MANAGE and r["level"] != 4,
        },
        {"select": lambda w, me, r: r["user_id"] == me or w.level(me, r["portfolio_id"]) >= MANAGE},
    ),
    "portfolios": Table(
        ("id",), "name", "'x'",
        "(id, owner_id, name, account_name, account_type, equity_balance, is_sample, created_at)"
        f" values (gen_random_uuid(), :parent, 'x', gen_random_uuid()::text, 'ira', 1, false, '{NOW}')",
        {
            "select": lambda w, me, r: w.level(me, r["id"]) >= VIEW,
            "insert": own,
            "update": lambda w, me, r: w.level(me, r["id"]) >= MANAGE,
        },
        {"select": everything}, parent="user_id",
    ),
    "positions": Table(
        ("id",), "symbol", "'X'",
        _of_portfolio(
            "id, symbol, position_type, investment_class, quantity, entry_price, entry_date, created_at",
            f"gen_random_uuid(), 'A', 'LONG', 'PUBLIC', 1, 1, '2026-01-02', '{NOW}'",
        ),
        {"select": at(VIEW), "insert": at(WRITE), "update": at(WRITE), "delete": at(WRITE)}, {"select": at(VIEW)},
    ),
    "removed_positions": Table(
        ("id",), "cause", "'undone'",
        _of_portfolio(
            "id, cause, lot, removed_at", f"gen_random_uuid(), {_any_of('deleted', 'undone')}, '{{}}', '{NOW}'"
        ),
        {"select": at(VIEW), "insert": at(WRITE), "delete": at(WRITE)},
        {"select": everything, "delete": lambda w, me, r: r["cause"] == "deleted"},
    ),
    "imports": Table(
        ("id",), "sealed_file", "'x'",
        "(id, user_id, file_name, size, sha256, choices, revision, state, created_at)"
        f" values (gen_random_uuid(), :parent, 'f', 1, 's', '{{}}', 0, {_any_of('review', 'confirmed')}, '{NOW}')",
        {"select": own, "insert": own, "update": own, "delete": own},
        {"select": everything, "update": everything, "delete": lambda w, me, r: r["state"] == "review"},
        parent="user_id",
    ),
    "portfolio_imports": Table(
        ("import_id", "portfolio_id"), "undone_at", f"'{NOW}'",
        _of_portfolio(
            "import_id, imported_by, file_name, size, sha256, format, broker, label, account, mode, state,"
            " created_portfolio, positions_imported, already_there, positions_removed, lines_skipped, number,"
            " replaced, confirmed_at",
            "gen_random_uuid(), 'n', 'f', 1, 's', 'x', 'b', 'l', 'a', 'add',"
            f" 'confirmed', false, 1, 0, 0, 0, 1, '[]', '{NOW}'",
        ),
        {"select": at(VIEW), "insert": at(MANAGE), "update": at(MANAGE)}, {"select": at(VIEW)},
    ),
    "import_presets": Table(
        ("id",), "name", "gen_random_uuid()::text",
        "(id, user_id, name, mapping, updated_at)"
        f" values (gen_random_uuid(), :parent, gen_random_uuid()::text, '{{}}', '{NOW}')",
        {"select": own, "insert": own, "update": own, "delete": own}, {}, parent="user_id",
    ),
    "equity_changes": Table(
        ("portfolio_id", "id"), "notes", "'x'",
        _of_portfolio(
            "id, change_type, amount, change_date, created_at, updated_at",
            f"gen_random_uuid(), 'CONTRIBUTION', 1, '2026-01-02', '{NOW}', '{NOW}'",
        ),
        {"select": at(VIEW), "insert": at(MANAGE), "update": at(MANAGE)}, {"select": at(VIEW)},
    ),
    "custom_scenarios": Table(
        ("id",), "name", "gen_random_uuid()::text",
        "(id, user_id, name, shocks, created_at, updated_at)"
        f" values (gen_random_uuid(), :parent, gen_random_uuid()::text, '{{}}', '{NOW}', '{NOW}')",
        {"select": own, "insert": own, "update": own, "delete": own}, {"select": own}, parent="user_id",
    ),
    "uploads": Table(
        ("id",), "file_name", "'x'",
        "(id, user_id, file_name, size, sha256, form, outcome, total_rows, failed_rows, total_problems, problems,"
        " created_at, expires_at)"
        f" values (gen_random_uuid(), :parent, 'f', 1, 's', '{{}}', 'rejected', 1, 1, 1, '[]', '{NOW}', '{NOW}')",
        {"select": own, "insert": own, "update": own, "delete": own}, {"select": everything, "delete": everything},
        parent="user_id",
    ),
    "batch_runs": Table(
        ("id",), "cancel_requested_at", f"'{NOW}'",
        _of_portfolio(
            "id, status, trigger, requested_by, attempts, created_at",
            "gen_random_uuid(), 'completed', 'user', coalesce((select owner_id from portfolios where id = :parent),"
            f" app.uid()), 0, '{NOW}'",
        ),
        {"select": at(VIEW), "insert": at(WRITE), "update": at(MANAGE)},
        {"select": everything, "insert": at(WRITE), "update": everything, "delete": everything},
    ),
    "batch_phases": Table(
        ("run_id", "phase"), "name", "'x'",
        _of_portfolio(
            "run_id, phase, ordinal, name, status, current",
            "(select id from run_ids where portfolio_id = :parent), gen_random_uuid()::text, 1, 'n', 'waiting', 0",
        ),
        {"select": at(VIEW), "insert": at(WRITE)}, {"select": at(VIEW), "insert": at(WRITE), "update": at(WRITE)},
    ),
    "batch_log": Table(
        ("id",), "message", "'x'",
        _of_portfolio(
            "run_id, at, level, message",
            f"(select id from run_ids where portfolio_id = :parent), '{NOW}', 'info', 'm'",
        ),
        {"select": at(VIEW), "insert": at(WRITE)}, {"select": at(VIEW), "insert": at(WRITE)},
    ),
    "snapshots": Table(
        ("portfolio_id", "session"), "open_positions", "7",
        _of_portfolio(
            "session, nav, cash, long_value, short_value, flow, unrealised_pnl, realised_pnl, open_positions,"
            " priced_positions, source, run_id, computed_at",
            f"'2026-01-02'::date + (random() * 20000)::int, 1, 1, 0, 0, 0, 0, 0, 0, 0, 's', gen_random_uuid(), '{NOW}'",
        ),
        RESULT_USER, RESULT_WORKER,
    ),
    "holding_values": Table(
        ("portfolio_id", "symbol"), "lots", "7",
        _of_portfolio(
            "symbol, as_of, name, investment_class, sector, is_cash, lots, quantity, cost, cost_basis, splits, source,"
            " run_id, computed_at",
            "gen_random_uuid()::text, '2026-01-02', 'n', 'PUBLIC', 's', false, 1, 1, 1, 1, '[]', 's',"
            f" gen_random_uuid(), '{NOW}'",
        ),
        RESULT_USER, RESULT_WORKER,
    ),
    "book_returns": Table(
        ("portfolio_id", "as_of"), "gross", "7",
        _of_portfolio(
            "as_of, nav, gross, gains, covered, source, run_id, computed_at",
            "'2026-01-02'::date + (random() * 20000)::int, 1, 1, '{}', '{}', 's', gen_random_uuid(),"
            f" '{NOW}'",
        ),
        RESULT_USER, RESULT_WORKER,
    ),
    "portfolio_exhibits": Table(
        ("portfolio_id", "exhibit"), "source", "'x'",
        _of_portfolio(
            "exhibit, as_of, content, source, run_id, computed_at",
            f"gen_random_uuid()::text, '2026-01-02', '{{}}', 's', gen_random_uuid(), '{NOW}'",
        ),
        RESULT_USER, RESULT_WORKER,
    ),
    "portfolio_figures": Table(
        ("portfolio_id", "as_of", "figure"), "method", "'x'",
        _of_portfolio(
            "as_of, figure, method, details, source, run_id, computed_at",
            f"'2026-01-02', gen_random_uuid()::text, 'm', '{{}}', 's', gen_random_uuid(), '{NOW}'",
        ),
        RESULT_USER, RESULT_WORKER,
    ),
}  # fmt: skip


def build(connection: Connection, user_count: int, grants: list[tuple[int, int, int]]) -> World:
    """As superuser: users with one or two portfolios each, random grants, and rows in every tenant table."""
    world = World()
    connection.execute(text(f"truncate {', '.join(name for name in TABLES if name != 'audit_log')} cascade"))
    connection.execute(text("alter table audit_log disable trigger user; delete from audit_log"))
    for number in range(user_count):
        _add_user(connection, world, number)
    for user_number, portfolio_number, level in grants:
        user = world.users[user_number % user_count]
        portfolio = list(world.portfolios)[portfolio_number % len(world.portfolios)]
        if (user, portfolio) not in world.levels:
            world.levels[user, portfolio] = level
            values = {"u": user, "p": portfolio, "l": level}
            connection.execute(text("insert into portfolio_access values (:u, :p, :l)"), values)
    connection.execute(text("create table if not exists run_ids (portfolio_id uuid primary key, id uuid)"))
    connection.execute(text("truncate run_ids; grant select on run_ids to app_user, app_worker"))
    for name, table in TABLES.items():
        _fill(connection, world, name, table)
    connection.execute(text("alter table audit_log enable trigger user"))
    return world


def _add_user(connection: Connection, world: World, number: int) -> None:
    user = uuid4()
    world.users.append(user)
    connection.execute(
        text(
            "insert into users (id, email, full_name, password_hash, is_superuser, is_active, privacy_mode,"
            f" created_at, password_changed_at) values (:u, :e, 'n', 'h', false, true, false, '{NOW}', '{NOW}')"
        ),
        {"u": user, "e": f"{user}@x"},
    )
    for _ in range(1 + number % 2):
        portfolio = uuid4()
        world.portfolios[portfolio] = user
        world.levels[user, portfolio] = 4
        connection.execute(
            text(
                "insert into portfolios (id, owner_id, name, account_name, account_type, equity_balance, is_sample,"
                f" created_at) values (:p, :u, 'n', :p, 'ira', 1, false, '{NOW}')"
            ),
            {"p": portfolio, "u": user},
        )


def _fill(connection: Connection, world: World, name: str, table: Table) -> None:
    if name not in ("users", "portfolios", "portfolio_access"):
        parents = world.users if table.parent == "user_id" else list(world.portfolios)
        for parent in parents:
            connection.execute(text(f"insert into {name} {table.insert}"), {"parent": parent})
    if name == "batch_runs":
        connection.execute(
            text("insert into run_ids select portfolio_id, min(id::text)::uuid from batch_runs group by 1")
        )
    rows = connection.execute(text(f"select * from {name}")).mappings()
    world.rows[name] = [_with_owner(name, dict(row)) for row in rows]


def _with_owner(name: str, row: Row) -> Row:
    if name == "audit_log":
        return {**row, "user_id": row["actor_id"]}
    if name == "portfolios":
        return {**row, "user_id": row["owner_id"]}
    if name == "users":
        return {**row, "user_id": row["id"]}
    return row
