"""The import contracts hold, and each one is broken by the import it forbids."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT

BREACHES = {
    "Imports go down": ("services/batch/upward.py", "import sigmasight_ui.bootstrap"),
    "A room knows only the rooms below it": (
        "services/identity/upward.py",
        "from sigmasight_ui.services.portfolios import models",
    ),
    "Inside a room": ("services/identity/errors.py", "from sigmasight_ui.services.identity import service"),
    "Doors see schemas": ("api/shortcut.py", "from sigmasight_ui.services.identity import repository"),
    "Five files may open a transaction": ("services/identity/shortcut.py", "from sigmasight_ui.core import db"),
    "Only ui and the app module know Reflex": ("core/shortcut.py", "import reflex"),
    "Analytics is arithmetic": ("analytics/shortcut.py", "import sqlalchemy"),
}


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin"},
    )


def test_the_contracts_hold():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("contract", BREACHES)
def test_a_forbidden_import_breaks_its_contract(contract, tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "sigmasight_ui", tmp_path / "sigmasight_ui", ignore=shutil.ignore_patterns("__pycache__"))
    path, line = BREACHES[contract]
    target = tmp_path / "sigmasight_ui" / path
    old = target.read_text() if target.exists() else ""
    target.write_text(f"{line}\n{old.replace('from __future__ import annotations', '')}")
    result = lint(tmp_path)
    broken = [text for text in result.stdout.splitlines() if text.endswith("BROKEN")]
    assert any(text.startswith(contract) for text in broken), result.stdout + result.stderr
