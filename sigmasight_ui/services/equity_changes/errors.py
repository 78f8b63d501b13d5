"""The room's sentences of refusal; the texts come from the catalogue beside the rules."""

from __future__ import annotations

from collections.abc import Sequence

from sigmasight_ui.core.errors import AppError, ErrorKind

Problem = tuple[str, str, str, str]  # code, field, message, hint


def form_refused(problems: Sequence[Problem]) -> AppError:
    """Named after the first problem; all of them are in the details, so that a form can show each at its field."""
    code, field, message, hint = problems[0]
    listed = [{"code": c, "field": f, "message": m, "hint": h} for c, f, m, h in problems]
    return AppError(ErrorKind.INVALID, code, message, hint=hint, field=field, details={"problems": listed})


def refused(kind: ErrorKind, problem: Problem) -> AppError:
    code, field, message, hint = problem
    return AppError(kind, code, message, hint=hint, field=field or None)
