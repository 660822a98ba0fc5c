"""The padlock keeps, frees and keeps again what the op saved; a pass without it crashes."""

from __future__ import annotations

import pytest
from manim import Animation, Scene, VGroup

from gradreel.blocks.saved_value import SavedValue
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.graph import Arrival, Flow, Graph, GraphEdge, GraphNode, Pass
from gradreel.trace.model import Value

STAGE = Zone(60, 350, 1020, 880)


def number(n: float) -> Value:
    return Value((), "float32", (n,))


def back(before: float | None, after: float) -> Pass:
    sent = Arrival(1, number(1), (Flow(0, number(4), 4.0),))
    was = None if before is None else number(before)
    held = Arrival(0, number(4), (), accumulates=True, before=was, after=number(after))
    return Pass(0, 0, "y.backward()", (sent, held), failed=False)


GRAPH = Graph(
    (
        GraphNode(0, "leaf", "x", "", number(2), None, 1, 0, None),
        GraphNode(1, "op", "y", "**2", number(4), None, 2, 1, 1, "x**2"),
    ),
    (GraphEdge(0, 0, 1, differentiable=True),),
    (back(None, 4), back(4, 8)),
)


def block(zone: Zone = STAGE, *, freed: bool = False) -> SavedValue:
    return SavedValue(Typesetter(HOUSE), GRAPH, zone, freed=freed)


def play(*animations: Animation) -> None:
    scene = Scene()
    for animation in animations:
        animation._setup_scene(scene)
        animation.begin()
        for step in range(1, 21):
            animation.interpolate(step / 20)
        animation.finish()
        animation.clean_up_from_scene(scene)


def shown(view: SavedValue) -> set[str]:
    """What can be read in the padlock."""
    parts = view.vault.family_members_with_points()
    return {p.text for p in parts if isinstance(p, Line) and p.get_fill_opacity() > 0.9}


def texts(group: VGroup) -> list[str]:
    return [p.text for p in group.family_members_with_points() if isinstance(p, Line)]


@pytest.mark.parametrize("zone", [STAGE, Zone(60, 716, 1020, 988)])
def test_it_fills_its_width_and_stays_in_its_zone(zone: Zone) -> None:
    view = block(zone).passed(1)
    left, top = pixel(view.get_corner((-1, 1, 0)))
    right, bottom = pixel(view.get_corner((1, -1, 0)))
    assert zone.left - 6 <= left < zone.left + 6
    assert zone.right - 6 < right <= zone.right + 6
    assert top >= zone.top - 10
    assert bottom <= zone.bottom + 6


def test_the_padlock_holds_what_the_leaf_does_until_it_is_freed() -> None:
    view = block()
    assert shown(view) == {"saved", "2"}
    play(view.retain(), view.free())
    assert shown(view) == {"freed"}
    play(view.revive())
    assert shown(view) == {"saved", "2"}


def test_each_pass_says_what_the_leaf_holds_then() -> None:
    view = block()
    play(view.pulse(0))
    assert texts(view.held) == ["x.grad 4"]
    assert texts(view.trails) == ["×4"]
    play(view.pulse(1))
    assert texts(view.held) == ["4 + 4 = 8"]


def test_a_pulse_without_a_pass_shows_no_number() -> None:
    view = block()
    play(view.pulse())
    assert texts(view.trails) == []
    assert len(view.held) == 0


def test_what_a_pass_left_is_there_at_once_on_a_poster() -> None:
    view = block().passed(0)
    assert "x.grad 4" in texts(view)


def test_a_crash_ends_at_the_padlock_under_a_burst() -> None:
    view = block(freed=True)
    play(view.crash())
    (trail,) = view.trails
    assert trail.get_end()[0] > view.burst.get_center()[0]
    assert trail.get_start()[0] > trail.get_end()[0]
    assert not shown(view)


def test_a_crashed_padlock_shows_its_burst_and_no_text() -> None:
    view = block(freed=True).crashed()
    assert view.burst in view.submobjects
    assert not shown(view)
