"""A refusal as errors beside the fields of a form, and what is typed as plain text."""

from __future__ import annotations

from sigmasight_ui.core.errors import AppError


def field_errors(error: AppError) -> dict[str, str]:
    """Every field that is wrong; empty when the refusal is about no field."""
    listed = (error.details or {}).get("problems")
    if listed:
        return {each["field"]: f"{each['message']} {each['hint']} ({each['code']})" for each in listed}
    return {error.field: f"{error.sentence} ({error.code})"} if error.field else {}


def typed(form: object, name: str, longest: int = 2000) -> str:
    """Whatever a socket sends in a form: text up to a sane length, or nothing."""
    value = form.get(name, "") if isinstance(form, dict) else ""
    return value[:longest] if isinstance(value, str) else ""
