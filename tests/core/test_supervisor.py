"""Children are restarted when they die, and none outlives its supervisor, however that ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CHILD = """
import os, pathlib, sys, time
from sigmasight_ui.core.supervisor import end_with_supervisor
end_with_supervisor()
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()}\\n")
time.sleep(120)
"""
GENTLE = """
import os, signal, sys, threading
from sigmasight_ui.core.supervisor import end_with_supervisor
end_with_supervisor()
done = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: done.set())
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()}\\n")
done.wait()
"""
DEAF = """
import pathlib, signal, sys, threading
from sigmasight_ui.core import supervisor
supervisor._GRACE_SECONDS = 0.5
supervisor.at_last(lambda: pathlib.Path(sys.argv[1] + ".left").touch())
supervisor.end_with_supervisor()
signal.signal(signal.SIGTERM, signal.SIG_IGN)
with open(sys.argv[1], "a") as file:
    file.write(f"{__import__('os').getpid()}\\n")
threading.Event().wait()
"""
BUSY = """
import os, sys, threading
from sigmasight_ui.core.supervisor import end_as_by_ctrl_c
end_as_by_ctrl_c()
try:
    print("begun", flush=True)
    threading.Event().wait()
except KeyboardInterrupt:
    pass
finally:
    print("tidied up")
"""
SUPERVISOR = """
import sys
from sigmasight_ui.core.supervisor import Child, supervise
supervise([Child("one", [sys.executable, "-c", sys.argv[1], sys.argv[2]])], print, lambda: None)
print("nothing left")
"""


@pytest.fixture
def running(tmp_path):
    pids = tmp_path / "pids"
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, CHILD, str(pids)], stdout=subprocess.PIPE, text=True
    )
    yield supervisor, pids
    supervisor.kill()
    supervisor.wait()


def started(pids: Path, count: int = 1) -> list[int]:
    return wait_for(lambda: [int(pid) for pid in pids.read_text().split()] if pids.exists() else [], count)


def wait_for(read, count):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if len(found := read()) >= count:
            return found
        time.sleep(0.05)
    raise AssertionError(f"only {read()} after 20 s")


def is_alive(pid: int) -> bool:
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if Path("/proc").exists() else not os.kill(pid, 0)
        )
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_child_that_dies_is_started_again(running):
    _supervisor, pids = running
    os.kill(started(pids)[0], signal.SIGKILL)
    assert len(started(pids, 2)) == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything(running, number):
    supervisor, pids = running
    (child,) = started(pids)
    supervisor.send_signal(number)
    assert "nothing left" in supervisor.communicate(timeout=20)[0]
    assert supervisor.returncode == 0
    assert not is_alive(child)


def test_a_child_that_ends_when_asked_ends_without_complaint(tmp_path):
    """Nothing may hold a lock of the interpreter when it shuts down: it would abort instead of ending."""
    pids = tmp_path / "pids"
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, GENTLE, str(pids)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    started(pids)
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.communicate(timeout=20) == ("nothing left\n", "")


def test_a_child_ends_with_a_killed_supervisor(running):
    supervisor, pids = running
    (child,) = started(pids)
    supervisor.kill()
    wait_for(lambda: [] if is_alive(child) else [child], 1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_who_is_asked_to_end_while_starting_tidies_up(number):
    process = subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begun\n"
    process.send_signal(number)
    assert process.communicate(timeout=20)[0] == "tidied up\n"


def test_what_a_shell_has_started_in_the_background_is_asked_to_end_as_well():
    process = subprocess.Popen(
        ["sh", "-c", 'trap "" INT; exec "$0" -c "$1"', sys.executable, BUSY], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=20)[0] == "tidied up\n"


def test_what_is_started_to_outlive_its_terminal_does():
    process = subprocess.Popen(["nohup", sys.executable, "-c", BUSY], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.terminate()
    assert process.communicate(timeout=20)[0] == "tidied up\n"


def test_a_child_that_cannot_end_leaves_before_it_ends_by_force(tmp_path):
    pids = tmp_path / "pids"
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISOR, DEAF, str(pids)], stdout=subprocess.PIPE)
    (child,) = started(pids)
    supervisor.kill()
    supervisor.communicate()
    wait_for(lambda: [] if is_alive(child) else [child], 1)
    assert Path(f"{pids}.left").exists()
