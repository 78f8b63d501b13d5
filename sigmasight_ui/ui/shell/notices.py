"""Toasts: what just happened, said once in an `aria-live` region. An error stands on the page too, never only here."""

from dataclasses import dataclass, replace
from typing import Literal
from uuid import uuid4

import reflex as rx

from sigmasight_ui.core.errors import AppError
from sigmasight_ui.ui.public import public

KEPT = 3


@dataclass(frozen=True)
class Notice:
    """`seconds` 0: stays until closed. `undo` names what takes it back, "kind:argument", where something can."""

    text: str
    tone: Literal["ok", "info", "warn", "danger"] = "ok"
    seconds: int = 6
    undo: str = ""
    id: str = ""


class NoticeState(rx.State):
    notices: list[Notice] = []

    @rx.event
    @public
    def dismiss(self, id: str):
        self.notices = [notice for notice in self.notices if notice.id != id]

    @rx.event
    def undo(self, id: str):
        """The notice goes, and the page that made it takes back what it said."""
        found = next((notice for notice in self.notices if notice.id == id and notice.undo), None)
        if found is None:
            return None
        self.notices = [notice for notice in self.notices if notice.id != id]
        kind, _, argument = found.undo.partition(":")
        return _UNDOING[kind](argument)

    @rx.event
    @public
    def report(self, text: str, tone: str):
        """Where the exception handler of the web process lands: all it can do is chain an event."""
        show(self, Notice(text[:300], "danger" if tone == "danger" else "warn", seconds=0))


_UNDOING: dict[str, rx.EventHandler] = {}


def undoable(kind: str, handler: rx.EventHandler) -> None:
    """A page says once which of its handlers takes back what its notices of this kind told."""
    _UNDOING[kind] = handler


def show(state: NoticeState, notice: Notice) -> None:
    """Adds a toast; the oldest make room."""
    state.notices = [*state.notices, replace(notice, id=uuid4().hex)][-KEPT:]


def refused(error: AppError) -> Notice:
    return Notice(f"{error.message} {error.hint}".strip(), "warn", seconds=0)


def failed(reference: str) -> Notice:
    text = f"That did not work, and the fault is on our side. Try again, or give support the reference {reference}."
    return Notice(text, "danger", seconds=0)
