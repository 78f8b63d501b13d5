"""Data folders for the embedded database server; whatever runs in them is ended afterwards."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sigmasight_ui.core.embedded_postgres import EmbeddedPostgres
from tests.core.database_servers import end_server


@pytest.fixture
def new_home() -> Iterator[Callable[..., Path]]:
    """Makes data folders that do not exist yet; whatever runs in them is ended afterwards."""
    root = Path(tempfile.mkdtemp(prefix="sigmasight-faults-"))
    root.chmod(0o711)
    homes: list[Path] = []

    def make(*below: str) -> Path:
        homes.append(root.joinpath(*below, f"home{len(homes)}"))
        return homes[-1]

    yield make
    for home in homes:
        end_server(home)
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def used_home() -> Iterator[Path]:
    root = Path(tempfile.mkdtemp(prefix="sigmasight-faults-"))
    root.chmod(0o711)
    home = root / "home"
    with EmbeddedPostgres(home):
        pass
    yield home
    end_server(home)
    shutil.rmtree(root)


@pytest.fixture
def home(used_home: Path) -> Iterator[Path]:
    """A data folder with a cluster that is stopped, before and after the test."""
    yield used_home
    server = EmbeddedPostgres(used_home)
    server.start()
    assert server.stop()
