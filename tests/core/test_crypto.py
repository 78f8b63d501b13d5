"""One key file, sub-keys by purpose, sealed values that open in their own place only."""

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from sigmasight_ui.core.crypto import KeyFileError, SealBroken, load_master_key, same_secret


def test_many_first_starts_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: load_master_key(tmp_path / "master.key").secret, range(64)))
    assert len(keys) == 1
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600


def test_a_key_others_can_read_is_refused(tmp_path):
    load_master_key(tmp_path / "master.key")
    (tmp_path / "master.key").chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        load_master_key(tmp_path / "master.key")


def test_a_cut_key_is_refused(tmp_path):
    (tmp_path / "master.key").write_bytes(b"half")
    (tmp_path / "master.key").chmod(0o600)
    with pytest.raises(KeyFileError, match="backup"):
        load_master_key(tmp_path / "master.key")


def test_without_room_no_half_of_a_key_stays_behind(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(KeyFileError, match="No space left"):
            load_master_key(tmp_path / "master.key")
    assert list(tmp_path.iterdir()) == []
    key = load_master_key(tmp_path / "master.key")
    assert [file.name for file in tmp_path.iterdir()] == ["master.key"]
    assert load_master_key(tmp_path / "master.key") == key


def test_a_key_that_cannot_be_reached_is_told(tmp_path):
    (tmp_path / "master.key").mkdir(mode=0o700)
    with pytest.raises(KeyFileError, match="neither be read nor made: Is a directory"):
        load_master_key(tmp_path / "master.key")


def test_sub_keys_differ_by_purpose(tmp_path):
    key = load_master_key(tmp_path / "master.key")
    assert key.derive("a") != key.derive("b")
    assert key.derive("a") == key.derive("a")


def test_a_sealed_value_opens_in_its_own_place_only(tmp_path):
    key = load_master_key(tmp_path / "a.key")
    sealed = key.seal(b"\x00secret", "uploads|1")
    assert b"secret" not in sealed.encode()
    assert key.open(sealed, "uploads|1") == b"\x00secret"
    for broken, place, opener in [
        (sealed, "uploads|2", key),
        (sealed[:-4], "uploads|1", key),
        ("v9:" + sealed[3:], "uploads|1", key),
        (sealed, "uploads|1", load_master_key(tmp_path / "b.key")),
    ]:
        with pytest.raises(SealBroken):
            opener.open(broken, place)


def test_a_key_does_not_show_itself(tmp_path):
    key = load_master_key(tmp_path / "master.key")
    assert key.secret.hex() not in repr(key)
    assert str(key.secret) not in repr(key)


def test_secrets_with_accents_can_be_compared():
    assert same_secret("Zürich", "Zürich")
    assert not same_secret("Zürich", "Zurich")
