"""The PostgreSQL roles SigmaSight works with, and the URLs that log in as them.

Nothing here needs a superuser: each requirement is a condition that is checked first and repaired only when it does
not hold, so a server whose operator prepared the roles by hand is accepted as it is.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL, make_url

OWNER = "app_owner"
DEFINER = "app_definer"
RUNTIME_ROLES = ("app_user", "app_worker", "app_admin")
LOGIN_ROLES = (OWNER, *RUNTIME_ROLES)

# A process that was killed in the middle of a statement would hold its locks until the statement ends by itself.
_LOOK_FOR_THE_CLIENT = "client_connection_check_interval"
_STATEMENT_TIMEOUTS = {"app_user": "30s", "app_worker": "120s", "app_admin": "30s"}
_SETUP_LOCK = 7_446_219_301
_CONNECT_SECONDS = 10
_ATTEMPTS = 5
# The setup lock is per database, roles are per server: another database's setup may be at the same row.
_RACES = (psycopg.InternalError, psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation)
# The first minor releases without the row-level security bypass of November 2026, per major version.
_PATCHED = {14: 25, 15: 20, 16: 16, 17: 12, 18: 7}


class RoleSetupError(RuntimeError):
    """The administrator login may not do what the roles need; the message holds the SQL an operator must run."""


@dataclass(frozen=True)
class _Requirement:
    condition: str
    repair: str
    parameters: dict[str, object] = field(default_factory=dict)
    optional: bool = False


def role_url(base_url: str, role: str, password: str) -> str:
    """The same server and database, logged in as another role."""
    return normalise_url(base_url).set(username=role, password=password).render_as_string(hide_password=False)


def normalise_url(url: str) -> URL:
    """SQLAlchemy knows neither `postgres://` nor, without psycopg 3, `postgresql://`."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.partition("+")[0] not in {"postgres", "postgresql"}:
        raise ValueError("A database URL starts with postgresql:// (SigmaSight runs on PostgreSQL only).")
    return make_url(f"postgresql+psycopg2://{rest}")


def psycopg_dsn(url: str) -> str:
    """The connection string libpq and psycopg 3 understand."""
    parts = normalise_url(url)
    login = {"user": parts.username, "password": parts.password, "host": parts.host, "port": parts.port}
    query = {key: value if isinstance(value, str) else ",".join(value) for key, value in parts.query.items()}
    return make_conninfo("", dbname=parts.database, **{**login, **query})


def ensure_roles(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Bring roles, privileges and passwords of the database in `admin_url` to what SigmaSight needs."""
    with psycopg.connect(psycopg_dsn(admin_url), autocommit=True, connect_timeout=_CONNECT_SECONDS) as connection:
        connection.execute("set lock_timeout = '60s'")
        connection.execute("select pg_advisory_lock(%s)", [_SETUP_LOCK])
        unmet = [item.repair for item in _requirements(connection) if not (_settle(connection, item) or item.optional)]
        unmet += [
            f"alter role {role} password '<the password SigmaSight keeps for {role}>'"
            for role in LOGIN_ROLES
            if not _settle_password(connection, role_url(admin_url, role, passwords[role]))
        ]
        if unmet:
            raise RoleSetupError(_operator_message(connection, unmet))


def server_version_check(url: str) -> str | None:
    """A warning for administrators when the server lacks a known security fix."""
    with psycopg.connect(psycopg_dsn(url), connect_timeout=_CONNECT_SECONDS) as connection:
        return version_warning(connection.info.server_version)


def warning_of(connection: Connection) -> str | None:
    """The same over a connection that is open."""
    return version_warning(int(connection.execute(text("show server_version_num")).scalar_one()))


def version_warning(server_version: int) -> str | None:
    """`server_version` as the server counts: 180006 is 18.6."""
    major, minor = divmod(server_version, 10_000)
    newest = max(_PATCHED)
    if major > newest or (major in _PATCHED and minor >= _PATCHED[major]):
        return None
    if major not in _PATCHED:
        return f"PostgreSQL {major}.{minor} is no longer maintained. Update to {newest}.{_PATCHED[newest]} or later."
    return (
        f"PostgreSQL {major}.{minor} lacks a fix for a bypass of row-level security. "
        f"Update to {major}.{_PATCHED[major]} or later."
    )


def _requirements(connection: psycopg.Connection) -> list[_Requirement]:
    database = sql.Identifier(connection.info.dbname).as_string(connection)
    present = {name for (name,) in connection.execute("select rolname from pg_roles")}
    roles = [_role_requirement(role, role in present) for role in (*LOGIN_ROLES, DEFINER)]
    timeouts = [item for role in RUNTIME_ROLES for item in _timeout_requirements(role)]
    return [*roles, _definer_membership(), *_database_requirements(database), *_schema_requirements(), *timeouts]


def _role_requirement(role: str, is_present: bool) -> _Requirement:
    login = role != DEFINER
    # Without inheritance the owner sees nothing through the policies of app_definer; it only may become it.
    attributes = (
        f"{'login' if login else 'nologin'} nosuperuser nobypassrls nocreatedb nocreaterole noreplication noinherit"
    )
    return _Requirement(
        "select rolcanlogin = %(login)s and not (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole"
        " or rolreplication or rolinherit) from pg_roles where rolname = %(role)s",
        f"{'alter' if is_present else 'create'} role {role} {attributes}",
        {"role": role, "login": login},
    )


def _definer_membership() -> _Requirement:
    return _Requirement(
        "select pg_has_role(%(owner)s, %(definer)s, 'member')",
        f"grant {DEFINER} to {OWNER}",
        {"owner": OWNER, "definer": DEFINER},
    )


def _database_requirements(database: str) -> list[_Requirement]:
    allowed = "select has_database_privilege(%(role)s, current_database(), %(privilege)s)"
    return [
        _Requirement(
            "select not has_database_privilege('public', current_database(), 'connect, temporary')",
            f"revoke all on database {database} from public",
            optional=True,
        ),
        _Requirement(
            allowed, f"grant create on database {database} to {OWNER}", {"role": OWNER, "privilege": "create"}
        ),
        *(
            _Requirement(
                allowed, f"grant connect on database {database} to {role}", {"role": role, "privilege": "connect"}
            )
            for role in LOGIN_ROLES
        ),
    ]


def _schema_requirements() -> list[_Requirement]:
    allowed = "select has_schema_privilege(%(role)s, 'public', %(privilege)s)"
    return [
        _Requirement(
            "select not has_schema_privilege('public', 'public', 'create, usage')",
            "revoke all on schema public from public",
        ),
        _Requirement(allowed, f"grant create on schema public to {OWNER}", {"role": OWNER, "privilege": "create"}),
        *(
            _Requirement(allowed, f"grant usage on schema public to {role}", {"role": role, "privilege": "usage"})
            for role in (*LOGIN_ROLES, DEFINER)
        ),
    ]


def _timeout_requirements(role: str) -> list[_Requirement]:
    settings = {
        "statement_timeout": _STATEMENT_TIMEOUTS[role],
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "60s",
        _LOOK_FOR_THE_CLIENT: "5s",
    }
    return [
        _Requirement(
            "select %(entry)s = any(rolconfig) from pg_roles where rolname = %(role)s",
            f"alter role {role} set {name} = '{value}'",
            {"role": role, "entry": f"{name}={value}"},
            optional=name == _LOOK_FOR_THE_CLIENT,  # not every system a server runs on can tell
        )
        for name, value in settings.items()
    ]


def _settle(connection: psycopg.Connection, requirement: _Requirement) -> bool:
    for attempt in range(_ATTEMPTS):
        if _holds(connection, requirement):
            return True
        try:
            connection.execute(requirement.repair.encode())
        except psycopg.OperationalError:
            raise
        except _RACES:
            time.sleep(0.05 * attempt)
        except psycopg.Error:
            return False
    return _holds(connection, requirement)


def _holds(connection: psycopg.Connection, requirement: _Requirement) -> bool:
    try:
        row = connection.execute(requirement.condition.encode(), requirement.parameters).fetchone()
    except psycopg.errors.UndefinedObject:
        return False
    return bool(row and row[0])


def _settle_password(connection: psycopg.Connection, url: str) -> bool:
    """Passwords are set only when they do not work: they belong to the server, not to this database alone."""
    login = normalise_url(url)
    for attempt in range(_ATTEMPTS):
        failure = _login_failure(url)
        if failure is None:
            return True
        try:
            _set_password(connection, str(login.username), str(login.password))
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject):
            return False
        except _RACES:
            time.sleep(0.05 * attempt)
    raise RoleSetupError(f"The role {login.username} cannot log in although its password is set: {failure}")


def _login_failure(url: str) -> str | None:
    try:
        psycopg.connect(psycopg_dsn(url), connect_timeout=_CONNECT_SECONDS).close()
    except psycopg.OperationalError as error:
        return str(error).strip()
    return None


def _set_password(connection: psycopg.Connection, role: str, password: str) -> None:
    """Sent as a SCRAM verifier, so that no server log can hold the password itself."""
    statement = sql.SQL("alter role {} password {}")
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    try:
        connection.execute(statement.format(sql.Identifier(role), sql.Literal(verifier)))
    except psycopg.InternalError as error:
        if "plaintext" not in str(error):
            raise
        # Neon accepts no verifiers and hashes the password itself.
        connection.execute(statement.format(sql.Identifier(role), sql.Literal(password)))


def _operator_message(connection: psycopg.Connection, repairs: list[str]) -> str:
    statements = "\n".join(f"  {repair};" for repair in repairs)
    return (
        f"{connection.info.user} may not prepare the database {connection.info.dbname}. "
        f"Let its owner or a superuser run there:\n{statements}"
    )
