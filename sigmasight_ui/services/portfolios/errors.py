"""The portfolios room's sentences of refusal; the texts come from the catalogues beside the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sigmasight_ui.core.errors import AppError, ErrorKind, rate_limited
from sigmasight_ui.core.money import plain
from sigmasight_ui.services.portfolios.csv_problems import CsvProblem, problem_fields

FieldProblem = tuple[str, str, str, str]  # code, field, message, hint


def form_refused(problems: Sequence[FieldProblem], facts: Mapping[str, Any]) -> AppError:
    """Named after the first problem; all of them are in the details, so that a form can show every one at its field."""
    code, field, message, hint = problems[0]
    listed = [{"code": c, "field": f, "message": m, "hint": h} for c, f, m, h in problems]
    return AppError(ErrorKind.INVALID, code, message, hint=hint, field=field, details={**facts, "problems": listed})


def name_taken(problem: FieldProblem, account_name: str, portfolio_id: UUID | None) -> AppError:
    """Says which portfolio has the name: after a double click that is the one the first click made."""
    code, field, message, hint = problem
    details = {"account_name": account_name, "portfolio_id": str(portfolio_id) if portfolio_id else None}
    return AppError(ErrorKind.CONFLICT, code, message, hint=hint, field=field, details=details)


def too_many(problem: FieldProblem) -> AppError:
    code, _field, message, hint = problem
    return AppError(ErrorKind.CONFLICT, code, message, hint=hint)


def too_many_created(wait: int) -> AppError:
    return rate_limited("You have made many portfolios in a short time.", wait)


class CsvRefused(AppError):
    """`problems` has every one of them, as found: there may be a hundred thousand, so each door writes them out its
    own way."""

    def __init__(self, problem: FieldProblem, problems: Sequence[CsvProblem], upload_id: UUID) -> None:
        code, _field, message, hint = problem
        details = {"total_errors": len(problems), "upload_id": str(upload_id)}
        super().__init__(ErrorKind.INVALID, code, message, hint=hint, details=details)
        self.problems = problems


def position_refused(problems: Sequence[CsvProblem]) -> AppError:
    """Named after the first problem; all of them are in the details, each with the row it is about."""
    first = problems[0]
    details = {"errors": [problem_fields(found) for found in problems], "total_errors": len(problems)}
    return AppError(ErrorKind.INVALID, first.code, first.message, hint=first.hint, field=first.field, details=details)


def already_closed() -> AppError:
    return AppError(
        ErrorKind.CONFLICT,
        "ERR_POS_033",
        "This position is closed already.",
        hint="Edit it to change its exit.",
    )


def more_than_there_is(symbol: str, quantity: Decimal) -> AppError:
    return AppError(
        ErrorKind.INVALID,
        "ERR_POS_034",
        f"Not that much of {symbol} can be closed.",
        hint=f"Write a number above 0 and up to {plain(abs(quantity))}.",
        field="Quantity",
        details={"quantity": plain(abs(quantity))},
    )
