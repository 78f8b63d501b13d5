"""Bearer tokens: signed claims around the id of a row in `sessions`, which alone decides whether they are good."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

import jwt

from sigmasight_ui.services.identity.schemas import UserView

LIFETIME = timedelta(days=30)
_ISSUER = "sigmasight"
_REQUIRED = ["sub", "jti", "iat", "nbf", "exp", "iss", "aud", "typ"]


class TokenSigner:
    """The first key signs; the others still verify, until the last token they signed has run out."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._keys = {hashlib.sha256(key).hexdigest()[:12]: key for key in keys}
        self._signing_id = next(iter(self._keys))

    def sign(self, user: UserView, session_id: UUID, now: datetime) -> str:
        claims = {
            "sub": str(user.id),
            "jti": str(session_id),
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
            "iss": _ISSUER,
            "aud": _ISSUER,
            "typ": "access",
            "email": user.email,
            "is_superuser": user.is_superuser,  # for display in clients; decisions read the database
        }
        key = self._keys[self._signing_id]
        return jwt.encode(claims, key, algorithm="HS256", headers={"kid": self._signing_id})

    def session_id(self, token: str, now: datetime) -> UUID | None:
        """The session a token names, or None for anything that is not one of our live tokens."""
        if len(token) > 4096:
            return None
        try:
            key = self._keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(
                token,
                key,
                algorithms=["HS256"],
                audience=_ISSUER,
                issuer=_ISSUER,
                options={"require": _REQUIRED, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
            in_time = claims["nbf"] <= now.timestamp() + 30 and now.timestamp() < claims["exp"]
            return UUID(claims["jti"]) if claims["typ"] == "access" and in_time else None
        except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError):
            return None
