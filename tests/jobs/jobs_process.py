"""The jobs process as the product runs it, over a test's database and with prices in memory."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from sigmasight_ui.bootstrap import build_services
from sigmasight_ui.core.config import load_settings
from sigmasight_ui.core.database_access import DatabaseAccess
from sigmasight_ui.core.logging import configure_logging
from sigmasight_ui.jobs.main import WORKER_ROLE, serve
from tests.fakes.price_source import FakeSource
from tests.services.batch.conftest import SYMBOLS, with_prices

OWN_SYMBOLS = [f"S{number}" for number in range(13)]  # for runs that must not wait for one another


def main(urls: dict[str, str], data_dir: str, clock: str) -> None:
    configure_logging()
    source = FakeSource()
    with_prices(source, *SYMBOLS, *OWN_SYMBOLS, "SPY")
    env = {"ENVIRONMENT": "test", "DATA_DIR": data_dir, "MARKET_DATA": "sample", "CLOCK": clock}
    settings = load_settings(env, Path(data_dir))
    services = build_services(settings, DatabaseAccess(urls, lambda: None), price_sources=[source])
    asyncio.run(serve(services, urls[WORKER_ROLE]))
    services.db.close()


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
