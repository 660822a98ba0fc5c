"""A gradient through layers: bars in proportion, numbers as traced, nothing on anything else."""

from __future__ import annotations

from itertools import combinations

import pytest
from manim import Mobject

from gradreel.blocks.depth import LEAST, Depth
from gradreel.model import Zone
from gradreel.stage.space import UNIT, pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter

ZONE = Zone(60, 580, 1020, 1290)
GRADIENTS = (0.22470437, 0.050492067, 0.011345805, 0.00057, 1.48e-06, 3.4831157e-07)


def depth() -> Depth:
    names = [f"layer {n}" for n in range(len(GRADIENTS), 0, -1)]
    return Depth(Typesetter(HOUSE), names, GRADIENTS, ZONE, full=GRADIENTS[0])


def box(mobject: Mobject) -> tuple[float, float, float, float]:
    left, top = pixel(mobject.get_corner((-1, 1, 0)))
    right, bottom = pixel(mobject.get_corner((1, -1, 0)))
    return left, top, right, bottom


def test_a_bar_is_as_long_as_what_is_left() -> None:
    widths = [bar.width * UNIT for bar in depth().bars]
    assert widths[1] / widths[0] == pytest.approx(GRADIENTS[1] / GRADIENTS[0])
    assert widths[-1] == pytest.approx(LEAST)
    assert widths == sorted(widths, reverse=True)


def test_names_bars_and_numbers_stand_beside_each_other_inside_the_zone() -> None:
    block = depth()
    assert [number.text for number in block.numbers][-1] == "3.48e−7"
    parts = [*block.names, *block.tracks, *block.numbers]
    for one, other in combinations(map(box, parts), 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart
    for left, top, right, bottom in map(box, parts):
        assert ZONE.left - 1 <= left
        assert right <= ZONE.right + 1
        assert ZONE.top - 1 <= top
        assert bottom <= ZONE.bottom + 1


def test_nothing_is_left_of_the_gradient_before_it_sinks() -> None:
    block = depth()
    assert not set(block.get_family()) & set(block.marks.get_family())
    block.sink()
    assert len(block.bars) == len(block.tracks) == len(GRADIENTS)
