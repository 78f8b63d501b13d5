"""What the web process does with an exception nobody caught: a log entry with a reference, a toast with the same."""

import logging
import re
import traceback
from uuid import uuid4

from reflex.event import EventSpec

from sigmasight_ui.core.errors import AppError
from sigmasight_ui.core.logging import get_logger
from sigmasight_ui.ui.shell.notices import Notice, NoticeState, failed, refused

log = get_logger(__name__)

_SOCKET_LOGGERS = ("engineio.server", "socketio.server")
_LOGGERS_OF_RAW_EVENTS = (
    "reflex_base.event.processor.event_processor",
    "reflex_base.vars.base",
    "reflex.app",
    *_SOCKET_LOGGERS,
)
_TO_A_CLOSED_TAB = "Attempting to send delta to disconnected client"
_RAW_EVENT = re.compile(r"(Event\(name=(?:'[^']{0,200}')?|[Ee]vent data: |received |, (?:but )?got ).*", re.DOTALL)


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
    """Reflex logs an event it cannot route with the sender's cookie and payload. Called before the app is made: a
    socket server whose logger has no level yet would also write past our logging, to a handler of its own."""
    for name in _SOCKET_LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in _LOGGERS_OF_RAW_EVENTS:
        logging.getLogger(name).addFilter(_without_raw_event)


def _without_raw_event(record: logging.LogRecord) -> bool:
    """The text of an exception about an event repeats the event, so only its kind and place are kept."""
    message = record.getMessage()
    if message.startswith(_TO_A_CLOSED_TAB):  # a tab may send thousands of events and go
        return False
    hidden = _RAW_EVENT.sub(r"\1 <hidden>", message)
    if record.exc_info and (hidden != message or record.name in _SOCKET_LOGGERS):
        hidden += _kind_and_place(record.exc_info[1])
        record.exc_info = record.exc_text = None
    record.msg, record.args = hidden, ()
    return True


def _kind_and_place(error: BaseException | None) -> str:
    if error is None or error.__traceback__ is None:
        return ""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f" ({type(error).__name__} at {last.name}, {last.filename}:{last.lineno})"


def _notice(exception: Exception) -> Notice:
    if isinstance(exception, AppError):
        return refused(exception)
    return failed(incident("event_failed", exception))
