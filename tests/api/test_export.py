"""Export my data: everything of one's own, nothing of anybody else."""

import json

EXPORT = "/api/v1/auth/me/export"


def test_everything_of_ones_own_and_nothing_else(client, create, person, new_person):
    create(by=new_person(), portfolio_name="Somebody else's")
    create(by=person, portfolio_name="My own")
    answer = client.get(EXPORT, headers=person.headers)
    assert answer.headers["content-disposition"] == 'attachment; filename="sigmasight_my_data.json"'
    data = json.loads(answer.text)
    assert data["profile"]["email"] == person.email
    assert [portfolio["name"] for portfolio in data["portfolios"]] == ["My own"]
    assert all(isinstance(lot["entry_price"], str) for lot in data["portfolios"][0]["positions"])
    assert data["portfolios"][0]["positions"]
    assert {"account.create", "login"} <= {event["action"] for event in data["security_events"]}
    assert "Somebody else" not in answer.text
    assert "hash" not in answer.text


def test_only_when_signed_in(client):
    assert client.get(EXPORT).status_code == 401
