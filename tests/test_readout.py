"""A readout: rows one under the other inside its zone; a rush ends at the last iteration."""

from __future__ import annotations

from itertools import pairwise

import pytest
from manim import Animation, VMobject

from gradreel.blocks.readout import Readout
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.series import Series

ROOMY, FLAT = Zone(104, 480, 976, 1160), Zone(104, 920, 976, 1170)
LOSS = Series("loss", (4.23, 0.941, 0.00665))


def readout(zone: Zone = ROOMY) -> Readout:
    return Readout(Typesetter(HOUSE), zone)


def played(animation: Animation) -> None:
    animation.begin()
    animation.interpolate(1)
    animation.finish()


def box(block: VMobject) -> tuple[float, float, float, float]:
    left, top = pixel(block.get_corner((-1, 1, 0)))
    right, bottom = pixel(block.get_corner((1, -1, 0)))
    return left, top, right, bottom


@pytest.mark.parametrize("zone", [ROOMY, FLAT])
def test_what_is_said_stands_in_the_zone_one_row_under_the_other(zone: Zone) -> None:
    block = readout(zone)
    block.say("how wrong?", "((y_pred - y) ** 2).mean()", ("loss", 4.2344))
    rows = [box(row) for row in block.said]
    for upper, lower in pairwise(rows):
        assert upper[3] < lower[1]
    for left, top, right, bottom in rows:
        assert zone.left < left < right < zone.right
        assert zone.top <= top < bottom <= zone.bottom
    lines = [part for part in block.said.get_family() if isinstance(part, Line)]
    assert [line.text for line in lines][-2:] == ["loss = ", "4.23"]
    assert all(line.em * 120 >= 32 for line in lines)


def test_a_rush_goes_through_all_iterations_and_then_something_else_can_be_said() -> None:
    block = readout()
    played(block.count(["iteration 1", "iteration 2", "iteration 3"], LOSS))
    title, number = block.tickers
    assert (title.text, number.text) == ("iteration 1", "4.23")
    played(block.rush())
    assert (title.text, number.text) == ("iteration 3", "0.00665")
    block.say("how wrong?", "loss", ("loss", 9))
    assert number not in block.get_family()
