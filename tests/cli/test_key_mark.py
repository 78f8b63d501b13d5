"""A database is opened with the key it was made with, or not at all."""

from dataclasses import replace

import pytest

from sigmasight_ui.bootstrap import master_key
from sigmasight_ui.cli import installation
from sigmasight_ui.cli.installation import CannotStart, prepare
from sigmasight_ui.cli.key_mark import is_other_key, leave_mark
from sigmasight_ui.core.crypto import MasterKey
from sigmasight_ui.core.database_access import DatabaseAccess

RIGHT, WRONG = MasterKey(b"r" * 32), MasterKey(b"w" * 32)


def test_the_first_key_stays_the_right_one(database):
    url = database.url("app_owner")
    assert not is_other_key(url, RIGHT), "a database that was never marked is anybody's"
    leave_mark(url, RIGHT)
    leave_mark(url, WRONG)
    assert not is_other_key(url, RIGHT)
    assert is_other_key(url, WRONG)


def test_a_database_without_schema_and_a_login_without_rights_tell_nothing(database, fresh_database):
    assert not is_other_key(fresh_database().url("app_owner"), WRONG)
    leave_mark(database.url("app_owner"), RIGHT)
    assert not is_other_key(database.url("app_user"), WRONG)


@pytest.mark.parametrize("loss", ["lost", "another"])
def test_nothing_starts_with_another_key_and_all_is_well_with_the_right_one_again(
    settings, database, monkeypatch, tmp_path, loss
):
    access = DatabaseAccess(database.urls(), lambda: None)
    monkeypatch.setattr(installation, "open_database", lambda *_: access)
    own = replace(settings, data_dir=tmp_path / "data")
    file, key = own.data_dir / "master.key", master_key(own)
    prepare(own, print).close()
    file.unlink()
    if loss == "another":
        file.touch(0o600)
        file.write_bytes(WRONG.secret)
    with pytest.raises(CannotStart, match=r"Put the master\.key of your backup in its place"):
        prepare(own, print)
    file.write_bytes(key.secret)
    prepare(own, print).close()
