"""A process killed in the middle of confirming leaves nothing behind, and the import can be confirmed again."""

import json
import signal
import subprocess
import sys

import pytest

from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.imports.schemas.history import ImportState
from tests.services.imports.conftest import TWO_ACCOUNTS

VICTIM = """
import json, sys, time
from uuid import UUID
from pathlib import Path
from sigmasight_ui.bootstrap import build_services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.config import load_settings
from sigmasight_ui.core.database_access import DatabaseAccess

said = json.loads(sys.argv[1])
folder = Path(said["folder"])
settings = load_settings({"ENVIRONMENT": "test", "DATA_DIR": said["folder"], "MARKET_DATA": "sample"}, folder)
services = build_services(settings, DatabaseAccess(said["urls"], lambda: None))
insert = services.positions.insert

def insert_and_wait(*arguments):
    insert(*arguments)
    print("written", flush=True)
    time.sleep(60)

object.__setattr__(services.positions, "insert", insert_and_wait)
actor = Actor(user_id=UUID(said["user"]), role="user")
services.imports.confirm(services.db.transaction, actor, UUID(said["import"]))
"""


@pytest.mark.slow
def test_killed_while_it_writes(person, database, settings):
    review = person.start(TWO_ACCOUNTS)
    said = {
        "folder": str(settings.data_dir), "urls": database.urls(), "user": str(person.actor.user_id),
        "import": str(review.import_id),
    }  # fmt: skip
    victim = subprocess.Popen([sys.executable, "-c", VICTIM, json.dumps(said)], stdout=subprocess.PIPE, text=True)
    assert victim.stdout is not None
    assert victim.stdout.readline() == "written\n"
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    assert [person.count(table) for table in ("portfolios", "positions", "portfolio_imports", "batch_runs")] == [0] * 4
    assert person.get(review.import_id).state is ImportState.REVIEW
    assert len(confirm_once_free(person, review.import_id).portfolios) == 2
    assert person.count("positions") == 2


def confirm_once_free(person, import_id):
    """The server may need some seconds to notice that the victim is gone; until then its locks are held."""
    for _ in range(3):
        try:
            return person.confirm(import_id)
        except AppError as refusal:
            if refusal.code != "ERR_SYSTEM_004":
                raise
    return person.confirm(import_id)
