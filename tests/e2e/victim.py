"""Somebody to attack, whose every text is recognisable, on a product of its own; the fixtures of the attack tests."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
from reflex.utils.format import format_event_handler
from reflex_base.registry import RegistrationContext

from sigmasight_ui.sigmasight_ui import app
from sigmasight_ui.ui.public import is_public
from sigmasight_ui.ui.shell.state import ShellState
from tests.e2e.processes import product_of_its_own
from tests.e2e.product import Product
from tests.e2e.programs import Program, csv_text, good_rows
from tests.e2e.raw_tab import RawTab

EVIL = "https://evil.example"
LOAD_SHELL = format_event_handler(ShellState.load)


def handlers() -> dict[str, inspect.Signature]:
    """Every event the product answers to, the framework's own included."""
    assert app is not None  # its import is what registers them
    return {
        name: inspect.signature(registered.handler.fn)
        for name, registered in RegistrationContext.get().event_handlers.items()
        if ".tests___" not in name
    }


def needs_session(name: str) -> bool:
    registered = RegistrationContext.get().event_handlers[name]
    ours = any(state.is_user_defined() for state in registered.states)
    return ours and not name.endswith(".setvar") and not is_public(registered.handler.fn)


@dataclass(frozen=True)
class Victim:
    """Somebody whose every text is recognisable wherever it turns up."""

    program: Program
    cookie: str
    ids: dict[str, str]
    marks: tuple[str, ...]

    @property
    def page(self) -> str:
        return f"/onboarding/progress/{self.ids['run_id']}?account={self.ids['portfolio_id']}"

    def found_in(self, text: str) -> list[str]:
        return [mark for mark in self.marks if mark.lower() in text.lower()]

    def state(self) -> tuple[object, ...]:
        http = self.program.http
        portfolio = f"/api/v1/portfolios/{self.ids['portfolio_id']}"
        lists = (
            "/api/v1/portfolios", f"{portfolio}/positions", f"{portfolio}/imports", f"{portfolio}/equity-changes",
            "/api/v1/analytics/scenarios", "/api/v1/import-presets",
        )  # fmt: skip
        kept = [http.get(address).json() for address in ("/api/v1/auth/me", *lists)]
        sessions = http.get("/api/v1/auth/sessions").json()["total"]
        return (
            *kept,
            http.get(f"/api/v1/imports/{self.ids['import_id']}").json(),
            sessions,
            self.program.run_status(self.ids),
        )


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """Attacks fill the log with errors, and a product people use must have none."""
    with product_of_its_own() as running:
        running.start()
        yield running


@pytest.fixture(scope="module")
def victim(product: Product) -> Victim:
    secret = uuid4().hex[:10]
    names = ("person", "portfolio", "account", "description", "symbol")
    marks = {name: f"zq{name[:4]}{secret}" for name in names}
    program = Program(product.url, f"{marks['person']}@example.com", f"Vera {marks['person']}").register()
    texts = {"portfolio_name": marks["portfolio"], "description": marks["description"]}
    made = program.upload(marks["account"], **texts)
    refused = program.post_file(f"{marks['account']} 2", csv_text([f"{marks['symbol']},,1.00,2024-01-15"]), "uploads")
    cookie = program.browser_cookie()
    assert program.wait_for_run(made)["status"] == "completed"
    sessions = program.http.get("/api/v1/auth/sessions").json()["items"]
    ids = {
        "portfolio_id": made["portfolio_id"], "run_id": made["run_id"], "upload_id": refused.json()["upload_id"],
        "session_id": sessions[0]["id"], **_more_of(program, made["portfolio_id"], marks),
    }  # fmt: skip
    return Victim(program, cookie, ids, tuple(marks.values()))


def _more_of(program: Program, portfolio_id: str, marks: dict[str, str]) -> dict[str, str]:
    """A deposit, a scenario, a file under review, a named mapping and a position."""
    http, portfolio = program.http, f"/api/v1/portfolios/{portfolio_id}"
    deposit = {"change_type": "CONTRIBUTION", "amount": "1", "change_date": "2026-11-19", "notes": marks["description"]}
    scenario = {"name": marks["symbol"], "shocks": {"market": -0.1}}
    file = {"csv_file": (f"{marks['account']}.csv", csv_text(good_rows(3)), "text/csv")}
    own = http.post("/api/v1/analytics/scenarios", json=scenario).json()["id"]
    unknown = {"csv_file": ("own.csv", "Holding;Pieces\nAAPL;110\n", "text/csv")}
    mapping = {"columns": {"symbol": "Holding", "quantity": "Pieces"}, "preset": marks["symbol"]}
    mapped = http.post("/api/v1/imports", files=unknown).json()["import_id"]
    http.patch(f"/api/v1/imports/{mapped}", json={"mapping": mapping})
    return {
        "change_id": http.post(f"{portfolio}/equity-changes", json=deposit).json()["id"],
        "scenario_id": own,
        "figure": f"stress:custom:{own}",
        "preset_id": http.get("/api/v1/import-presets").json()["items"][0]["id"],
        "import_id": http.post("/api/v1/imports", files=file).json()["import_id"],
        "position_id": http.get(f"{portfolio}/positions").json()["items"][0]["id"],
    }


@pytest.fixture(scope="module")
def stranger(product: Product) -> Program:
    return Program(product.url).register()


@pytest.fixture(scope="module")
def strangers_cookie(stranger: Program) -> str:
    return stranger.browser_cookie()


@pytest.fixture
def victims_tab(product: Product, victim: Victim) -> Iterator[RawTab]:
    """An open tab with the victim's data in its state."""
    with RawTab(product.url, cookie=victim.cookie) as tab:
        shown = tab.ask(LOAD_SHELL, victim.page) + tab.hydrate(victim.page)
        assert len(victim.found_in(shown)) >= 3, "the tab has to show what others must not see"
        yield tab


def sweep(tab: RawTab, victim: Victim) -> dict[str, str]:
    """What each event brought back when it was called with the victim's ids wherever an id could go."""
    ids = "&".join(f"{name.removesuffix('_id')}={value}" for name, value in victim.ids.items())
    pages = [f"/onboarding/progress/{victim.ids['run_id']}?{ids}", f"/portfolios/{victim.ids['portfolio_id']}?{ids}"]
    brought = {}
    for name, signature in handlers().items():
        arguments = [argument for argument in signature.parameters if argument != "self"]
        before = len(tab.heard)
        for page in pages:
            for value in victim.ids.values() if arguments else ("",):
                tab.send(name, page, **{argument: _guess(argument, value, victim) for argument in arguments})
        tab.settle()
        brought[name] = tab.heard[before:]
    for page in (
        *pages,
        f"/imports/{victim.ids['import_id']}?{ids}",
        f"/onboarding/upload?{ids}",
        f"/dashboard?{ids}",
        f"/risk?{ids}",
        f"/settings?{ids}",
    ):
        tab.hydrate(page)
    return brought


def _guess(argument: str, value: str, victim: Victim) -> object:
    if argument == "text":
        return json.dumps({"status": 400, "body": {"error": {"details": {"upload_id": value}}}})
    return {**victim.ids, "id": value} if argument in ("form", "vars") else value


def operations(product: Product) -> list[tuple[str, str]]:
    paths = httpx.get(f"{product.url}/api/v1/openapi.json").json()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]
