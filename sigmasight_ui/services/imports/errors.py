"""The imports room's sentences of refusal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sigmasight_ui.core.errors import AppError, ErrorKind, rate_limited


class CodeText(NamedTuple):
    message: str
    hint: str


CODES: dict[str, CodeText] = {
    "ERR_IMPORT_001": CodeText("There is nothing in this file to import.", "{hint}"),
    "ERR_IMPORT_002": CodeText(
        "Something in the file is not settled yet, so nothing was imported.",
        "Answer the questions, and correct or skip the rows listed.",
    ),
    "ERR_IMPORT_003": CodeText("This choice is not possible: {what}.", "{hint}"),
    "ERR_IMPORT_004": CodeText(
        "Positions of this import were changed since.",
        "Say whether undoing removes them too, or keeps them as they are now.",
    ),
    "ERR_IMPORT_005": CodeText(
        "A later import builds on this one.",
        "Undo the later import first.",
    ),
    "ERR_IMPORT_006": CodeText("This import is done already.", "Undo it, then import the file again."),
    "ERR_IMPORT_007": CodeText("This import was never confirmed, so there is nothing to undo.", "Discard it instead."),
    "ERR_IMPORT_008": CodeText("This import is not undone.", "Only an import that was undone can be done again."),
    "ERR_IMPORT_009": CodeText(
        "Something was imported into this portfolio since.",
        "Import the file again: what is there already is not added twice.",
    ),
    "ERR_IMPORT_010": CodeText("Somebody else is changing this import right now.", "Look at it, then confirm again."),
    "ERR_IMPORT_011": CodeText("{count} files wait for review already.", "Import or discard one of them first."),
    "ERR_IMPORT_012": CodeText("You already have a mapping of this name.", "Choose another name."),
    "ERR_IMPORT_013": CodeText(
        "You have named {count} mappings, which is as many as there can be.",
        "Delete one you no longer need, or leave the name out.",
    ),
}


def _refusal(
    kind: ErrorKind, code: str, details: dict[str, Any] | None = None, field: str | None = None, **facts: str
) -> AppError:
    text = CODES[code]
    message, hint = text.message.format(**facts), text.hint.format(**facts)
    return AppError(kind, code, message, hint=hint, field=field, details=details)


def too_many_uploads(wait: int) -> AppError:
    return rate_limited("You have uploaded many files in a short time.", wait)


def too_many_readings(wait: int) -> AppError:
    return rate_limited("You have looked at imports very often in a short time.", wait)


def too_many_reviews(count: int) -> AppError:
    return _refusal(ErrorKind.CONFLICT, "ERR_IMPORT_011", count=str(count))


def nothing_to_import(hint: str) -> AppError:
    return _refusal(ErrorKind.CONFLICT, "ERR_IMPORT_001", hint=hint)


def not_settled(questions: Sequence[str], problems: Sequence[dict[str, Any]]) -> AppError:
    details = {"questions": list(questions), "errors": list(problems), "total_errors": len(problems)}
    return _refusal(ErrorKind.CONFLICT, "ERR_IMPORT_002", details)


def bad_choice(what: str, hint: str, field: str | None = None) -> AppError:
    return _refusal(ErrorKind.INVALID, "ERR_IMPORT_003", field=field, what=what, hint=hint)


def preset_name_too_long(most: int) -> AppError:
    return bad_choice("the name of the mapping is too long", f"Use {most} characters at most.", "name")


def preset_name_taken() -> AppError:
    return _refusal(ErrorKind.CONFLICT, "ERR_IMPORT_012", field="name")


def too_many_presets(count: int) -> AppError:
    return _refusal(ErrorKind.CONFLICT, "ERR_IMPORT_013", count=str(count))


def edited_since(edits: Sequence[dict[str, Any]]) -> AppError:
    return _refusal(ErrorKind.CONFLICT, "ERR_IMPORT_004", {"edits": list(edits)})


def later_import(import_id: UUID) -> AppError:
    return _refusal(ErrorKind.CONFLICT, "ERR_IMPORT_005", {"import_id": str(import_id)})


def already_confirmed() -> AppError:
    return _refusal(ErrorKind.CONFLICT, "ERR_IMPORT_006")


def never_confirmed() -> AppError:
    return _refusal(ErrorKind.CONFLICT, "ERR_IMPORT_007")


def not_undone() -> AppError:
    return _refusal(ErrorKind.CONFLICT, "ERR_IMPORT_008")


def imported_since(import_id: UUID) -> AppError:
    return _refusal(ErrorKind.CONFLICT, "ERR_IMPORT_009", {"import_id": str(import_id)})


def changed_meanwhile() -> AppError:
    return _refusal(ErrorKind.CONFLICT, "ERR_IMPORT_010")
