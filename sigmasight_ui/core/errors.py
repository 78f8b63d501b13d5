"""One family of refusals: services raise them, each door maps them once."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

DOCUMENTATION_URL = "https://docs.sigmasight.io/errors/{code}"


class ErrorKind(StrEnum):
    INVALID = "invalid"  # 400: the request as sent cannot be carried out
    UNPROCESSABLE = "unprocessable"  # 422: a field breaks a rule
    UNAUTHENTICATED = "unauthenticated"  # 401
    FORBIDDEN = "forbidden"  # 403: you may see it, but not do this
    NOT_FOUND = "not_found"  # 404: unknown, or not yours: the same answer
    CONFLICT = "conflict"  # 409
    TOO_LARGE = "too_large"  # 413
    RATE_LIMITED = "rate_limited"  # 429
    UNAVAILABLE = "unavailable"  # 503: a part we need is away


HTTP_STATUS: dict[ErrorKind, int] = {
    ErrorKind.INVALID: 400,
    ErrorKind.UNPROCESSABLE: 422,
    ErrorKind.UNAUTHENTICATED: 401,
    ErrorKind.FORBIDDEN: 403,
    ErrorKind.NOT_FOUND: 404,
    ErrorKind.CONFLICT: 409,
    ErrorKind.TOO_LARGE: 413,
    ErrorKind.RATE_LIMITED: 429,
    ErrorKind.UNAVAILABLE: 503,
}


class AppError(Exception):
    """A refusal with a code: `message` says what happened, `hint` what to do about it."""

    def __init__(
        self,
        kind: ErrorKind,
        code: str,
        message: str,
        *,
        hint: str = "",
        field: str | None = None,
        details: dict[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.kind = kind
        self.code = code
        self.message = message
        self.hint = hint
        self.field = field
        self.details = details
        self.retry_after = retry_after

    @property
    def http_status(self) -> int:
        return HTTP_STATUS[self.kind]

    @property
    def sentence(self) -> str:
        """What happened, then what to do: the text people see."""
        return f"{self.message} {self.hint}".strip()

    def envelope(self) -> dict[str, Any]:
        body: dict[str, Any] = {"code": self.code, "message": self.sentence}
        details = dict(self.details or {})
        if self.field:
            details.setdefault("field", self.field)
        if details:
            body["details"] = details
        body["documentation_url"] = DOCUMENTATION_URL.format(code=self.code)
        return {"error": body}


def not_found() -> AppError:
    """One body for unknown and for not yours, so that an answer never tells which."""
    return AppError(ErrorKind.NOT_FOUND, "ERR_NOT_FOUND", "There is nothing here.", hint="Check the address.")


def unauthenticated() -> AppError:
    return AppError(ErrorKind.UNAUTHENTICATED, "ERR_AUTH_001", "You are not signed in.", hint="Sign in and try again.")


def read_only() -> AppError:
    return AppError(
        ErrorKind.FORBIDDEN,
        "ERR_ACCESS_002",
        "You look through somebody else's eyes, so nothing can be changed.",
        hint="Stop viewing as this user first.",
    )


def rate_limited(message: str, wait: int) -> AppError:
    return AppError(
        ErrorKind.RATE_LIMITED, "ERR_RATE_001", message, hint=f"Try again in {_duration(wait)}.", retry_after=wait
    )


def _duration(seconds: int) -> str:
    """Rounded up, so that who waits as told is let in."""
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds > length:
            return f"{-(-seconds // length)} {unit}s"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def unavailable(what: str) -> AppError:
    return AppError(
        ErrorKind.UNAVAILABLE,
        "ERR_SYSTEM_001",
        f"{what} cannot be reached right now.",
        hint="Nothing was lost. Try again in a moment.",
        retry_after=5,
    )


def storage_full() -> AppError:
    return AppError(
        ErrorKind.UNAVAILABLE,
        "ERR_SYSTEM_003",
        "The server has no room left to save anything.",
        hint="Nothing of this was saved, and nothing older was lost. Tell the administrator to make room.",
        retry_after=60,
    )


def busy() -> AppError:
    return AppError(
        ErrorKind.UNAVAILABLE,
        "ERR_SYSTEM_004",
        "Somebody else is changing this right now.",
        hint="Nothing of this was saved. Try again in a moment.",
        retry_after=2,
    )
