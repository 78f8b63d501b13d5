"""A backup carries everything to another machine, and neither half ever harms what is there."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sigmasight_ui.core.config import load_settings
from sigmasight_ui.core.embedded_postgres import EmbeddedPostgres

ADMIN = {"SUPERUSER_EMAIL": "ada@example.com", "SUPERUSER_PASSWORD": "Correct-Horse-42", "SUPERUSER_NAME": "Ada"}
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **ADMIN, "DATA_DIR": str(folder), "ENVIRONMENT": "test"}
    env.pop("DATABASE_URL", None)
    run = [sys.executable, "-m", "sigmasight_ui", *arguments]
    return subprocess.run(run, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


@pytest.fixture
def books(tmp_path: Path) -> Path:
    tmp_path.chmod(0o711)  # as root, the server's own user has to get through
    folder = tmp_path / "books"
    folder.mkdir(mode=0o711)
    made = command(folder, "create-superuser", "--non-interactive")
    assert made.returncode == 0, made.stderr
    return folder


def test_a_backup_is_restored_elsewhere_once(books: Path, tmp_path: Path) -> None:
    file, elsewhere = tmp_path / "books.dump", tmp_path / "elsewhere"
    assert command(books, "backup", str(file)).returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = command(books, "backup", str(file))
    assert (again.returncode, "exists already" in again.stderr) == (2, True)

    elsewhere.mkdir(mode=0o711)
    early = command(elsewhere, "restore", str(file))
    assert (early.returncode, "master.key" in early.stderr) == (2, True)
    shutil.copy(books / "master.key", elsewhere / "master.key")
    restored = command(elsewhere, "restore", str(file))
    assert restored.returncode == 0, restored.stderr
    known = command(elsewhere, "create-superuser", "--non-interactive")
    assert "had an account" in known.stdout, known.stderr
    assert command(elsewhere, "doctor").stdout.count("FAIL") <= 1, "the pages are not built, all else is well"

    twice = command(elsewhere, "restore", str(file))
    assert (twice.returncode, "in use already" in twice.stderr) == (2, True)


def test_a_file_that_is_no_backup_changes_nothing(books: Path, tmp_path: Path) -> None:
    elsewhere, file = tmp_path / "elsewhere", tmp_path / "letter.txt"
    elsewhere.mkdir(mode=0o711)
    shutil.copy(books / "master.key", elsewhere / "master.key")
    file.write_text("Dear Ada")
    refused = command(elsewhere, "restore", str(file))
    assert (refused.returncode, "nothing was changed" in refused.stderr) == (2, True)
    missing = command(elsewhere, "restore", str(tmp_path / "none"))
    assert (missing.returncode, "There is no file" in missing.stderr) == (2, True)
    settings = load_settings({"DATA_DIR": str(elsewhere), "ENVIRONMENT": "test"}, elsewhere)
    assert not EmbeddedPostgres(settings.data_dir / "postgres").stop(), "and nothing was left running"
