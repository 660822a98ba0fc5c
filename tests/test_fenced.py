"""The input is outside, everything else inside; what would come back stops at the gate."""

from __future__ import annotations

from dataclasses import replace

import pytest
from manim import Animation
from test_chain import SQUARES, TYPE

from gradreel.blocks.fenced import Fenced
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.trace.graph import Graph

ZONE = Zone(60, 350, 1020, 890)
ONE = Graph(SQUARES.nodes[:2], SQUARES.edges[:1], ())
SEVERAL = replace(SQUARES, passes=())


def way(animation: Animation) -> list[float]:
    """The x of what an animation moves, from its start to its end."""
    animation.begin()
    places = []
    for step in range(11):
        animation.interpolate(step / 10)
        places.append(animation.mobject.get_x())
    return places


@pytest.mark.parametrize("graph", [ONE, SEVERAL])
def test_only_the_input_is_outside(graph: Graph) -> None:
    yard = Fenced(TYPE, graph, ZONE, values=False)
    gate, end = yard.fence.gates
    assert yard.input.get_right()[0] < gate.get_left()[0]
    assert yard.inside.get_left()[0] > gate.get_right()[0]
    assert yard.inside.get_right()[0] < end.get_left()[0]
    assert pixel(yard.get_left())[0] >= ZONE.left - 10  # half a gate
    assert pixel(yard.get_right())[0] <= ZONE.right + 10


def test_values_get_in_and_gradients_do_not_get_out() -> None:
    yard = Fenced(TYPE, ONE, ZONE)
    gate = yard.fence.gates[0].get_x()
    entering = way(yard.let_in())
    assert entering[0] < gate < entering[-1]
    back = way(yard.throw_back().animations[0])
    assert min(back) > gate
    assert back[-1] == pytest.approx(back[0])


def test_what_is_inside_is_grey_in_the_end_and_the_input_is_not() -> None:
    yard = Fenced(TYPE, ONE, ZONE)
    leaf, op = yard.input[0].get_stroke_color(), yard.inside[0][0].get_stroke_color()
    yard.catch()
    assert yard.input[0].get_stroke_color() == leaf
    assert yard.inside[0][0].get_stroke_color() != op
