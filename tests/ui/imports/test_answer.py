"""What was said of a file comes through the browser and may be anything."""

import json
from uuid import uuid4

import pytest

from sigmasight_ui.ui.imports.answer import NOT_REACHED, read_started

ID = str(uuid4())


def test_the_import_to_look_at():
    assert read_started(json.dumps({"status": 201, "body": {"import_id": ID}})) == (ID, "")


def test_a_refusal_keeps_its_sentence_and_code():
    body = {"error": {"code": "ERR_CSV_001", "message": "The file is too large."}}
    assert read_started(json.dumps({"status": 413, "body": body})) == ("", "The file is too large. (ERR_CSV_001)")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"status": 201, "body": {"import_id": "/evil"}}',
                                  '{"status": 500, "body": null}', '{"status": "x"}'])  # fmt: skip
def test_anything_else_is_a_sentence(text):
    assert read_started(text) == ("", NOT_REACHED)
