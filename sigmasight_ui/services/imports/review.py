"""A plan as people see it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sigmasight_ui.core.money import ZERO, cents
from sigmasight_ui.services.imports.models import ImportPreset
from sigmasight_ui.services.imports.planning import AccountPlan, Plan
from sigmasight_ui.services.imports.schemas.choices import MAPPING
from sigmasight_ui.services.imports.schemas.history import ImportLabel
from sigmasight_ui.services.imports.schemas.review import (
    AccountView,
    Change,
    Difference,
    Duplicate,
    GuideView,
    MappingField,
    MappingView,
    Outcome,
    PresetView,
    QuestionView,
    Recognised,
    ReviewRow,
    SkippedLine,
    Totals,
)
from sigmasight_ui.services.imports.settling import Row
from sigmasight_ui.services.portfolios.schemas import CONTRACT_SIZE, MAPPED_FIELDS, mapping_fits

Labels = Mapping[UUID, ImportLabel]


def outcome_of(plan: Plan) -> Outcome:
    reading = plan.reading
    if reading.recognition is None:
        return Outcome.REJECTED if plan.offer is None else Outcome.NEEDS_ANSWERS
    if reading.guide is not None and all(map(_says_nothing, plan.settled.rows)):
        return Outcome.GUIDE
    if any(found.line is None for found in plan.problems) or not (plan.settled.rows or _broken_lines(plan)):
        return Outcome.REJECTED
    is_answered = all(question.answer is not None for question in questions_of(plan))
    return Outcome.READY if is_answered and not plan.problems else Outcome.NEEDS_ANSWERS


def _says_nothing(row: Row) -> bool:
    """What its cost was is neither in the file nor typed yet: a file of such rows is not enough."""
    return row.draft.entry_price is None and not row.edited


def _broken_lines(plan: Plan) -> bool:
    return bool(plan.reading.problems or plan.reading.cash)


def questions_of(plan: Plan) -> tuple[QuestionView, ...]:
    asked = [plan.which_account] if plan.which_account is not None else []
    if plan.recognition is None and plan.offer is not None:
        text = "We do not know this file. Which of its columns is which?"
        asked.append(QuestionView(MAPPING, text, (), None, None))
    return (*asked, *plan.settled.questions)


def mapping_of(plan: Plan, chosen: Mapping[str, str] | None, presets: Sequence[ImportPreset]) -> MappingView | None:
    offer = plan.offer
    if offer is None:
        return None
    views = [
        PresetView(preset.id, preset.name, preset.mapping, mapping_fits(offer.titles, preset.mapping))
        for preset in presets
    ]
    fields = tuple(MappingField(each.name, each.label, each.is_required) for each in MAPPED_FIELDS)
    return MappingView(offer.titles, offer.first_rows, fields, chosen or offer.proposed, tuple(views))


def recognised(plan: Plan) -> Recognised | None:
    found = plan.recognition
    if found is None:
        return None
    accounts = tuple(map(_account, plan.accounts))
    return Recognised(found.format, found.broker, found.kind, found.label, found.as_of, accounts)


def _account(account: AccountPlan) -> AccountView:
    target = account.target
    return AccountView(
        label=target.label,
        include=target.include,
        is_new=target.portfolio is None,
        portfolio_id=target.portfolio.id if target.portfolio else None,
        portfolio_name=target.portfolio_name,
        account_name=target.account_name,
        account_type=target.account_type,
        equity_balance=target.equity_balance,
        proposed_equity=account.proposed_equity,
        name_taken=target.name_taken,
        positions=len(account.rows),
        to_import=len(account.to_create),
        cash=account.cash,
        file_value=account.file_value,
    )


def rows(plan: Plan, labels: Labels) -> tuple[ReviewRow, ...]:
    found = []
    for account in plan.accounts:
        changes = {change.symbol: (change.change, change.present_quantity) for change in account.changes}
        for row in account.rows:
            symbol = row.position.symbol if row.position else row.draft.symbol
            found.append(_row(row, changes.get(symbol, (None, None)), labels))
    return tuple(sorted(found, key=lambda row: row.line))


def _row(row: Row, against: tuple[Change | None, Decimal | None], labels: Labels) -> ReviewRow:
    shown, draft = row.position or row.draft, row.draft
    change, present = against
    return ReviewRow(
        line=draft.line,
        account=draft.account,
        symbol=shown.symbol,
        name=draft.name,
        quantity=shown.quantity,
        entry_price=shown.entry_price,
        entry_date=shown.entry_date,
        entry_date_estimated=row.estimated and shown.entry_date is not None,
        investment_class=shown.investment_class,
        investment_subtype=shown.investment_subtype,
        underlying_symbol=shown.underlying_symbol,
        strike_price=shown.strike_price,
        expiration_date=shown.expiration_date,
        option_type=shown.option_type,
        exit_date=shown.exit_date,
        exit_price=shown.exit_price,
        cost=_cost(row),
        market_value=draft.market_value,
        broker_id=draft.broker_id,
        status=row.status,
        duplicate=_duplicate(row, labels),
        change=None if row.is_skipped else change,
        present_quantity=present,
        edited=row.edited,
        is_complete=row.position is not None,
        raw=draft.raw,
    )


def _cost(row: Row) -> Decimal | None:
    """The file's own total where it stands as in the file."""
    if row.draft.cost is not None and not row.edited:
        return row.draft.cost
    position = row.position
    if position is None:
        return None
    return position.quantity * position.entry_price * (CONTRACT_SIZE if position.investment_class == "OPTIONS" else 1)


def _duplicate(row: Row, labels: Labels) -> Duplicate | None:
    lot = row.duplicate
    if lot is None:
        return None
    label = labels.get(lot.import_id) if lot.import_id else None
    return Duplicate(
        lot.id, lot.import_id, label.label if label else None, lot.import_line, label.confirmed_at if label else None
    )


def skipped_lines(plan: Plan) -> tuple[SkippedLine, ...]:
    cash = {line.line: line for line in plan.reading.cash}
    found = [SkippedLine(line.line, line.text, line.reason) for line in plan.reading.skipped]
    found += [SkippedLine(line.line, line.name, f"Cash, counted once: ${line.amount:,.2f}") for line in cash.values()]
    return tuple(sorted(found, key=lambda line: line.line))


def totals(plan: Plan) -> Totals | None:
    """Of the accounts that are imported; everything read counts, because the file's total does too."""
    if plan.recognition is None:
        return None
    included = plan.included
    file_values = [account.file_value for account in included]
    file_value = None if not file_values or None in file_values else sum((v for v in file_values if v), ZERO)
    read = [row for account in included for row in account.rows if not row.is_skipped]
    values = [row.draft.market_value for row in read]
    positions = None if not values or None in values else sum((v for v in values if v is not None), ZERO)
    stated = [account.cash for account in included if account.cash is not None]
    cash = sum(stated, ZERO) if stated else None
    imported = None if positions is None else positions + (cash or ZERO)
    difference = None if file_value is None or imported is None else file_value - imported
    costs = [_cost(row) for account in included for row in account.to_create]
    return Totals(
        file_value, imported, positions, cash, difference, cents(sum((c for c in costs if c is not None), ZERO))
    )


def difference_of(plan: Plan) -> Difference | None:
    against = [account for account in plan.included if account.target.portfolio is not None]
    return Difference(tuple(item for account in against for item in account.changes)) if against else None


def guide_of(plan: Plan) -> GuideView | None:
    guide = plan.reading.guide
    return GuideView(guide.missing, guide.where_to_get_it) if guide else None
