"""A portfolio from a file: original cases 7.2 and 7.4, every ERR_PORT code, hostile input, two requests at once."""

import threading
from collections import Counter
from uuid import uuid4

import pytest
from sqlalchemy import text

from sigmasight_ui.core.rate_limit import hit
from sigmasight_ui.services.imports.rules import UPLOADS
from tests.api.conftest import FORM, HEADER, TWO_ROWS, code_of, row_codes

OPTION = "SPY_C450,10,5.50,2024-02-01,OPTIONS,,SPY,450.00,2025-03-15,CALL\n"
NINE_TYPES = ("taxable", "ira", "roth_ira", "401k", "403b", "529", "hsa", "trust", "other")


def positions(client, person, portfolio_id):
    answer = client.get(f"/api/v1/portfolios/{portfolio_id}/positions?limit=200", headers=person.headers)
    return {item["symbol"]: item for item in answer.json()["items"]}


def portfolios(client, person):
    return client.get("/api/v1/portfolios", headers=person.headers).json()


def test_valid_file_of_two_rows(create, client, person):
    answer = create(account_type="TAXABLE", equity_balance="$412,806.55", description="Long term")
    assert answer.status_code == 201
    body = answer.json()
    calculate = f"/api/v1/portfolio/{body['portfolio_id']}/calculate"
    assert {name: value for name, value in body.items() if name not in ("portfolio_id", "message")} == {
        "portfolio_name": "Core growth",
        "account_name": "Schwab Taxable",
        "account_type": "taxable",
        "equity_balance": "412806.55",
        "positions_imported": 2,
        "positions_failed": 0,
        "total_positions": 2,
        "next_step": {"action": "calculate", "endpoint": calculate},
        "calculate_url": calculate,
    }
    stored = client.get(f"/api/v1/portfolios/{body['portfolio_id']}", headers=person.headers).json()
    assert (stored["positions"], stored["description"], stored["is_sample"]) == (2, "Long term", False)


def test_file_asks_for_no_calculation_of_its_own(create, client, person, services):
    made = create().json()
    with services.db.transaction(person.actor) as session:
        query = text("select count(*) from batch_runs where portfolio_id = :id")
        assert session.execute(query, {"id": made["portfolio_id"]}).scalar() == 0


def test_positions_keep_signs_and_types(create, client, person):
    made = create(TWO_ROWS + ",-15,6.40,2024-03-01,OPTIONS,,QQQ,420.00,2027-08-15,PUT\n").json()
    assert (made["positions_imported"], made["positions_failed"]) == (3, 0)
    found = positions(client, person, made["portfolio_id"])
    assert {symbol: (item["position_type"], item["quantity"]) for symbol, item in found.items()} == {
        "AAPL": ("LONG", "100"),
        "SHOP": ("SHORT", "-25"),
        "QQQ270815P00420000": ("SP", "-15"),
    }


def test_option_call(create, client, person):
    found = positions(client, person, create(HEADER + OPTION).json()["portfolio_id"])
    item = found["SPY250315C00450000"]
    assert (item["position_type"], item["investment_class"], item["quantity"]) == ("LC", "OPTIONS", "10")
    assert (item["underlying_symbol"], item["strike_price"], item["expiration_date"]) == ("SPY", "450.00", "2025-03-15")
    assert (item["entry_price"], item["exit_price"]) == ("5.50", None)


def test_without_token(client):
    answer = client.post("/api/v1/onboarding/create-portfolio", data=FORM, files={"csv_file": ("a.csv", b"x")})
    assert (answer.status_code, code_of(answer)) == (401, "ERR_AUTH_001")


def test_same_account_name_twice(create):
    first = create().json()
    answer = create(account_name="  SCHWAB taxable ", portfolio_name="Another")
    assert (answer.status_code, code_of(answer)) == (409, "ERR_PORT_001")
    error = answer.json()["error"]
    assert "account name" in error["message"]
    assert error["details"]["portfolio_id"] == first["portfolio_id"], "a second click is led to what the first made"


def test_three_accounts(create, client, person):
    made = [create(account_name=name) for name in ("One", "Two", "Three")]
    assert [answer.status_code for answer in made] == [201] * 3
    assert len({answer.json()["portfolio_id"] for answer in made}) == 3
    listed = portfolios(client, person)
    assert (listed["total"], {item["account_name"] for item in listed["items"]}) == (3, {"One", "Two", "Three"})


def test_same_portfolio_name_in_two_accounts(create):
    made = [
        create(portfolio_name="Retirement", account_name=name, account_type=kind)
        for name, kind in (("IRA Account", "ira"), ("401k Account", "401k"))
    ]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json()["portfolio_id"] != made[1].json()["portfolio_id"]


def test_all_nine_account_types(create):
    made = [create(account_name=kind, account_type=kind) for kind in NINE_TYPES]
    assert [(answer.status_code, answer.json()["account_type"]) for answer in made] == [(201, k) for k in NINE_TYPES]
    assert len({answer.json()["portfolio_id"] for answer in made}) == 9


FORM_REFUSALS = {
    "ERR_PORT_002": {"portfolio_name": "   "},
    "ERR_PORT_003": {"portfolio_name": "x" * 256},
    "ERR_PORT_004": {"equity_balance": ""},
    "ERR_PORT_005": {"equity_balance": "0"},
    "ERR_PORT_006": {"equity_balance": "1000000000"},
    "ERR_PORT_009": {"account_type": "swiss"},
    "ERR_PORT_010": {"account_name": "x" * 101},
    "ERR_PORT_011": {"account_name": " "},
}


@pytest.mark.parametrize(("code", "fields"), FORM_REFUSALS.items(), ids=FORM_REFUSALS)
def test_form_field_that_breaks_its_rule(create, client, person, code, fields):
    answer = create(**fields)
    assert (answer.status_code, code_of(answer)) == (400, code)
    details = answer.json()["error"]["details"]
    assert [details["field"]] == list(fields)
    assert [problem["code"] for problem in details["problems"]] == [code]
    assert all(problem["message"] and problem["hint"] for problem in details["problems"])
    assert portfolios(client, person)["total"] == 0


@pytest.mark.parametrize("missing", ["portfolio_name", "account_name", "account_type", "equity_balance"])
def test_form_field_left_out_is_refused_by_its_own_rule(create, missing):
    answer = create(**{missing: None})
    assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, missing)
    assert code_of(answer).startswith("ERR_PORT_")


def test_no_file(create):
    answer = create(None)
    assert (answer.status_code, code_of(answer)) == (400, "ERR_PORT_007")
    assert code_of(create(b"", file_name="")) == "ERR_PORT_007", "what a browser sends for an empty file field"


def test_every_wrong_field_is_named_at_once(create):
    answer = create(None, portfolio_name="", account_name="", account_type="", equity_balance="-5")
    problems = answer.json()["error"]["details"]["problems"]
    assert code_of(answer) == "ERR_PORT_002"
    assert [problem["code"] for problem in problems] == [
        "ERR_PORT_002", "ERR_PORT_011", "ERR_PORT_009", "ERR_PORT_005", "ERR_PORT_007",
    ]  # fmt: skip


def test_wrong_file_changes_nothing_and_names_every_row(create, client, person):
    rows = "AAPL,100,158.00,2024-01-15\nMSFT,,380.00,2024-01-22\nSPY,abc,$445.20,01/20/2024\n"
    answer = create(HEADER + "# a comment\n\n" + rows)
    assert row_codes(answer) == [(3, "ERR_POS_004"), (4, "ERR_POS_005"), (4, "ERR_POS_009"), (4, "ERR_POS_013")]
    error = answer.json()["error"]["details"]["errors"][1]
    assert set(error) == {"row", "line", "symbol", "code", "field", "value", "message", "hint"}
    assert (error["line"], error["symbol"], error["field"], error["value"]) == (6, "SPY", "Quantity", "abc")
    assert portfolios(client, person)["total"] == 0


def test_duplicate_rows(create):
    assert row_codes(create(TWO_ROWS + "aapl,5,150.00,2024-01-15\n")) == [(4, "ERR_POS_023")]


def test_all_errors_of_all_rows_come_in_one_answer(create):
    rows = "".join(f"S{n},abc,0,2024-13-01\n" for n in range(3_000))
    found = row_codes(create(HEADER + "AAPL,1,1.00,2024-01-15\n" + rows))
    assert len(found) == 9_000
    assert {row for row, _ in found} == set(range(3, 3_003))


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
HOSTILE_FILES = {
    "empty": (b"", ["ERR_CSV_003", "ERR_CSV_005"]),
    "header only": (HEADER.encode(), ["ERR_CSV_007"]),
    "missing column": (b"Symbol,Entry Price Per Share,Entry Date\nAAPL,1,2024-01-15\n", ["ERR_CSV_004"]),
    "no header": (b"hello\nworld\n", ["ERR_CSV_005"]),
    "NUL bytes": (TWO_ROWS.replace("AAPL", "AA\0PL").encode(), ["ERR_CSV_006"]),
    "only NUL bytes": (b"\0" * 5_000, ["ERR_CSV_006"]),
    "PNG": (PNG, ["ERR_CSV_006"]),
    "zip": (b"PK\x03\x04" + bytes(2_000), ["ERR_CSV_006"]),
    "latin-1": (TWO_ROWS.encode() + b"M\xfcller,1,1.00,2024-01-15\n", ["ERR_CSV_006"]),
    "UTF-16 without a mark": (TWO_ROWS.encode("utf-16-le"), ["ERR_CSV_006"]),
    "open quote": ((HEADER + '"AAPL,1,1.00,2024-01-15\n').encode(), ["ERR_CSV_006"]),
    "a million columns": (HEADER.encode() + b"," * 1_000_000, ["ERR_CSV_006"]),
    "formula cell": ((HEADER + "=cmd()|' /C calc'!A0,1,1.00,2024-01-15\n").encode(), ["ERR_POS_003"]),
    "1e400": ((HEADER + "AAPL,1e400,1.00,2024-01-15\n").encode(), ["ERR_POS_005", "ERR_POS_031"]),
    "Infinity": ((HEADER + "AAPL,Infinity,1.00,2024-01-15\n").encode(), ["ERR_POS_005", "ERR_POS_031"]),
    "NaN": ((HEADER + "AAPL,NaN,1.00,2024-01-15\n").encode(), ["ERR_POS_005", "ERR_POS_031"]),
    "minus zero": ((HEADER + "AAPL,-0,1.00,2024-01-15\n").encode(), ["ERR_POS_006"]),
    "Arabic digits": ((HEADER + "AAPL,١٠٠,1.00,2024-01-15\n").encode(), ["ERR_POS_005"]),
    "full-width digits": ((HEADER + "AAPL,１００,1.00,2024-01-15\n").encode(), ["ERR_POS_005"]),
    "script": ((HEADER + "<script>alert(1)</script>,1,1.00,2024-01-15\n").encode(), ["ERR_POS_003"]),
}


@pytest.mark.parametrize(("content", "expected"), HOSTILE_FILES.values(), ids=HOSTILE_FILES)
def test_hostile_file_gets_its_code(create, client, person, content, expected):
    answer = create(content)
    assert [code for _, code in row_codes(answer) if code in expected]
    assert portfolios(client, person)["total"] == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_as_excel_writes_them_are_read(create, encoding):
    assert create(TWO_ROWS.replace("\n", "\r\n").encode(encoding)).status_code == 201


@pytest.mark.parametrize("name", ["test.txt", "positions", "positions.csv.exe", "positions.csv\x00.png"])
def test_name_that_does_not_end_in_csv(create, name):
    assert [code for _, code in row_codes(create(file_name=name))] == ["ERR_CSV_002"]


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd.csv", "C:\\temp\\a.csv", "a\r\nb.csv", "ünï.CSV", "x" * 1_000 + ".csv"]
)
def test_odd_file_names_are_only_names(create, name):
    assert create(file_name=name).status_code == 201


@pytest.mark.parametrize(
    "typed", ["a\x00b", "Robert'); drop table users;--", "<img src=x>", "🙂" * 20, "\r\nSet-Cookie: a=b"]
)
def test_odd_text_in_the_form_is_text(create, typed):
    answer = create(portfolio_name=typed, account_name=typed, description=typed)
    assert answer.status_code == 201
    assert "\x00" not in answer.json()["portfolio_name"]


def test_field_that_is_no_utf8(client, person):
    body = b'--x\r\nContent-Disposition: form-data; name="portfolio_name"\r\n\r\n\xff\xfe\xed\xa0\x80\r\n--x--\r\n'
    headers = {**person.headers, "Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/api/v1/onboarding/create-portfolio", content=body, headers=headers)
    assert (answer.status_code, code_of(answer)) == (400, "ERR_PORT_011")


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", b"{}"),
        ("application/x-www-form-urlencoded", b"portfolio_name=a"),
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=", b"--x--"),
        ("multipart/form-data; boundary=x", b"not what was announced"),
        ("multipart/form-data; boundary=" + "x" * 300, b"--x--"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\ncut in the mid'),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"X-Header: y\r\n" * 1_000 + b"\r\n\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 5_000),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"a" * 70_000),
    ],
)
def test_body_that_is_no_such_form(client, person, media_type, body):
    headers = {**person.headers, "Content-Type": media_type}
    answer = client.post("/api/v1/onboarding/create-portfolio", content=body, headers=headers)
    assert (answer.status_code, code_of(answer)) in [(422, "ERR_REQUEST_001"), (400, "ERR_PORT_002")]


def test_two_at_once_with_one_account_name(create, client, person):
    for attempt in range(5):
        answers, both = [], threading.Barrier(2)

        def submit(name=f"Account {attempt}", answers=answers, both=both):
            both.wait()
            answers.append(create(account_name=name))

        threads = [threading.Thread(target=submit) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 1}
        made, refused = sorted(answers, key=lambda answer: answer.status_code)
        assert code_of(refused) == "ERR_PORT_001"
        assert refused.json()["error"]["details"]["portfolio_id"] == made.json()["portfolio_id"]
    assert portfolios(client, person)["total"] == 5


def test_fifty_uploads_an_hour_exactly_also_at_once_and_refused_before_the_body_is_read(create, services, person):
    with services.db.transaction(person.actor) as session:
        assert [hit(session, UPLOADS, str(person.id)) for _ in range(UPLOADS.count - 3)] == [None] * 47
    answers, start = [], threading.Barrier(4)

    def submit():
        start.wait()
        for _ in range(2):
            answers.append(create("nonsense", account_name=uuid4().hex))

    threads = [threading.Thread(target=submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(answer.status_code for answer in answers) == {400: 3, 429: 5}, "refused files count too"
    refused = create(None)
    assert (refused.status_code, code_of(refused)) == (429, "ERR_RATE_001")
    assert 1 <= int(refused.headers["Retry-After"]) <= 72


def test_nobody_else_is_limited_by_it(create, services, person, new_person):
    with services.db.transaction(person.actor) as session:
        while hit(session, UPLOADS, str(person.id)) is None:
            pass
    assert create().status_code == 429
    assert create(by=new_person()).status_code == 201


def test_template_download(client, create):
    answer = client.get("/api/v1/onboarding/csv-template")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sigmasight_portfolio_template.csv"'
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert HEADER.strip() in answer.text
    assert "AAPL" in answer.text
    assert create(answer.content).status_code == 201, "the template imports as it stands"
