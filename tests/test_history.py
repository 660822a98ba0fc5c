"""History: a tensor stands alone until ops are recorded after it; then there is a way back."""

from __future__ import annotations

import pytest
from manim import Animation

from gradreel.blocks.history import History
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.graph import Graph, GraphEdge, GraphNode
from gradreel.trace.model import Value

TYPE = Typesetter(HOUSE)
LANE = Zone(540, 1000, 1005, 1200)
TWO = Value((), "float32", (2.0,))


def history(*, tracked: bool, ops: int = 2) -> History:
    return History(TYPE, "b", TWO, LANE, tracked=tracked, ops=ops)


def reached(animation: Animation, alpha: float) -> float:
    """The x of the light that an animation runs, in pixels."""
    animation.begin()
    animation.interpolate(alpha)
    return pixel(animation.mobject.get_center())[0]


@pytest.mark.parametrize("ops", [1, 2, 4])
def test_it_is_as_wide_as_its_zone_and_nothing_touches(ops: int) -> None:
    drawn = history(tracked=True, ops=ops)
    left, right = (pixel(edge)[0] for edge in (drawn.get_left(), drawn.get_right()))
    assert (left, right) == pytest.approx((LANE.left, LANE.right), abs=1)
    boxes = [drawn.tensor, *drawn.ops]
    for box, link, following in zip(boxes, drawn.links, boxes[1:], strict=False):
        assert box.get_right()[0] <= link.get_left()[0] + 0.01
        assert link.get_right()[0] < following.get_left()[0]


def test_the_tensor_says_its_name_and_the_value_it_was_given() -> None:
    _, *texts = history(tracked=True).tensor
    assert [text.text for text in texts if isinstance(text, Line)] == ["b", "2"]


@pytest.mark.parametrize(("tracked", "colour"), [(True, "forward"), (False, "untracked")])
def test_what_is_not_tracked_is_grey(tracked: bool, colour: str) -> None:
    frame = history(tracked=tracked).tensor[0]
    assert frame.get_stroke_color().to_hex() == HOUSE.colour(colour)


def test_values_run_away_from_the_tensor_and_the_gradient_comes_back_to_it() -> None:
    drawn = history(tracked=True)
    away = drawn.compute()
    assert reached(away, 0.2) < reached(away, 0.9)
    back = drawn.flow_back().animations[1]
    assert reached(back, 0.2) > reached(back, 0.9)


def test_recorded_every_edge_leads_back() -> None:
    kinds = ("leaf", "op", "detached")
    nodes = tuple(
        GraphNode(n, kind, kind, "", None, None, 0, None, None) for n, kind in enumerate(kinds)
    )
    edges = (GraphEdge(0, 0, 1, differentiable=True), GraphEdge(1, 1, 2, differentiable=False))
    whole = Graph(nodes, edges, ()).recorded
    assert all(edge.differentiable for edge in whole.edges)
    assert [node.kind for node in whole.nodes] == ["leaf", "op", "op"]
