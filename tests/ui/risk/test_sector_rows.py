from dataclasses import replace
from datetime import date
from decimal import Decimal

from sigmasight_ui.services.risk.schemas import SectorExposureView, SectorRow
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.risk.sector_rows import sectors
from tests.ui.dashboard.made import DAY, figure

SHOWN = Amounts()


def sector(name: str, net: float | None, amount: str) -> SectorRow:
    reason = "NAV is not positive"
    gross = None if net is None else abs(net)
    return SectorRow(name, figure(net, reason), figure(gross, reason), Decimal(amount))


def test_bars_share_one_scale_and_the_finding_names_the_largest():
    rows = (sector("Technology", 0.375, "1000"), sector("Energy", -0.125, "-300"))
    shown = sectors(SectorExposureView(rows, DAY, None), SHOWN)
    assert shown.finding == "37.5% of NAV is in Technology, the largest sector."
    assert (shown.zero, shown.bars[0].end, shown.bars[1].end) == ("25.00%", "100.00%", "0.00%")
    assert (shown.lines[1].net, shown.lines[1].gross, shown.lines[1].amount) == ("−12.5%", "12.5%", "−$300.00")


def test_sectors_are_in_the_order_of_their_bars():
    rows = (sector("Energy", -0.2, "-200"), sector("Utilities", 0.01, "10"), sector("Technology", 0.15, "150"))
    shown = sectors(SectorExposureView(rows, DAY, None), SHOWN)
    assert [bar.label for bar in shown.bars] == ["Technology", "Utilities", "Energy"]
    assert [line.sector for line in shown.lines] == [bar.label for bar in shown.bars]


def test_shares_that_are_unknown_keep_the_amounts_and_say_why():
    shown = sectors(SectorExposureView((sector("Energy", None, "300"),), DAY, None), SHOWN)
    assert shown.finding == "Shares are unknown: NAV is not positive."
    assert (shown.lines[0].net, shown.lines[0].reason, shown.lines[0].amount) == (
        "unknown", "NAV is not positive", "$300.00",
    )  # fmt: skip
    assert shown.bars[0].end == shown.zero


def test_nothing_calculated():
    assert sectors(SectorExposureView((), None, "not calculated yet"), SHOWN).reason == "Not calculated yet."


def test_beside_the_benchmark_the_finding_says_how_far_above():
    rows = (replace(sector("Technology", 0.375, "1000"), benchmark=0.341, difference=0.034),)
    found = SectorExposureView(rows, DAY, None, "SPY", date(2026, 10, 31), "SPDR", (("Energy", 0.03),))
    shown = sectors(found, SHOWN)
    assert shown.title == "Sectors against SPY"
    assert shown.finding == "37.5% of NAV is in Technology, the largest sector, 3.4 points above SPY."
    assert shown.foot == "SPY, weights of 31 Oct 2026, not held: Energy (3.0%)"
    assert (shown.bars[0].error, shown.bars[0].tick) == ("+3.4 pp", "90.93%")
