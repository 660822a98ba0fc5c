"""Whole until it is cut; then the number stands, grey, and a gradient gets no further."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_chain import SQUARES, TYPE, texts
from test_matrix_row import play

from gradreel.blocks.severed import Severed
from gradreel.model import Zone
from gradreel.stage.space import centre, pixel, units
from gradreel.trace.graph import Graph

ZONE = Zone(80, 560, 1000, 1290)
DETACHED = Graph(
    (*SQUARES.nodes[:2], replace(SQUARES.nodes[2], kind="detached", sign="detach")),
    (SQUARES.edges[0], replace(SQUARES.edges[1], differentiable=False)),
    (),
)


@pytest.fixture
def severed() -> Severed:
    return Severed(TYPE, DETACHED, ZONE, scissors=280)


@pytest.mark.parametrize("zone", [ZONE, Zone(80, 560, 500, 1290)])
def test_it_is_one_column_as_large_as_its_zone_takes(zone: Zone) -> None:
    severed = Severed(TYPE, DETACHED, zone, scissors=280)
    room = units(zone.width) - severed.graph.width, units(zone.height) - severed.graph.height
    assert min(room) == pytest.approx(0, abs=0.01)
    assert pixel(severed.graph.get_center()) == pytest.approx(centre(zone), abs=1)
    heights = [view.body.get_y() for view in severed.graph.nodes.values()]
    assert heights == sorted(heights, reverse=True)


def test_the_edge_is_whole_until_it_is_cut_and_the_number_stays(severed: Severed) -> None:
    line = severed.graph.edges[1].picture[0]
    body = severed.graph.nodes[2].body
    colour, said = body[0].get_stroke_color(), texts(body)
    assert line.get_stroke_opacity() > 0
    play(severed.cut())
    assert line.get_stroke_opacity() == 0
    assert body[0].get_stroke_color() != colour
    assert texts(body) == said


def test_a_gradient_gets_as_far_as_the_cut(severed: Severed) -> None:
    stopped = severed.stop()
    stopped.begin()
    stopped.interpolate(1)
    path = severed.graph.edges[1].path
    assert path.get_end()[1] < stopped.mobject.get_y() < path.get_center()[1]


def test_what_an_edge_keeps_stands_beside_it(severed: Severed) -> None:
    severed.keep(1, "PowBackward0")
    label = severed[-1]
    path = severed.graph.edges[0].path
    assert texts(label) == ["PowBackward0"]
    assert label.get_left()[0] > path.get_right()[0]
    assert pixel(label.get_right())[0] <= ZONE.right
