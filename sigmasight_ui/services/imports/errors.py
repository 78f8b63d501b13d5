"""The imports room's sentences of refusal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sigmasight_ui.core.errors import AppError, ErrorKind, rate_limited


def too_many_uploads(wait: int) -> AppError:
    return rate_limited("You have uploaded many files in a short time.", wait)


def too_many_readings(wait: int) -> AppError:
    return rate_limited("You have looked at imports very often in a short time.", wait)


def nothing_to_import(hint: str) -> AppError:
    return _conflict("ERR_IMPORT_001", "There is nothing in this file to import.", hint)


def not_settled(questions: Sequence[str], problems: Sequence[dict[str, Any]]) -> AppError:
    details = {"questions": list(questions), "errors": list(problems), "total_errors": len(problems)}
    message = "Something in the file is not settled yet, so nothing was imported."
    return _conflict("ERR_IMPORT_002", message, "Answer the questions, and correct or skip the rows listed.", details)


def bad_choice(what: str, hint: str, field: str | None = None) -> AppError:
    return AppError(
        ErrorKind.INVALID, "ERR_IMPORT_003", f"This choice is not possible: {what}.", hint=hint, field=field
    )  # fmt: skip


def edited_since(edits: Sequence[dict[str, Any]]) -> AppError:
    hint = "Say whether undoing removes them too, or keeps them as they are now."
    return _conflict("ERR_IMPORT_004", "Positions of this import were changed since.", hint, {"edits": list(edits)})


def later_import(import_id: UUID) -> AppError:
    details = {"import_id": str(import_id)}
    return _conflict("ERR_IMPORT_005", "A later import builds on this one.", "Undo the later import first.", details)


def already_confirmed() -> AppError:
    return _conflict("ERR_IMPORT_006", "This import is done already.", "Undo it, then import the file again.")


def never_confirmed() -> AppError:
    message = "This import was never confirmed, so there is nothing to undo."
    return _conflict("ERR_IMPORT_007", message, "Discard it instead.")


def not_undone() -> AppError:
    return _conflict(
        "ERR_IMPORT_008", "This import is not undone.", "Only an import that was undone can be done again."
    )  # fmt: skip


def imported_since(import_id: UUID) -> AppError:
    message = "Something was imported into this portfolio since."
    hint = "Import the file again: what is there already is not added twice."
    return _conflict("ERR_IMPORT_009", message, hint, {"import_id": str(import_id)})


def changed_meanwhile() -> AppError:
    return _conflict(
        "ERR_IMPORT_010", "Somebody else is changing this import right now.", "Look at it, then confirm again."
    )  # fmt: skip


def too_many_reviews(count: int) -> AppError:
    return _conflict(
        "ERR_IMPORT_011", f"{count} files wait for review already.", "Import or discard one of them first."
    )  # fmt: skip


def preset_name_taken() -> AppError:
    message, hint = "You already have a mapping of this name.", "Choose another name."
    return AppError(ErrorKind.CONFLICT, "ERR_IMPORT_012", message, hint=hint, field="name")


def preset_name_too_long(most: int) -> AppError:
    return bad_choice("the name of the mapping is too long", f"Use {most} characters at most.", "name")


def too_many_presets(count: int) -> AppError:
    message = f"You have named {count} mappings, which is as many as there can be."
    return _conflict("ERR_IMPORT_013", message, "Delete one you no longer need, or leave the name out.")


def _conflict(code: str, message: str, hint: str, details: dict[str, Any] | None = None) -> AppError:
    return AppError(ErrorKind.CONFLICT, code, message, hint=hint, details=details)
