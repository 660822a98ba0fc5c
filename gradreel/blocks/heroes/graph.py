"""The compute graph as hero: it grows out of the code, then the gradient runs back through it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from manim import Animation, AnimationGroup, FadeIn, FadeOut, Mobject, VGroup

from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.blocks.heroes.picture import ALL, Picture, Step
from gradreel.blocks.phase import phase
from gradreel.model import Binding, Zone
from gradreel.stage.glow import Meant
from gradreel.stage.type import Typesetter
from gradreel.trace.graph import Graph
from gradreel.trace.model import Span, Trace

LABEL = 52  # pixels for which way things run
PLACES = -1  # z-index: under edges and nodes


class GraphPicture(Picture):
    def __init__(self, type_: Typesetter, run: Trace, graph: Graph, zone: Zone) -> None:
        super().__init__(type_, zone)
        self.run, self.data = run, graph
        self.graph = ComputeGraph(type_, graph, self.room(zone))
        self.whole = not self.graph.hidden
        if not self.whole:  # all of it without numbers rather than the end of it with
            names = ComputeGraph(type_, graph, self.room(zone), values=False)
            self.graph = self.graph if names.hidden else names
        drawn, ran = len(self.graph.graph.nodes), len(graph.nodes)
        self.note = f"last {drawn} of {ran} steps" if self.graph.hidden else ""
        self.label, self.empty = VGroup(), VGroup()

    def room(self, zone: Zone) -> Zone:
        """Where the graph itself is."""
        return zone.below(zone.top + LABEL)

    @property
    def shown(self) -> Sequence[Mobject]:
        return [self.graph]

    @property
    def fits(self) -> bool:
        return not self.graph.hidden and super().fits

    @property
    def large(self) -> bool:
        return self.graph.way.stacked and self.whole

    # ------------------------------------------------------------------ coming and going

    def stir(self) -> Iterable[Step]:
        yield Step(partial(self.graph.sweep, back=bool(self.data.passes)), longest=ALL)

    def begin(self) -> Animation:
        """Only what goes in is left, and the places of all the rest."""
        views, order = self.graph.nodes, self.graph.order
        self.graph.grown |= views.keys() - set(order)
        gone = [views[number].body for number in order]
        gone += [edge.picture for edge in self.graph.edges.values()]
        come: list[Animation] = [FadeIn(self.places()), *self.say(back=False)]
        return AnimationGroup(*map(FadeOut, gone), *come, run_time=0.5)

    def places(self) -> VGroup:
        """Where the operations will be."""
        frames = (self.graph.nodes[number].frame.copy() for number in self.graph.order)
        paint = self.type.theme.colour("edge")
        empty = VGroup(*(frame.set_stroke(paint, width=4).set_fill(opacity=0) for frame in frames))
        self.empty = empty.set_z_index(PLACES)
        return self.empty

    def go(self) -> Animation:
        """It leaves the stage to another picture."""
        gone = (self.graph, self.graph.marks, self.empty, self.label)
        return AnimationGroup(*(FadeOut(each) for each in gone if len(each)))

    def enter(self) -> Animation:
        """What goes into the first operation is there."""
        first = self.graph.order[:1]
        used = {e.edge.source for e in self.graph.edges.values() if e.edge.target in first}
        given = used - set(self.graph.order)
        self.graph.grown |= given
        come: list[Animation] = [
            FadeIn(self.graph.nodes[n].body, scale=0.85) for n in sorted(given)
        ]
        come += [FadeIn(self.places()), *self.say(back=False)]
        return AnimationGroup(*come, run_time=0.5)

    def come_whole(self) -> Animation:
        """It takes over from another picture, after the run."""
        return FadeIn(self.graph, run_time=0.5)

    def say(self, *, back: bool) -> list[Animation]:
        """Which way things run from now on."""
        old, self.label = self.label, phase(self.type, self.zone, back=back, note=self.note)
        return [*map(FadeOut, old), FadeIn(self.label)]

    def hush(self) -> list[Animation]:
        return [FadeOut(self.label, run_time=0.3)] if len(self.label) else []

    # ------------------------------------------------------------------ the beats

    def forward(self) -> Iterable[Step]:
        for number in self.graph.order:
            span = self.graph.nodes[number].node.span
            yield Step(partial(self.grow, number, span), span, number)

    def grow(self, number: int, span: Span | None) -> Animation:
        return self.graph.grow(number, self.tokens(span) if span is not None else None)

    def backward(self) -> Iterator[Step]:
        before: int | None = None
        for number, back in enumerate(self.graph.graph.passes):
            if before is not None:
                yield from self.resets(before, back.step)
            span = self.statement(back.step)
            for place, flow in enumerate(self.graph.flow_back(number)):
                first = number == place == 0
                yield Step(partial(self.flow, flow, first=first), span)
            before = back.step

    def flow(self, flow: Animation, *, first: bool) -> Animation:
        return AnimationGroup(*self.say(back=True), flow) if first else flow

    def resets(self, after: int, until: int) -> Iterator[Step]:
        """What emptied a leaf's `.grad` between two backward calls."""
        leaves = {f"{n.label}.grad": n.label for n in self.graph.graph.nodes if n.kind == "leaf"}
        for step in self.run.steps[after + 1 : until]:
            for write in step.writes:
                if write.name in leaves and write.value is not None:
                    reset = partial(self.graph.reset, leaves[write.name], write.value)
                    yield Step(reset, self.statement(step.index))

    def statement(self, step: int) -> Span:
        return self.run.statements[self.run.steps[step].statement].header

    def glint(self) -> Animation:
        return self.graph.pulse(self.following(list(self.graph.nodes)))

    def meant(self, binding: Binding) -> Iterable[Meant]:
        return self.graph.meant(binding)
