"""A training loop as hero: what it does iteration by iteration, then the curves of all of it.

Where a line is fitted to points, they are the picture; else the loop's graph, run through.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import partial

from manim import Animation, AnimationGroup, FadeOut, Mobject

from gradreel.blocks.curve import Curves
from gradreel.blocks.heroes.picture import ALL, Picture, Step, nod
from gradreel.blocks.loop import loop_of
from gradreel.blocks.loop_replay import LoopReplay
from gradreel.blocks.scatter import Scatter
from gradreel.model import Binding, Zone
from gradreel.stage.glow import Meant
from gradreel.stage.type import Typesetter
from gradreel.trace.fit import fit_of
from gradreel.trace.graph import Graph
from gradreel.trace.model import Span, Trace
from gradreel.trace.series import series_of

COLOURS = "backward", "forward", "text"  # of the loss, then of parameters
LONG = 5.0  # seconds that a whole loop may take to go by
POINTS = 3  # fewer make no cloud


class TrainingPicture(Picture):
    def __init__(self, type_: Typesetter, run: Trace, graph: Graph, zone: Zone) -> None:
        super().__init__(type_, zone)
        self.run = run
        self.scatter = _fitting(type_, run, graph, zone)
        self.doing = self.scatter or LoopReplay(type_, loop_of(run), zone)
        series = series_of(run)[: len(COLOURS)]
        self.curves = Curves(type_, series, zone, colours=COLOURS[: len(series)])
        self.drawn = False  # whether the curves have the stage

    @property
    def shown(self) -> Sequence[Mobject]:
        """The points, or the curves: the graph of a loop looks like any other."""
        return [self.scatter or self.curves]

    # ------------------------------------------------------------------ coming and going

    def stir(self) -> Iterable[Step]:
        """The line is fitted, or a marker goes along the curves."""
        if self.scatter is not None:
            yield Step(self.scatter.fit, longest=ALL)
            return
        yield Step(partial(self.curves.mark, 0))
        yield Step(partial(self.curves.mark, self.curves.count - 1), longest=ALL)

    def all_of_it(self) -> Animation:
        """The loop from its first iteration to its last."""
        return self.doing.fit() if isinstance(self.doing, Scatter) else self.doing.replay()

    def enter(self) -> Animation:
        return self.doing.appear()

    # ------------------------------------------------------------------ the beats

    def forward(self) -> Iterable[Step]:
        if self.scatter is not None:
            yield Step(self.scatter.show_misses)
        yield Step(self.all_of_it, self.loop, longest=LONG)

    def backward(self) -> Iterable[Step]:
        yield Step(self.come_curves, self.call)
        yield Step(self.curves.run, self.call, longest=LONG)

    def come_curves(self) -> Animation:
        self.drawn = True
        return AnimationGroup(FadeOut(self.doing), self.curves.appear())

    def output(self) -> Iterable[Step]:
        """How it ended."""
        if self.drawn:
            yield Step(partial(self.curves.mark, self.curves.count - 1))

    def glint(self) -> Animation:
        """A marker goes from one iteration to another, or what moves in the loop nods."""
        if self.drawn:
            last = self.curves.count - 1
            return self.curves.mark(self.following([0, last // 2, last]))
        return nod(self.scatter.line if self.scatter is not None else self.doing)

    def meant(self, binding: Binding) -> Iterable[Meant]:
        return self.doing.meant(binding) if isinstance(self.doing, LoopReplay) else ()

    # ------------------------------------------------------------------ where in the code

    @property
    def call(self) -> Span:
        """The backward call."""
        return self.run.backwards[0].span

    @property
    def loop(self) -> Span:
        """The head of the loop around it."""
        step = self.run.steps[self.run.backwards[0].step]
        statements = [loop for loop, _ in step.loop] or [step.statement]
        return self.run.statements[statements[-1]].header


def _fitting(type_: Typesetter, run: Trace, graph: Graph, zone: Zone) -> Scatter | None:
    """The points that a line is fitted to: data that meets a parameter, and data that the
    prediction meets."""
    fit = fit_of(run)
    tracked = {edge.target for edge in graph.edges if edge.differentiable}
    met = [e.source for e in graph.edges if not e.differentiable and e.target in tracked]
    data = [n for n in (graph.nodes[source] for source in met) if len(n.numbers) >= POINTS]
    if fit is None or len(data) < 2 or len(data[0].numbers) != len(data[-1].numbers):
        return None
    x, y = data[0], data[-1]
    numbers = (*x.numbers, *y.numbers, *fit.slope.values, *fit.intercept.values)
    if x is y or not all(map(math.isfinite, numbers)):
        return None
    assert x.value is not None
    assert y.value is not None
    return Scatter(type_, x.value, y.value, fit, zone, names=(x.label, y.label))
