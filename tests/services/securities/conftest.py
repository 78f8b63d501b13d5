from collections.abc import Iterator

import pytest
from sqlmodel import Session

from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.core.db import Database
from tests.conftest import FreshDatabase


@pytest.fixture
def session(database: FreshDatabase) -> Iterator[Session]:
    """One open transaction of the worker, the role that may write shared facts."""
    db = Database(database.urls())
    with db.transaction(job_actor("test"), role="app_worker") as opened:
        yield opened
    db.close()
