"""Which source a portfolio's prices come from."""

from dataclasses import replace

import pytest

from sigmasight_ui.bootstrap import build_services
from sigmasight_ui.core.database_access import DatabaseAccess


@pytest.mark.parametrize(("setting", "own"), [("yahoo", "yahoo"), ("auto", "yahoo"), ("sample", "sample")])
def test_sample_portfolios_stay_with_the_sample_and_the_others_follow_the_setting(database, settings, setting, own):
    access = DatabaseAccess(database.urls(), lambda: None)
    services = build_services(replace(settings, market_data=setting), access, password_cost=4)
    assert services.market_data.source_for(is_sample=True) == "sample"
    assert services.market_data.source_for(is_sample=False) == own
    services.db.close()
