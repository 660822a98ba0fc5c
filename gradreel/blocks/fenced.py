"""Operations behind the fence of `no_grad`: their input gets in, no gradient comes out."""

from __future__ import annotations

from manim import (
    LEFT,
    RIGHT,
    UP,
    Animation,
    AnimationGroup,
    Indicate,
    Line,
    ShowPassingFlash,
    VGroup,
    VMobject,
)

from gradreel.blocks.compute_graph import ComputeGraph, Run
from gradreel.blocks.fence import TAG, Fence
from gradreel.blocks.grey import Colours
from gradreel.blocks.history import spark
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, pixel, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.graph import Graph

WIDE = 0.9  # of the zone, is the graph
BEFORE_GATE = 50  # pixels between the input and the fence
STEEP = 80  # pixels above the gate: where the gradient comes from
NEAR = 30  # pixels before the gate: where it turns
SPARK = 110  # pixels: the gradient


class Fenced(Block):
    """A graph as wide as `zone`: its first node, the input, before the gate, the rest `inside`."""

    def __init__(self, type_: Typesetter, graph: Graph, zone: Zone, *, values: bool = True) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        self.graph = ComputeGraph(type_, graph, zone, values=values)
        self.graph.scale_to_fit_width(units(WIDE * zone.width))
        self.graph.move_to(point(zone.left, centre(zone)[1] + TAG / 4), aligned_edge=LEFT)
        self.input, *ops = (view.body for view in self.graph.nodes.values())
        self.edge, *edges = (view.picture for view in self.graph.edges.values())
        self.inside = VGroup(*edges, *ops)
        gate = round(pixel(self.input.get_right())[0]) + BEFORE_GATE
        self.fence = Fence(type_, Zone(gate, zone.top, zone.right, zone.bottom))
        amber = type_.theme.colour("backward")
        self.trail = self._bounce().set_stroke(amber, width=8, opacity=0.6)
        self.caught = spark(type_, "backward", SPARK).move_to(self.trail.get_left())
        self.add(self.graph, self.fence)

    def catch(self) -> None:
        """At once as in the end: all inside grey, a gradient at the gate, and its trail."""
        self.grey().interpolate(1)
        self.add(self.trail, self.caught)

    def fall_back(self) -> Animation:
        """The caught gradient goes back to where it came from."""
        away = VMobject().pointwise_become_partial(self.trail, 0.5, 1)
        return Run(self.caught, away, back=False)

    def grey(self) -> Animation:
        """What is inside, and the edge to it, turn grey: nothing of it is recorded."""
        return Colours(VGroup(self.edge, self.inside)).fade()

    def let_in(self) -> Animation:
        """A value goes through the gate."""
        way = Line(self.input.get_right(), self.inside.get_left())
        return Run(spark(self.type, "forward"), way, back=False)

    def throw_back(self) -> Animation:
        """The gradient that would go back to the input meets the gate."""
        amber, way = self.type.theme.colour("backward"), self._bounce()
        return AnimationGroup(
            Run(spark(self.type, "backward", SPARK), way, back=False),
            ShowPassingFlash(way.copy().set_stroke(amber, width=10), time_width=0.4),
            Indicate(self.fence.gates[0], scale_factor=1.25, color=amber),
        )

    def _bounce(self) -> VMobject:
        """From inside to the gate and back."""
        away, up = self.inside.get_left(), units(STEEP) * UP
        gate = point(self.fence.zone.left, pixel(away)[1]) + units(NEAR) * RIGHT
        return VMobject().set_points_as_corners([away + up, gate, away - up])
