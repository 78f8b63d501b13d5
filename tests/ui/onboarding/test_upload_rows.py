"""What the upload page makes of the server's answer, which comes through the browser and may be anything."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.services.onboarding.schemas import UploadView
from sigmasight_ui.services.portfolios.schemas import PortfolioForm
from sigmasight_ui.ui.onboarding import upload_rows
from sigmasight_ui.ui.onboarding.upload_rows import NOT_REACHED, Answer, read_answer

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ID = str(uuid4())


def answer(status, body):
    return read_answer(json.dumps({"status": status, "body": body}))


def error(code, message="Wrong.", **details):
    return {"error": {"code": code, "message": message, "details": details}}


def test_a_created_run_is_where_to_go():
    assert answer(201, {"run_id": ID}) == Answer(created_run=ID)


def test_a_refused_file_is_looked_up_by_its_id():
    assert answer(400, error("ERR_PORT_008", upload_id=ID)) == Answer(upload_id=ID)


def test_every_field_of_a_refused_form_gets_its_sentence():
    problems = [
        {"code": "ERR_PORT_002", "field": "portfolio_name", "message": "Missing.", "hint": "Enter a name."},
        {"code": "ERR_PORT_009", "field": "account_type", "message": "Not one.", "hint": "Use one of a, b."},
    ]
    assert answer(400, error("ERR_PORT_002", problems=problems)).field_errors == (
        ("portfolio_name", "Missing. Enter a name. (ERR_PORT_002)"),
        ("account_type", "Choose one of the nine account types. (ERR_PORT_009)"),
    )


def test_a_taken_account_name_stands_at_its_field():
    assert answer(409, error("ERR_PORT_001", "Taken.", field="account_name")).field_errors == (
        ("account_name", "Taken. (ERR_PORT_001)"),
    )


@pytest.mark.parametrize("text", ["", "null", "[]", '{"status": 201}', '{"status": 500, "body": null}'])
def test_anything_else_says_that_nothing_was_saved(text):
    assert read_answer(text) == Answer(form_error=NOT_REACHED)


def test_an_id_that_is_none_leads_nowhere():
    assert answer(201, {"run_id": "../../evil"}).created_run == ""


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@given(json_values, json_values)
def test_every_answer_but_a_success_says_something(status, body):
    found = answer(status, body)
    assert found != Answer() or int(status) == 201


@given(st.sampled_from(["error", "details", "problems"]), json_values)
def test_every_malformed_refusal_says_something(place, value):
    refusal = {"code": "X", "message": "Y", "details": {"problems": []}}
    body = {"error": value if place == "error" else {**refusal, "details": value}}
    found = answer(400, body if place != "problems" else {"error": {**refusal, "details": {"problems": value}}})
    assert found.field_errors or found.form_error


def upload(total, failed_rows, problems):
    form = PortfolioForm()
    return UploadView(
        uuid4(), "rejected", "core.csv", 100, form, 25, failed_rows, total, problems, True, None, None, NOW, NOW
    )


def test_the_headline_counts_issues_and_rows():
    assert upload_rows.headline(upload(6, 5, ())) == "We found 6 issues in 5 rows"
    assert upload_rows.headline(upload(1, 1, ())) == "We found 1 issue in 1 row"
    assert upload_rows.headline(upload(1, 0, ())) == "We found 1 issue"


def test_what_was_not_lost_is_said():
    assert "20 of 25 rows are fine" in upload_rows.reassurance(upload(6, 5, ()))
    assert "Nothing was saved." in upload_rows.reassurance(upload(1, 0, ()))


def test_a_row_shows_where_what_was_found_and_what_to_do():
    problem = {
        "row": 4, "line": 12, "symbol": "MSFT", "code": "ERR_POS_005", "field": "Quantity", "value": "1,200",
        "message": "The quantity is not a number.", "hint": "Has a comma. Write 1200.",
    }  # fmt: skip
    (row,) = upload_rows.problem_rows(upload(1, 1, (problem,)))
    assert (row.where, row.line, row.symbol, row.column, row.found) == ("Row 4", "line 12", "MSFT", "Quantity", "1,200")
    assert row.advice == "The quantity is not a number. Has a comma. Write 1200."


def test_a_file_to_look_at_first_is_where_to_go():
    assert answer(201, {"outcome": "review", "run_id": None, "import_id": ID}) == Answer(review=ID)
