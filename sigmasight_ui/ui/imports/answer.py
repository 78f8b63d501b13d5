"""What the browser says a file was answered with; anything unexpected becomes a sentence."""

from __future__ import annotations

import json
from uuid import UUID

NOT_REACHED = "The server did not answer as expected. Nothing was saved. Upload the file again."


def read_started(text: str) -> tuple[str, str]:
    """The id of the import to look at, or why there is none."""
    try:
        answer = json.loads(text)
        status, body = int(answer["status"]), answer["body"]
        if status == 201:
            return str(UUID(str(body["import_id"]))), ""
        error = body["error"]
        code = f" ({error['code']})" if error.get("code") else ""
        return "", f"{str(error['message'])[:500]}{code}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", NOT_REACHED
