"""What a scenario of one's own may be."""

import math

import pytest

from sigmasight_ui.analytics.scenarios import SHOCKABLE
from sigmasight_ui.services.scenarios import rules


def codes(shocks):
    return [each.code for each in rules.shock_problems(shocks)]


def test_the_factors_are_those_the_engine_can_shock():
    assert rules.FACTORS == SHOCKABLE


@pytest.mark.parametrize("shocks", [None, {}, {"market": 0.0}])
def test_it_shocks_something(shocks):
    assert codes(shocks) == ["ERR_SCENARIO_004"]


@pytest.mark.parametrize(
    ("shocks", "code"),
    [
        ({"oil": 0.1}, "ERR_SCENARIO_005"),
        ({"market": -0.96}, "ERR_SCENARIO_006"),
        ({"market": 1.01}, "ERR_SCENARIO_006"),
        ({"market": math.inf}, "ERR_SCENARIO_006"),
        ({"market": math.nan}, "ERR_SCENARIO_006"),
        ({"interest_rate": 0.11}, "ERR_SCENARIO_006"),
    ],
)
def test_each_refusal_has_its_code(shocks, code):
    assert codes(shocks) == [code]


def test_the_limits_themselves_are_allowed():
    assert codes({"market": -0.95, "growth": 1.0, "interest_rate": -0.1, "size": 0.0}) == []


@pytest.mark.parametrize(
    ("shocks", "word"),
    [
        ({"market": -0.049}, "base"), ({"market": -0.05}, "mild"), ({"value": 0.1, "market": -0.02}, "moderate"),
        ({"size": -0.2}, "severe"), ({"market": -0.35}, "extreme"), ({"interest_rate": 0.01}, "moderate"),
    ],
)  # fmt: skip
def test_severity_follows_the_largest_shock(shocks, word):
    assert rules.severity(shocks) == word


@pytest.mark.parametrize(("name", "code"), [(None, "001"), (" \n", "001"), ("x" * 61, "002")])
def test_names(name, code):
    assert [each.code for each in rules.name_problems(name)] == [f"ERR_SCENARIO_{code}"]
