"""Who may register: whoever holds the installation's invite code."""

from __future__ import annotations

from sigmasight_ui.core.crypto import same_secret
from sigmasight_ui.services.invites import errors


class InviteService:
    def __init__(self, code: str) -> None:
        self._code = _normal(code)

    def is_valid(self, code: str | None) -> bool:
        """Trimmed, without regard to case, in constant time."""
        return bool(self._code) and same_secret(_normal(code or ""), self._code)

    def require(self, code: str | None) -> None:
        if not self.is_valid(code):
            raise errors.invite_invalid()


def _normal(code: str) -> str:
    return code.strip().casefold()
