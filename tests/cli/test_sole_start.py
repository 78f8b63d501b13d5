"""Starting where something is in the way: a sentence that says what, and no damage."""

import errno
import os
import socket
import subprocess
import sys
from dataclasses import replace

import pytest

from sigmasight_ui.cli import sole_start as module
from sigmasight_ui.cli.installation import CannotStart
from sigmasight_ui.cli.sole_start import sole_start


@pytest.fixture
def free(settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return replace(settings, port=probe.getsockname()[1])


def test_the_folder_is_free_again_afterwards(free):
    for _ in range(2):
        with sole_start(free, print):
            assert (free.data_dir / "up.lock").read_text() == str(os.getpid())


def test_a_second_start_on_the_same_folder_says_who_runs(free):
    with sole_start(free, print):
        with pytest.raises(CannotStart, match=f"already .process {os.getpid()}.*Ctrl-C"), sole_start(free, print):
            pass
        assert (free.data_dir / "up.lock").read_text() == str(os.getpid()), "and it leaves the note as it is"


def test_a_port_of_another_program_is_named(free, monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE", 0)
    refused = pytest.raises(CannotStart, match=f"Another program uses port {free.port}")
    with socket.create_server(("127.0.0.1", free.port)), refused, sole_start(free, print):
        pass


def test_a_port_that_is_being_given_up_is_waited_for(free):
    said = []
    listener = socket.create_server(("127.0.0.1", free.port))

    def say(message):
        said.append(message)
        listener.close()

    with sole_start(free, say):
        assert said == [f"Waiting for port {free.port}, which another program uses"]


def test_a_folder_that_cannot_be_made_is_named(free, tmp_path):
    (tmp_path / "file").touch()
    refused = pytest.raises(CannotStart, match="cannot be used: .*Choose another one with DATA_DIR")
    with refused, sole_start(replace(free, data_dir=tmp_path / "file" / "data"), print):
        pass


def test_a_full_disk_is_named(free, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "ftruncate", full)
        with pytest.raises(CannotStart, match="cannot be used: No space left on device"), sole_start(free, print):
            pass
    with sole_start(free, print):
        assert (free.data_dir / "up.lock").read_text() == str(os.getpid())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("url", "reason"),
    [("postgresql://ada:hunter2@127.0.0.1:1/x", "refused"), ("sqlite:///books.db", "PostgreSQL only")],
)
def test_a_database_that_cannot_be_used_is_told_in_a_sentence(free, url, reason):
    env = {**os.environ, "DATA_DIR": str(free.data_dir), "PORT": str(free.port), "DATABASE_URL": url}
    run = [sys.executable, "-m", "sigmasight_ui", "up"]
    ended = subprocess.run(run, env=env, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert "The server of DATABASE_URL cannot be used" in ended.stderr
    assert reason in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "hunter2" not in ended.stdout + ended.stderr
