"""A loop drawn once and replayed: the graph of one iteration, with every iteration's numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from manim import Animation, Circle, FadeIn, Line, VGroup, linear

from gradreel.blocks.compute_graph import BADGES, TRAILS, ComputeGraph, NodeView
from gradreel.blocks.graph_fit import BADGE
from gradreel.blocks.iterations import Ticker
from gradreel.blocks.loop import Loop
from gradreel.blocks.numbers import written
from gradreel.blocks.rounded import Rounded
from gradreel.model import Binding, Zone
from gradreel.stage.block import Block
from gradreel.stage.glow import Meant
from gradreel.stage.space import pixel, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.graph import GraphNode
from gradreel.trace.model import Value

HEAD = 100  # pixels for the counter over the graph
COUNTER = 52  # pixel em
ROUND = 0.8  # seconds that light takes at least to go forward and back
FORWARD, BACK = 0.45, 0.9  # of an iteration: when the result is there, when the gradients are


class LoopReplay(Block):
    """The loop's graph under a counter (`step 7 / 50`), at first as the first iteration begins.

    A node shows a number if the loop never changes it, or if the run kept it for every iteration;
    the pill under a leaf is its gradient.
    """

    def __init__(self, type_: Typesetter, loop: Loop, zone: Zone) -> None:
        super().__init__()
        self.type, self.loop = type_, loop
        graph = replace(loop.graph, nodes=tuple(_roomy(n, loop) for n in loop.graph.nodes))
        self.graph = ComputeGraph(type_, graph, zone.below(zone.top + HEAD))
        views = self.graph.nodes
        self.leaves = [self._number(views[n], v) for n, v in loop.before.items() if n in views]
        self.results = [self._number(views[n], v) for n, v in loop.made.items() if n in views]
        self.pills = [self._pill(views[n], v) for n, v in loop.gradients.items() if n in views]
        self.lights = [self._light() for _ in self.graph.edges]
        self.layers = self._layers()
        self.head, self.counter = self._counter(zone)
        self.bar = Line(stroke_width=8, color=type_.theme.colour("forward"))
        self.ends = point(zone.left, zone.top + 76), point(zone.right, zone.top + 76)
        numbers = (*self.leaves, *self.results, *(number for _, number in self.pills))
        pills = (pill for pill, _ in self.pills)
        self.live = VGroup(*self.lights, *pills, *numbers, self.counter, self.bar)
        self.add(self.graph, self.head, self.live)
        self.turn_to(0)

    def turn_to(self, moment: float) -> None:
        """A moment in iterations: 2.5 is the middle of the third, `loop.count` the end of the last.

        Within one, the result changes before the gradients, and the leaves with the next.
        """
        number = min(int(moment), self.loop.count - 1)
        part = moment - number
        for leaf in self.leaves:
            leaf.turn_to(number + 1 if part >= 1 else number)
        for result in self.results:
            result.turn_to(number + 1 if part >= FORWARD else number)
        back = number + 1 if part >= BACK else number
        for pill, gradient in self.pills:
            pill.set_opacity(1 if back else 0)
            gradient.turn_to(back)
        self.counter.turn_to(number)
        start, end = self.ends
        way = max(moment, 0.01) / self.loop.count
        self.bar.put_start_and_end_on(start, start + (end - start) * way)

    def light(self, part: float) -> None:
        """The light of an iteration at a part of its time: forward along all edges, layer by layer,
        then back where gradients go."""
        deepest = max(self.layers.values())
        for light, edge in zip(self.lights, self.graph.edges.values(), strict=True):
            begin, end = (self.layers[n] / deepest for n in (edge.edge.source, edge.edge.target))
            back = part >= FORWARD
            at = 1 - (part - FORWARD) / (BACK - FORWARD) if back else part / FORWARD
            seen = begin <= at < end and (edge.edge.differentiable or not back)
            halo, core = light
            halo.set_fill(opacity=0.25 if seen else 0)
            core.set_fill(opacity=1 if seen else 0)
            if seen:
                paint = self.type.theme.colour("backward" if back else "forward")
                light.set_color(paint)
                light.move_to(edge.path.point_from_proportion((at - begin) / (end - begin)))

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        return FadeIn(self, run_time=0.5)

    def replay(self, first: int = 0, last: int | None = None) -> Replay:
        """Iterations `first` to `last`, counted from 0, both included; by default all of them.

        In however little time, light goes round slowly enough to be followed."""
        return Replay(self, first, self.loop.count - 1 if last is None else last)

    def meant(self, binding: Binding) -> Iterable[Meant]:
        return self.graph.meant(binding)

    # ------------------------------------------------------------------ drawing

    def _number(self, view: NodeView, values: Sequence[Value]) -> Ticker:
        """In place of the node's value: those of all iterations, a result's after an empty one."""
        texts = [written(value) or "" for value in values]
        assert view.tile is not None
        size = self.type.theme.size("value") * self.graph.way.scale
        probe = self.type.line(_longest(values), size, font="code").at(540, 960, "center")
        x, y = pixel(view.tile.get_center() - probe.get_center())
        view.body.remove(view.tile)
        leaf = view.node.kind == "leaf"
        colour = "forward" if leaf else "text"
        texts = texts if leaf else [" ", *texts]
        ticker = Ticker(self.type, texts, x, y, "center", size=size, font="code", colour=colour)
        return ticker.set_z_index(BADGES)

    def _pill(self, view: NodeView, values: Sequence[Value]) -> tuple[Rounded, Ticker]:
        """The amber pill at a leaf's lower edge, as wide as its longest gradient."""
        longest = _longest(values)
        wide = self.type.width(f"grad {longest}", "small", "code-strong") + 40
        label = "grad " if wide <= max(view.box.width * 1.2, 150) else ""
        wide = self.type.width(label + longest, "small", "code-strong") + 40
        pill = Rounded(wide, BADGE, BADGE / 2)
        theme = self.type.theme
        pill.set_stroke(theme.colour("ground"), width=5)
        pill.set_fill(theme.colour("backward"), opacity=1)
        half, zone = wide / 2, self.graph.zone
        x = min(max(view.box.x, zone.left + half), zone.right - half)
        y = view.box.y + view.box.height / 2 + BADGE / 3
        texts = [" ", *(f"{label}{written(value)}" for value in values)]
        size = theme.size("small")
        ticker = Ticker(self.type, texts, x, y, "center", size=size, colour="ground")
        pill.move_to(point(x, y)).set_z_index(BADGES)
        return pill, ticker.set_z_index(BADGES + 1)

    def _light(self) -> VGroup:
        return VGroup(
            Circle(radius=units(26), stroke_width=0), Circle(radius=units(11), stroke_width=0)
        ).set_z_index(TRAILS)

    def _layers(self) -> dict[int, int]:
        """Node -> the most edges on a way to it; nodes are in forward order."""
        layers = dict.fromkeys(self.graph.nodes, 0)
        for edge in sorted((e.edge for e in self.graph.edges.values()), key=lambda e: e.source):
            layers[edge.target] = max(layers[edge.target], layers[edge.source] + 1)
        return layers

    def _counter(self, zone: Zone) -> tuple[VGroup, Ticker]:
        """`step` and `/ 50` with the place for the number between, and the groove of the bar."""
        count, y = str(self.loop.count), zone.top + 34
        x = float(zone.left)
        before = self.type.line("step ", COUNTER, font="code-strong").at(x, y)
        x += self.type.width(f"step {count}", COUNTER, "code-strong")
        numbers = [str(n + 1) for n in range(self.loop.count)]
        ticker = Ticker(self.type, numbers, x, y, "right", size=COUNTER, colour="forward")
        after = self.type.line(f" / {count}", COUNTER, font="code", colour="quiet").at(x, y)
        groove = Line(point(zone.left, zone.top + 76), point(zone.right, zone.top + 76))
        groove.set_stroke(self.type.theme.colour("edge"), width=8)
        return VGroup(before, after, groove), ticker


class Replay(Animation):
    """Goes through iterations evenly. With less than `ROUND` seconds for each, light goes round
    once a `ROUND` and the numbers of an iteration change together."""

    def __init__(self, block: LoopReplay, first: int, last: int) -> None:
        self.block, self.first, self.count = block, first, last + 1 - first
        self.rounds = self.count
        run_time = min(4.0, ROUND * self.count)
        super().__init__(block.live, run_time=run_time, rate_func=linear)

    def begin(self) -> None:
        self.rounds = max(1, min(self.count, int(self.run_time / ROUND)))
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        moment = self.first + self.count * alpha
        if self.rounds < self.count and alpha < 1:
            moment = int(moment) + BACK
        self.block.turn_to(moment)
        self.block.light(alpha * self.rounds % 1 if alpha < 1 else 1)


def _roomy(node: GraphNode, loop: Loop) -> GraphNode:
    """The node with the value that takes the most room, or with none if it has no history."""
    values = loop.before.get(node.id) or loop.made.get(node.id)
    if values is not None:
        return replace(node, value=max(values, key=lambda v: len(written(v) or "")))
    return node if node.id in loop.steady else replace(node, value=None)


def _longest(values: Sequence[Value]) -> str:
    return max((written(value) or "" for value in values), key=len)
