"""Tensors in a row share one size of cell, keep to their zone, and stream into each other."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from manim import Animation, LaggedStart, Scene

from gradreel.blocks.cells import Flight
from gradreel.blocks.matrix import Matrix
from gradreel.blocks.matrix_product import Term
from gradreel.blocks.matrix_row import MatrixRow
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Value

FIELD = Zone(60, 500, 1020, 1290)
Box = tuple[float, float, float, float]


def term(name: str, *shape: int) -> Term:
    numbers = np.random.default_rng(len(name)).normal(size=shape).round(3)
    return Term(name, Value(shape, "float32", tuple(float(n) for n in numbers.flat)))


def row(zone: Zone = FIELD, signs: tuple[str, ...] = (), empty: tuple[str, ...] = ()) -> MatrixRow:
    columns = [[term("W", 4, 2), term("b", 2)], [term("W.grad", 4, 2), term("b.grad", 2)]]
    return MatrixRow(Typesetter(HOUSE), columns, zone, signs=signs, empty=empty)


def box(grid: Matrix) -> Box:
    return *pixel(grid.get_corner((-1, 1, 0))), *pixel(grid.get_corner((1, -1, 0)))


def play(animation: Animation, scene: Scene | None = None) -> None:
    """To its end, in a scene that draws nothing."""
    scene = scene or Scene()
    animation._setup_scene(scene)
    animation.begin()
    for step in range(1, 11):
        animation.interpolate(step / 10)
    animation.finish()
    animation.clean_up_from_scene(scene)


@pytest.mark.parametrize("signs", [(), ("−0.1×",)])
@pytest.mark.parametrize("zone", [FIELD, Zone(60, 350, 1020, 880), Zone(200, 700, 880, 1290)])
def test_everything_is_inside_the_zone_and_apart(zone: Zone, signs: tuple[str, ...]) -> None:
    grids = row(zone, signs).grids.values()
    boxes = [box(grid) for grid in grids]
    for left, top, right, bottom in boxes:
        assert left >= zone.left - 8
        assert right <= zone.right + 8
        assert top >= zone.top
        assert bottom <= zone.bottom + 1
    for a, b in combinations(boxes, 2):
        assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]
    assert len({round(grid.cells[0].box.width, 6) for grid in grids}) == 1


def test_tensors_of_one_shape_stand_side_by_side() -> None:
    grids = row().grids
    for one, other in (("W", "W.grad"), ("b", "b.grad")):
        for mine, theirs in zip(grids[one].cells, grids[other].cells, strict=True):
            assert mine.box.get_y() == pytest.approx(theirs.box.get_y())


def test_numbers_are_left_out_where_they_could_not_be_read() -> None:
    columns = [[term("X", 3, 4)], [term("W", 4, 2)], [term("A", 3, 2)], [term("loss")]]
    belt = MatrixRow(Typesetter(HOUSE), columns, FIELD, signs=("@", "→", "→"))
    assert not any(cell.label for grid in belt.grids.values() for cell in grid.cells)
    assert all(cell.label for grid in row().grids.values() for cell in grid.cells)


def test_every_cell_flies_to_one_of_the_target_s() -> None:
    block = row()
    stream = block.feed(["W", "b"], "b.grad")
    assert isinstance(stream, LaggedStart)
    goals = [cell.box.get_center() for cell in block.grids["b.grad"].cells]
    flights = stream.animations
    assert len(flights) == 10
    for number, flight in enumerate(flights):
        assert isinstance(flight, Flight)
        np.testing.assert_allclose(flight.target, goals[number % 2])


def test_frames_stand_around_what_they_name_and_make_room_for_the_next() -> None:
    block = row()
    play(block.frame("W", "W.grad", colour="backward"))
    for name, frame in zip(("W", "W.grad"), block.frames, strict=True):
        grid = block.grids[name].grid
        assert frame.width > grid.width
        np.testing.assert_allclose(frame.get_center(), grid.get_center(), atol=0.02)
    old = list(block.frames)
    scene = Scene()
    scene.add(*old)
    play(block.frame("b"), scene)
    assert len(block.frames) == 1
    assert not set(old) & set(scene.mobjects)


def test_what_is_empty_has_no_number_until_it_is_filled() -> None:
    block = row(empty=("b.grad",))
    cells = block.grids["b.grad"].cells
    assert all(cell.label and cell.label.get_fill_opacity() == 0 for cell in cells)
    play(block.grids["b.grad"].fill())
    assert all(cell.label and cell.label.get_fill_opacity() == 1 for cell in cells)
