"""Imports and positions by hand over REST: the bodies of the contract, codes, limits."""

import json

import pytest

from sigmasight_ui.services.imports.rules import OPEN_REVIEWS, READINGS
from sigmasight_ui.services.portfolios.schemas import MAX_BYTES
from tests.api.conftest import TWO_ROWS, code_of
from tests.services.imports.conftest import HEADER, TWO, TWO_ACCOUNTS, schwab

IMPORTS = "/api/v1/imports"


@pytest.fixture
def api(client, person):
    def call(method, path, expected=200, **options):
        answer = client.request(method, f"/api/v1{path}", headers=person.headers, **options)
        assert answer.status_code == expected, answer.text
        return answer.json() if answer.content else None

    return call


@pytest.fixture
def start(client, person):
    def call(content=TWO, expected=201, name="positions.csv", **fields):
        body = content.encode() if isinstance(content, str) else content
        files = {"csv_file": (name, body, "text/csv")}
        answer = client.post(IMPORTS, data=fields, files=files, headers=person.headers)
        assert answer.status_code == expected, answer.text
        return answer.json()

    return call


def test_review_has_the_shape_of_the_contract(start):
    review = start(TWO_ACCOUNTS)
    assert set(review) >= {
        "import_id", "outcome", "recognised", "positions", "skipped", "questions", "problems", "totals", "guide",
        "diff",
    }  # fmt: skip
    assert review["outcome"] == "needs_answers"
    assert (review["recognised"]["broker"], review["recognised"]["as_of"]) == ("Schwab", "2026-11-19")
    assert all({"label", "portfolio_name"} <= set(account) for account in review["recognised"]["accounts"])
    first = review["positions"][0]
    assert (first["symbol"], first["quantity"], first["entry_price"]) == ("AAPL", "100", "158.00")
    assert (first["entry_date"], first["entry_date_estimated"]) == ("2026-11-19", True)
    (question,) = review["questions"]
    assert set(question) >= {"id", "text", "lines", "default"}
    assert review["totals"]["file_value"] == review["totals"]["imported_value"] == "44797.50"
    assert (review["guide"], review["diff"]) == (None, None)


def test_from_file_to_portfolio_and_back(api, start):
    review = start()
    path = f"/imports/{review['import_id']}"
    assert api("get", path) == review
    ready = api("patch", path, json={"answers": {"entry_date": "2024-02-01"}, "edits": {"4": {"quantity": "111"}}})
    assert (ready["outcome"], ready["positions"][0]["quantity"]) == ("ready", "111")
    done = api("post", f"{path}/confirm", 201, json={"equity_balance": 50000})
    (made,) = done["portfolios"]
    assert made["positions_imported"] == 2
    assert api("post", f"{path}/confirm", 201) == done
    portfolio = f"/portfolios/{made['portfolio_id']}"
    assert api("get", portfolio)["equity_balance"] == "50000.00"
    (past,) = api("get", f"{portfolio}/imports")["items"]
    assert (past["file_name"], past["positions_imported"], past["imported_by"]) == ("positions.csv", 2, "Ada Example")
    lot = api("get", f"{portfolio}/positions")["items"][0]
    source = api("get", f"/positions/{lot['id']}/provenance")["lots"][0]
    assert (source["line"], source["cells"][0], source["imported"]["import_id"]) == (5, "MSFT", review["import_id"])
    assert api("post", f"{path}/undo")["state"] == "undone"
    assert api("get", "/portfolios")["total"] == 0
    assert api("post", f"{path}/redo")["state"] == "confirmed"
    assert api("get", f"{portfolio}/positions")["total"] == 2


def test_file_for_a_portfolio_is_compared_with_it(api, start):
    made = api("post", f"/imports/{start()['import_id']}/confirm", 201)["portfolios"][0]
    later = schwab([("NVDA", 137, "25000.00", "$21,000.00")], day="2026/11/20")
    review = start(later, portfolio_id=made["portfolio_id"])
    assert review["mode"] == "replace"
    assert [item["symbol"] for item in review["diff"]["changed"]] == ["NVDA"]
    assert [item["symbol"] for item in review["diff"]["closed"]] == ["MSFT"]
    compared = api("patch", f"/imports/{review['import_id']}", json={"mode": "reconcile"})
    assert {row["status"] for row in compared["positions"]} == {"left_out"}


def test_undo_asks_about_edits(api, start, client, person):
    review = start()
    made = api("post", f"/imports/{review['import_id']}/confirm", 201)["portfolios"][0]
    lot = api("get", f"/portfolios/{made['portfolio_id']}/positions")["items"][0]
    api("patch", f"/positions/{lot['id']}", json={"quantity": "71"})
    answer = client.post(f"{IMPORTS}/{review['import_id']}/undo", headers=person.headers)
    assert (answer.status_code, code_of(answer)) == (409, "ERR_IMPORT_004")
    assert [edit["symbol"] for edit in answer.json()["error"]["details"]["edits"]] == [lot["symbol"]]
    assert api("post", f"/imports/{review['import_id']}/undo", json={"edited": "keep"})["state"] == "undone"
    assert api("get", f"/portfolios/{made['portfolio_id']}/positions")["total"] == 1


def test_broken_row_has_the_shape_of_create_portfolio(api, start, client, person):
    review = start(schwab([("NVDA", "many", "1.00", "$1.00")]))
    (problem,) = review["problems"]
    assert set(problem) == {"row", "line", "symbol", "code", "field", "value", "message", "hint"}
    answer = client.post(f"{IMPORTS}/{review['import_id']}/confirm", headers=person.headers)
    assert (answer.status_code, code_of(answer)) == (409, "ERR_IMPORT_002")
    assert answer.json()["error"]["details"]["errors"] == [problem]


def test_unknown_file_comes_with_what_is_needed_to_map_it(api, start):
    review = start("Holding;Pieces;Paid\nNVDA;110;149.71\n")
    assert review["mapping"]["titles"] == ["Holding", "Pieces", "Paid"]
    assert {field["name"] for field in review["mapping"]["fields"] if field["required"]} == {"symbol", "quantity"}
    columns = {"symbol": "Holding", "quantity": "Pieces", "price": "Paid"}
    mapped = api("patch", f"/imports/{review['import_id']}", json={"mapping": {"columns": columns, "preset": "Bank"}})
    assert [row["symbol"] for row in mapped["positions"]] == ["NVDA"]
    assert [preset["name"] for preset in mapped["mapping"]["presets"]] == ["Bank"]


def test_named_mappings_are_listed_renamed_and_deleted(api, start, client, person):
    for name in ("Bank", "Depot"):
        review = start("Holding;Pieces;Paid\nNVDA;110;149.71\n")
        mapping = {"columns": {"symbol": "Holding", "quantity": "Pieces"}, "preset": name}
        api("patch", f"/imports/{review['import_id']}", json={"mapping": mapping})
    page = api("get", "/import-presets?limit=1&offset=1")
    assert (page["total"], page["limit"], page["offset"], len(page["items"])) == (2, 1, 1, 1)
    preset = next(each for each in api("get", "/import-presets")["items"] if each["name"] == "Bank")
    assert set(preset) == {"id", "name", "columns", "updated_at"}
    address = f"/import-presets/{preset['id']}"
    assert api("patch", address, json={"name": "My bank"})["name"] == "My bank"
    taken = client.patch(f"/api/v1{address}", json={"name": "depot"}, headers=person.headers)
    assert (taken.status_code, code_of(taken)) == (409, "ERR_IMPORT_012")
    empty = client.patch(f"/api/v1{address}", json={}, headers=person.headers)
    assert (empty.status_code, code_of(empty)) == (400, "ERR_IMPORT_003")
    assert client.delete(f"/api/v1{address}", headers=person.headers).status_code == 204
    assert [each["name"] for each in api("get", "/import-presets")["items"]] == ["Depot"]


def test_refusals_of_the_upload_itself(client, person, start):
    no_file = client.post(IMPORTS, files={"unused": (None, b"")}, headers=person.headers)
    assert (no_file.status_code, code_of(no_file)) == (400, "ERR_PORT_007")
    for wrong in ("not an id", "00000000-0000-0000-0000-000000000000"):
        assert start(expected=404, portfolio_id=wrong)["error"]["code"] == "ERR_NOT_FOUND"
    assert start(expected=400, format="nothing")["error"]["code"] == "ERR_IMPORT_003"
    large = start(b"x" * (MAX_BYTES + 1))
    assert (large["outcome"], large["problems"][0]["code"]) == ("rejected", "ERR_CSV_001")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04" + b"\0" * 1000, "ERR_CSV_006"),
        (b"", "ERR_CSV_003"),
        (HEADER.encode() + b"\n" + b'"' * 200_000, "ERR_CSV_006"),
        (b"," * 1_000_000, "ERR_CSV_006"),
        (b"Symbol\x00\x01" * 50, "ERR_CSV_006"),
    ],
    ids=["zip renamed", "empty", "open quotes", "a million columns", "no text"],
)
def test_hostile_file_ends_in_a_code(start, content, code):
    review = start(content)
    assert (review["outcome"], review["problems"][0]["code"]) == ("rejected", code)


@pytest.mark.parametrize("junk", ["\x00", "\ud800", "=cmd|' /C calc'!A0", "x" * 5000, "'; drop table imports; --"])
def test_junk_in_every_text_is_a_decision_and_no_crash(client, person, start, junk):
    """The client fails on any 500; what is accepted is stored and read again."""
    review = start("Holding;Pieces;Paid\nNVDA;110;149.71\n")
    known = start()
    label = known["recognised"]["accounts"][0]["label"]
    bodies = [
        (review, {"mapping": {"columns": {"symbol": junk, "quantity": "Pieces"}, "preset": junk}}),
        (review, {"mapping": {"columns": {"symbol": "Holding", "quantity": "Pieces"}, "preset": junk}}),
        (known, {"answers": {"entry_date": junk}}),
        (known, {"answers": {junk: junk}}),
        (known, {"edits": {"4": {"symbol": junk, "quantity": junk, "entry_date": junk, "investment_class": junk}}}),
        (known, {"accounts": [{"label": label, "portfolio_name": junk, "account_name": junk, "equity_balance": junk}]}),
        (known, {"accounts": [{"label": label, "portfolio_name": junk, "account_name": junk}]}),
        (known, {"accounts": [{"label": junk}]}),
        (known, {"format": junk}),
    ]
    for which, body in bodies:
        path = f"{IMPORTS}/{which['import_id']}"
        answer = client.patch(
            path, content=json.dumps(body), headers={**person.headers, "Content-Type": "application/json"}
        )
        assert answer.status_code in (200, 400, 422), answer.text
        assert client.get(path, headers=person.headers).status_code == 200
    for which in (review, known):
        client.post(f"{IMPORTS}/{which['import_id']}/confirm", headers=person.headers)


def test_discarded_review_is_gone(api, start):
    path = f"/imports/{start()['import_id']}"
    api("delete", path, 204)
    api("get", path, 404)


def test_formats_are_listed(api):
    found = api("get", "/imports/formats")
    assert found["total"] == len(found["items"]) > 10
    assert {"schwab_positions", "fidelity_positions"} <= {each["key"] for each in found["items"]}


def test_positions_by_hand(api):
    form = {"portfolio_name": "A", "account_name": "By hand", "account_type": "taxable", "equity_balance": "100000"}
    portfolio = f"/portfolios/{api('post', '/portfolios', 201, json=form)['id']}"
    new = {"symbol": "nvda", "quantity": 110, "entry_price": "149.71", "entry_date": "2024-01-15"}
    made = api("post", f"{portfolio}/positions", 201, json=new)
    assert (made["symbol"], made["quantity"], made["import_id"]) == ("NVDA", "110", None)
    path = f"/positions/{made['id']}"
    assert api("patch", path, json={"quantity": 120})["quantity"] == "120"
    sold = api("post", f"{path}/close", json={"quantity": "20", "exit_price": "200", "exit_date": "2026-11-19"})
    assert (sold["rest"]["quantity"], sold["realised_pnl"]) == ("100", "1005.80")
    api("delete", path, 204)
    assert api("get", f"{portfolio}/positions")["total"] == 1
    assert api("post", f"{path}/restore")["quantity"] == "100"
    assert api("get", f"{path}/provenance")["lots"][0]["imported"] is None


def test_problem_of_a_position_is_named_by_code_and_column(client, person, create):
    made = create().json()["portfolio_id"]
    answer = client.post(f"/api/v1/portfolios/{made}/positions", json={"symbol": "X"}, headers=person.headers)
    assert (answer.status_code, code_of(answer)) == (400, "ERR_POS_004")
    errors = answer.json()["error"]["details"]["errors"]
    assert [(error["row"], error["field"]) for error in errors] == [
        (1, "Quantity"), (1, "Entry Price Per Share"), (1, "Entry Date"),
    ]  # fmt: skip


def test_export_is_a_file_that_imports_again(client, person, create, start):
    made = create(TWO_ROWS).json()["portfolio_id"]
    answer = client.get(f"/api/v1/portfolios/{made}/export.csv", headers=person.headers)
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert 'filename="sigmasight_positions.csv"' in answer.headers["Content-Disposition"]
    review = start(answer.content, portfolio_id=made)
    assert {row["status"] for row in review["positions"]} == {"duplicate"}


def test_uploads_are_counted_together(client, person, create, start, api):
    for _ in range(25):
        api("DELETE", f"/imports/{start(b'')['import_id']}", 204)
        create("x")
    answer = client.post(IMPORTS, files={"csv_file": ("a.csv", b"", "text/csv")}, headers=person.headers)
    assert (answer.status_code, code_of(answer)) == (429, "ERR_RATE_001")


def test_twenty_files_may_wait_for_review(api, start):
    waiting = [start(TWO)["import_id"] for _ in range(OPEN_REVIEWS)]
    assert start(TWO, 409)["error"]["code"] == "ERR_IMPORT_011"
    api("DELETE", f"/imports/{waiting[0]}", 204)
    start(TWO)


def test_reviews_are_not_read_without_end(start, client, person):
    address = f"{IMPORTS}/{start(TWO)['import_id']}"
    for _ in range(2 * READINGS.count):
        answer = client.get(address, headers=person.headers)
        if answer.status_code != 200:
            break
    assert (answer.status_code, code_of(answer)) == (429, "ERR_RATE_001")
    assert int(answer.headers["Retry-After"]) > 0
