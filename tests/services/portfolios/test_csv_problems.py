"""The catalogue is complete, every code can happen, and no text shows a gap that was not filled."""

from __future__ import annotations

import dataclasses

import pytest

from sigmasight_ui.services.portfolios.csv_problems import CATALOGUE
from sigmasight_ui.services.portfolios.csv_reading import MAX_BYTES
from sigmasight_ui.services.portfolios.csv_template import ParsedCsv
from tests.services.portfolios.csv_files import AAPL, HEADER, TODAY, parse, parse_bytes

OPTION = "SPY_C,10,5.50,2024-02-01,OPTIONS"

ROWS = {
    "ERR_POS_001": ",100,158.00,2024-01-15",
    "ERR_POS_002": f"{'A' * 101},100,158.00,2024-01-15",
    "ERR_POS_003": "A PL,100,158.00,2024-01-15",
    "ERR_POS_004": "MSFT,,158.00,2024-01-15",
    "ERR_POS_005": "MSFT,ten,158.00,2024-01-15",
    "ERR_POS_006": "MSFT,0,158.00,2024-01-15",
    "ERR_POS_007": "MSFT,1.1234567,158.00,2024-01-15",
    "ERR_POS_008": "MSFT,100,,2024-01-15",
    "ERR_POS_009": "MSFT,100,much,2024-01-15",
    "ERR_POS_010": "MSFT,100,-1,2024-01-15",
    "ERR_POS_011": "MSFT,100,1.234,2024-01-15",
    "ERR_POS_012": "MSFT,100,158.00,",
    "ERR_POS_013": "MSFT,100,158.00,soon",
    "ERR_POS_014": "MSFT,100,158.00,2030-01-01",
    "ERR_POS_015": "MSFT,100,158.00,1900-01-01",
    "ERR_POS_016": "MSFT,100,158.00,2024-01-15,EQUITY",
    "ERR_POS_017": "MSFT,100,158.00,2024-01-15,PUBLIC,ART",
    "ERR_POS_018": "MSFT,100,158.00,2024-01-15,,,,,,,2024-01-14,1.00",
    "ERR_POS_019": f"{OPTION},,,450.00,2024-03-15,CALL",
    "ERR_POS_020": f"{OPTION},,SPY,,2024-03-15,CALL",
    "ERR_POS_021": f"{OPTION},,SPY,450.00,,CALL",
    "ERR_POS_022": f"{OPTION},,SPY,450.00,2024-03-15,",
    "ERR_POS_023": AAPL,
    "ERR_POS_024": "MSFT,100,158.00,2024-01-15,,,,,,,2024-01-15,free",
    "ERR_POS_025": "MSFT,100,158.00,2024-01-15,,,,,,,2024-01-15,",
    "ERR_POS_026": "MSFT,100,158.00,2024-01-15,,,,,,,2030-01-15,1.00",
    "ERR_POS_027": f"{OPTION},,SPY,450.00,2024-01-31,CALL",
    "ERR_POS_028": f"{OPTION},,SPY,0,2024-03-15,CALL",
    "ERR_POS_029": "SPY240315C00450000,10,5.50,2024-02-01,OPTIONS,,SPY,451.00,2024-03-15,CALL",
    "ERR_POS_030": "MSFT,100,158.00,2024-01-15,PUBLIC,,,,,PUT",
    "ERR_POS_031": "MSFT,1e400,158.00,2024-01-15",
    "ERR_POS_032": f"MSFT{AAPL[4:]},,,,,,,note",
}
FILES = {
    "ERR_CSV_001": (b"x" * (MAX_BYTES + 1), "a.csv"),
    "ERR_CSV_002": (b"", "a.xlsx"),
    "ERR_CSV_003": (b"", "a.csv"),
    "ERR_CSV_004": (HEADER.replace("Quantity,", "").encode(), "a.csv"),
    "ERR_CSV_005": (b"hello", "a.csv"),
    "ERR_CSV_006": (b"\xff", "a.csv"),
    "ERR_CSV_007": (HEADER.encode(), "a.csv"),
}


def everything() -> dict[str, ParsedCsv]:
    parsed = {code: parse(AAPL, row) for code, row in ROWS.items()}
    return parsed | {code: parse_bytes(content, name) for code, (content, name) in FILES.items()}


def test_the_catalogue_has_the_39_codes() -> None:
    expected = [f"ERR_CSV_{n:03}" for n in range(1, 8)] + [f"ERR_POS_{n:03}" for n in range(1, 33)]
    assert list(CATALOGUE) == expected


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_has_its_sentences(code: str) -> None:
    text = CATALOGUE[code]
    assert text.title
    assert text.message.endswith(".")
    assert text.hint.endswith(".")


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_happens_alone_and_reads_as_a_sentence(code: str) -> None:
    parsed = everything()[code]
    assert [found.code for found in parsed.problems] == [code]
    found = parsed.problems[0]
    assert "{" not in found.message + found.hint
    assert found.message.endswith(".")
    assert found.hint.endswith(".")
    if code in ROWS:
        assert (found.row, found.line) == (3, 3)


def test_a_problem_has_the_fields_of_the_contract() -> None:
    found = parse(AAPL, ROWS["ERR_POS_005"]).problems[0]
    assert dataclasses.asdict(found) == {
        "row": 3,
        "line": 3,
        "symbol": "MSFT",
        "code": "ERR_POS_005",
        "field": "Quantity",
        "value": "ten",
        "message": "The quantity is not a number.",
        "hint": "Write digits and a decimal point only, such as 100.",
    }


def test_future_dates_name_today() -> None:
    assert str(TODAY) in parse(AAPL, ROWS["ERR_POS_014"]).problems[0].message
    assert str(TODAY) in parse(AAPL, ROWS["ERR_POS_026"]).problems[0].message
