"""Files as answers."""

from __future__ import annotations

from typing import Any

from fastapi import Response

CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


def csv_file(content: bytes, file_name: str, cache: str = "no-store") -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name}"',
        "Cache-Control": cache,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="text/csv", headers=headers)
