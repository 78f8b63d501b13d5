"""What the upload page shows of a refused file and of the browser's report: plain values in, ready text out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sigmasight_ui.services.onboarding.schemas import UploadView
from sigmasight_ui.ui.format import plural

NOT_REACHED = "The server did not answer as expected. Nothing was saved. Upload the file again."


@dataclass(frozen=True)
class ProblemRow:
    """One problem of one row; a problem of the whole file has no row."""

    where: str
    line: str
    symbol: str
    column: str
    found: str
    advice: str
    code: str


@dataclass(frozen=True)
class Answer:
    """What the upload was answered with, as far as it can be believed: ids are looked up again under the person's own
    rights."""

    created_run: str = ""
    review: str = ""
    upload_id: str = ""
    field_errors: tuple[tuple[str, str], ...] = ()
    form_error: str = ""


def read_answer(text: str) -> Answer:
    """The browser's word for what the server said; anything unexpected becomes a sentence."""
    try:
        answer = json.loads(text)
        status, body = int(answer["status"]), answer["body"]
    except (ValueError, KeyError, TypeError):
        return Answer(form_error=NOT_REACHED)
    if not isinstance(body, dict):
        return Answer(form_error=NOT_REACHED)
    if status == 201:
        return Answer(created_run=_id(body.get("run_id")), review=_id(body.get("import_id")))
    error = body.get("error")
    if not isinstance(error, dict):
        return Answer(form_error=NOT_REACHED)
    details = error.get("details") if isinstance(error.get("details"), dict) else {}
    if upload_id := _id(details.get("upload_id")):
        return Answer(upload_id=upload_id)
    fields = _field_errors(error, details)
    return Answer(field_errors=fields, form_error="" if fields else _sentence(error.get("message"), error.get("code")))


def problem_rows(upload: UploadView) -> list[ProblemRow]:
    return [_row(problem) for problem in upload.problems]


def headline(upload: UploadView) -> str:
    """We found 6 issues in 5 rows"""
    issues = plural(upload.total_problems, "issue")
    return f"We found {issues} in {plural(upload.failed_rows, 'row')}" if upload.failed_rows else f"We found {issues}"


def reassurance(upload: UploadView) -> str:
    """What was not lost, and how much is fine already."""
    fine = upload.total_rows - upload.failed_rows
    are = "is" if fine == 1 else "are"
    share = f" {fine:,} of {plural(upload.total_rows, 'row')} {are} fine." if upload.failed_rows and fine > 0 else ""
    return f"Nothing was saved.{share} Correct the file and try again; your other entries are kept."


def not_shown(upload: UploadView) -> str:
    left = upload.total_problems - len(upload.problems)
    return f"{plural(left, 'more issue')} not shown here; Download failed rows has all of them." if left > 0 else ""


def _row(problem: dict[str, Any]) -> ProblemRow:
    row, line, value = problem.get("row"), problem.get("line"), problem.get("value")
    return ProblemRow(
        where=f"Row {row}" if row else "File",
        line=f"line {line}" if line else "",
        symbol=str(problem.get("symbol") or ""),
        column=str(problem.get("field") or ""),
        found="(blank)" if row and not value else str(value or ""),
        advice=f"{problem.get('message', '')} {problem.get('hint', '')}".strip(),
        code=str(problem.get("code", "")),
    )


def _field_errors(error: dict[str, Any], details: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    listed = details.get("problems")
    if isinstance(listed, list):
        problems = [problem for problem in listed if isinstance(problem, dict)]
        sentences = [
            (str(p.get("field", "")), f"{p.get('message', '')} {p.get('hint', '')}", p.get("code")) for p in problems
        ]
        return tuple((field, _sentence(sentence.strip(), code)) for field, sentence, code in sentences if field)
    field = details.get("field")
    return ((str(field), _sentence(error.get("message"), error.get("code"))),) if field else ()


# The sentence for programs lists the nine values; people see the nine names in the field itself.
_FOR_PEOPLE = {"ERR_PORT_009": "Choose one of the nine account types."}


def _sentence(message: object, code: object) -> str:
    text = _FOR_PEOPLE.get(str(code), str(message or NOT_REACHED)[:500])
    return f"{text} ({code})" if code else text


def _id(value: object) -> str:
    try:
        return str(UUID(str(value)))
    except ValueError:
        return ""
