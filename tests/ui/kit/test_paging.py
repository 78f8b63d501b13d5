import pytest

from sigmasight_ui.ui.kit.paging import Paging, paging


@pytest.mark.parametrize(
    ("offset", "count", "total", "found"),
    [
        (0, 12, 25, Paging("1–12 of 25", 0, False, True)),
        (24, 1, 25, Paging("25–25 of 25", 24, True, False)),
        (1000, 25, 12000, Paging("1,001–1,025 of 12,000", 1000, True, True)),
        (0, 0, 0, Paging("0 of 0", 0, False, False)),
    ],
)
def test_a_page_says_where_it_stands(offset, count, total, found):
    assert paging(offset, count, total) == found
