"""Password hashes: bcrypt over a keyed pre-hash, one at a time so that a flood of sign-ins cannot take both cores."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
import unicodedata
from collections.abc import Callable
from typing import TypeVar

import bcrypt

from sigmasight_ui.services.identity import errors

COST = 12
T = TypeVar("T")
_TAG = "v1:"
_QUEUE_SECONDS = 8


class PasswordHasher:
    """`pepper` comes from the key file: a stolen table alone cannot be attacked."""

    def __init__(self, pepper: bytes, cost: int = COST) -> None:
        self._pepper = pepper
        self._cost = cost
        self._turn = threading.Semaphore(1)
        self._nobody = f"{_TAG}$2b${cost:02}${'.' * 53}"  # costs a check as much as a real one

    def hash(self, password: str) -> str:
        return self._in_turn(lambda: self._bcrypt(self._prehash(password)))

    def verify(self, password: str, stored: str | None) -> bool:
        """Takes the same time for an unknown account (`stored` is None) as for a wrong password."""
        known = stored or self._nobody
        candidate = self._prehash(password)
        same = self._in_turn(lambda: bcrypt.checkpw(candidate, known.removeprefix(_TAG).encode()))
        return same and stored is not None

    def _prehash(self, password: str) -> bytes:
        """All of a long password counts, though bcrypt reads 72 bytes; base64 keeps NUL bytes out."""
        normal = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
        return base64.b64encode(hmac.digest(self._pepper, normal, hashlib.sha384))

    def _bcrypt(self, prehashed: bytes) -> str:
        return _TAG + bcrypt.hashpw(prehashed, bcrypt.gensalt(self._cost)).decode()

    def _in_turn(self, work: Callable[[], T]) -> T:
        if not self._turn.acquire(timeout=_QUEUE_SECONDS):
            raise errors.hashing_queue_full()
        try:
            return work()
        finally:
            self._turn.release()
