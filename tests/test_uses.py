"""Uses: the tensor with its number at the left, every use at the end of a loose edge."""

from __future__ import annotations

from test_chain import SQUARES, TYPE, texts

from gradreel.blocks.uses import Uses
from gradreel.model import Zone
from gradreel.stage.space import pixel

ZONE = Zone(60, 680, 1020, 1290)


def test_each_use_stands_in_the_zone_beside_the_tensor() -> None:
    uses = Uses(TYPE, SQUARES.nodes[1], ("logging", "targets"), ZONE)
    start, *ends = (view.body for view in uses.graph.nodes.values())
    assert texts(start) == ["h", "4"]
    assert [texts(end) for end in ends] == [["logging"], ["targets"]]
    for end in ends:
        assert end.get_left()[0] > start.get_right()[0]
        assert pixel(end.get_right())[0] <= ZONE.right
    assert not any(view.edge.differentiable for view in uses.graph.edges.values())
