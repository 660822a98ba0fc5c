"""A matrix shows every traced number, inside its zone, whatever is played on it."""

from __future__ import annotations

from itertools import combinations

import pytest
from manim import Animation, VGroup
from manim.utils.color import ManimColor

from gradreel.blocks.cells import stream
from gradreel.blocks.matrix import Matrix
from gradreel.blocks.numbers import short
from gradreel.errors import SceneError
from gradreel.model import Zone
from gradreel.stage.space import pixel, units
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Value

ZONE = Zone(60, 800, 1020, 1290)
LOGITS = Value((2, 3), "float32", (2.0, 1.0, 0.1, 0.5, 2.1, 0.3))
PROBS = Value(
    (2, 3), "float32", (0.6590012, 0.24243298, 0.09856589, 0.147672, 0.7314243, 0.1209036)
)
ONES = Value((2,), "float32", (1.0000001, 0.9999999))


def play(animation: Animation) -> None:
    """To its end, without a scene."""
    animation.begin()
    animation.interpolate(0.4)
    animation.interpolate(1)
    animation.finish()


def lines(group: VGroup) -> list[Line]:
    return [m for m in group.get_family() if isinstance(m, Line) and len(m.points)]


def box(line: VGroup) -> tuple[float, float, float, float]:
    return *pixel(line.get_corner((-1, 1, 0))), *pixel(line.get_corner((1, -1, 0)))


def numbers(matrix: Matrix) -> list[str]:
    return [cell.label.text for cell in matrix.cells if cell.label]


@pytest.mark.parametrize("shape", [(3, 4), (4, 2), (2, 3), (1, 3), (3, 3), (2,)])
def test_numbers_are_readable_inside_the_zone_and_apart(shape: tuple[int, ...]) -> None:
    count = 1
    for size in shape:
        count *= size
    value = Value(shape, "float32", tuple((-1) ** n * (0.1234 + n) for n in range(count)))
    matrix = Matrix(Typesetter(HOUSE), "W", value, ZONE, axes=True, reduces=range(len(shape)))
    assert numbers(matrix) == [short(n) for n in value.numbers]
    boxes = [box(line) for line in lines(matrix)]
    for left, top, right, bottom in boxes:
        assert left >= ZONE.left
        assert right <= ZONE.right
        assert top >= ZONE.top
        assert bottom <= ZONE.bottom
    for a, b in combinations(boxes, 2):
        assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]
    assert min(cell.label.em * 120 for cell in matrix.cells if cell.label) >= 32


def test_a_tensor_too_large_for_numbers_shows_cells_and_its_shape() -> None:
    value = Value((32, 10), "float32", tuple(float(n) for n in range(320)))
    matrix = Matrix(Typesetter(HOUSE), "x", value, ZONE)
    assert numbers(matrix) == []
    assert "32×10" in [line.text.strip() for line in lines(matrix)]
    left, top, right, bottom = box(matrix)
    assert ZONE.left <= left
    assert right <= ZONE.right
    assert ZONE.top <= top
    assert bottom <= ZONE.bottom


def test_a_number_that_has_the_zone_to_itself_is_large() -> None:
    loss, grid = (
        Matrix(Typesetter(HOUSE), "loss", value, ZONE)
        for value in (Value((), "float32", (0.638,)), PROBS)
    )
    (alone,), first = loss.cells, grid.cells[0]
    assert alone.label is not None
    assert first.label is not None
    assert alone.label.em > 1.5 * first.label.em
    assert alone.box.height > 1.5 * first.box.height


def test_numbers_roll_over_and_stand_where_the_old_ones_stood() -> None:
    matrix = Matrix(Typesetter(HOUSE), "logits", LOGITS, ZONE)
    play(matrix.change_to(PROBS, "output", "probs"))
    assert numbers(matrix) == [short(n) for n in PROBS.numbers]
    assert matrix.title[0].text == "probs"
    for cell in matrix.cells:
        assert cell.label is not None
        assert cell.label.get_center()[0] == pytest.approx(cell.box.get_center()[0], abs=0.03)
        assert cell.label.get_fill_opacity() == 1


def test_a_row_is_lit_and_the_rest_steps_back_until_all_are_as_before() -> None:
    matrix = Matrix(Typesetter(HOUSE), "W", LOGITS, ZONE)
    before = [cell.look() for cell in matrix.cells]
    play(matrix.light(row=1))
    assert [cell.look().shown > 0.9 for cell in matrix.cells] == [False] * 3 + [True] * 3
    play(matrix.light())
    assert [cell.look() for cell in matrix.cells] == before


def test_light_axis_frames_the_rows_of_dim_1_and_the_columns_of_dim_0() -> None:
    matrix = Matrix(Typesetter(HOUSE), "W", LOGITS, ZONE, axes=True)
    play(matrix.light_axis(1))
    assert len(matrix.frames) == 2
    assert matrix.frames[0].width > matrix.frames[0].height
    play(matrix.light_axis(0))
    assert len(matrix.frames) == 3
    assert matrix.frames[0].height > 2 * matrix.cells[0].box.height
    play(matrix.light())
    assert len(matrix.frames) == 0


@pytest.mark.parametrize(("wrong", "role"), [(False, "output"), (True, "mistake")])
def test_sums_stand_beside_their_rows_inside_the_zone(wrong: bool, role: str) -> None:
    matrix = Matrix(Typesetter(HOUSE), "probs", PROBS, ZONE, axes=True, reduces=(1,))
    play(matrix.reduce(1, ONES, wrong=wrong))
    for row, result in enumerate(matrix.marks):
        assert result[0].label.text == "1"
        assert result[0].box.get_stroke_color() == ManimColor(HOUSE.colour(role))
        here, there = result[0].box.get_center(), matrix.cell(row, 2).box.get_center()
        assert here[1] == pytest.approx(there[1])
        assert here[0] > there[0]
        assert box(result)[2] <= ZONE.right + 30  # the cross may stand over the edge
    with pytest.raises(SceneError, match=r"no room.*dim 0"):
        matrix.reduce(0, ONES)


def test_masked_cells_are_grey_with_a_cross() -> None:
    matrix = Matrix(Typesetter(HOUSE), "A", LOGITS, ZONE)
    play(matrix.mask([n < 0.4 for n in LOGITS.numbers]))
    grey = ManimColor(HOUSE.colour("untracked"))
    assert [c.label is not None and c.look().text == grey for c in matrix.cells] == [
        n < 0.4 for n in LOGITS.numbers
    ]
    assert len(matrix.marks) == 2


def test_an_empty_matrix_shows_a_number_only_once_it_is_filled() -> None:
    matrix = Matrix(Typesetter(HOUSE), "Z", LOGITS, ZONE, empty=True)
    play(matrix.fill((0, 1)))
    assert [cell.look().ink for cell in matrix.cells] == [0, 1, 0, 0, 0, 0]
    play(matrix.fill())
    assert all(cell.look().ink == 1 for cell in matrix.cells)


def test_what_cannot_be_drawn_is_said() -> None:
    with pytest.raises(SceneError, match="2×2×2"):
        Matrix(Typesetter(HOUSE), "x", Value((2, 2, 2), "float32", (0.0,) * 8), ZONE)


def test_the_names_of_the_axes_can_be_large_and_nothing_leaves_the_zone() -> None:
    matrix = Matrix(Typesetter(HOUSE), "probs", PROBS, ZONE, axes=True, axis=52, reduces=[1])
    names = [axis[0] for axis in matrix.axes]
    assert [name.text for name in names] == ["dim=0", "dim=1"]
    assert all(name.em == pytest.approx(units(52)) for name in names)
    play(matrix.reduce(1, ONES))
    boxes = [box(line) for line in (*lines(matrix), *lines(matrix.marks))]
    for left, top, right, bottom in boxes:
        assert left >= ZONE.left - 1
        assert top >= ZONE.top - 1
        assert right <= ZONE.right + 1
        assert bottom <= ZONE.bottom + 1
    for one, two in combinations(boxes, 2):
        assert one[2] < two[0] or two[2] < one[0] or one[3] < two[1] or two[3] < one[1]


def test_picked_cells_are_lit_wherever_they_are_until_all_are_as_before() -> None:
    matrix = Matrix(Typesetter(HOUSE), "logits", LOGITS, ZONE)
    play(matrix.pick((0, 2), (1, 0)))
    strokes = [cell.box.get_stroke_width() for cell in matrix.cells]
    assert [stroke > 4 for stroke in strokes] == [False, False, True, True, False, False]
    assert [cell.box.get_fill_opacity() < 0.5 for cell in matrix.cells] == [
        True, True, False, False, True, True
    ]  # fmt: skip
    play(matrix.light())
    assert all(cell.box.get_fill_opacity() == 1 for cell in matrix.cells)


def test_axes_get_other_names_in_the_room_of_the_old_ones() -> None:
    matrix = Matrix(Typesetter(HOUSE), "probs", PROBS, ZONE, axes=True, axis=52)
    before = [axis[0].get_center() for axis in matrix.axes]
    play(matrix.call_axes("batch", "classes"))
    names = [axis[0] for axis in matrix.axes]
    assert [name.text for name in names] == ["batch", "classes"]
    for name, place in zip(names, before, strict=True):
        assert name.get_center() == pytest.approx(place)
    assert box(names[0])[0] >= ZONE.left
    assert box(names[1])[2] < box(matrix.axes[1][1])[0]


def test_cells_are_poured_into_fewer_things_in_turn() -> None:
    matrix = Matrix(Typesetter(HOUSE), "logits", LOGITS, ZONE)
    into = [Matrix(Typesetter(HOUSE), "sums", ONES, ZONE).cell(0, n) for n in (0, 1)]
    flights = stream(matrix.cells, into).animations
    flights[3].interpolate_mobject(0.999)
    assert len(flights) == 6
    assert flights[3].mobject.get_center() == pytest.approx(into[1].get_center(), abs=0.05)
