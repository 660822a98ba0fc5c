"""The graph layout: nothing overlaps, everything points forward, whatever the graph."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from gradreel.blocks.graph_layout import Box, lay_out

Graph = tuple[dict[int, tuple[float, float]], list[tuple[int, int, int]]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """A random graph whose edges point forward, with parallel edges now and then."""
    count = draw(st.integers(1, 12))
    sizes = {n: (draw(st.floats(60, 400)), draw(st.floats(40, 140))) for n in range(count)}
    pairs = []
    for target in range(1, count):
        sources = draw(st.lists(st.integers(0, target - 1), min_size=0, max_size=3))
        pairs += [(source, target) for source in sources]
    return sizes, [(number, s, t) for number, (s, t) in enumerate(pairs)]


def overlap(a: Box, b: Box) -> bool:
    return (
        abs(a.x - b.x) < (a.width + b.width) / 2 - 0.01
        and abs(a.y - b.y) < (a.height + b.height) / 2 - 0.01
    )


@given(graphs())
def test_no_two_nodes_overlap_and_all_lie_inside(graph: Graph) -> None:
    sizes, edges = graph
    layout = lay_out(sizes, edges)
    for a, b in combinations(layout.boxes.values(), 2):
        assert not overlap(a, b)
    for box in layout.boxes.values():
        assert box.x - box.width / 2 >= -0.01
        assert box.x + box.width / 2 <= layout.width + 0.01
        assert box.y + box.height / 2 <= layout.height + 0.01


@given(graphs())
def test_every_edge_leaves_below_its_source_and_ends_above_its_target(graph: Graph) -> None:
    sizes, edges = graph
    layout = lay_out(sizes, edges)
    for edge, source, target in edges:
        route, start, end = layout.routes[edge], layout.boxes[source], layout.boxes[target]
        assert route[0][1] == start.y + start.height / 2
        assert route[-1][1] == end.y - end.height / 2
        assert [y for _, y in route] == sorted(y for _, y in route)


def test_a_chain_stands_in_one_column() -> None:
    edges = [(n, n, n + 1) for n in range(3)]
    layout = lay_out(dict.fromkeys(range(4), (100, 50)), edges)
    assert len({round(box.x, 3) for box in layout.boxes.values()}) == 1


def test_a_diamond_has_no_crossing() -> None:
    # x feeds a and b, which feed y: the routes keep their sides.
    layout = lay_out(
        dict.fromkeys(range(4), (100, 50)), [(0, 0, 1), (1, 0, 2), (2, 1, 3), (3, 2, 3)]
    )
    left, right = (layout.routes[e][-1][0] for e in (2, 3))
    assert (left < right) == (layout.boxes[1].x < layout.boxes[2].x)


def test_an_input_stands_just_above_its_first_user() -> None:
    # b is only used at the end of the chain; it must not hang at the top.
    layout = lay_out(
        dict.fromkeys(range(5), (100, 50)), [(0, 0, 1), (1, 1, 2), (2, 2, 4), (3, 3, 4)]
    )
    assert layout.boxes[3].y == layout.boxes[2].y


def test_two_edges_between_the_same_nodes_arrive_apart() -> None:
    layout = lay_out({0: (100, 50), 1: (100, 50)}, [(0, 0, 1), (1, 0, 1)])
    assert layout.routes[0][-1] != layout.routes[1][-1]
