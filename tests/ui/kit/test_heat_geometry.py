import pytest

from sigmasight_ui.ui.kit.heat_geometry import MANY, WIDE, heat_map

NAMES = ["NVDA", "AVGO", "TLT"]
MATRIX = [[1.0, 0.71, -0.13], [0.71, 1.0, None], [-0.13, None, 1.0]]


def made(names=NAMES, matrix=MATRIX, clusters=(("NVDA", "AVGO"),)):
    return heat_map(names, matrix, clusters, lambda value: f"{value:.2f}", "hidden")


def test_every_cell_has_its_number_and_its_sign_beside_the_colour():
    found = made()
    assert [[cell.text for cell in row.cells] for row in found.rows] == [
        ["1.00", "0.71", "-0.13"], ["0.71", "1.00", "hidden"], ["-0.13", "hidden", "1.00"],
    ]  # fmt: skip
    assert found.rows[0].cells[2].look == "heat-m heat-1"
    assert found.rows[1].cells[2].look == "heat-hidden"


def test_a_cluster_is_framed_as_one_square():
    look = [
        [set(cell.look.split()) & {"heat-t", "heat-b", "heat-l", "heat-r"} for cell in row.cells] for row in made().rows
    ]
    assert look[0][0] == {"heat-t", "heat-l"}
    assert look[0][1] == {"heat-t", "heat-r"}
    assert look[1][1] == {"heat-b", "heat-r"}
    assert look[2][2] == set()


@pytest.mark.parametrize(("value", "look"), [(0.04, ""), (0.999, "heat-p heat-9"), (-1.0, "heat-m heat-9")])
def test_tints_go_in_steps_from_nothing_to_full(value, look):
    assert made(["A", "B"], [[1.0, value], [value, 1.0]], ()).rows[0].cells[1].look == look


@pytest.mark.parametrize(
    ("count", "look"),
    [
        (WIDE - 1, "heat"),
        (WIDE, "heat heat-wide"),
        (MANY - 1, "heat heat-wide"),
        (MANY, "heat heat-wide heat-many"),
    ],
)
def test_more_names_need_the_width_of_the_page_and_many_leave_no_room_for_numbers(count, look):
    names = [f"S{number}" for number in range(count)]
    matrix = [[1.0 if at == across else 0.2 for across in names] for at in names]
    assert made(names, matrix, ()).look == look
