"""Deposits and withdrawals of one portfolio, as lines and as a form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sigmasight_ui.services.equity_changes.schemas import ChangeType, EquityChangePage, EquityChangeView
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.kit.paging import Paging, paging

PAGE = 25
KINDS = ((ChangeType.CONTRIBUTION.value, "Deposit"), (ChangeType.WITHDRAWAL.value, "Withdrawal"))
_WORDS = dict(KINDS)


@dataclass(frozen=True)
class DepositLine:
    """`named` tells lines apart for screen readers."""

    id: str
    day: str
    kind: str
    amount: str
    notes: str
    named: str
    can_change: bool
    can_delete: bool


@dataclass(frozen=True)
class Deposits:
    lines: tuple[DepositLine, ...] = ()
    finding: str = ""
    paging: Paging = Paging()


@dataclass(frozen=True)
class DepositForm:
    """What the dialog begins with; an amount that is hidden is left out, and stays as it is unless one is typed."""

    id: str = ""
    change_type: str = ChangeType.CONTRIBUTION.value
    amount: str = ""
    change_date: str = ""
    notes: str = ""
    earliest: str = ""
    latest: str = ""
    help: str = ""
    keeps_amount: bool = False


def deposits(page: EquityChangePage, offset: int, now: datetime, amounts: Amounts) -> Deposits:
    return Deposits(
        lines=tuple(_line(each, now, amounts) for each in page.items),
        finding=_finding(page, amounts),
        paging=paging(offset, len(page.items), page.total),
    )


def _finding(page: EquityChangePage, amounts: Amounts) -> str:
    if not page.total:
        return "Money that came into or left the account after it began."
    came, went = amounts.money(page.contributed, 0), amounts.money(page.withdrawn, 0)
    return f"{came} came in, {went} went out. Returns leave both out."


def _line(each: EquityChangeView, now: datetime, amounts: Amounts) -> DepositLine:
    kind, day = _WORDS[each.change_type], format.day(each.change_date)
    return DepositLine(
        id=str(each.id),
        day=day,
        kind=kind,
        amount=amounts.signed(each.signed),
        notes=each.notes or "",
        named=f"{kind.lower()} of {day}",
        can_change=now <= each.editable_until,
        can_delete=now <= each.deletable_until,
    )


def new_form(first_day: date, today: date) -> DepositForm:
    return DepositForm(change_date=today.isoformat(), **_limits(first_day, today))


def form_of(each: EquityChangeView, first_day: date, today: date, amounts: Amounts) -> DepositForm:
    return DepositForm(
        id=str(each.id),
        change_type=each.change_type.value,
        amount="" if amounts.hidden else format.typed(each.amount),
        change_date=each.change_date.isoformat(),
        notes=each.notes or "",
        keeps_amount=amounts.hidden,
        **_limits(first_day, today),
    )


def _limits(first_day: date, today: date) -> dict[str, str]:
    words = f"From {format.day(first_day)}, where this account begins, to today"
    return {"earliest": first_day.isoformat(), "latest": today.isoformat(), "help": words}
