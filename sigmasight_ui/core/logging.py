"""Structured JSON logs with one redactor in front of everything that is written, library loggers included."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

_SECRET_KEYS = re.compile(
    r"(?i)pass(word)?|secret|token|cookie|authorization|api_?key|invite_code|claim|csv_file|payload"
)
_SECRET_SHAPES = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]+"  # JWT
    r"|\$2[aby]\$\d\d\$[./\w]{40,}"  # bcrypt
    r"|gAAAAA[\w=-]{20,}"  # Fernet
    r"|\b[PA]K[A-Z0-9]{16,24}\b"  # Alpaca key id
    r"|(?<=://)[^/\s:@]+:[^@\s/]+(?=@)"  # user:password in a URL
    r"|(?<=sigmasight=)[^;\s\"',}]+"  # session cookie
)
HIDDEN = "<hidden>"
_LONGEST = 20_000  # characters; an error's text may repeat what a client sent, and must not fill the disk


def redact(value: Any, key: str = "") -> Any:
    """The value without anything that opens a door; containers are walked."""
    if key and _SECRET_KEYS.search(key) and value not in (None, ""):
        return HIDDEN
    if isinstance(value, str):
        return _shortened(_SECRET_SHAPES.sub(HIDDEN, value))
    if isinstance(value, dict):
        return {name: redact(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [redact(inner) for inner in value]
    return value


def _shortened(text: str) -> str:
    """Beginning and end, where a traceback says what happened and where."""
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half]} ... {len(text) - _LONGEST} characters left out ... {text[-half:]}"


def _redact_event(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: redact(value, "" if name == "event" else name) for name, value in entry.items()}


def configure_logging() -> None:
    """JSON lines on standard error for our own loggers and for every library that logs."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(default=str),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel("INFO")
    for noisy in ("alembic", "yfinance", "peewee", "urllib3", "apscheduler", "procrastinate", "httpx"):
        logging.getLogger(noisy).setLevel("WARNING")


def get_logger(name: str) -> Any:
    return structlog.get_logger(name)
