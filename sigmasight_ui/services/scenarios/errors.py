"""The room's sentences of refusal; the texts come from the catalogue beside the rules."""

from __future__ import annotations

from collections.abc import Sequence

from sigmasight_ui.core.errors import AppError, ErrorKind

Problem = tuple[str, str, str, str]  # code, field, message, hint


def form_refused(problems: Sequence[Problem], kind: ErrorKind = ErrorKind.INVALID) -> AppError:
    """Named after the first problem; all of them are in the details."""
    code, field, message, hint = problems[0]
    listed = [{"code": c, "field": f, "message": m, "hint": h} for c, f, m, h in problems]
    return AppError(kind, code, message, hint=hint, field=field, details={"problems": listed})
