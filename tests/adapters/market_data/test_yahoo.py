"""The unchanged yfinance against a loopback Yahoo: every answer gets the right status, and nothing is asked twice."""

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sigmasight_ui.adapters.market_data.yahoo import YahooSource
from sigmasight_ui.core import calendar
from sigmasight_ui.services.market_data.schemas import Bar, Fault, SeriesStatus, SymbolRange, SymbolSeries
from sigmasight_ui.services.securities.schemas import AssetClass
from tests.fakes.yahoo_server import (
    Currency,
    Empty,
    Holes,
    Html,
    RateLimited,
    ServerError,
    Slow,
    Stale,
    Unknown,
    YahooServer,
)

pytestmark = pytest.mark.slow

END = date(2026, 11, 19)
SESSIONS = calendar.sessions_between(date(2026, 10, 1), END)
START = SESSIONS[0]


@pytest.fixture
def yahoo() -> Iterator[YahooServer]:
    with YahooServer() as server:
        yield server


@pytest.fixture
def source(yahoo: YahooServer, tmp_path: Path) -> YahooSource:
    return YahooSource(tmp_path / "yfinance", yahoo.url, read_timeout=0.7)


def ask(source: YahooSource, *symbols: str, start: date = START) -> dict[str, SymbolSeries]:
    answers = source.fetch([SymbolRange(symbol, start, END) for symbol in symbols])
    return {series.symbol: series for series in answers}


def closes(series: SymbolSeries) -> dict[date, Decimal]:
    return {bar.session: bar.close for bar in series.bars}


def test_prices_come_as_printed_one_request_each(yahoo: YahooServer, source: YahooSource) -> None:
    yahoo.serve("AAPL", dict.fromkeys(SESSIONS, 189.98))
    answers = ask(source, "AAPL", "MSFT", "SPY")
    assert {series.status for series in answers.values()} == {SeriesStatus.OK}
    assert closes(answers["AAPL"]) == dict.fromkeys(SESSIONS, Decimal("189.98"))
    assert closes(answers["MSFT"]) == {day: Decimal(str(yahoo.listing("MSFT").prices[day])) for day in SESSIONS}
    assert len(yahoo.price_requests()) == 3


def test_our_share_classes_become_yahoos_and_come_back_as_ours(yahoo: YahooServer, source: YahooSource) -> None:
    answers = ask(source, "BRK.B")
    assert answers["BRK.B"].status is SeriesStatus.OK
    assert len(yahoo.price_requests("BRK-B")) == 1


def test_the_split_adjustment_is_taken_out_again(yahoo: YahooServer, source: YahooSource) -> None:
    day = SESSIONS[20]
    traded = {session: 400.20 if session < day else 100.05 for session in SESSIONS}
    yahoo.serve("NVDA", traded, splits={day: 4.0}, dividends={SESSIONS[10]: 0.40, SESSIONS[25]: 0.10})
    bars = {bar.session: bar for bar in ask(source, "NVDA")["NVDA"].bars}
    assert bars[SESSIONS[19]] == Bar(SESSIONS[19], Decimal("400.2"))
    assert bars[day] == Bar(day, Decimal("100.05"), split_ratio=Decimal(4))
    assert bars[SESSIONS[10]] == Bar(SESSIONS[10], Decimal("400.2"), dividend=Decimal("0.4"))
    assert bars[SESSIONS[25]] == Bar(SESSIONS[25], Decimal("100.05"), dividend=Decimal("0.1"))


def test_a_split_after_the_range_is_known_too(yahoo: YahooServer, source: YahooSource) -> None:
    day = SESSIONS[30]
    yahoo.serve("NVDA", {s: 400.0 if s < day else 100.0 for s in SESSIONS}, splits={day: 4.0})
    [series] = source.fetch([SymbolRange("NVDA", SESSIONS[0], SESSIONS[9])])
    assert closes(series) == dict.fromkeys(SESSIONS[:10], Decimal(400))


def test_a_reverse_split(yahoo: YahooServer, source: YahooSource) -> None:
    day = SESSIONS[20]
    yahoo.serve("SIRI", {s: 2.75 if s < day else 27.50 for s in SESSIONS}, splits={day: 0.1})
    bars = {bar.session: bar for bar in ask(source, "SIRI")["SIRI"].bars}
    assert bars[SESSIONS[0]].close == Decimal("2.75")
    assert bars[day] == Bar(day, Decimal("27.5"), split_ratio=Decimal("0.1"))


@pytest.mark.parametrize("price", [0.0123, 1.5, 8123.45, 123456.789012, 0.1, 745231.38])
def test_no_decimal_is_invented_or_lost(yahoo: YahooServer, source: YahooSource, price: float) -> None:
    yahoo.serve("ODD", {END: price})
    [close] = closes(ask(source, "ODD")["ODD"]).values()
    assert abs(float(close) / price - 1) < 1e-7
    assert close.as_tuple().exponent >= -6
    if price != 123456.789012:  # has more digits than Yahoo's 32-bit floats carry
        assert close == Decimal(str(price))


def test_null_rows_are_reported_as_holes_not_left_out(yahoo: YahooServer, source: YahooSource) -> None:
    yahoo.behave("HOLE", Holes((SESSIONS[5],)))
    bars = {bar.session: bar.close for bar in ask(source, "HOLE")["HOLE"].bars}
    assert bars[SESSIONS[5]].is_nan()
    assert sum(close.is_nan() for close in bars.values()) == 1


def test_nothing_outside_the_range_comes_back(yahoo: YahooServer, source: YahooSource) -> None:
    [series] = source.fetch([SymbolRange("AAPL", SESSIONS[3], SESSIONS[6])])
    assert [bar.session for bar in series.bars] == SESSIONS[3:7]


@pytest.mark.parametrize(
    ("behaviour", "status", "reason"),
    [
        (Unknown(), SeriesStatus.EMPTY, "Yahoo Finance does not know this symbol"),
        (Empty(), SeriesStatus.EMPTY, "Yahoo Finance does not know this symbol"),
        (Html(), SeriesStatus.ERROR, "Yahoo Finance answered with a page instead of data"),
        (ServerError(503), SeriesStatus.ERROR, "Yahoo Finance answered with error 503"),
        (ServerError(500), SeriesStatus.ERROR, "Yahoo Finance answered with error 500"),
        (ServerError(403), SeriesStatus.ERROR, "Yahoo Finance answered with error 403"),
        (Slow(1.5), SeriesStatus.ERROR, "Yahoo Finance did not answer in time"),
        (Currency("GBp"), SeriesStatus.ERROR, "currency GBp not supported"),
        (Currency("EUR"), SeriesStatus.ERROR, "currency EUR not supported"),
    ],
)
def test_every_misbehaviour_has_a_status_of_its_own(
    yahoo: YahooServer, source: YahooSource, behaviour: object, status: SeriesStatus, reason: str
) -> None:
    yahoo.behave("BAD", behaviour)
    answers = ask(source, "GOOD", "BAD", "FINE")
    assert answers["GOOD"].status is SeriesStatus.OK
    assert answers["FINE"].status is SeriesStatus.OK
    bad = answers["BAD"]
    assert (bad.status, bad.reason, bad.bars, bad.fault) == (status, reason, (), None)


def test_a_stale_symbol_simply_ends_early(yahoo: YahooServer, source: YahooSource) -> None:
    yahoo.behave("SIVB", Stale(SESSIONS[4]))
    assert ask(source, "SIVB")["SIVB"].last_session == SESSIONS[4]


def test_the_first_429_ends_the_batch(yahoo: YahooServer, source: YahooSource) -> None:
    yahoo.behave("A0", RateLimited())
    symbols = [f"A{number}" for number in range(40)]
    answers = ask(source, *symbols)
    assert answers["A0"].fault is Fault.RATE_LIMITED
    assert answers["A0"].reason == "Yahoo Finance asked us to slow down (429)"
    assert "A39" not in answers
    assert len(yahoo.price_requests()) < 15


def test_a_single_429_that_passes_is_survived(yahoo: YahooServer, source: YahooSource) -> None:
    yahoo.behave("AAPL", RateLimited(times=1))
    assert ask(source, "AAPL")["AAPL"].status is SeriesStatus.OK


def test_without_a_network_one_failure_is_enough(tmp_path: Path) -> None:
    source = YahooSource(tmp_path, "http://127.0.0.1:9")
    answers = ask(source, *(f"S{number}" for number in range(50)))
    assert list(answers) == ["S0"]
    assert (answers["S0"].fault, answers["S0"].reason) == (Fault.UNREACHABLE, "Yahoo Finance could not be reached")


def test_a_server_that_goes_down_and_comes_back(yahoo: YahooServer, source: YahooSource) -> None:
    assert ask(source, "AAPL")["AAPL"].status is SeriesStatus.OK
    yahoo.down = True
    assert ask(source, "AAPL", "MSFT")["AAPL"].fault is Fault.UNREACHABLE
    yahoo.down = False
    assert ask(source, "AAPL", "MSFT")["MSFT"].status is SeriesStatus.OK


def test_a_server_that_stops_answering_is_not_waited_for_fifty_times(yahoo: YahooServer, source: YahooSource) -> None:
    symbols = [f"S{number}" for number in range(50)]
    for symbol in symbols:
        yahoo.behave(symbol, Slow(1.2))
    answers = ask(source, *symbols)
    assert Fault.UNREACHABLE in {series.fault for series in answers.values()}
    assert len(answers) < 12


def test_no_more_than_four_requests_at_once(yahoo: YahooServer, source: YahooSource, monkeypatch) -> None:
    running, most, lock = [0], [0], threading.Lock()
    answer: Callable[..., tuple[int, str, str]] = yahoo.answer

    def counted(path: str) -> tuple[int, str, str]:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.02)
        with lock:
            running[0] -= 1
        return answer(path)

    monkeypatch.setattr(yahoo, "answer", counted)
    ask(source, *(f"S{number}" for number in range(20)))
    assert 1 < most[0] <= 4


def test_it_says_nothing_on_its_own(
    yahoo: YahooServer, source: YahooSource, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    yahoo.behave("GONE", Unknown())
    yahoo.behave("PAGE", Html())
    with caplog.at_level(logging.INFO):
        ask(source, "AAPL", "GONE", "PAGE")
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_its_caches_stay_in_the_data_folder(yahoo: YahooServer, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "yfinance"
    ask(YahooSource(folder, yahoo.url), "AAPL")
    assert folder.is_dir()


def test_profiles_come_in_our_words(yahoo: YahooServer, source: YahooSource) -> None:
    yahoo.serve("ACME", {END: 10.0}, profile={"longName": "Acme", "sector": "Consumer Cyclical", "industry": "Anvils"})
    yahoo.serve("FUND", {END: 10.0}, kind="MUTUALFUND", profile={"sector": None, "industry": None})
    yahoo.behave("NOPE", Unknown())
    found = {profile.symbol: profile for profile in source.profiles(["ACME", "FUND"])}
    acme = found["ACME"]
    assert (acme.name, acme.sector, acme.industry) == ("Acme", "Consumer Discretionary", "Anvils")
    assert (acme.asset_class, acme.currency, acme.source) == (AssetClass.STOCK, "USD", "yahoo")
    assert (found["FUND"].asset_class, found["FUND"].sector) == (AssetClass.MUTUAL_FUND, None)
    assert [profile.symbol for profile in source.profiles(["NOPE", "FUND"])] == ["FUND"]
    assert sum("quoteSummary/ACME" in path for path in yahoo.requests) == 1


@pytest.mark.parametrize("amount", [10**400, {"a": 1}])
def test_a_dividend_of_rubbish_is_an_answer_not_understood(
    yahoo: YahooServer, source: YahooSource, amount: float
) -> None:
    traded = dict.fromkeys(SESSIONS, 10.0)
    yahoo.serve("ODD", traded)
    usual = yahoo.answer

    def with_rubbish(path: str) -> tuple[int, str, str]:
        status, kind, body = usual(path)
        if "ODD" in path:
            answer = json.loads(body)
            moment = answer["chart"]["result"][0]["timestamp"][3]
            answer["chart"]["result"][0]["events"] = {"dividends": {str(moment): {"amount": amount, "date": moment}}}
            body = json.dumps(answer)
        return status, kind, body

    yahoo.answer = with_rubbish
    answers = ask(source, "ODD", "AAPL")
    assert (answers["ODD"].status, answers["AAPL"].status) == (SeriesStatus.ERROR, SeriesStatus.OK)


@pytest.mark.parametrize("rubbish", [7, 1e308, True, ["x"], {"a": 1}, "\x00"])
def test_a_profile_of_rubbish_is_one_that_says_nothing(
    yahoo: YahooServer, source: YahooSource, rubbish: object
) -> None:
    facts = dict.fromkeys(("sector", "industry", "quoteType", "currency", "exchangeName"), rubbish)
    yahoo.serve("ODD", {END: 10.0}, profile={**facts, "longName": "Odd\x00 \u202eCompany" + "y" * 5000})
    yahoo.serve("ODDER", {END: 10.0}, profile={"longName": rubbish, "shortName": rubbish})
    found = {profile.symbol: profile for profile in source.profiles(["ODDER", "ODD", "AAPL"])}
    assert found["ODD"].name.startswith("Odd Companyyy") and len(found["ODD"].name) == 200
    assert (found["ODD"].sector, found["ODD"].industry) == (None, None)
    assert "ODDER" not in found
    assert "AAPL" in found


@pytest.mark.parametrize("answer", ["[]", "7", '{"quoteSummary": 7}', '{"quoteSummary": {"result": [7]}}'])
def test_a_profile_of_another_shape_ends_the_round(yahoo: YahooServer, source: YahooSource, answer: str) -> None:
    usual = yahoo.answer
    profiles = "/v10/finance/quoteSummary/"
    yahoo.answer = lambda path: (200, "application/json", answer) if path.startswith(profiles) else usual(path)
    assert source.profiles(["AAPL", "MSFT"]) == []


def test_profiles_without_a_network_are_simply_none(tmp_path: Path) -> None:
    assert YahooSource(tmp_path, "http://127.0.0.1:9").profiles(["AAPL", "MSFT"]) == []


def test_importing_it_does_not_import_the_library() -> None:
    code = "import sys, sigmasight_ui.adapters.market_data.yahoo; print([m in sys.modules for m in %r])"
    modules: Sequence[str] = ("yfinance", "pandas", "numpy", "requests", "curl_cffi")
    done = subprocess.run([sys.executable, "-c", code % (modules,)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str([False] * len(modules))


def test_online_it_speaks_like_a_browser(tmp_path: Path) -> None:
    from sigmasight_ui.adapters.market_data.yahoo_session import YahooSession

    session = YahooSession(None, 20.0).session
    assert type(session).__module__.startswith("curl_cffi")
    assert session.impersonate == "chrome"
