"""One import under review: the service's answer in, ready text out."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from uuid import UUID

from sigmasight_ui.services.imports.schemas.choices import Mode
from sigmasight_ui.services.imports.schemas.review import (
    AccountView,
    Change,
    HoldingChange,
    MappingView,
    Review,
    ReviewRow,
    RowStatus,
)
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Amounts, plural
from sigmasight_ui.ui.imports.left_out_rows import (
    LISTED,
    doubled,
    duplicate_line,
    duplicates_finding,
    problem_line,
    problems_finding,
    skipped_finding,
)
from sigmasight_ui.ui.imports.question_rows import question_cards
from sigmasight_ui.ui.imports.review_view import (
    AccountLine,
    Choice,
    Lines,
    MappedField,
    Mapping,
    PlainLine,
    PresetChoice,
    ReviewLine,
    ReviewPage,
    Totals,
)
from sigmasight_ui.ui.kit.paging import paging
from sigmasight_ui.ui.kit.receipt import Fact
from sigmasight_ui.ui.words import symbol_in_words

PAGE = 25
NEW_PORTFOLIO, NOT_IMPORTED = "new", "none"


def review_page(
    review: Review, names: MappingOf[UUID, str], shown_account: str, offset: int, amounts: Amounts
) -> ReviewPage:
    """`names` of the person's portfolios by id."""
    accounts = review.recognised.accounts if review.recognised else ()
    shown = _shown(accounts, shown_account)
    rows = [row for row in review.positions if shown is None or row.account == shown.label]
    changes = _changes(review, shown)
    return ReviewPage(
        outcome=review.outcome.value,
        file_title=_file_title(review),
        file_line=f"{review.file_name}, {format.size(review.size)}",
        format=review.recognised.format if review.recognised else "",
        accounts=[_account(account, amounts) for account in accounts],
        totals=_totals(review, amounts),
        questions=question_cards(review),
        tabs=[Choice(each.label, _goes_to(each, names)) for each in accounts if each.include],
        shown_account=shown.label if shown else "",
        section=_goes_to(shown, names) if shown else "Positions",
        against=_against(rows, changes, shown),
        has_present=any(not account.is_new and account.include for account in accounts),
        mode=review.mode.value,
        lines=_page(rows, offset, amounts, review.mode),
        going=_going(changes, review.mode, amounts),
        negative=_negative(review),
        skipped=[
            PlainLine(str(each.line), each.text, amounts.text(each.reason)) for each in review.skipped[:LISTED]
        ],
        skipped_finding=skipped_finding(review),
        duplicates=[duplicate_line(row) for row in doubled(review)[:LISTED]],
        duplicates_finding=duplicates_finding(review),
        problems=[problem_line(problem, amounts) for problem in review.problems[:LISTED]],
        problems_finding=problems_finding(review),
        mapping=_mapping(review.mapping, amounts),
        needs_mapping=review.mapping is not None and review.recognised is None,
        guide_missing=review.guide.missing if review.guide else "",
        guide_where=review.guide.where_to_get_it if review.guide else "",
        **_bar(review),
    )  # fmt: skip


# The file


def _file_title(review: Review) -> str:
    """Schwab positions, 12 Nov 2026, 3 accounts"""
    found = review.recognised
    if found is None:
        return review.file_name
    parts = [found.label]
    if found.as_of:
        parts.append(format.day(found.as_of))
    if len(found.accounts) > 1:
        parts.append(plural(len(found.accounts), "account"))
    return ", ".join(parts)


def _account(account: AccountView, amounts: Amounts) -> AccountLine:
    goes_to = NEW_PORTFOLIO if account.is_new else str(account.portfolio_id)
    makes_one = account.include and account.is_new
    proposed = "" if account.proposed_equity is None else amounts.money(account.proposed_equity)
    balance = account.equity_balance if account.equity_balance is not None and not amounts.hidden else proposed
    taken = "You already have an account of this name." if makes_one and account.name_taken else ""
    return AccountLine(
        label=account.label,
        is_included=account.include,
        goes_to=goes_to if account.include else NOT_IMPORTED,
        is_new=makes_one,
        account_name=account.account_name,
        account_type=account.account_type,
        equity_balance=balance,
        balance_note=_balance_note(account, amounts) if balance and account.equity_balance is None else "",
        name_problem=taken,
        positions=f"{account.positions:,}",
        value=amounts.money(account.file_value),
    )


def _balance_note(account: AccountView, amounts: Amounts) -> str:
    if account.cash is None:
        return "What the positions cost. Cash comes out as 0."
    return f"What the positions cost, and cash of {amounts.money(account.cash)} as in the file."


def _goes_to(account: AccountView, names: MappingOf[UUID, str]) -> str:
    return names.get(account.portfolio_id, account.account_name) if account.portfolio_id else account.account_name


def _shown(accounts: Sequence[AccountView], wanted: str) -> AccountView | None:
    included = [account for account in accounts if account.include]
    return next((account for account in included if account.label == wanted), included[0] if included else None)


def _totals(review: Review, amounts: Amounts) -> Totals:
    totals = review.totals
    if totals is None:
        return Totals()
    facts = [
        Fact("File says", amounts.money(totals.file_value)),
        Fact("Positions", amounts.money(totals.positions_value)),
        Fact("Cash", amounts.money(totals.cash)),
        Fact("Difference", amounts.money(totals.difference)),
    ]
    against = "File against what will be imported."
    if totals.difference is None:
        told = "The file states no total." if totals.file_value is None else "The file states no value for every row."
        facts = [Fact("Cost of positions", amounts.money(totals.cost)), Fact("Cash", amounts.money(totals.cash))]
        return Totals("Totals", told, facts=facts)
    if totals.difference == 0:
        return Totals("Totals agree", against, "to the cent", "ok", facts)
    return Totals("Totals differ", against, amounts.money(totals.difference), "warn", facts)


# Positions


def _page(rows: Sequence[ReviewRow], offset: int, amounts: Amounts, mode: Mode) -> Lines:
    start = max(0, min(offset, (len(rows) - 1) // PAGE * PAGE))
    page = rows[start : start + PAGE]
    return Lines(
        rows=[_line(row, amounts, mode) for row in page],
        paging=paging(start, len(page), len(rows)),
    )


def _line(row: ReviewRow, amounts: Amounts, mode: Mode) -> ReviewLine:
    against, tone = _status(row, amounts, mode)
    quantity = amounts.quantity(row.quantity)
    title = symbol_in_words(row.symbol)
    return ReviewLine(
        line=row.line,
        symbol=title,
        name=row.name if row.name != row.symbol else "",
        quantity=quantity,
        at=f"{quantity} at",
        price="" if row.entry_price is None else amounts.price(format.typed(row.entry_price), row.investment_class),
        date="" if row.entry_date is None else row.entry_date.isoformat(),
        is_estimated=row.entry_date_estimated,
        cost=amounts.money(row.cost),
        against=against,
        tone=tone,
        is_hidden=amounts.hidden,
        is_skipped=row.status is RowStatus.SKIPPED,
        lacks_price=row.entry_price is None,
        lacks_date=row.entry_date is None,
    )


def _status(row: ReviewRow, amounts: Amounts, mode: Mode) -> tuple[str, str]:
    if row.status is RowStatus.SKIPPED:
        return "skipped by you", "skipped"
    if row.status is RowStatus.DUPLICATE:
        return "already imported", "same"
    if row.status is RowStatus.LEFT_OUT and mode is not Mode.RECONCILE:
        return "not imported", "skipped"
    was = "" if row.present_quantity is None else f", was {amounts.quantity(row.present_quantity)}"
    words = {
        Change.ADDED: ("added", "added"),
        Change.CHANGED: (f"changed{was}", "changed"),
        Change.UNCHANGED: ("unchanged", "same"),
        Change.CLOSED: ("closed", "changed"),
    }
    return words.get(row.change, ("added", "added")) if row.change else ("added", "added")


# Against holdings


def _changes(review: Review, shown: AccountView | None) -> tuple[HoldingChange, ...]:
    if review.difference is None or shown is None or shown.portfolio_id is None:
        return ()
    return tuple(item for item in review.difference.items if item.portfolio_id == shown.portfolio_id)


def _against(rows: Sequence[ReviewRow], changes: Sequence[HoldingChange], shown: AccountView | None) -> str:
    if shown is None:
        return plural(len(rows), "position")
    if shown.is_new:
        return f"{plural(len(rows), 'position')} for a new portfolio."
    count = {change: sum(item.change is change for item in changes) for change in Change}
    parts = [f"{count[change]:,} {change.value}" for change in (Change.ADDED, Change.CHANGED, Change.UNCHANGED)]
    closed = f"{count[Change.CLOSED]:,} no longer in the file" if count[Change.CLOSED] else "none missing"
    return f"Against your holdings: {', '.join(parts)}, {closed}."


def _going(changes: Sequence[HoldingChange], mode: Mode, amounts: Amounts) -> list[PlainLine]:
    """What the account holds and the file does not."""
    why = {
        Mode.REPLACE: "Held now, not in the file: will be removed",
        Mode.ADD: "Held now, not in the file: stays",
        Mode.RECONCILE: "Held now, not in the file",
    }[mode]
    gone = [item for item in changes if item.change is Change.CLOSED]
    return [PlainLine(amounts.quantity(each.present_quantity), symbol_in_words(each.symbol), why)
            for each in gone[:LISTED]]  # fmt: skip


def _negative(review: Review) -> str:
    items = review.difference.would_go_negative if review.difference else ()
    if not items:
        return ""
    names = format.listed([symbol_in_words(item.symbol) for item in items])
    return f"{names} would turn into a short. Choose Replace holdings, or correct the quantity in the file."


# A file nobody knows


def _mapping(found: MappingView | None, amounts: Amounts) -> Mapping:
    if found is None:
        return Mapping()
    return Mapping(
        titles=list(found.titles),
        first_rows=[[amounts.text(cell) for cell in cells] for cells in found.first_rows],
        fields=[
            MappedField(each.name, each.label, each.required, found.columns.get(each.name, "")) for each in found.fields
        ],
        presets=[
            PresetChoice(
                str(each.id), each.name, format.listed(list(each.columns.values())), each.fits, dict(each.columns)
            )
            for each in sorted(found.presets, key=lambda each: not each.fits)
        ],
    )


# The bar at the foot


def _bar(review: Review) -> dict[str, str | bool]:
    count, estimated = review.to_import, review.estimated
    accounts = [each for each in (review.recognised.accounts if review.recognised else ()) if each.include]
    positions = plural(count, "position")
    rest = f"into {plural(len(accounts), 'account')}" if accounts else ""
    if estimated:
        rest += f", {plural(estimated, 'entry date')} estimated"
    why_not = _why_not(review, accounts)
    confirm = "Finish comparing" if review.mode is Mode.RECONCILE else f"Import {positions}"
    return {
        "summary": positions,
        "summary_rest": rest,
        "confirm_label": confirm,
        "can_confirm": not why_not,
        "why_not": why_not,
    }


def _why_not(review: Review, accounts: Sequence[AccountView]) -> str:
    if any(problem.line for problem in review.problems):
        return "Some lines need an answer first."
    if review.recognised is not None and not accounts:
        return "No account is chosen."
    chosen = [account.portfolio_id for account in accounts if not account.is_new]
    if len(chosen) != len(set(chosen)):
        return "Two accounts go into one portfolio."
    if any(account.is_new and account.name_taken for account in accounts):
        return "An account name is taken."
    if any(
        account.is_new and account.equity_balance is None and account.proposed_equity is None for account in accounts
    ):
        return "An equity balance is missing."
    lacking = sum(row.status is RowStatus.IMPORT and not row.is_complete for row in review.positions)
    if lacking:
        return f"{plural(lacking, 'position')} {'lacks' if lacking == 1 else 'lack'} a cost or a date."
    return ""
