import logging

from reflex_base.event import Event

from sigmasight_ui.core.errors import AppError, ErrorKind
from sigmasight_ui.ui.problems import hide_raw_events, on_backend_exception


def shown(error: Exception) -> dict:
    [event] = Event.from_event_type(on_backend_exception(error))
    return event.payload


def test_a_refusal_is_shown_in_its_own_words():
    refusal = AppError(ErrorKind.CONFLICT, "ERR_X", "You already have this.", hint="Choose another.")
    assert shown(refusal) == {"text": "You already have this. Choose another.", "tone": "warn"}


def test_a_crash_shows_a_reference_and_no_detail():
    payload = shown(ZeroDivisionError("password=hunter2"))
    assert payload["tone"] == "danger"
    assert "reference" in payload["text"]
    assert "hunter2" not in payload["text"]


def test_raw_events_are_not_logged(caplog):
    hide_raw_events()
    event = Event(
        name="gone.handler", payload={"password": "hunter2"}, router_data={"headers": {"cookie": "sigmasight=x"}}
    )
    logger = logging.getLogger("reflex_base.event.processor.event_processor")
    logger.error(f"Error processing event queue entry for {event} [txid=1]:")
    logging.getLogger("reflex.app").warning("No associated token. Event data: {'password': 'hunter2'}")
    assert "gone.handler" in caplog.text
    assert "hunter2" not in caplog.text
    assert "sigmasight=x" not in caplog.text
