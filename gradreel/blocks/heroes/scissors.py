"""`detach`: the graph grows, and scissors cut the edge into the tensor that has no history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from manim import Animation, VGroup

from gradreel.blocks.heroes.graph import GraphPicture
from gradreel.blocks.heroes.picture import Step
from gradreel.blocks.scissors import Scissors
from gradreel.hero import Detached
from gradreel.model import Zone
from gradreel.stage.space import UNIT
from gradreel.stage.type import Typesetter
from gradreel.trace.graph import Graph, GraphEdge
from gradreel.trace.model import Trace

SMALLEST, LARGEST = 120, 300  # pixels of scissors
REACH = 1.4  # of the edge: how long they are in between, clear of its two ends


class ScissorsPicture(GraphPicture):
    """Until it is cut, the edge is drawn as if it were recorded."""

    def __init__(
        self, type_: Typesetter, run: Trace, graph: Graph, hero: Detached, zone: Zone
    ) -> None:
        self.node = hero.node
        edges = tuple(self.recorded(edge) for edge in graph.edges)
        super().__init__(type_, run, replace(graph, edges=edges), zone)

    def recorded(self, edge: GraphEdge) -> GraphEdge:
        return replace(edge, differentiable=edge.differentiable or edge.target == self.node)

    def stir(self) -> Iterable[Step]:
        yield Step(self.cut)

    def cut(self) -> Animation:
        edge = next(e for e in self.graph.edges.values() if e.edge.target == self.node)
        line, tip = edge.picture
        beyond = VGroup(tip, self.graph.nodes[self.node].body)
        size = REACH * UNIT * float(edge.path.get_arc_length())
        scissors = Scissors(self.type, size=min(max(size, SMALLEST), LARGEST))
        return scissors.cut(edge.path, line, beyond)

    def forward(self) -> Iterable[Step]:
        for step in super().forward():
            yield step
            if step.node == self.node:
                yield Step(self.cut, step.span)
