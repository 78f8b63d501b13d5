"""The house rules hold, and each rule notices when it is broken."""

import pytest

from tests.architecture import rules

FILES = rules.sources()

RULES = [
    rules.files_too_long,
    rules.functions_too_long,
    rules.commits_outside_the_doors,
    rules.clocks_and_environment_outside_core,
    rules.rooms_entered_by_the_window,
    rules.swallowed_errors,
]

BREACHES = {
    rules.files_too_long: {"services/x.py": "\n" * (rules.MAX_FILE + 1)},
    rules.functions_too_long: {"services/x.py": "def f():\n" + "    x = 1\n" * rules.MAX_FUNCTION},
    rules.commits_outside_the_doors: {"services/batch/service.py": "def f(session):\n    session.commit()\n"},
    rules.clocks_and_environment_outside_core: {"services/x.py": "import os\nx = os.environ['A']\n"},
    rules.rooms_entered_by_the_window: {
        "services/batch/service.py": "from sigmasight_ui.services.risk.repository import load\n"
    },
    rules.swallowed_errors: {"services/x.py": "try:\n    f()\nexcept Exception:\n    pass\n"},
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule):
    assert rule(FILES) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_notices_a_breach(rule):
    assert rule(BREACHES[rule])


def test_most_functions_are_short():
    assert rules.median_function_lines(FILES) < 10
