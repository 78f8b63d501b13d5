"""Row-level security as data: a table's grants and policies, and the statements that put them in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

ROLES = ("app_user", "app_worker", "app_admin", "app_definer")


@dataclass(frozen=True)
class Policy:
    """One policy for one command; `using` limits the rows touched, `check` the rows written."""

    command: str
    roles: tuple[str, ...]
    using: str | None = None
    check: str | None = None


@dataclass(frozen=True)
class TableRules:
    """Grants per role (verbs, with columns where they are narrower) and the policies; no policies = shared table."""

    grants: Mapping[str, str] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()


def statements(table: str, rules: TableRules) -> Iterator[str]:
    """Everything that makes `rules` true for `table`, whatever stood before; run in one transaction."""
    yield f"revoke all on {table} from public, {', '.join(ROLES)}"
    for role, verbs in rules.grants.items():
        yield f"grant {verbs} on {table} to {role}"
    yield _drop_policies(table)
    if not rules.policies:
        yield f"alter table {table} disable row level security"
        return
    yield f"alter table {table} enable row level security"
    yield f"alter table {table} force row level security"
    for number, policy in enumerate(rules.policies):
        yield create_policy(table, number, policy)


def create_policy(table: str, number: int, policy: Policy) -> str:
    using = f" using ({policy.using})" if policy.using else ""
    check = f" with check ({policy.check})" if policy.check else ""
    name = f"{table}_{policy.command}_{number}"
    return f"create policy {name} on {table} for {policy.command} to {', '.join(policy.roles)}{using}{check}"


def _drop_policies(table: str) -> str:
    return (
        "do $$ declare p text; begin for p in select policyname from pg_policies"
        f" where schemaname = current_schema() and tablename = '{table}'"
        f" loop execute 'drop policy ' || quote_ident(p) || ' on {table}'; end loop; end $$"
    )
