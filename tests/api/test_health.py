"""What supervisors and load balancers ask."""

from sigmasight_ui.core import migrations
from sigmasight_ui.core.actor import job_actor
from tests.api.conftest import code_of


def test_alive(client):
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_ready(client):
    answer = client.get("/health/ready")
    body = answer.json()
    assert (answer.status_code, body["status"], body["database"], body["migrations"]) == (200, "ready", True, True)
    assert all("PostgreSQL" in warning for warning in body["warnings"])


def test_not_ready_while_the_schema_is_another(client, monkeypatch):
    monkeypatch.setattr(migrations, "head", lambda: "9999_of_the_future")
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"], answer.json()["migrations"]) == (503, "not migrated", False)


def test_database_away_is_said_and_is_no_crash(client_without_database, person):
    client = client_without_database
    assert client.get("/health/live").status_code == 200
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.json()["status"], ready.json()["database"]) == (503, "unavailable", False)
    for answer in (
        client.get("/health/prerequisites"),
        client.get("/api/v1/portfolios", headers=person.headers),
        client.post("/api/v1/auth/login", json={"email": person.email, "password": "x"}),
    ):
        assert (answer.status_code, code_of(answer)) == (503, "ERR_SYSTEM_001")
        assert int(answer.headers["Retry-After"]) > 0


def test_prerequisites_count_what_is_there(client, services):
    before = client.get("/health/prerequisites").json()
    assert before["status"] == "incomplete"
    assert (before["factor_definitions"], before["scenario_definitions"]) == (0, 0)
    with services.db.transaction(job_actor("seed"), role="app_worker") as session:
        services.risk.seed_reference(session)
    after = client.get("/health/prerequisites").json()
    assert after["status"] == "complete"
    assert (after["factor_definitions"], after["scenario_definitions"]) == (8, 22)
    assert (after["factors_needed"], after["scenarios_needed"]) == (8, 18)
