"""From a stored file to the plan of what importing it would do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.money import ZERO
from sigmasight_ui.services.imports import repository, rules
from sigmasight_ui.services.imports.models import Import
from sigmasight_ui.services.imports.parts import Parts, file_of
from sigmasight_ui.services.imports.planning import Opened, Plan, Present, make_plan
from sigmasight_ui.services.imports.schemas.choices import ACCOUNT
from sigmasight_ui.services.imports.schemas.review import QuestionView
from sigmasight_ui.services.imports.targets import Target, Unnamed, choose_targets
from sigmasight_ui.services.portfolios.schemas import HeldLot, Reading


def open_file(parts: Parts, content: bytes | None, choices: Mapping[str, Any]) -> Opened:
    """Between transactions: a large file takes its time. None is a file too large to be kept."""
    portfolios = parts.portfolios
    if content is None:
        return Opened(Reading(problems=portfolios.too_large().problems))
    if choices.get("mapping"):
        return Opened(portfolios.read_mapped_file(content, choices["mapping"]), portfolios.mapping_offer(content))
    reading = portfolios.read_broker_file(content, choices.get("format") or None)
    is_unknown = reading.recognition is None and not reading.problems
    return Opened(reading, portfolios.mapping_offer(content) if is_unknown else None)


def open_again(parts: Parts, row: Import, choices: Mapping[str, Any]) -> Opened:
    return open_file(parts, parts.unseal(row.sealed_file, file_of(row.id)), choices)


def plan_of(
    session: Session,
    actor: Actor,
    parts: Parts,
    row: Import,
    opened: Opened,
    choices: Mapping[str, Any],
    *,
    lock: bool = False,
) -> Plan:
    """`lock`: the portfolios the file goes into stay as they are until the transaction ends."""
    targets, question = targets_of(session, actor, parts, row, opened, choices)
    present = [target.portfolio.id for target in targets if target.portfolio is not None]
    lots: dict[UUID, list[HeldLot]] = {portfolio_id: [] for portfolio_id in present}
    for lot in parts.positions.held(session, present, lock=lock) if present else ():
        lots[lot.portfolio_id].append(lot)
    paid_in = dict.fromkeys(present, ZERO)
    for flow in parts.equity_changes.flows_of(session, actor, present) if present else ():
        paid_in[flow.portfolio_id] += flow.amount
    return make_plan(opened, targets, question, Present(lots, paid_in), choices, parts.positions.check_exact)


def targets_of(
    session: Session, actor: Actor, parts: Parts, row: Import, opened: Opened, choices: Mapping[str, Any]
) -> tuple[list[Target], QuestionView | None]:
    recognition = opened.reading.recognition
    if recognition is None:
        return [], None
    return choose_targets(
        recognition.accounts,
        choices.get("accounts", {}),
        parts.portfolios.list_visible(session, actor),
        repository.links(session, row.user_id, recognition.broker),
        row.portfolio_id,
        choices.get("answers", {}).get(ACCOUNT),
        Unnamed(recognition.broker, _name_of(recognition.broker, row.file_name)),
    )


def _name_of(broker: str, file_name: str) -> str:
    """A real broker's, else what the file is called: our template and tables nobody knows say nothing themselves."""
    stem = file_name.rpartition(".")[0] or file_name
    return stem.strip() if broker in rules.NO_BROKERS and stem.strip() else broker
