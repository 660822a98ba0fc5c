"""A tile: cells over all of its zone, each with its number; what it shows can change and go."""

from __future__ import annotations

from itertools import combinations

import pytest
from manim import Animation

from gradreel.blocks.cells import Cell
from gradreel.blocks.tile import Tile
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Value

ZONE = Zone(78, 430, 512, 610)
WEIGHTS = Value((2, 2), "float32", (0.0934, -0.906, 1.5, 0.0))
LATER = Value((2, 2), "float32", (0.1, -1.0, 2.0, 0.5))
TALL = Value((4, 2), "float32", (0.0934, -0.906, 1.5, 0.0, 1.0, 2.0, 3.0, 4.0))
LOSS = Value((), "float32", (0.638,))


def tile(value: Value) -> Tile:
    return Tile(Typesetter(HOUSE), value, ZONE, "output")


def played(animation: Animation) -> None:
    animation.begin()
    animation.interpolate(1)
    animation.finish()


def box(cell: Cell) -> tuple[float, float, float, float]:
    left, top = pixel(cell.box.get_corner((-1, 1, 0)))
    right, bottom = pixel(cell.box.get_corner((1, -1, 0)))
    return left, top, right, bottom


def told(block: Tile) -> list[tuple[str, float]]:
    labels = [cell.label for cell in block.cells]
    return [(label.text, label.get_fill_opacity()) for label in labels if label is not None]


@pytest.mark.parametrize("value", [WEIGHTS, TALL, LOSS])
def test_cells_fill_the_zone_and_hold_their_readable_numbers(value: Value) -> None:
    boxes = [box(cell) for cell in tile(value).cells]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    edges = min(lefts), min(tops), max(rights), max(bottoms)
    assert edges == pytest.approx((ZONE.left, ZONE.top, ZONE.right, ZONE.bottom), abs=1)
    for one, other in combinations(boxes, 2):
        assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
    for cell in tile(value).cells:
        assert cell.label is not None
        assert cell.label.width < cell.box.width
        assert cell.label.height < cell.box.height
        assert cell.size.text >= 32


def test_a_number_alone_has_no_cell_around_it() -> None:
    (cell,) = tile(LOSS).cells
    assert cell.box.get_fill_opacity() == 0
    assert told(tile(LOSS)) == [("0.638", 1)]


def test_what_left_comes_again_as_it_was_last() -> None:
    block = tile(WEIGHTS)
    played(block.change_to(LATER))
    after = [("0.1", 1), ("−1", 1), ("2", 1), ("0.5", 1)]
    assert told(block) == after
    played(block.leave())
    assert {opacity for _, opacity in told(block)} == {0}
    assert {cell.box.get_fill_opacity() for cell in block.cells} == {0}
    played(block.appear())
    assert told(block) == after
