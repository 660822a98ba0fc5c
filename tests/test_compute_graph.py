"""The graph as it comes to be: what is on stage already does not come a second time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from manim import Animation, FadeIn, FadeOut, Mobject
from test_chain import SQUARES, STAGE, TYPE, texts

from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.errors import SceneError
from gradreel.stage.space import pixel
from gradreel.trace.model import Value


def faded(animation: Animation, kind: type[Animation]) -> list[Mobject]:
    if isinstance(animation, kind):
        return [animation.mobject]
    inner: list[Animation] = getattr(animation, "animations", [])
    return [mobject for each in inner for mobject in faded(each, kind)]


def faded_in(animation: Animation) -> list[Mobject]:
    return faded(animation, FadeIn)


def faded_out(animation: Animation) -> list[Mobject]:
    return faded(animation, FadeOut)


def test_an_input_comes_with_its_first_user_or_by_itself_but_once() -> None:
    graph = ComputeGraph(TYPE, SQUARES, STAGE)
    assert graph.nodes[0].body in faded_in(graph.grow(1))
    graph = ComputeGraph(TYPE, SQUARES, STAGE)
    assert graph.nodes[0].body in faded_in(graph.grow(0))
    assert graph.nodes[0].body not in faded_in(graph.grow(1))


def test_a_gradient_takes_the_place_of_what_hung_there() -> None:
    graph = ComputeGraph(TYPE, SQUARES, STAGE)
    graph.hang(2, "?", "mistake")
    assert texts(graph.marks) == ["?"]
    place = graph.marks[0].get_center()
    graph.flow_back(0)
    assert "?" not in texts(graph.marks)
    badge = graph.nodes[2].badge
    assert badge is not None
    assert texts(badge) == ["1"]
    assert abs(badge.get_center() - place).max() < 0.01


def test_what_is_enlarged_keeps_to_the_zone_and_then_takes_its_place() -> None:
    graph = ComputeGraph(TYPE, SQUARES, STAGE)
    bodies = [graph.nodes[node].body for node in (0, 1)]
    places = [body.get_center() for body in bodies]
    width = bodies[0].width
    graph.enlarge(0, 1)
    assert bodies[0].width > 1.1 * width
    assert bodies[0].get_right()[0] < bodies[1].get_left()[0]
    for body in bodies:
        assert STAGE.left <= pixel(body.get_left())[0]
        assert pixel(body.get_right())[0] <= STAGE.right
    settled = graph.settle()
    settled.begin()
    settled.finish()
    for body, place in zip(bodies, places, strict=True):
        assert abs(body.get_center() - place).max() < 0.01


def test_a_badge_that_is_taken_stays_when_the_graph_leaves() -> None:
    graph = ComputeGraph(TYPE, SQUARES, STAGE)
    with pytest.raises(SceneError, match="no gradient has arrived at x"):
        graph.take(0)
    graph.flow_back(0)
    badge = graph.take(0)
    assert "32" in texts(badge)[0]
    assert badge not in graph.marks


def test_a_gradient_that_does_not_come_is_a_question_mark_for_every_number() -> None:
    pair = replace(SQUARES.nodes[2], value=Value((2,), "float32", (6.0, 8.0)))
    graph = ComputeGraph(TYPE, replace(SQUARES, nodes=(*SQUARES.nodes[:2], pair)), STAGE)
    graph.doubt(1)
    graph.doubt(2)
    assert texts(graph.marks) == ["?", "[?, ?]"]


def test_the_way_back_leaves_out_what_takes_no_gradient() -> None:
    stopped = replace(SQUARES.edges[0], differentiable=False)
    back = replace(SQUARES, edges=(stopped, SQUARES.edges[1])).way_back
    assert [node.label for node in back.nodes] == ["h", "f"]
    assert [edge.id for edge in back.edges] == [1]


def test_rewound_only_the_inputs_are_there_and_ops_can_grow_again() -> None:
    graph = ComputeGraph(TYPE, SQUARES, STAGE)
    arrived = graph.flow_back(0)
    gone = faded_out(graph.rewind(0))
    assert graph.nodes[0].body not in gone
    assert graph.nodes[1].body in gone
    assert len(arrived) > 1
    assert all(mark in gone for mark in graph.marks)
    assert graph.nodes[0].body not in faded_in(graph.grow(1))


def test_the_room_under_a_node_is_centred_and_ends_with_the_zone() -> None:
    graph = ComputeGraph(TYPE, SQUARES, STAGE)
    room = graph.under(1, STAGE, 0.2)
    box = graph.nodes[1].box
    assert (room.left + room.right) / 2 == pytest.approx(box.x, abs=1)
    assert room.width == pytest.approx(0.2 * STAGE.width, abs=1)
    assert room.top == pytest.approx(box.y + box.height / 2, abs=1)
    assert room.bottom == STAGE.bottom


def test_a_node_flies_and_stays() -> None:
    graph = ComputeGraph(TYPE, SQUARES, STAGE)
    place, goal = graph.nodes[0].body.get_center(), graph.nodes[1].body
    flight = graph.fly(0, goal)
    flight.begin()
    flight.interpolate(1)
    assert abs(flight.mobject.get_center() - goal.get_center()).max() < 0.01
    assert abs(graph.nodes[0].body.get_center() - place).max() < 0.01
