"""All tables of all rooms, and for each one who may see and write which rows.

A table that is missing here fails the build (tests/services/test_isolation.py); so does a policy that lets a row
through to somebody else.
"""

from __future__ import annotations

from sigmasight_ui.core.orm import Base
from sigmasight_ui.core.row_security import Policy, TableRules
from sigmasight_ui.services.access import models as access
from sigmasight_ui.services.audit import models as audit
from sigmasight_ui.services.batch import models as batch
from sigmasight_ui.services.equity_changes import models as equity_changes
from sigmasight_ui.services.identity import models as identity
from sigmasight_ui.services.imports import models as imports
from sigmasight_ui.services.market_data import models as market_data
from sigmasight_ui.services.onboarding import models as onboarding
from sigmasight_ui.services.portfolios import models as portfolios
from sigmasight_ui.services.risk import models as risk
from sigmasight_ui.services.scenarios import models as scenarios
from sigmasight_ui.services.securities import models as securities

METADATA = Base.metadata
MODEL_MODULES = (
    access, audit, batch, equity_changes, identity, imports, market_data, onboarding, portfolios, risk,
    scenarios, securities,
)  # fmt: skip

USER, WORKER, ADMIN, DEFINER = "app_user", "app_worker", "app_admin", "app_definer"
BOTH = (USER, WORKER)

SELF = "(select app.uid())"
REASON = "nullif(current_setting('app.admin_reason', true), '') is not null"


def _level(minimum: int, column: str = "portfolio_id") -> str:
    """Evaluated once per statement: the array comes from an InitPlan and drives the index."""
    return f"{column} = any((select app.pids({minimum}))::uuid[])"


VIEW, WRITE, MANAGE = _level(1), _level(2), _level(3)
_ADMIN_READS = Policy("select", (ADMIN,), REASON)


def _shared(**extra: str) -> TableRules:
    """Facts without a tenant: everybody reads, the worker writes."""
    return TableRules({USER: "select", WORKER: "select, insert, update, delete", ADMIN: "select", **extra})


def _results() -> TableRules:
    """Computed for a portfolio: seen by who sees the portfolio, written by the worker in its owner's name."""
    return TableRules(
        {USER: "select", WORKER: "select, insert, update, delete"},
        (
            Policy("select", BOTH, VIEW),
            Policy("insert", (WORKER,), check=WRITE),
            Policy("update", (WORKER,), WRITE, WRITE),
            Policy("delete", (WORKER,), WRITE),
        ),
    )


TABLES: dict[str, TableRules] = {
    "users": TableRules(
        {
            USER: "select, update (full_name, privacy_mode, import_file_days, password_hash, password_changed_at)",
            ADMIN: "select",
            DEFINER: "select, insert, update, delete",
        },
        (
            Policy("select", (USER,), f"id = {SELF}"),
            Policy("update", (USER,), f"id = {SELF}", f"id = {SELF}"),
            Policy("all", (DEFINER,), "true", "true"),
            _ADMIN_READS,
        ),
    ),
    "sessions": TableRules(
        {USER: "select, insert, update (revoked_at, revoked_why)", DEFINER: "select, update, delete"},
        (
            Policy("select", (USER,), f"user_id = {SELF}"),
            Policy("insert", (USER,), check=f"user_id = {SELF}"),
            Policy("update", (USER,), f"user_id = {SELF}", f"user_id = {SELF}"),
            Policy("all", (DEFINER,), "true", "true"),
        ),
    ),
    "audit_log": TableRules(
        {USER: "select", WORKER: "select", ADMIN: "select", DEFINER: "insert, select"},
        (
            Policy("select", (USER,), f"actor_id = {SELF} or subject_id = {SELF}"),
            Policy("select", (WORKER,), "true"),
            Policy("insert", (DEFINER,), check="true"),
            _ADMIN_READS,
        ),
    ),
    "portfolio_access": TableRules(
        {USER: "select, insert, delete", WORKER: "select", DEFINER: "select, insert"},
        (
            Policy("select", BOTH, f"user_id = {SELF} or {MANAGE}"),
            Policy("insert", (USER,), check=f"{MANAGE} and level < 4"),
            Policy("delete", (USER,), f"{MANAGE} and level < 4"),
            Policy("select", (DEFINER,), "true"),
            Policy("insert", (DEFINER,), check="true"),
        ),
    ),
    "portfolios": TableRules(
        {
            USER: "select, insert, update (name, account_name, account_type, description, equity_balance,"
            " positions_changed_at, archived_at)",
            WORKER: "select",
            ADMIN: "select",
            DEFINER: "select",
        },
        (
            Policy("select", (USER,), f"owner_id = {SELF} or {_level(1, 'id')}"),
            Policy("insert", (USER,), check=f"owner_id = {SELF}"),
            Policy("update", (USER,), _level(3, "id"), _level(3, "id")),
            Policy("select", (WORKER, DEFINER), "true"),
            _ADMIN_READS,
        ),
    ),
    "positions": TableRules(
        {USER: "select, insert, update, delete", WORKER: "select"},
        (
            Policy("select", BOTH, VIEW),
            Policy("insert", (USER,), check=WRITE),
            Policy("update", (USER,), WRITE, WRITE),
            Policy("delete", (USER,), WRITE),
        ),
    ),
    "removed_positions": TableRules(
        {USER: "select, insert, delete", WORKER: "select, delete"},
        (
            Policy("select", (USER,), VIEW),
            Policy("insert", (USER,), check=WRITE),
            Policy("delete", (USER,), WRITE),
            Policy("select", (WORKER,), "true"),
            Policy("delete", (WORKER,), "cause = 'deleted'"),
        ),
    ),
    "imports": TableRules(
        {
            USER: "select, insert, update, delete",
            WORKER: "select, update (sealed_file), delete",
            DEFINER: "select (id, user_id)",
        },
        (
            Policy("all", (USER,), f"user_id = {SELF}", f"user_id = {SELF}"),
            Policy("select", (WORKER, DEFINER), "true"),
            Policy("update", (WORKER,), "true", "true"),
            Policy("delete", (WORKER,), "state = 'review'"),
        ),
    ),
    "portfolio_imports": TableRules(
        {
            USER: "select, insert, update (state, undone_at, undone_by, undone_by_id, run_id)",
            WORKER: "select",
            DEFINER: "select (import_id, undone_by_id), update (imported_by, undone_by)",
        },
        (
            Policy("select", BOTH, VIEW),
            Policy("insert", (USER,), check=MANAGE),
            Policy("update", (USER,), MANAGE, MANAGE),
            Policy("all", (DEFINER,), "true", "true"),
        ),
    ),
    "equity_changes": TableRules(
        {
            USER: "select, insert, update (change_type, amount, change_date, notes, updated_at, deleted_at)",
            WORKER: "select",
        },
        (
            Policy("select", BOTH, VIEW),
            Policy("insert", (USER,), check=MANAGE),
            Policy("update", (USER,), MANAGE, MANAGE),
        ),
    ),
    "import_presets": TableRules(
        {USER: "select, insert, update, delete"},
        (Policy("all", (USER,), f"user_id = {SELF}", f"user_id = {SELF}"),),
    ),
    "uploads": TableRules(
        {USER: "select, insert, update, delete", WORKER: "select, delete"},
        (
            Policy("all", (USER,), f"user_id = {SELF}", f"user_id = {SELF}"),
            Policy("select", (WORKER,), "true"),
            Policy("delete", (WORKER,), "true"),
        ),
    ),
    "batch_runs": TableRules(
        {
            USER: "select, insert, update (cancel_requested_at, asked_again)",
            WORKER: "select, insert, update, delete",
            ADMIN: "select",
            DEFINER: "select (id, portfolio_id, status, requested_by), update (requested_by)",
        },
        (
            Policy("select", (USER,), VIEW),
            Policy("insert", BOTH, check=WRITE),
            Policy("update", (USER,), MANAGE, MANAGE),
            Policy("all", (DEFINER,), "true", "true"),
            Policy("select", (WORKER,), "true"),
            Policy("update", (WORKER,), "true", "true"),
            Policy("delete", (WORKER,), "true"),
            _ADMIN_READS,
        ),
    ),
    "batch_phases": TableRules(
        {USER: "select, insert", WORKER: "select, insert, update"},
        (
            Policy("select", BOTH, VIEW),
            Policy("insert", BOTH, check=WRITE),
            Policy("update", (WORKER,), WRITE, WRITE),
        ),
    ),
    "batch_log": TableRules(
        {USER: "select, insert", WORKER: "select, insert"},
        (Policy("select", BOTH, VIEW), Policy("insert", BOTH, check=WRITE)),
    ),
    "custom_scenarios": TableRules(
        {USER: "select, insert, update (name, shocks, updated_at), delete", WORKER: "select"},
        (
            Policy("select", BOTH, f"user_id = {SELF}"),
            Policy("insert", (USER,), check=f"user_id = {SELF}"),
            Policy("update", (USER,), f"user_id = {SELF}", f"user_id = {SELF}"),
            Policy("delete", (USER,), f"user_id = {SELF}"),
        ),
    ),
    "snapshots": _results(),
    "holding_values": _results(),
    "book_returns": _results(),
    "portfolio_figures": _results(),
    "portfolio_exhibits": _results(),
    "symbol_figures": _shared(),
    "symbol_estimates": _shared(),
    "securities": _shared(),
    "prices": _shared(),
    "symbol_status": _shared(),
    "source_status": _shared(),
    "factor_definitions": _shared(),
    "scenario_definitions": _shared(),
    "audit_seals": TableRules({USER: "select", WORKER: "select, insert", ADMIN: "select"}),
    "rate_limits": TableRules({USER: "select, insert, update", WORKER: "select, delete"}),
    "system_state": TableRules({DEFINER: "select, insert, update, delete"}),
}
