"""The real application over a real database. One database per module keeps this quick: every test brings its own
people and calls from its own address, so tests do not meet."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from sigmasight_ui.api.app import create_api
from sigmasight_ui.bootstrap import Services, build_services
from sigmasight_ui.core.actor import ANONYMOUS, Actor
from sigmasight_ui.core.config import PUBLIC_INVITE_CODE, Settings, load_settings
from sigmasight_ui.core.database_access import DatabaseAccess
from sigmasight_ui.core.db import Database
from sigmasight_ui.services.identity.schemas import Visitor
from tests.conftest import CHEAP_BCRYPT, PASSWORD, FreshDatabase, Server, created_database
from tests.fakes.clock import FixedClock

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ORIGIN = "http://localhost:8000"
FORM = {
    "portfolio_name": "Core growth",
    "account_name": "Schwab Taxable",
    "account_type": "taxable",
    "equity_balance": "412806.55",
}
HEADER = (
    "Symbol,Quantity,Entry Price Per Share,Entry Date,Investment Class,Investment Subtype,Underlying Symbol,"
    "Strike Price,Expiration Date,Option Type,Exit Date,Exit Price Per Share\n"
)
TWO_ROWS = HEADER + "AAPL,100,158.00,2024-01-15,PUBLIC,STOCK\nSHOP,-25,62.50,2024-02-10\n"

_numbers = itertools.count(1)


class Client(TestClient):
    """Refuses to see an error of ours: whatever a test sends, the answer is a decision and never a crash."""

    def request(self, method: str, url: Any, **options: Any) -> Response:
        answer = super().request(method, url, **options)
        assert answer.status_code != 500, answer.text
        return answer


@dataclass(frozen=True)
class Person:
    id: UUID
    email: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def actor(self) -> Actor:
        return Actor(user_id=self.id, role="user")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("data")
    return load_settings({"ENVIRONMENT": "test", "DATA_DIR": str(folder), "MARKET_DATA": "sample"}, folder)


@pytest.fixture(scope="module")
def database(cluster: Server, migrated: FreshDatabase) -> Iterator[FreshDatabase]:
    with created_database(cluster, migrated.name) as database:
        yield database


@pytest.fixture(scope="module")
def services(database: FreshDatabase, settings: Settings) -> Iterator[Services]:
    access = DatabaseAccess(database.urls(), lambda: None)
    built = build_services(settings, access, clock=FixedClock(NOW), password_cost=CHEAP_BCRYPT)
    yield built
    built.db.close()


@pytest.fixture
def clock(services: Services) -> FixedClock:
    assert isinstance(services.clock, FixedClock)
    services.clock.instant = NOW
    return services.clock


@pytest.fixture(scope="module")
def app(services: Services) -> FastAPI:
    return create_api(lambda: services)


@pytest.fixture
def new_client(app: FastAPI, clock: FixedClock) -> Callable[[], Client]:
    """Each from an address of its own, so that limits per address start fresh."""

    def make() -> Client:
        number = next(_numbers)
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        return Client(app, base_url=ORIGIN, raise_server_exceptions=False, client=(address, 50_000))

    return make


@pytest.fixture
def client(new_client: Callable[[], Client]) -> Client:
    return new_client()


@pytest.fixture
def new_person(services: Services, clock: FixedClock) -> Callable[..., Person]:
    """Somebody with an account and a bearer token."""

    def make(email: str | None = None) -> Person:
        address = email or f"{uuid4().hex[:12]}@example.com"
        hashed = services.identity.hash_password(PASSWORD)
        with services.db.transaction(ANONYMOUS) as session:
            user = services.identity.create_account(session, address, "Ada Example", hashed, Visitor())
        visitor = Visitor(ip=f"198.18.0.{uuid4().hex}")
        signed = services.identity.sign_in_program(services.db.transaction, address, PASSWORD, visitor)
        return Person(user.id, user.email, signed.access_token)

    return make


@pytest.fixture
def person(new_person: Callable[..., Person]) -> Person:
    return new_person()


@pytest.fixture
def enter(services: Services) -> Callable[..., Response]:
    """Sign a client in like a browser: the ticket of the sign-in page becomes a cookie."""

    def call(client: Client, person: Person, **form: str) -> Response:
        visitor = Visitor(ip=f"198.18.1.{uuid4().hex}")
        ticket = services.identity.sign_in_browser(services.db.transaction, person.email, PASSWORD, visitor).ticket
        data = {"ticket": ticket, **form}
        return client.post("/auth/enter", data=data, headers={"Origin": ORIGIN}, follow_redirects=False)

    return call


@pytest.fixture
def create(client: Client, person: Person) -> Callable[..., Response]:
    """POST create-portfolio as `person`; a field given as None is left out."""

    def call(
        content: str | bytes | None = TWO_ROWS,
        *,
        file_name: str = "positions.csv",
        by: Person | None = None,
        path: str = "create-portfolio",
        **fields: str | None,
    ) -> Response:
        form = {name: value for name, value in {**FORM, **fields}.items() if value is not None}
        body = content.encode() if isinstance(content, str) else content
        files = None if body is None else {"csv_file": (file_name, body, "text/csv")}
        if files is None:
            files = {"unused": (None, b"")}  # still a multipart form
        url = f"/api/v1/onboarding/{path}"
        return client.post(url, data=form, files=files, headers=(by or person).headers)

    return call


def account(**changes: str) -> dict[str, str]:
    """A registration that is right, for one address nobody has."""
    valid = {
        "email": f"{uuid4().hex[:12]}@example.com",
        "password": PASSWORD,
        "full_name": "Grace Example",
        "invite_code": PUBLIC_INVITE_CODE,
    }
    return {**valid, **changes}


def code_of(answer: Response) -> str:
    """The code in the envelope, whose shape is checked on the way."""
    error = answer.json()["error"]
    assert {"code", "message", "documentation_url"} <= set(error) <= {"code", "message", "details", "documentation_url"}
    assert error["documentation_url"] == f"https://docs.sigmasight.io/errors/{error['code']}"
    return str(error["code"])


def row_codes(answer: Response) -> list[tuple[int | None, str]]:
    """Row and code of everything a refused file was told."""
    assert (answer.status_code, code_of(answer)) == (400, "ERR_PORT_008")
    details = answer.json()["error"]["details"]
    assert details["total_errors"] == len(details["errors"])
    return [(error["row"], error["code"]) for error in details["errors"]]


@pytest.fixture
def client_without_database(services: Services) -> Iterator[Client]:
    nowhere = Database({"app_user": "postgresql+psycopg2://nobody:x@127.0.0.1:9/none"})
    yield Client(create_api(lambda: replace(services, db=nowhere)), base_url=ORIGIN, raise_server_exceptions=False)
    nowhere.close()
