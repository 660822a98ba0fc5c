"""A race: the clock counts with the lines, and stands where neither they nor the goals are."""

from __future__ import annotations

import math

import pytest
from manim import VMobject

from gradreel.blocks.clear import ink
from gradreel.blocks.race import Race
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter
from gradreel.trace.series import Series

ZONE = Zone(60, 705, 1020, 1290)


def race(epochs: int, slowness: float) -> Race:
    ways = [1 - math.exp(-n / slowness) for n in range(epochs + 1)]
    slope = Series("W", tuple(0.4 + 1.6 * way for way in ways), 2, 0)
    intercept = Series("b", tuple(-0.2 + 1.2 * way for way in ways), 1, 0)
    both = slope, intercept
    return Race(Typesetter(HOUSE), both, ZONE, colours=("forward", "text"), unit="epochs, Short 20")


def box(part: VMobject) -> tuple[float, float, float, float]:
    left, top = pixel(part.get_corner((-1, 1, 0)))
    right, bottom = pixel(part.get_corner((1, -1, 0)))
    return left, top, right, bottom


@pytest.mark.parametrize(("epochs", "slowness"), [(200, 45), (50, 50)])
def test_the_clock_stands_clear_of_the_lines_inside_the_zone(epochs: int, slowness: float) -> None:
    block = race(epochs, slowness)
    lines = ink([block.curves.lines])
    for part in (block.clock, block.unit):
        left, top, right, bottom = box(part)
        assert block.curves.left <= left < right <= block.curves.right + 1
        assert ZONE.top <= top < bottom <= ZONE.bottom
        inside = (lines > (left, top)).all(axis=1) & (lines < (right, bottom)).all(axis=1)
        assert not inside.any()


def test_clock_and_lines_run_together() -> None:
    block = race(200, 45)
    assert block.clock.text == "200"
    run = block.run(200, 50)
    run.begin()
    run.interpolate(0.5)
    assert block.clock.text == "125"
    run.finish()
    assert block.clock.text == "50"
    assert block.curves.lines[0].get_end() == pytest.approx(block.curves.at(0, 50))


def test_a_rerun_goes_back_to_the_start_first() -> None:
    block = race(50, 50)
    back, forth = block.rerun(50).animations
    for animation, last in ((back, "0"), (forth, "50")):
        animation.begin()
        animation.finish()
        assert block.clock.text == last
    assert back.run_time < forth.run_time
