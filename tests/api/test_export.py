"""Export my data: everything of one's own, nothing of anybody else."""

import json

from sqlalchemy import text

EXPORT = "/api/v1/auth/me/export"


def test_everything_of_ones_own_and_nothing_else(client, create, person, new_person):
    create(by=new_person(), portfolio_name="Somebody else's")
    made = create(by=person, portfolio_name="My own").json()["portfolio_id"]
    deposit = {"change_type": "CONTRIBUTION", "amount": "2500", "change_date": "2026-11-19"}
    client.post(f"/api/v1/portfolios/{made}/equity-changes", json=deposit, headers=person.headers)
    scenario = {"name": "Oil", "shocks": {"market": -0.1}}
    client.post("/api/v1/analytics/scenarios", json=scenario, headers=person.headers)
    file = {"csv_file": ("own.csv", b"Holding;Pieces\nNVDA;110\n", "text/csv")}
    review = client.post("/api/v1/imports", files=file, headers=person.headers).json()["import_id"]
    mapping = {"columns": {"symbol": "Holding", "quantity": "Pieces"}, "preset": "Bank"}
    client.patch(f"/api/v1/imports/{review}", json={"mapping": mapping}, headers=person.headers)
    answer = client.get(EXPORT, headers=person.headers)
    assert answer.headers["content-disposition"] == 'attachment; filename="sigmasight_my_data.json"'
    data = json.loads(answer.text)
    assert data["profile"]["email"] == person.email
    assert [portfolio["name"] for portfolio in data["portfolios"]] == ["My own"]
    assert all(isinstance(lot["entry_price"], str) for lot in data["portfolios"][0]["positions"])
    assert data["portfolios"][0]["positions"]
    assert {"account.create", "login"} <= {event["action"] for event in data["security_events"]}
    assert [(each["change_type"], each["amount"]) for each in data["portfolios"][0]["equity_changes"]] == [
        ("CONTRIBUTION", "2500.00")
    ]
    assert [each["name"] for each in data["scenarios"]] == ["Oil"]
    assert [(each["name"], each["columns"]) for each in data["import_presets"]] == [("Bank", mapping["columns"])]
    assert "Somebody else" not in answer.text
    assert "hash" not in answer.text


def test_archived_portfolios_come_along_and_those_of_others_do_not(client, create, person, new_person, services):
    made = create(by=person, portfolio_name="Put away").json()["portfolio_id"]
    deposit = {"change_type": "CONTRIBUTION", "amount": "2500", "change_date": "2026-11-19"}
    client.post(f"/api/v1/portfolios/{made}/equity-changes", json=deposit, headers=person.headers)
    client.delete(f"/api/v1/portfolios/{made}", headers=person.headers)
    friend = new_person()
    given = create(by=friend, portfolio_name="Of a friend").json()["portfolio_id"]
    with services.db.transaction(friend.actor) as session:
        grant = text("insert into portfolio_access (user_id, portfolio_id, level) values (:user, :portfolio, 3)")
        session.execute(grant, {"user": person.id, "portfolio": given})
    (portfolio,) = json.loads(client.get(EXPORT, headers=person.headers).text)["portfolios"]
    assert (portfolio["name"], portfolio["archived_at"]) == ("Put away", "2026-11-20 15:00:00+00:00")
    assert portfolio["positions"]
    assert [each["amount"] for each in portfolio["equity_changes"]] == ["2500.00"]
    assert len(portfolio["imports"]) == 1


def test_only_when_signed_in(client):
    assert client.get(EXPORT).status_code == 401
