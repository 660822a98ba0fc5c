"""Number lines: labels never overlap, values land where they belong, gates open by gradient."""

from __future__ import annotations

from itertools import pairwise
from math import exp, tanh
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from manim import ManimColor, Mobject
from test_stage import brief, scene, timeline

from gradreel.blocks.number_line import NumberLine, spread
from gradreel.model import Zone
from gradreel.shoot import inspect
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter

ZONE = Zone(60, 800, 1020, 1290)
TYPE = Typesetter(HOUSE)


def edges(mobject: Mobject) -> tuple[float, float]:
    return pixel(mobject.get_left())[0], pixel(mobject.get_right())[0]


@given(
    places=st.lists(st.floats(-200, 1200), min_size=1, max_size=7),
    width=st.floats(10, 110),
)
def test_labels_keep_apart_and_inside_in_the_order_of_their_places(
    places: list[float], width: float
) -> None:
    found = spread(places, [width] * len(places), (60, 1020), 20)
    ordered = [found[n] for n in sorted(range(len(places)), key=lambda n: places[n])]
    assert all(b - a >= width + 20 - 1e-6 for a, b in pairwise(ordered))
    assert ordered[0] - width / 2 >= 60 - 1e-6
    assert ordered[-1] + width / 2 <= 1020 + 1e-6


def test_a_label_with_room_stands_at_its_place() -> None:
    assert spread([200, 500], [100, 100], (60, 1020), 20) == [200, 500]


def test_outputs_land_between_their_bounds_with_numbers_apart() -> None:
    inputs = [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0]
    line = NumberLine(TYPE, inputs, ZONE)
    line.squash([tanh(x) for x in inputs], (-1, 1))
    texts = [part for part in line.marks.get_family() if isinstance(part, Line)]
    low, high, *numbers = texts
    assert [t.text for t in numbers] == [
        "−0.995",
        "−0.964",
        "−0.762",
        "0",
        "0.762",
        "0.964",
        "0.995",
    ]
    assert all(a[1] < b[0] for a, b in pairwise(map(edges, numbers)))
    assert edges(numbers[0])[0] >= ZONE.left
    assert edges(numbers[-1])[1] <= ZONE.right
    for lane in line.lanes:
        assert edges(low)[1] < pixel(lane.get_end())[0] < edges(high)[0]


def test_equal_scales_keep_what_the_function_keeps() -> None:
    line = NumberLine(TYPE, [-2.0, 0.0, 2.0], ZONE)
    line.squash([0.0, 0.0, 2.0])
    ends = [pixel(lane.get_end())[0] for lane in line.lanes]
    starts = [pixel(dot.get_center())[0] for dot in line.inputs.dots]
    assert ends == pytest.approx([starts[1], starts[1], starts[2]])


def test_the_lanes_end_half_way_at_what_stands_there(tmp_path: Path) -> None:
    body = """
from gradreel.blocks.number_line import NumberLine
from gradreel.stage.space import pixel
from test_number_line import TYPE, ZONE
import pytest
line = NumberLine(TYPE, [-2.0, 2.0], ZONE)
line.squash([0.1, 0.9], (0, 1))
starts = [lane.get_start() for lane in line.lanes]
with self.beat("b0"):
    self.add(line, line.marks)
    self.play(line.halve(), run_time=0.4)
    middle = (line.top + line.bottom) / 2
    for lane, start in zip(line.lanes, starts, strict=True):
        assert lane in self.mobjects
        assert lane.get_start() == pytest.approx(start)
        assert abs(pixel(lane.get_end())[1] - middle) < 3
    assert line.marks not in self.mobjects
"""
    inspect(brief(timeline(60)), scene(tmp_path, body))


def test_light_runs_down_every_lane() -> None:
    line = NumberLine(TYPE, [-2.0, 0.0, 2.0], ZONE)
    assert [run.path for run in line.surge().animations] == line.lanes


def test_only_the_gate_of_a_gradient_opens() -> None:
    line = NumberLine(TYPE, [-2.0, 0.0, 2.0], ZONE)
    play = line.gate([0.0, 0.0, 1.0])
    gates = line.marks[1:4]
    play._setup_scene(None)
    for animation in play.animations[1].animations:
        for part in animation.animations:
            part.begin()
            part.finish()
    heights = [gate[0].height for gate in gates]
    assert heights[0] == heights[1] == 0 < heights[2]
    amber = ManimColor(HOUSE.colour("backward"))
    assert [gate[0].get_stroke_color() == amber for gate in gates] == [False, False, True]
    texts = [part for part in line.marks.get_family() if isinstance(part, Line)]
    assert [t.text for t in texts] == ["0", "0", "1"]


def test_two_sigmoids_saturate_to_one_place_and_still_have_two_numbers() -> None:
    line = NumberLine(TYPE, [1.0, 10.0, 100.0], ZONE)
    line.squash([1 / (1 + exp(-x)) for x in (1.0, 10.0, 100.0)], (0, 1))
    numbers = [part for part in line.marks.get_family() if isinstance(part, Line)][2:]
    assert all(a[1] < b[0] for a, b in pairwise(map(edges, numbers)))
