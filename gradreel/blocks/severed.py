"""A graph that scissors cut at `detach`: the numbers stay, the way back ends there."""

from __future__ import annotations

from manim import (
    RIGHT,
    Animation,
    AnimationGroup,
    FadeIn,
    Indicate,
    VGroup,
    VMobject,
)

from gradreel.blocks.compute_graph import ComputeGraph, EdgeView, Run
from gradreel.blocks.history import spark
from gradreel.blocks.scissors import Scissors
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, pixel, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.graph import Graph

NARROW, LOW = 600, 165  # pixels for a node: too narrow for two in a row, too low for two lines
EDGE = 10  # pixels: what the scissors cut is thick
KEPT, BESIDE = 56, 30  # pixels: em of what an edge keeps, and its distance from the edge


class Severed(Block):
    """Low nodes under each other, as large as `zone` takes; every edge is whole until the one into
    what was detached is cut. The scissors, so many pixels long, stand open around it."""

    def __init__(self, type_: Typesetter, graph: Graph, zone: Zone, *, scissors: float) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        room = Zone(0, 0, NARROW, LOW * len(graph.nodes))
        self.graph = ComputeGraph(type_, graph.recorded, room)
        wide, high = units(zone.width) / self.graph.width, units(zone.height) / self.graph.height
        self.graph.scale(min(wide, high)).move_to(point(*centre(zone)))
        self.graph.zone = zone
        for edge in self.graph.edges.values():
            edge.path.set_stroke(width=EDGE)
        self.detached = next(n.id for n in graph.nodes if n.kind == "detached")
        self.scissors = Scissors(type_, size=scissors)
        self.come().interpolate(1)
        self.add(self.graph, self.scissors)

    def come(self) -> Animation:
        """The scissors come to the edge."""
        return self.scissors.come(self._edge(self.detached).path)

    def cut(self) -> Animation:
        """They cut it, and what was detached turns grey."""
        edge = self._edge(self.detached)
        line, tip = edge.picture
        beyond = VGroup(tip, self.graph.nodes[self.detached].body)
        return self.scissors.snip(edge.path, line, beyond)

    def same(self) -> Animation:
        """What the nodes hold, pointed at."""
        sky = self.type.theme.colour("forward")
        tiles = (view.tile for view in self.graph.nodes.values() if view.tile)
        return AnimationGroup(*(Indicate(tile, 1.6, sky) for tile in tiles))

    def stop(self) -> Animation:
        """A gradient sets out from what was detached and gets as far as the cut."""
        far = VMobject()
        far.pointwise_become_partial(self._edge(self.detached).path, 0.6, 1)
        return Run(spark(self.type, "backward"), far, back=True)

    def keep(self, node: int, name: str) -> Animation:
        """What is kept for the way back from a node, beside the edge, and the gradient that will
        take it."""
        path = self._edge(node).path
        x, y = pixel(path.get_center())
        label = self.type.line(name, KEPT, font="code-strong", colour="backward")
        self.add(label.at(x + BESIDE, y))
        run = Run(spark(self.type, "backward"), path, back=True)
        return AnimationGroup(FadeIn(label, shift=0.2 * RIGHT), run)

    def _edge(self, into: int) -> EdgeView:
        return next(e for e in self.graph.edges.values() if e.edge.target == into)
