"""Original cases 7.5: from an invite to a portfolio, and every error on the way in one flow."""

from tests.api.conftest import FORM, HEADER, account, code_of

FIVE_ROWS = HEADER + (
    "AAPL,100,158.00,2024-01-15,PUBLIC,STOCK\n"
    "MSFT,75,380.00,2024-01-22\n"
    "SPY,50,445.20,2024-01-20,PUBLIC,ETF\n"
    "SHOP,-25,62.50,2024-02-10,PUBLIC,STOCK\n"
    "SPAXX,10000,1.00,2024-01-02,PUBLIC,CASH\n"
)


def sign_in(client, form):
    answer = client.post("/api/v1/auth/login", json={"email": form["email"], "password": form["password"]})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def create(client, headers, content=FIVE_ROWS, **fields):
    files = {"csv_file": ("portfolio.csv", content.encode(), "text/csv")}
    url = "/api/v1/onboarding/create-portfolio"
    return client.post(url, data={**FORM, **fields}, files=files, headers=headers)


def test_from_invite_to_calculation(client):
    form = account()
    registered = client.post("/api/v1/onboarding/register", json=form)
    assert (registered.status_code, registered.json()["next_step"]["action"]) == (201, "login")
    login = client.post("/api/v1/auth/login", json={"email": form["email"], "password": form["password"]})
    assert (login.status_code, login.json()["token_type"]) == (200, "bearer")
    assert login.json()["user"]["email"] == form["email"]
    headers = {"Authorization": f"Bearer {login.json()['access_token']}"}
    assert client.get("/api/v1/onboarding/csv-template").status_code == 200
    made = create(client, headers)
    assert made.status_code == 201
    body = made.json()
    assert (body["positions_imported"], body["positions_failed"], body["total_positions"]) == (5, 0, 5)
    assert body["next_step"]["action"] == "calculate"
    started = client.post(body["calculate_url"], headers=headers)
    assert (started.status_code, started.json()["status"]) == (202, "started")
    assert started.json()["portfolio_id"] == body["portfolio_id"]
    assert started.json()["preprocessing"]["symbols_count"] == 5


def test_every_error_in_one_flow(client):
    form = account()
    bad_invite = client.post("/api/v1/onboarding/register", json={**form, "invite_code": "no"})
    assert (bad_invite.status_code, code_of(bad_invite)) == (401, "ERR_INVITE_001")
    assert client.post("/api/v1/onboarding/register", json=form).status_code == 201
    duplicate = client.post("/api/v1/onboarding/register", json=form)
    assert (duplicate.status_code, code_of(duplicate)) == (409, "ERR_USER_001")
    wrong = client.post("/api/v1/auth/login", json={"email": form["email"], "password": "Wrong-Horse-42"})
    assert wrong.status_code == 401
    assert create(client, {}).status_code == 401
    headers = sign_in(client, form)
    bad = create(client, headers, FIVE_ROWS.replace("100,", "abc,"))
    assert (bad.status_code, code_of(bad)) == (400, "ERR_PORT_008")
    assert create(client, headers).status_code == 201
    again = create(client, headers)
    assert (again.status_code, code_of(again)) == (409, "ERR_PORT_001")
