"""Refusals as HTTP: one envelope for everything that goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from sigmasight_ui.core.errors import AppError, ErrorKind, not_found
from sigmasight_ui.core.logging import get_logger

log = get_logger(__name__)


def install(app: FastAPI) -> None:
    app.add_exception_handler(AppError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def answer(error: AppError, beside: Mapping[str, Any] | None = None) -> JSONResponse:
    """The envelope; `beside` is what a route says next to it."""
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    if error.kind is ErrorKind.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({**(beside or {}), **error.envelope()}, error.http_status, headers)


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AppError)
    return answer(error)


async def _malformed(_request: Request, error: Exception) -> JSONResponse:
    """A body that does not have the documented shape. Values are left out: they may be secrets."""
    assert isinstance(error, RequestValidationError)
    if any(problem["loc"][0] == "path" for problem in error.errors()):
        return answer(not_found())
    problems: list[dict[str, Any]] = [
        {"field": ".".join(str(part) for part in problem["loc"][1:]), "problem": problem["msg"]}
        for problem in error.errors()
    ]
    return answer(_unreadable({"problems": problems}))


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    known = {400: _unreadable, 404: not_found, 413: _too_large}.get(error.status_code)
    if known:
        return answer(known())
    refusal = AppError(
        ErrorKind.INVALID, f"ERR_HTTP_{error.status_code}", "This request cannot be carried out as sent."
    )
    return JSONResponse(refusal.envelope(), error.status_code, headers=error.headers)


def _unreadable(details: dict[str, Any] | None = None) -> AppError:
    return AppError(
        ErrorKind.UNPROCESSABLE,
        "ERR_REQUEST_001",
        "The request does not have the expected form.",
        hint="Compare it with /api/v1/openapi.json.",
        details=details,
    )


def _too_large() -> AppError:
    return AppError(ErrorKind.TOO_LARGE, "ERR_REQUEST_002", "The body is too large.", hint="Send at most 1 MB.")


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    """Our fault: the log has the whole story under the same id, the answer has none of it."""
    error_id = uuid4().hex[:12]
    log.error("unexpected error", error_id=error_id, path=request.url.path, exc_info=error)
    refusal = AppError(
        ErrorKind.UNAVAILABLE,
        "ERR_SYSTEM_002",
        "Something went wrong on our side.",
        hint="Try again; if it stays, tell the administrator this id.",
        details={"error_id": error_id},
    )
    return JSONResponse(refusal.envelope(), 500)
