"""What the documents say is there, is there."""

import re
from importlib import import_module

import pytest

from sigmasight_ui.api.app import create_api
from sigmasight_ui.core.rate_limit import Limit
from sigmasight_ui.services.imports import rules as imports
from sigmasight_ui.services.portfolios import rules as portfolios
from sigmasight_ui.services.scenarios import rules as scenarios
from tests.architecture.rules import ROOT

DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
_PATH = re.compile(r"`((?:sigmasight_ui|alembic|assets|tests|docs)/[\w./-]*)(?::(\w+))?`")
RULES = "sigmasight_ui/services/*/rules.py"
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_named_file_and_function_exists(document):
    text = document.read_text(encoding="utf-8")
    for path, name in _PATH.findall(text):
        assert (ROOT / path).exists(), f"{document.name} names {path}"
        if name:
            assert re.search(rf"(?:def|class) {name}\b", (ROOT / path).read_text(encoding="utf-8")), f"{path}:{name}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document):
    for target in _LINK.findall(document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_readme_fits_one_screen():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 45


def test_every_command_of_the_makefile_has_its_help():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert targets == set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    assert targets >= {"run", "test", "check", "bench"}


def test_every_environment_variable_is_in_the_example_file():
    config = (ROOT / "sigmasight_ui/core/config.py").read_text(encoding="utf-8")
    read = set(re.findall(r'"([A-Z][A-Z_]{2,})"', config))
    assert read == set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))


def test_the_table_of_limits_says_what_is_counted():
    rooms = (import_module(f"sigmasight_ui.services.{path.parent.name}.rules") for path in ROOT.glob(RULES))
    limits = {each.name: each for room in rooms for each in vars(room).values() if isinstance(each, Limit)}
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([a-z-]+)` \| ([\d,]+) \| ([\d,]+) s \|", text, re.MULTILINE)
    assert {name: (int(count), int(period.replace(",", ""))) for name, count, period in told} == {
        name: (limit.count, limit.period) for name, limit in limits.items()
    }
    most = portfolios.MAX_PORTFOLIOS, scenarios.MAX_SCENARIOS, imports.OPEN_REVIEWS, imports.MAX_PRESETS
    assert "{} portfolios in use, {} scenarios, {} files waiting for review and {} named mappings".format(*most) in text


PROMISED = """
/api/v1/onboarding/register
/api/v1/onboarding/csv-template
/api/v1/onboarding/create-portfolio
/api/v1/auth/login
/api/v1/auth/logout
/api/v1/auth/me
/api/v1/portfolios
/api/v1/portfolios/{portfolio_id}
/api/v1/portfolios/{portfolio_id}/positions
/api/v1/portfolios/{portfolio_id}/imports
/api/v1/portfolios/{portfolio_id}/export.csv
/api/v1/positions/{position_id}/provenance
/api/v1/imports
/api/v1/imports/{import_id}
/api/v1/imports/{import_id}/confirm
/api/v1/imports/{import_id}/undo
/api/v1/imports/{import_id}/redo
/api/v1/portfolio/{portfolio_id}/calculate
/api/v1/portfolio/{portfolio_id}/batch-status/{run_id}
/api/v1/data/portfolio/{portfolio_id}/data-quality
/health/live
/health/ready
/health/prerequisites
"""
FIGURES = """
overview factor-exposures market-beta stress-test correlation-matrix volatility concentration sector-exposure greeks
tail-risk performance
"""


def test_every_call_promised_is_in_the_openapi():
    paths = set(create_api(lambda: None).openapi()["paths"])
    analytics = "/api/v1/analytics"
    assert set(PROMISED.split()) <= paths
    assert {f"{analytics}/portfolio/{{portfolio_id}}/{figure}" for figure in FIGURES.split()} <= paths
    assert {f"{analytics}/aggregate/{figure}" for figure in FIGURES.split()} <= paths
