"""Keys and sealed values: one master key on disk, sub-keys by purpose, every ciphertext bound to its place."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class KeyFileError(RuntimeError):
    """The key file cannot be used as it is; starting anyway would lose or leak data."""


class SealBroken(Exception):
    """A sealed value that was moved, cut, or made with another key."""


@dataclass(frozen=True)
class MasterKey:
    secret: bytes

    def __repr__(self) -> str:
        return "MasterKey(<sealed>)"

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose; knowing one sub-key tells nothing of another."""
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(self.secret)

    def seal(self, plaintext: bytes, place: str) -> str:
        """Encrypt, with the place it belongs to inside, so that a value moved to another row does not open."""
        body = json.dumps({"place": place, "value": base64.b64encode(plaintext).decode()}).encode()
        return "v1:" + self._fernet().encrypt(body).decode()

    def open(self, sealed: str, place: str) -> bytes:
        version, _, token = sealed.partition(":")
        try:
            body = json.loads(self._fernet().decrypt(token.encode()))
        except (InvalidToken, ValueError) as error:
            raise SealBroken("this value was not sealed with the present key") from error
        if version != "v1" or not hmac.compare_digest(body["place"].encode(), place.encode()):
            raise SealBroken("this value belongs to another place")
        return base64.b64decode(body["value"])

    def _fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self.derive("sealed values")))


def load_master_key(path: Path) -> MasterKey:
    """The key in `path`, made on the first start; many first starts at once agree on one key."""
    try:
        if not path.exists():
            _create_once(path)
        mode, secret = stat.S_IMODE(path.stat().st_mode), path.read_bytes()
    except OSError as error:
        raise KeyFileError(f"The key file {path} can neither be read nor made: {error.strerror}.") from error
    if mode & 0o077:
        raise KeyFileError(f"{path} can be read by others (mode {mode:o}): run chmod 600 on it")
    if len(secret) != 32:
        raise KeyFileError(f"{path} does not hold a 32-byte key: restore it from your backup")
    return MasterKey(secret)


def _create_once(path: Path) -> None:
    """Written aside and then given its name: a full disk or a death in between leaves no half of a key, which would
    have to be taken for one that was damaged."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as draft:  # nobody else's to read
        draft.write(secrets.token_bytes(32))
        draft.flush()
        os.fsync(draft.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, path)


def digest(secret: str | bytes) -> str:
    """For secrets with full entropy (session ids, claim codes); never for passwords."""
    return hashlib.sha256(secret if isinstance(secret, bytes) else _bytes(secret)).hexdigest()


def same_secret(left: str, right: str) -> bool:
    """Constant-time comparison of any text."""
    return hmac.compare_digest(_bytes(left), _bytes(right))


def _bytes(text: str) -> bytes:
    """Text from a socket may hold half a surrogate pair, which plain UTF-8 refuses."""
    return text.encode("utf-8", "surrogatepass")
