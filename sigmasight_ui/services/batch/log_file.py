"""A run's log as a file: text for people, JSON for programs. Both say the same."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from sigmasight_ui.services.batch.schemas import LogFile, PhaseStatus, RunLog

_STAMP = "%Y-%m-%d %H:%M:%S"
_RULE = "=" * 72


def as_text(log: RunLog, portfolio_name: str, now: datetime) -> LogFile:
    run = log.run
    parts = [
        _RULE, "SigmaSight calculation log (times in UTC)", _RULE,
        f"Portfolio id: {run.portfolio_id}",
        f"Portfolio:    {portfolio_name}",
        f"Run:          {run.batch_run_id}",
        f"Started:      {_time(run.started_at)}",
        f"Duration:     {run.elapsed_seconds:.1f} s",
        f"Status:       {run.status}" + (f" ({run.error_code}: {run.reason})" if run.error_code else ""),
        "", "SUMMARY", f"{run.phases_completed} of {len(run.phases)} phases completed",
        "", "PHASE DETAILS", *(_phase(phase) for phase in run.phases),
        "", "ACTIVITY LOG", *(f"{_time(line.at)} [{line.level.upper()}] {line.message}" for line in log.lines),
    ]  # fmt: skip
    return LogFile(_name(log, now, "txt"), "text/plain; charset=utf-8", "\n".join(parts) + "\n")


def as_json(log: RunLog, portfolio_name: str, now: datetime) -> LogFile:
    content = {
        "portfolio_name": portfolio_name,
        **asdict(log.run),
        "phases_completed": log.run.phases_completed,
        "phases_total": len(log.run.phases),
        "activity_log": [asdict(line) for line in log.lines],
    }
    return LogFile(_name(log, now, "json"), "application/json", json.dumps(content, indent=2, default=_plain) + "\n")


def _phase(phase: PhaseStatus) -> str:
    took = "" if phase.duration_seconds is None else f"  {phase.duration_seconds:.1f} s"
    progress = "" if phase.total is None else f"  {phase.current} of {phase.total} {phase.unit}"
    reason = "" if phase.reason is None else f"  {phase.reason}"
    return f"{phase.name:<28}{phase.status:<10}{took}{progress}{reason}"


def _time(at: datetime | None) -> str:
    return at.strftime(_STAMP) if at else "not yet"


def _name(log: RunLog, now: datetime, suffix: str) -> str:
    return f"portfolio_setup_log_{str(log.run.portfolio_id)[:8]}_{now:%Y%m%d_%H%M%S}.{suffix}"


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
