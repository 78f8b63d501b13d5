"""What the web process does with an exception nobody caught: a log entry with a reference, a toast with the same."""

import logging
import re
from uuid import uuid4

from reflex.event import EventSpec

from sigmasight_ui.core.errors import AppError
from sigmasight_ui.core.logging import get_logger
from sigmasight_ui.ui.shell.notices import Notice, NoticeState, failed, refused

log = get_logger(__name__)

_LOGGERS_OF_RAW_EVENTS = ("reflex_base.event.processor.event_processor", "reflex.app")
_RAW_EVENT = re.compile(r"(Event\(name='[^']{0,200}'|[Ee]vent data: |received ).*", re.DOTALL)


def incident(event: str, error: Exception) -> str:
    """Logs the error; the reference is what a person can quote to support."""
    reference = uuid4().hex[:8]
    log.error(event, reference=reference, exc_info=error)
    return reference


def on_backend_exception(exception: Exception) -> EventSpec | None:
    """Reflex's own handler answers with a script, which the content security policy forbids."""
    notice = _notice(exception)
    return NoticeState.report(notice.text, notice.tone)


def on_frontend_exception(exception: Exception) -> None:
    log.warning("browser_error", report=str(exception)[:2000])


def hide_raw_events() -> None:
    """Reflex logs an event it cannot route with the sender's cookie and payload."""
    for name in _LOGGERS_OF_RAW_EVENTS:
        logging.getLogger(name).addFilter(_without_raw_event)


def _without_raw_event(record: logging.LogRecord) -> bool:
    record.msg, record.args = _RAW_EVENT.sub(r"\1 <hidden>", record.getMessage()), ()
    return True


def _notice(exception: Exception) -> Notice:
    if isinstance(exception, AppError):
        return refused(exception)
    return failed(incident("event_failed", exception))
