"""People who use the product by program: REST with a token, or a browser's cookie without the browser."""

from __future__ import annotations

import itertools
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from reflex.utils.format import format_event_handler

from sigmasight_ui.ui.auth.state import LoginState
from tests.e2e.people import HEADER, PASSWORD, good_rows
from tests.e2e.product import INVITE
from tests.e2e.raw_tab import RawTab

_numbers = itertools.count(1)
SIGN_IN = format_event_handler(LoginState.submit)


@dataclass
class Program:
    """One registered person at an address of their own; `http` sends their bearer token once they are signed in."""

    url: str
    email: str = field(default_factory=lambda: f"program-{uuid4().hex[:12]}@example.com")
    name: str = "Grace Example"
    address: str = field(default_factory=lambda: "172.{}.{}.{}".format(*divmod(next(_numbers) + 4096, 250), 1))

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, headers={"X-Forwarded-For": self.address}, timeout=60)

    def register(self) -> Program:
        account = {"email": self.email, "password": PASSWORD, "full_name": self.name, "invite_code": INVITE}
        answer = self.http.post("/api/v1/onboarding/register", json=account)
        assert answer.status_code == 201, answer.text
        return self.sign_in()

    def sign_in(self) -> Program:
        answer = self.http.post("/api/v1/auth/login", json={"email": self.email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return self

    @property
    def token(self) -> str:
        return self.http.headers["Authorization"].removeprefix("Bearer ")

    def browser_cookie(self) -> str:
        """Signs in as the page does: the password over the socket, the ticket through the form."""
        with RawTab(self.url, address=self.address) as tab:
            heard = tab.ask(SIGN_IN, "/login", form={"email": self.email, "password": PASSWORD})
        ticket = re.search(r'"ticket_rx_state_":"([0-9a-f]{32}\.[\w-]+)"', heard.replace(" ", ""))
        assert ticket, heard
        with httpx.Client(base_url=self.url, headers={"X-Forwarded-For": self.address}) as browser:
            answer = browser.post("/auth/enter", data={"ticket": ticket[1]}, headers={"Origin": self.url})
        assert answer.status_code == 303 and "set-cookie" in answer.headers, answer.text
        return answer.headers["set-cookie"].split(";")[0]

    def post_file(self, account: str, content: str, path: str = "create-portfolio", **fields: str) -> httpx.Response:
        form = {
            "portfolio_name": "Core growth", "account_name": account, "account_type": "taxable",
            "equity_balance": "412806.55", **fields,
        }  # fmt: skip
        file = ("positions.csv", content.encode(), "text/csv")
        return self.http.post(f"/api/v1/onboarding/{path}", data=form, files={"csv_file": file})

    def upload(self, account: str = "Schwab Taxable", rows: list[str] | None = None, **fields: str) -> dict[str, Any]:
        """A portfolio whose calculation has been started, as from the upload page."""
        answer = self.post_file(account, csv_text(rows or good_rows(3)), "uploads", **fields)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def portfolios(self) -> list[dict[str, Any]]:
        """All of them, page by page."""
        items: list[dict[str, Any]] = []
        while True:
            answer = self.http.get("/api/v1/portfolios", params={"limit": 200, "offset": len(items)})
            assert answer.status_code == 200, answer.text
            items += answer.json()["items"]
            if len(items) >= answer.json()["total"]:
                return items

    def run_status(self, made: dict[str, Any]) -> dict[str, Any]:
        answer = self.http.get(f"/api/v1/portfolio/{made['portfolio_id']}/batch-status/{made['run_id']}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def wait_for_run(self, made: dict[str, Any], seconds: float = 60) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while (status := self.run_status(made))["status"] in ("queued", "running"):
            assert time.monotonic() < deadline, json.dumps(status)
            time.sleep(0.2)
        return status


def csv_text(rows: list[str]) -> str:
    return "\n".join([HEADER, *rows]) + "\n"
