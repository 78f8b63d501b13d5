import signal

import pytest
import typer
from typer.testing import CliRunner

from sigmasight_ui import cli

ARGUMENTS = {"backup": ["books.dump"], "restore": ["books.dump"]}
WITH_SETTINGS = [
    name for each in cli.app.registered_commands if (name := each.name or each.callback.__name__) != "bench"
]


@pytest.fixture
def signals():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("command", WITH_SETTINGS)
def test_every_command_that_is_asked_to_end_puts_its_things_in_order(command, signals, monkeypatch):
    met = []

    def first_thing():
        met.extend(signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP))
        raise typer.Exit(0)

    monkeypatch.setattr(cli, "_settings", first_thing)
    monkeypatch.setattr(cli, "configure_logging", lambda: None)
    monkeypatch.delenv("SIGMASIGHT_SUPERVISED", raising=False)
    assert CliRunner().invoke(cli.app, [command, *ARGUMENTS.get(command, [])]).exit_code == 0
    assert met == [signal.default_int_handler] * 2
