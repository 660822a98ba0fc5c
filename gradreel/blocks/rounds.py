"""The graphs that the rounds of a loop build, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from manim import RIGHT, UP, Animation, AnimationGroup, LaggedStart

from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.graph import Graph

MORE = 0.1  # of the zone: how much more on every side they are drawn for, as no gradient comes
GAP = 20  # pixels between two graphs


class Rounds(Block):
    """From the zone's top down, each as wide and as high as it has nodes, as large as they fit."""

    def __init__(self, type_: Typesetter, graphs: Sequence[Graph], zone: Zone) -> None:
        super().__init__()
        self.zone = zone
        room = zone.inset(-round(MORE * zone.width), -round(MORE * zone.height))
        sizes = [len(graph.nodes) for graph in graphs]
        columns = room.columns(*(size + 1 for size in sizes), gap=GAP)
        self.graphs = [
            ComputeGraph(
                type_, graph, replace(at, bottom=room.top + room.height * size // max(sizes))
            )
            for graph, at, size in zip(graphs, columns, sizes, strict=True)
        ]
        self.add(*self.graphs)
        self.arrange(RIGHT, buff=units(GAP), aligned_edge=UP)
        self.scale(min(1, units(zone.width) / self.width, units(zone.height) / self.height))
        spare = units(zone.width) - sum(graph.width for graph in self.graphs)
        self.arrange(RIGHT, buff=spare / len(self.graphs), aligned_edge=UP)
        self.move_to(point(*centre(zone))).align_to(point(zone.left, zone.top), UP)

    def start(self) -> Animation:
        """What every round starts from."""
        return AnimationGroup(*(graph.grow(graph.graph.nodes[0].id) for graph in self.graphs))

    def build(self) -> list[Animation]:
        """One round after the other, operation by operation."""
        return [
            LaggedStart(*(graph.grow(node) for node in graph.order), lag_ratio=0.8)
            for graph in self.graphs
        ]

    def pulse(self) -> Animation:
        """A ring of light around every result."""
        return AnimationGroup(*(graph.pulse(graph.order[-1]) for graph in self.graphs))
