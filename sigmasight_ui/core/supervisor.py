"""Keeps a few child processes running and ends them all together; a child ends itself when its supervisor is gone.

Every way of asking us to end (Ctrl-C, SIGTERM, a terminal that is closed) ends us in the same orderly way.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from sigmasight_ui.core.process import inherited

_GRACE_SECONDS = 15.0
_LAST_SECONDS = 5.0
_HEALTHY_SECONDS = 30.0
_MAX_PAUSE = 30.0
_SUPERVISED = "SIGMASIGHT_SUPERVISED"
_ASKS_TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_at_last: list[Callable[[], object]] = []


@dataclass
class Child:
    """One program: restarted when it ends, with growing pauses while it keeps ending early."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = 0.0
    not_before: float = 0.0

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,  # never written to: its end tells the child that we are gone
            env=inherited({**self.env, _SUPERVISED: "1"}),
            start_new_session=True,  # Ctrl-C reaches us alone, and we end the children in order
        )
        self.started_at = time.monotonic()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self, deadline: float) -> bool:
        """Until the deadline gently, then with force and with everything the child itself has started; False then."""
        if self.process is None:
            return True
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            return False
        return True


def supervise(children: Sequence[Child], on_event: Callable[[str], None], ready: Callable[[], None]) -> None:
    """Start all, call `ready`, restart what dies; returns with nothing left running when we are asked to end."""
    stopping = threading.Event()
    _on_request_to_end(lambda *_: stopping.set())
    try:
        for child in children:
            child.start()
        threading.Thread(target=ready, daemon=True).start()
        while not stopping.wait(0.2):
            for child in children:
                _keep_alive(child, on_event)
    finally:
        for child in reversed(children):
            child.stop()
        deadline = time.monotonic() + _GRACE_SECONDS
        for child in reversed(children):
            if not child.wait(deadline):
                on_event(f"{child.name} did not end within {_GRACE_SECONDS:g} s and was stopped by force")


def _keep_alive(child: Child, on_event: Callable[[str], None]) -> None:
    now = time.monotonic()
    if child.process is not None and child.process.poll() is None:
        return
    if child.process is not None:
        lived = now - child.started_at
        child.pause = 0.5 if lived > _HEALTHY_SECONDS else min(_MAX_PAUSE, max(0.5, child.pause * 2))
        child.not_before = now + child.pause
        on_event(f"{child.name} ended (exit code {child.process.returncode}); starting it again in {child.pause:g} s")
        child.process = None
    elif now >= child.not_before:
        child.start()


def end_as_by_ctrl_c() -> None:
    """From here on whatever is asked of us to end passes through every `finally`, as Ctrl-C does."""
    _on_request_to_end(signal.default_int_handler)


def _on_request_to_end(handler: Callable[[int, FrameType | None], object]) -> None:
    """A terminal that is closed is ignored where the caller does so, as nohup does. SIGINT never is: a shell ignores it
    for what it starts in the background, and whoever sends it there means it."""
    for number in _ASKS_TO_END:
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def is_supervised() -> bool:
    return os.environ.get(_SUPERVISED) == "1"


def at_last(leave: Callable[[], object]) -> None:
    """Called when this process has to end itself by force: what others would otherwise find in their way."""
    _at_last.append(leave)


def end_with_supervisor() -> None:
    """In a child: when the supervisor disappears, even by kill -9, do to ourselves what it would have done."""
    if not is_supervised():
        return

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1024):  # sys.stdin's own lock, held at exit, would abort the interpreter
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_GRACE_SECONDS)
        leaving = threading.Thread(target=lambda: [leave() for leave in _at_last], daemon=True)
        leaving.start()
        leaving.join(_LAST_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="supervisor watch").start()
