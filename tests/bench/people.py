"""People who use the product as a program does: an account, a bearer token, uploads."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx

from tests.e2e.people import HEADER, PASSWORD, SYMBOLS
from tests.e2e.product import INVITE, Product

API = "/api/v1"
UPLOADS_PER_HOUR = 50
_numbers = itertools.count(1)
_addresses = (f"10.{a}.{b}.{c}" for a, b, c in itertools.product(range(200, 256), range(250), range(1, 250)))


@dataclass(frozen=True)
class Program:
    """A signed-in client; each has an address of its own, so that limits per address do not meet."""

    http: httpx.Client
    email: str
    headers: dict[str, str]

    def create_portfolio(self, content: bytes) -> dict[str, Any]:
        form = {
            "portfolio_name": "Core Growth",
            "account_name": f"Account {next(_numbers)}",
            "account_type": "taxable",
            "equity_balance": "412806.55",
        }
        file = {"csv_file": ("core-growth.csv", content, "text/csv")}
        answer = self.http.post(f"{API}/onboarding/create-portfolio", data=form, files=file)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def create_with_figures(self, content: bytes, seconds: float = 60) -> str:
        """A portfolio, its calculation, and its figures read when that is done; its id."""
        created = self.create_portfolio(content)
        started = self.http.post(created["calculate_url"]).json()
        deadline = time.monotonic() + seconds
        while not self.get(started["poll_url"])["finished_at"]:
            assert time.monotonic() < deadline, "the calculation does not end"
            time.sleep(0.02)
        portfolio: str = created["portfolio_id"]
        self.get(f"{API}/analytics/portfolio/{portfolio}/overview")
        return portfolio

    def get(self, path: str) -> Any:
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


def new_address() -> str:
    return next(_addresses)


def sign_up(product: Product) -> Program:
    email, headers = f"{uuid4()}@example.com", {"X-Forwarded-For": new_address()}
    http = httpx.Client(base_url=product.url, headers=headers, timeout=60)
    account = {"email": email, "password": PASSWORD, "full_name": "Ada Example", "invite_code": INVITE}
    assert http.post(f"{API}/onboarding/register", json=account).status_code == 201
    token = http.post(f"{API}/auth/login", json={"email": email, "password": PASSWORD}).json()["access_token"]
    headers["Authorization"] = f"Bearer {token}"
    http.headers.update(headers)
    return Program(http, email, headers)


def csv_of(rows: int) -> bytes:
    """Real symbols, each lot with its own entry date."""
    first = date(2024, 1, 2)
    lines = [HEADER]
    for number in range(rows):
        repeat, place = divmod(number, len(SYMBOLS))
        day = first + timedelta(days=repeat)
        lines.append(f"{SYMBOLS[place]},{10 + place},{100 + place}.25,{day},PUBLIC,,,,,,,")
    return ("\n".join(lines) + "\n").encode()
