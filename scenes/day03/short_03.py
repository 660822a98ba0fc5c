"""Short 03: one line fills the screen, shrinks into its program, and sends the gradient back along
the one edge that takes it; what arrives is how far the output rises for how far the weight runs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from manim import AnimationGroup, FadeIn, FadeOut, Mobject, Succession

from gradreel.blocks.beam import beam_back
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.blocks.function_plot import FunctionPlot
from gradreel.blocks.mistake_card import HEAD, heading
from gradreel.blocks.output_panel import OutputPanel
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Step, Storyboard
from gradreel.trace.graph import graph_of

PROGRAM, BACKWARD, PRINT = range(3, 7), 6, 7  # lines of the snippet
REACH, EMS = (-0.6, 5.2), (35, 140)  # of the plot; of the code, which is as large as it fits


class OneLine(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        self.w, self.x, self.y = self.graph_data.nodes
        zone, lit = self.field_below(self.hook.bottom), [BACKWARD]
        self.code = CodeCard(
            self.type, self.trace.source, zone, only=lit, lit=lit, colour="backward", ems=EMS
        )
        self.back = ComputeGraph(self.type, self.graph_data.way_back, self.code.under(gap=24))
        self.flows = self.back.flow_back(0)
        return [self.hook, self.code, self.back, self.back.marks]

    def play_hook(self, beat: OpenBeat) -> None:
        """Light runs through the line, and each time the gradient is a node further."""
        for flow, seconds in beat.each([FadeOut(self.back.marks), *self.flows]):
            self.play(flow, beam_back(self.type, self.code.lamp, "backward"), run_time=seconds)

    def play_code(self, beat: OpenBeat) -> None:
        """The giant line takes its place among the others; of two inputs one asks for gradients."""
        source, field = self.trace.source, self.field
        shrunk = self.code.morph_to(source, only=PROGRAM, lit=[BACKWARD], zone=field)
        gone = AnimationGroup(self.hook.leave(), self.back.leave())
        self.play(self.change(gone, AnimationGroup(shrunk, self.header.appear())), run_time=0.7)
        self.graph = ComputeGraph(self.type, self.graph_data, self.code.under(gap=48))
        self.heed(self.code, self.graph)
        self.graph.enlarge(self.w.id, self.x.id)
        self.tell(beat, {n.label: partial(self.grow, self.graph, n.id) for n in (self.w, self.x)})

    def play_forward(self, beat: OpenBeat) -> None:
        grown = partial(self.grow, self.graph, self.y.id)
        self.tell(beat, {"y": self.graph.settle(), "comes": grown})

    def play_backward(self, beat: OpenBeat) -> None:
        """The gradient runs to w alone; then the same as the slope of a line."""
        begun, arrived = self.graph.flow_back(0)
        (at,), (factor,), (out,) = self.w.numbers, self.x.numbers, self.y.numbers
        (slope,) = self.graph_data.passes[0].arrivals[-1].gradient.numbers
        zone, name = self.code.under(), f"{self.y.label} = {self.y.text}"
        self.plot = FunctionPlot(self.type, zone, lambda w: w * factor, reach=REACH, name=name)
        drawn = AnimationGroup(self.plot.appear(), self.plot.land(at, out))
        steps: dict[str, Step] = {
            ".backward()": self.code.light([BACKWARD], colour="backward"),
            "gradients": begun,
            "respect": arrived,
            "requires": self.graph.pulse(self.w.id),
            "grad": lambda: self.change(self.graph.leave(), drawn),
            "w.grad": self.plot.rise_over_run(at, out, slope),
        }
        self.tell(beat, steps, longest=1.6)

    def play_output(self, beat: OpenBeat) -> None:
        """Back to the leaf: that is where the number is kept."""
        printing = self.code.morph_to(self.trace.source, only=[PRINT], lit=[PRINT], colour="output")
        kept = AnimationGroup(FadeIn(self.graph), FadeIn(self.graph.marks))
        steps: dict[str, Step] = {
            "Gradients": AnimationGroup(printing, self.change(self.plot.leave(), kept)),
            "stored": OutputPanel(self.type, self.trace, self.code.under()).appear(),
            "leaf": self.graph.pulse(self.w.id),
        }
        self.tell(beat, steps)

    def play_mistake(self, beat: OpenBeat) -> None:
        """With two outputs there is no one gradient to start from, until one is given."""
        fix = self.brief.fix
        if self.failed is None or fix is None:
            super().play_mistake(beat)
            return
        wrong, where = self.failed
        top, middle, foot = self.field.below(self.field.top + HEAD).rows(256, 310, 264, gap=24)
        show = partial(self.code.morph_to, only=range(3, where.line + 1), lit=[where.line])
        shown = show(wrong.source, colour="mistake", of="mistake", zone=top)
        graph = ComputeGraph(self.type, graph_of(fix), middle)
        come = FadeIn(heading(self.type, self.field.left, self.field.top), graph)
        self.play(self.change(self.clear_but(self.header, self.code), come), shown)
        error = OutputPanel(self.type, wrong, foot, scale=0.9)
        fixed = OutputPanel(self.type, fix, foot, label="FIXED · REAL OUTPUT", scale=1.6)
        steps: dict[str, Step] = {
            ".backward()": AnimationGroup(self.code.squiggle(where), graph.doubt(graph.order[-1])),
            "non-scalar": error.appear(),
            "without": FadeOut(error),
            "supplying": lambda: show(fix.source, colour="output", of="fix"),
            "gradient=": Succession(*graph.flow_back(0)),
            "fixed": fixed.appear(),
        }
        self.tell(beat, steps, longest=1.2)
