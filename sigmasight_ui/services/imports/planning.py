"""What an import will do to each account: which rows become lots, which lots are replaced, what is left alone. Pure;
the review shows it and confirming carries it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sigmasight_ui.core.calendar import new_york_day
from sigmasight_ui.core.money import ZERO, cents
from sigmasight_ui.services.imports import difference, matching, rules
from sigmasight_ui.services.imports.schemas.choices import Mode
from sigmasight_ui.services.imports.schemas.review import HoldingChange, QuestionView, RowStatus
from sigmasight_ui.services.imports.settling import Check, Row, Settled, settle
from sigmasight_ui.services.imports.targets import Target
from sigmasight_ui.services.portfolios.schemas import (
    CONTRACT_SIZE,
    LOTS,
    CsvProblem,
    HeldLot,
    MappingOffer,
    PortfolioRow,
    Reading,
    Recognition,
)


@dataclass
class AccountPlan:
    """`replaced` lots go when the import is confirmed. `cash` is None when the file does not say. `paid_in`: deposits
    less withdrawals so far."""

    target: Target
    mode: Mode
    rows: list[Row]
    lots: Sequence[HeldLot]
    cash: Decimal | None
    file_value: Decimal | None
    paid_in: Decimal
    replaced: list[HeldLot] = field(default_factory=list)
    changes: list[HoldingChange] = field(default_factory=list)

    @property
    def to_create(self) -> list[Row]:
        return [row for row in self.rows if row.status is RowStatus.IMPORT and row.position is not None]

    @property
    def proposed_equity(self) -> Decimal | None:
        """The balance under which cash comes out as the file states it; without a statement a new account begins
        without cash, and an old one keeps its balance."""
        if self.target.portfolio is not None and (self.cash is None or self.mode is not Mode.REPLACE):
            return None
        gone = {lot.id for lot in self.replaced}
        stays = [lot for lot in self.lots if lot.id not in gone]
        spent = sum((_cost(row) for row in self.to_create if row.is_open_lot), ZERO)
        spent += sum((_paid(lot, self.target.portfolio) for lot in stays), ZERO)
        equity = cents((self.cash or ZERO) + spent - self.paid_in)
        return equity if equity > 0 else None


@dataclass
class Plan:
    reading: Reading
    settled: Settled
    accounts: list[AccountPlan]
    mode: Mode
    which_account: QuestionView | None
    offer: MappingOffer | None

    @property
    def recognition(self) -> Recognition | None:
        return self.reading.recognition

    @property
    def included(self) -> list[AccountPlan]:
        return [account for account in self.accounts if account.target.include]

    @property
    def problems(self) -> list[CsvProblem]:
        """Of what is going to be imported; an account that is left out may be broken."""
        left_out = {row.draft.line for account in self.accounts if not account.target.include for row in account.rows}
        return [found for found in self.settled.problems if found.line not in left_out]

    @property
    def open_questions(self) -> list[str]:
        asked = self.which_account
        waiting = [asked.id] if asked is not None and asked.answer is None and asked.default is None else []
        return [*waiting, *self.settled.open_questions]


@dataclass(frozen=True)
class Opened:
    """A file as it was read; `offer` is there for one nobody knows, whether or not its columns are mapped yet."""

    reading: Reading
    offer: MappingOffer | None = None


@dataclass(frozen=True)
class Present:
    """What the portfolios hold that the file may go into, and what was paid into them."""

    lots: Mapping[UUID, Sequence[HeldLot]]
    paid_in: Mapping[UUID, Decimal]


def make_plan(
    opened: Opened,
    targets: Sequence[Target],
    which_account: QuestionView | None,
    holdings: Present,
    choices: Mapping[str, Any],
    check: Check,
) -> Plan:
    """`choices` as they are stored: answers, edits, mode."""
    reading, lots = opened.reading, holdings.lots
    of = {target.label: lots.get(target.portfolio.id, ()) if target.portfolio else () for target in targets}
    mode = Mode(choices["mode"]) if choices.get("mode") else default_mode(reading, of)
    first_dates = {} if mode is Mode.ADD else {label: _first_dates(present) for label, present in of.items()}

    def since(account: str, symbol: str) -> date | None:
        return first_dates.get(account, {}).get(symbol)

    settled = settle(reading, choices.get("answers", {}), choices.get("edits", {}), check, since)
    unread = {found.symbol for found in reading.problems if found.symbol}
    accounts = []
    for target in targets:
        paid_in = holdings.paid_in.get(target.portfolio.id, ZERO) if target.portfolio else ZERO
        accounts.append(_account_plan(reading, target, settled, of[target.label], mode, unread, paid_in))
    return Plan(reading, settled, accounts, mode, which_account, opened.offer)


def default_mode(reading: Reading, present: Mapping[str, Sequence[HeldLot]]) -> Mode:
    """A broker's file says what an account holds, so what is there already gives way to it."""
    recognition = reading.recognition
    is_snapshot = recognition is not None and recognition.format != rules.OWN_FORMAT
    return Mode.REPLACE if is_snapshot and any(present.values()) else Mode.ADD


def _account_plan(
    reading: Reading,
    target: Target,
    settled: Settled,
    lots: Sequence[HeldLot],
    mode: Mode,
    unread: set[str],
    paid_in: Decimal,
) -> AccountPlan:
    rows = [row for row in settled.rows if row.draft.account == target.label]
    amounts = [cash.amount for cash in reading.cash if cash.account == target.label]
    said = [total.market_value for total in reading.totals if total.account == target.label]
    plan = AccountPlan(
        target=target,
        mode=mode if target.portfolio is not None else Mode.ADD,
        rows=rows,
        lots=lots,
        cash=sum(amounts, ZERO) if amounts else None,
        file_value=next((value for value in said if value is not None), None),
        paid_in=paid_in,
    )
    closes_unnamed = reading.recognition is not None and reading.recognition.kind != LOTS  # lots may be of one symbol
    if not target.include or (target.portfolio is None and mode is Mode.RECONCILE):
        _leave_out(rows)
    elif target.portfolio is not None:
        _against_holdings(plan, target.portfolio.id, unread if closes_unnamed else {lot.symbol for lot in lots})
    return plan


def _against_holdings(plan: AccountPlan, portfolio_id: UUID, unread: set[str]) -> None:
    """`unread`: symbols about which the file says nothing we understood; they are not closed."""
    # Replacing compares open lots symbol by symbol; only what is closed is history to be found again.
    matched = [row for row in plan.rows if not row.is_open_lot] if plan.mode is Mode.REPLACE else plan.rows
    matching.find_duplicates(matched, plan.lots)
    sides = difference.sides_of(plan.rows, plan.lots, unread)
    if plan.mode is Mode.RECONCILE:
        _leave_out(plan.rows)
    elif plan.mode is Mode.ADD:
        _skip_duplicates(plan.rows)
    else:
        _replace(plan, sides)
    plan.changes = difference.compare(portfolio_id, sides, plan.rows, plan.mode)


def _leave_out(rows: Sequence[Row]) -> None:
    for row in rows:
        if not row.is_skipped:
            row.status = RowStatus.LEFT_OUT


def _skip_duplicates(rows: Sequence[Row]) -> None:
    for row in rows:
        if row.duplicate is not None and not row.add_anyway and not row.is_skipped:
            row.status = RowStatus.DUPLICATE


def _replace(plan: AccountPlan, sides: difference.Sides) -> None:
    """Symbol by symbol: what is the same stays with its lots and their dates, what differs is put in the place of
    what was there. Lots that are closed are history and stay; the file's closed lots are added once."""
    for row in plan.rows:
        if row.is_skipped or row.position is None:
            continue
        if not row.is_open_lot:
            _skip_duplicates([row])
        elif row.position.symbol in sides.same:
            row.status = RowStatus.KEPT
    going = (sides.file.keys() - sides.same) | sides.closed
    plan.replaced = [lot for lot in plan.lots if lot.exit_date is None and lot.symbol in going]


def _first_dates(lots: Sequence[HeldLot]) -> dict[str, date]:
    found: dict[str, date] = {}
    for lot in lots:
        if lot.exit_date is None:
            found[lot.symbol] = min(lot.entry_date, found.get(lot.symbol, lot.entry_date))
    return found


def _cost(row: Row) -> Decimal:
    position = row.position
    assert position is not None  # only rows that can be created are counted
    return position.quantity * position.entry_price * (CONTRACT_SIZE if position.investment_class == "OPTIONS" else 1)


def _paid(lot: HeldLot, portfolio: PortfolioRow | None) -> Decimal:
    """What a lot has taken out of cash by now; what was closed before the account was entered counts nothing."""
    shares = lot.quantity * (CONTRACT_SIZE if lot.investment_class == "OPTIONS" else 1)
    if lot.exit_date is None or lot.exit_price is None:
        return shares * lot.entry_price
    is_history = portfolio is not None and lot.exit_date <= new_york_day(portfolio.created_at)
    return ZERO if is_history else shares * (lot.entry_price - lot.exit_price)
