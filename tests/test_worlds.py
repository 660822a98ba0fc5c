"""Two worlds: the one where the knob is has its colours; an edge back only if it has one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from manim import Scene
from test_chain import SQUARES, TYPE
from test_matrix_row import play

from gradreel.blocks.worlds import World, Worlds
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.trace.graph import Graph

FIELD = Zone(60, 350, 1020, 1290)
TRACKED = Graph(SQUARES.nodes[:2], SQUARES.edges[:1], ())
LOOSE = replace(TRACKED, edges=(replace(TRACKED.edges[0], differentiable=False),))


@pytest.fixture
def worlds() -> Worlds:
    return Worlds(TYPE, ("training", TRACKED), ("eval", LOOSE), FIELD)


def colourful(world: World) -> bool:
    """Whether the leaf still has the colour of values."""
    red, green, blue = world.graph.nodes[0].frame.get_stroke_color().to_rgb()
    return bool(max(red, green, blue) - min(red, green, blue) > 0.3)


def test_the_world_where_the_knob_is_is_awake(worlds: Worlds) -> None:
    training, evaluation = worlds.worlds[True], worlds.worlds[False]
    scene = Scene()
    scene.add(worlds)
    for flag in (True, False, True):
        play(worlds.throw(flag), scene)
        assert worlds.here.zone == worlds.worlds[flag].zone
        assert (colourful(training), colourful(evaluation)) == (flag, not flag)
        assert bool(worlds.knob.get_y() > worlds.track.get_y()) is flag
        shown = scene.get_mobject_family_members()
        assert all((part in shown) is flag for part in training.back)


def test_only_a_recorded_edge_leads_back(worlds: Worlds) -> None:
    assert len(worlds.worlds[True].back) > 0
    assert len(worlds.worlds[False].back) == 0


def test_words_have_room_between_the_worlds(worlds: Worlds) -> None:
    upper, lower = worlds.worlds[True], worlds.worlds[False]
    assert pixel(upper.get_bottom())[1] < worlds.between.top
    assert pixel(lower.get_top())[1] > worlds.between.bottom
    assert pixel(worlds.track.get_right())[0] < worlds.between.left
    assert worlds.across.left == FIELD.left
