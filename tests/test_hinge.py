"""The hinge: inputs ride on the arm that swings, what came out stands over them."""

from __future__ import annotations

from pathlib import Path

import pytest
from manim import Mobject
from test_stage import brief, scene, timeline

from gradreel.blocks.hinge import BALL, Hinge
from gradreel.model import Zone
from gradreel.shoot import inspect
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter

ZONE = Zone(60, 350, 1020, 1000)
REACH, HEIGHTS = (-2.6, 2.6), (-2.4, 3.0)
INPUTS, OUTPUTS = (-2.0, 0.0, 2.0), (0.0, 0.0, 2.0)


def hinge() -> Hinge:
    return Hinge(Typesetter(HOUSE), ZONE, INPUTS, OUTPUTS, reach=REACH, heights=HEIGHTS)


def height(block: Hinge, part: Mobject) -> float:
    """Of the plane, where the middle of something is."""
    low, one = (pixel(block.plane.at(0, y))[1] for y in (0, 1))
    return (pixel(part.get_center())[1] - low) / (one - low)


def test_the_inputs_ride_on_the_arm(tmp_path: Path) -> None:
    body = """
from test_hinge import INPUTS, OUTPUTS, height, hinge
import pytest
block = hinge()
with self.beat("b0"):
    self.add(block)
    for swing, heights in ((block.open, INPUTS), (block.shut, OUTPUTS)):
        self.play(swing(), run_time=0.4)
        assert [height(block, ball[0]) for ball in block.balls] == pytest.approx(heights)
    self.play(block.open(), run_time=0.4)
    self.play(block.zoom((-4, 4), (-4, 4)), run_time=0.4)
    assert [height(block, ball[0]) for ball in block.balls] == pytest.approx(INPUTS)
    self.play(block.hops(), run_time=0.4)
    assert [height(block, ball[0]) for ball in block.balls] == pytest.approx(INPUTS)
"""
    inspect(brief(timeline(60)), scene(tmp_path, body))


def test_what_came_out_stands_over_what_went_in() -> None:
    block = hinge()
    for place in range(3):
        block.come_out(place)
    outputs = [part for part in block.marks if isinstance(part, Line)]
    assert [text.text for text in outputs] == ["0", "0", "2"]
    for text, ball in zip(outputs, block.balls, strict=True):
        assert text.get_x() == pytest.approx(ball.get_x())
        assert pixel(text.get_bottom())[1] < pixel(ball.get_top())[1]


def test_the_gradient_runs_down_the_ramp_only() -> None:
    block = hinge()
    block.pass_back()
    (ramp,) = block.marks
    assert ramp.get_start() == pytest.approx(block.plane.at(2, 2))
    assert ramp.get_end() == pytest.approx(block.plane.at(0, 0))


def test_the_room_under_it_is_under_the_balls_on_the_floor() -> None:
    block = hinge()
    assert block.under.top > pixel(block.plane.at(0, 0))[1] + BALL
    assert block.under.bottom == ZONE.bottom
