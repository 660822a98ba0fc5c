"""A chain of scalars as a tower: floors in the order they ran, and what falls down beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from manim import VMobject

from gradreel.blocks.chain import Chain
from gradreel.errors import SceneError
from gradreel.model import Binding, SpokenWord, Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.graph import Arrival, Flow, Graph, GraphEdge, GraphNode, Pass
from gradreel.trace.model import Value

STAGE = Zone(60, 350, 1020, 1050)
TYPE = Typesetter(HOUSE)


def scalar(number: float) -> Value:
    return Value((), "float32", (number,))


def node(id_: int, label: str, text: str, value: float) -> GraphNode:
    kind = "op" if text else "leaf"
    return GraphNode(id_, kind, label, text and "+", scalar(value), None, 0, id_, None, text)


def arrival(id_: int, gradient: float, *flows: Flow) -> Arrival:
    return Arrival(id_, scalar(gradient), flows)


SQUARES = Graph(
    (node(0, "x", "", 2), node(1, "h", "x**2", 4), node(2, "f", "h**2", 16)),
    (GraphEdge(0, 0, 1, True), GraphEdge(1, 1, 2, True)),
    (
        Pass(
            0,
            0,
            "f.backward()",
            (
                arrival(2, 1, Flow(1, scalar(8), 8.0)),
                arrival(1, 8, Flow(0, scalar(32), 4.0)),
                arrival(0, 32),
            ),
            False,
        ),
    ),
)


def texts(block: VMobject) -> list[str]:
    return [part.text for part in block.get_family() if isinstance(part, Line)]


def tower(graph: Graph = SQUARES) -> Chain:
    return Chain(TYPE, graph, STAGE, breadth=380)


def test_the_first_node_is_the_lowest_floor_and_every_floor_says_what_it_holds() -> None:
    chain = tower()
    heights = [pixel(chain.floors[n].frame.get_center())[1] for n in (0, 1, 2)]
    assert heights == sorted(heights, reverse=True)
    assert [texts(chain.floors[n].body)[-1] for n in (0, 1, 2)] == ["2", "4", "16"]


def test_the_gradient_falls_from_the_top_and_is_multiplied_between_the_floors() -> None:
    chain = tower()
    assert len(chain.fall()) == 3
    assert texts(chain.marks) == ["1", "×8", "8", "×4", "32"]
    down = [pixel(p.get_center())[1] for p in chain.marks.get_family() if isinstance(p, Line)]
    assert down == sorted(down)
    assert chain.factors[1].text == "×8"


def test_everything_stays_in_the_zone_and_off_the_floors() -> None:
    chain = tower()
    chain.fall()
    for part in (chain, chain.marks):
        left, top = pixel(part.get_corner((-1, 1, 0)))
        right, bottom = pixel(part.get_corner((1, -1, 0)))
        assert STAGE.left - 6 <= left <= right <= STAGE.right
        assert STAGE.top - 6 <= top <= bottom <= STAGE.bottom + 6
    assert pixel(chain.marks.get_left())[0] > chain.right
    assert pixel(chain.get_right())[0] < chain.right + 6


def test_a_long_name_is_set_smaller_but_stays_on_its_floor() -> None:
    long = replace(SQUARES.nodes[1], label="hidden", value=scalar(-1234.5))
    chain = tower(replace(SQUARES, nodes=(SQUARES.nodes[0], long, SQUARES.nodes[2])))
    frame, *inside = chain.floors[1].body
    assert min(part.get_left()[0] for part in inside) > frame.get_left()[0]
    assert max(part.get_right()[0] for part in inside) < frame.get_right()[0]
    title, value = inside
    assert title.get_right()[0] < value.get_left()[0]


def test_the_voice_finds_floors_and_the_arrows_between_them() -> None:
    chain = tower()
    word = SpokenWord("h", 0, 5, "talk-1", code=True)
    meant = list(chain.meant(Binding(word, None, nodes=(1,), edges=(0,), back=True)))
    assert [m.how for m in meant] == ["ring", "run"]
    assert meant[0].part is chain.floors[1].frame
    assert not list(chain.meant(Binding(word, None, nodes=(1,), of="mistake")))


def test_what_is_no_chain_of_scalars_is_refused() -> None:
    fork = replace(SQUARES, edges=(*SQUARES.edges, GraphEdge(2, 0, 2, True)))
    vector = replace(SQUARES.nodes[0], value=Value((2,), "float32", (1.0, 2.0)))
    wide = replace(SQUARES, nodes=(vector, *SQUARES.nodes[1:]))
    for graph in (fork, wide):
        with pytest.raises(SceneError, match="no chain"):
            tower(graph)
