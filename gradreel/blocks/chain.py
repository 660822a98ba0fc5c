"""A chain of operations as a tower: values climb it floor by floor, and the gradient falls down
beside it, multiplied between one floor and the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from manim import (
    DOWN,
    PI,
    RIGHT,
    Animation,
    AnimationGroup,
    Create,
    FadeIn,
    FadeOut,
    Succession,
    Transform,
    Triangle,
    VGroup,
    VMobject,
)
from manim import Line as Stroke

from gradreel.blocks.graph_fit import COLOURS, Way, title_of
from gradreel.blocks.numbers import short
from gradreel.blocks.rounded import Rounded
from gradreel.errors import SceneError
from gradreel.model import Binding, Zone
from gradreel.stage.block import Block
from gradreel.stage.glow import Meant
from gradreel.stage.space import centre, point, units
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.graph import Arrival, Graph, GraphNode
from gradreel.trace.model import Number

BETWEEN = 0.8  # of a floor's height: the room to the next floor
LANE = 110  # pixels: breadth of the lane that gradients fall down, and of their pills
LARGEST = 50  # pixel em on the floors and beside them
PADDING = 26  # pixels inside a floor
ASIDE = 45  # pixels between a factor, `=`, and what it is called
SMALLER = 0.62  # how large that is, beside where it came from
CLEAR = 8  # pixels between an arrow and what it leaves and points at
EDGES, FLOORS = 0, 1  # what lies over what


@dataclass(frozen=True, slots=True)
class Floor:
    """A node of the chain: its box, its frame, and the frame with what stands in it."""

    node: GraphNode
    box: Zone
    frame: Rounded
    body: VGroup


class Chain(Block):
    """Floors on the left of `zone`, the first node at the bottom, the gradients right of them and
    the factors right of those. `right` is the floors' right edge in pixels.

    Raises `SceneError` for a graph of anything but scalars that are each made of the one before.
    """

    def __init__(self, type_: Typesetter, graph: Graph, zone: Zone, *, breadth: float) -> None:
        super().__init__()
        links = [(edge.source, edge.target) for edge in graph.edges]
        numbers = [len(node.numbers) for node in graph.nodes]
        if links != list(pairwise(node.id for node in graph.nodes)) or set(numbers) != {1}:
            raise SceneError("the graph is no chain of scalars", fix="Show it with ComputeGraph.")
        self.type, self.zone, self.graph = type_, zone, graph
        self.right = zone.left + breadth
        high = zone.height / (len(numbers) + BETWEEN * (len(numbers) - 1))
        boxes = Zone(zone.left, zone.top, round(self.right), zone.bottom).rows(
            *(1 for _ in numbers), gap=round(BETWEEN * high)
        )
        self.size = self._fitting(breadth - 3 * PADDING)
        self.floors = {
            node.id: self._floor(node, box)
            for node, box in zip(graph.nodes, reversed(boxes), strict=True)
        }
        self.edges = {
            edge.id: self._arrow(edge.source, edge.target, "forward") for edge in graph.edges
        }
        self.factors: dict[int, Line] = {}  # edge -> what the gradient was multiplied with
        self.marks = VGroup()  # all that fell; on stage as it is played
        self.add(*self.edges.values(), *(floor.body for floor in self.floors.values()))

    # ------------------------------------------------------------------ animations

    def rise(self, node: int, tokens: VGroup | None = None) -> Animation:
        """The next floor: an arrow up, then the floor out of its code tokens."""
        floor = self.floors[node]
        steps = [
            Create(self.edges[e.id], run_time=0.4) for e in self.graph.edges if e.target == node
        ]
        arrive: list[Animation] = [FadeIn(floor.body, scale=0.9)]
        if tokens is not None and len(tokens):
            flown = tokens.copy().move_to(floor.frame).set_opacity(0)
            arrive.append(Transform(tokens, flown, remover=True))
        return Succession(*steps, AnimationGroup(*arrive, run_time=0.6))

    def fall(
        self, number: int = 0, names: Mapping[int, VMobject] = MappingProxyType({})
    ) -> list[Animation]:
        """One backward pass, an animation per floor from the top: the gradient arrives, then falls
        to the floor below, multiplied. Beside a factor comes what it is called, out of the names of
        edges."""
        arrivals = self.graph.passes[number].arrivals
        falls = [self._fall(arrival) for arrival in arrivals]
        return [
            AnimationGroup(
                fall,
                *(self._call(f.edge, names[f.edge]) for f in arrival.flows if f.edge in names),
                lag_ratio=0.5,
            )
            for arrival, fall in zip(arrivals, falls, strict=True)
        ]

    def leave(self) -> Animation:
        return FadeOut(VGroup(self, self.marks), run_time=0.4)

    def meant(self, binding: Binding) -> Iterator[Meant]:
        """The floors and arrows that the voice names, in the snippet's graph."""
        if binding.of != "code":
            return
        for node in binding.nodes:
            if floor := self.floors.get(node):
                colour = "backward" if binding.back else COLOURS[floor.node.kind]
                yield Meant(floor.frame, "ring", colour)
        for edge in binding.edges:
            if arrow := self.edges.get(edge):
                colour = "backward" if binding.back else "forward"
                yield Meant(arrow[0], "run", colour, back=binding.back)

    def _fall(self, arrival: Arrival) -> Animation:
        x, y = self.right + LANE / 2, centre(self.floors[arrival.node].box)[1]
        pill = self._pill(arrival.gradient.numbers[0], x, y)
        self.marks.add(pill)
        steps: list[Animation] = [FadeIn(pill, shift=units(30) * DOWN, run_time=0.4)]
        for flow in arrival.flows:
            edge = next(e for e in self.graph.edges if e.id == flow.edge)
            arrow = self._arrow(edge.target, edge.source, "backward")
            assert flow.local is not None
            factor = self.type.line(
                f"×{short(flow.local)}", self.size, font="code-strong", colour="backward"
            )
            factor.at(self.right + LANE, y + self._pitch / 2)
            self.factors[flow.edge] = factor
            self.marks.add(arrow, factor)
            steps.append(AnimationGroup(Create(arrow), FadeIn(factor, scale=1.4), run_time=0.6))
        return Succession(*steps)

    def _call(self, edge: int, name: VMobject) -> Animation:
        """`= name` beside the factor of an edge, in line with those of the others."""
        right = max(factor.get_right()[0] for factor in self.factors.values())
        equals = self.type.line("=", self.size)
        equals.move_to(self.factors[edge]).set_x(right + units(ASIDE))
        name = name.copy()
        goal = name.copy().scale(SMALLER).next_to(equals, RIGHT, buff=units(ASIDE))
        self.marks.add(equals, name)
        return AnimationGroup(FadeIn(equals), Transform(name, goal))

    # ------------------------------------------------------------------ drawing

    @property
    def _pitch(self) -> float:
        """Pixels from floor to floor."""
        boxes = [floor.box for floor in self.floors.values()]
        return boxes[0].top - boxes[1].top if len(boxes) > 1 else 0.0

    def _fitting(self, room: float) -> float:
        """The pixel em at which the fullest floor fits."""
        widths = []
        for node in self.graph.nodes:
            way = Way(LARGEST / self.type.theme.size("node"), False, False, 0, 0)
            value = self.type.width(short(node.numbers[0]), LARGEST, "code-strong")
            widths.append(title_of(self.type, node, way).width + value)
        return min(LARGEST, LARGEST * room / max(widths))

    def _floor(self, node: GraphNode, box: Zone) -> Floor:
        theme, (x, y) = self.type.theme, centre(box)
        frame = Rounded(box.width, box.height, box.height / 2 if node.kind == "leaf" else 22)
        frame.set_stroke(theme.colour(COLOURS[node.kind]), width=5)
        frame.set_fill(theme.colour("panel"), opacity=1).move_to(point(x, y))
        way = Way(self.size / theme.size("node"), False, False, 0, 0)
        title = title_of(self.type, node, way)
        title.picture.shift(point(box.left + PADDING + title.width / 2, y))
        colour = "forward" if node.kind == "leaf" else "text"
        value = self.type.line(short(node.numbers[0]), self.size, font="code-strong", colour=colour)
        body = VGroup(frame, title.picture, value.at(box.right - PADDING, y, "right"))
        return Floor(node, box, frame, body.set_z_index(FLOORS))

    def _arrow(self, source: int, target: int, role: str) -> VGroup:
        """From floor to floor: up through their middles, or down the lane from pill to pill."""
        one, two = self.floors[source].box, self.floors[target].box
        up = role == "forward"
        x = centre(one)[0] if up else self.right + LANE / 2
        start = one.top - CLEAR if up else centre(one)[1] + LANE / 4 + CLEAR
        end = two.bottom + CLEAR if up else centre(two)[1] - LANE / 4 - CLEAR
        paint = self.type.theme.colour(role)
        shaft = Stroke(point(x, start), point(x, end), stroke_width=6, color=paint)
        tip = Triangle(stroke_width=0, fill_opacity=1, color=paint).scale_to_fit_height(units(20))
        tip.rotate(0 if up else PI).move_to(point(x, end))
        return VGroup(shaft, tip).set_z_index(EDGES)

    def _pill(self, gradient: Number, x: float, y: float) -> VGroup:
        text = self.type.line(short(gradient), self.size, font="code-strong", colour="ground")
        width = max(LANE / 2, text.advance / units(1) + 36)
        pill = Rounded(width, LANE / 2, LANE / 4)
        pill.set_fill(self.type.theme.colour("backward"), opacity=1).move_to(point(x, y))
        return VGroup(pill, text.at(x, y, "center"))
