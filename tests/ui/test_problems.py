import logging

import pytest
from reflex_base.event import Event

from sigmasight_ui.core.errors import AppError, ErrorKind
from sigmasight_ui.sigmasight_ui import app
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


@pytest.mark.parametrize("name", [7, "it's", "x" * 300, None])
def test_raw_events_with_odd_names_are_not_logged_either(caplog, name):
    hide_raw_events()
    event = Event(name=name, payload={"password": "hunter2"}, router_data={"headers": {"cookie": "sigmasight=x"}})
    logging.getLogger("reflex_base.event.processor.event_processor").error(f"Error processing {event} [txid=1]:")
    assert "hunter2" not in caplog.text
    assert "sigmasight=x" not in caplog.text


def test_what_an_exception_repeats_of_an_event_is_not_logged(caplog):
    """As Reflex raises it for an event that is no object; the socket server logs it."""
    hide_raw_events()
    try:
        raise ValueError("Event data must be a dictionary, but received ['hunter2']")
    except ValueError:
        logging.getLogger("engineio.server").exception("message async handler error")
    [record] = caplog.records
    assert record.getMessage().startswith("message async handler error (ValueError at test_what_an_exception_repeats")
    assert "hunter2" not in caplog.text


def test_a_value_of_the_wrong_type_is_not_logged(caplog):
    hide_raw_events()
    logging.getLogger("reflex_base.vars.base").error("Expected field 'S.n' to receive type 'bool', but got 'hunter2'.")
    assert "S.n" in caplog.text
    assert "hunter2" not in caplog.text


def test_an_unexpected_error_keeps_its_story(caplog):
    hide_raw_events()
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("reflex.app").exception("something else broke")
    assert "ZeroDivisionError" in caplog.text
    assert "Traceback" in caplog.text


def test_the_socket_server_writes_nowhere_but_to_our_log():
    assert app.sio is not None
    assert [logging.getLogger(name).handlers for name in ("engineio.server", "socketio.server")] == [[], []]


def test_answers_to_a_tab_that_is_gone_fill_no_log(caplog):
    hide_raw_events()
    logging.getLogger("reflex.app").warning("Attempting to send delta to disconnected client 'a-token'")
    logging.getLogger("reflex.app").warning("Something else")
    assert caplog.messages == ["Something else"]
