"""The holdings table through the real event pipeline."""

import pytest

from sigmasight_ui.core.errors import unavailable
from sigmasight_ui.ui.dashboard import holdings_state
from sigmasight_ui.ui.dashboard.holdings_state import HoldingsState

pytestmark = pytest.mark.slow

SYMBOLS = ("AAPL", "MSFT", "KO", "XOM", "JNJ", "JPM", "PG", "UNH", "HD", "SPY", "EFA", "XLK", "TLT", "LQD")
ROWS = "".join(f"{symbol},10,{price}.00,2015-02-10\n" for price, symbol in enumerate(SYMBOLS, start=20))
H = HoldingsState


@pytest.fixture
def table(ada):
    made = ada.portfolio(rows=ROWS)
    ada.open(f"/dashboard?account={made}", H.load)
    return ada


def shown(person):
    return [line.symbol for line in person.see(H, "table").lines]


def test_one_page_is_sent_not_the_table(table):
    assert len(shown(table)) == 12
    assert table.see(H, "table").paging.shown == "1–12 of 14"
    table.send(H.turn, pages=1)
    assert (len(shown(table)), table.see(H, "table").paging.shown) == (2, "13–14 of 14")
    table.send(H.turn, pages=1)  # beyond the end: the last page stays
    assert table.see(H, "table").paging.shown == "13–14 of 14"
    table.send(H.turn, pages=-1)
    assert table.see(H, "table").paging.shown == "1–12 of 14"
    table.send(H.choose_page_size, size="25")
    assert len(shown(table)) == 14


def test_paper_gets_the_whole_table_and_the_screen_its_page_back(table):
    table.send(H.turn, pages=1)
    table.send(H.print_whole)
    assert (len(shown(table)), table.see(H, "is_printed")) == (14, True)
    table.send(H.print_whole)
    assert (table.see(H, "table").paging.shown, table.see(H, "is_printed")) == ("13–14 of 14", False)


def test_titles_sort_and_turn_the_order(table):
    table.send(H.sort, key="symbol")
    assert shown(table)[:3] == ["AAPL", "EFA", "HD"]
    table.send(H.sort, key="symbol")
    assert shown(table)[:3] == ["XOM", "XLK", "UNH"]
    table.send(H.sort, key="average_cost")
    assert (shown(table)[0], table.see(H, "descending")) == ("LQD", True)


def test_the_filter_starts_on_the_first_page_and_can_be_cleared(table):
    table.send(H.turn, pages=1)
    table.send(H.filter, text="  jp ")
    assert shown(table) == ["JPM"]
    table.send(H.filter, text="nothing like it")
    assert table.see(H, "table").is_empty
    number = table.see(H, "filter_number")
    table.send(H.clear_filter)
    assert (len(shown(table)), table.see(H, "filter_number")) == (12, number + 1)


def lots(person):
    return {line.symbol: len(line.lots) for line in person.see(H, "table").lines if line.lots}


def test_lots_are_read_when_they_are_opened_and_stay_open(table):
    assert lots(table) == {}
    table.send(H.toggle, symbol="TLT")
    assert (table.see(H, "expanded"), lots(table)) == (["TLT"], {"TLT": 1})
    table.send(H.sort, key="symbol")
    table.send(H.turn, pages=1)
    table.send(H.turn, pages=-1)
    table.send(H.sort, key="quantity")
    assert lots(table) == {"TLT": 1}
    table.send(H.toggle, symbol="TLT")
    assert table.see(H, "expanded") == []


def test_lots_that_cannot_be_read_stay_closed(table, monkeypatch):
    def away(*_arguments):
        raise unavailable("The database")

    monkeypatch.setattr(holdings_state, "read", away)
    table.send(H.toggle, symbol="TLT")
    assert (table.see(H, "expanded"), lots(table)) == ([], {})


@pytest.mark.parametrize(
    ("handler", "payload"),
    [
        (H.sort, {"key": "password"}),
        (H.sort, {"key": ["symbol"]}),
        (H.turn, {"pages": 10**9}),
        (H.turn, {"pages": "1; drop table"}),
        (H.choose_page_size, {"size": "100000"}),
        (H.choose_page_size, {"size": None}),
        (H.toggle, {"symbol": "NOT HELD"}),
        (H.toggle, {"symbol": {"a": 1}}),
    ],
)
def test_what_no_button_sends_changes_nothing(table, handler, payload):
    before = dict(table.seen)
    table.send(handler, **payload)
    assert table.seen == before


def test_a_filter_that_is_no_text_is_no_filter(table):
    table.send(H.filter, text={"$ne": 1})
    assert len(shown(table)) == 12
    table.send(H.filter, text="%")
    assert table.see(H, "table").is_empty


def test_another_account_begins_anew(table):
    other = table.portfolio("Other", "KO,80,32.72,2015-03-03\n")
    table.send(H.filter, text="zzz")
    table.open(f"/dashboard?account={other}", H.load)
    assert (shown(table), table.see(H, "contains")) == (["KO"], "")
