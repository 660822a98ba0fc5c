"""What a tensor is good for: it stands at the left, and an edge leads to each use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from manim import RIGHT, Animation, FadeIn

from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.type import Typesetter
from gradreel.trace.graph import Graph, GraphEdge, GraphNode


class Uses(Block):
    """The node with its number, and the uses under each other. No gradient comes back."""

    def __init__(self, type_: Typesetter, node: GraphNode, uses: Sequence[str], zone: Zone) -> None:
        super().__init__()
        self.zone = zone
        start = replace(node, id=0, kind="data", sign="")
        ends = (
            GraphNode(n, "data", use, "", None, None, 0, None, None)
            for n, use in enumerate(uses, start=1)
        )
        edges = tuple(GraphEdge(n, 0, n + 1, differentiable=False) for n in range(len(uses)))
        self.graph = ComputeGraph(type_, Graph((start, *ends), edges, ()), zone)
        self.add(self.graph)

    def appear(self) -> Animation:
        """The node, without its uses."""
        return FadeIn(self.graph.nodes[0].body, scale=0.85)

    def use(self, number: int) -> Animation:
        edge = self.graph.edges[number]
        return FadeIn(edge.picture, self.graph.nodes[number + 1].body, shift=0.2 * RIGHT)
