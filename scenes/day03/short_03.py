"""Short 03: one line fills the screen, shrinks into its program, and sends the gradient back along
the one edge that takes it; what arrives is how far the output rises for how far the weight runs."""

from __future__ import annotations

from collections.abc import Iterable

from manim import AnimationGroup, FadeIn, FadeOut, Mobject

from gradreel.blocks.beam import beam_back
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.blocks.function_plot import FunctionPlot
from gradreel.blocks.mistake_card import HEAD, heading
from gradreel.blocks.output_panel import OutputPanel
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Storyboard
from gradreel.trace.graph import graph_of

GIANT = 140  # pixel em: as large as the line fits
W, X, PRODUCT, BACKWARD, PRINT = 3, 4, 5, 6, 7  # lines of the snippet
REACH = (-0.6, 5.2)
GAP = 24  # pixels between what stands one under the other


class OneLine(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        self.card = CodeCard(
            self.type,
            self.trace.source,
            self.field_below(self.hook.bottom),
            only=[BACKWARD],
            lit=[BACKWARD],
            colour="backward",
            ems=(self.type.theme.size("code-min"), GIANT),
        )
        under = self.field_below(self.card.bottom)
        self.back = ComputeGraph(self.type, self.graph_data.way_back, under)
        self.flows = self.back.flow_back(0)
        return [self.hook, self.card, self.back, self.back.marks]

    def play_hook(self, beat: OpenBeat) -> None:
        """Light runs through the line, and each time the gradient is a node further."""
        for flow, seconds in beat.each([FadeOut(self.back.marks), *self.flows]):
            beam = beam_back(self.type, self.card.lamp, "backward")
            self.play(flow, beam, run_time=seconds)

    def play_code(self, beat: OpenBeat) -> None:
        """The giant line takes its place among the others; of two inputs one asks for gradients."""
        w, x, _ = self.graph_data.nodes
        said = {node.id: beat.says_node(node.id) for node in (w, x)}
        shrunk = self.card.morph_to(
            self.trace.source,
            only=range(W, PRINT),
            lit=[BACKWARD],
            colour="backward",
            zone=self.brief.platform.upper,
        )
        gone = AnimationGroup(self.hook.leave(), self.back.leave())
        came = AnimationGroup(shrunk, self.header.appear())
        self.play(self.change(gone, came), run_time=min(0.7, beat.share(4)))
        zone = self.field_below(self.card.bottom + GAP)
        self.graph = ComputeGraph(self.type, self.graph_data, zone)
        self.heed(self.card, self.graph)
        self.graph.enlarge(w.id, x.id)
        for node, seconds in beat.each((w, x), longest=0.8, when=lambda n: said[n.id]):
            self.play(self.card.light(self.on(node.span)), run_time=seconds * 0.3)
            grown = self.graph.grow(node.id, self.card.tokens(node.span))
            self.play(grown, run_time=seconds * 0.7)

    def play_forward(self, beat: OpenBeat) -> None:
        y = self.graph_data.nodes[-1]
        self.play(self.card.light([PRODUCT]), self.graph.settle(), run_time=min(0.6, beat.share(3)))
        self.play(self.graph.grow(y.id, self.card.tokens(y.span)), run_time=min(1.2, beat.left))

    def play_backward(self, beat: OpenBeat) -> None:
        """The gradient runs to w alone; then the same as the slope of a line."""
        w, x, y = self.graph_data.nodes
        self.play(self.card.light([BACKWARD], colour="backward"), run_time=0.4)
        for flow, seconds in beat.each(self.graph.flow_back(0), turn=min(1.5, beat.share(5))):
            self.play(flow, run_time=seconds)
        self.play(self.graph.pulse(w.id), run_time=min(0.8, beat.share(5)))
        self.wait(beat.share(3))
        (at,), (factor,), (out,) = w.numbers, x.numbers, y.numbers
        (slope,) = self.graph_data.passes[0].arrivals[-1].gradient.numbers
        zone, name = self.field_below(self.card.bottom), f"{y.label} = {y.text}"
        plot = FunctionPlot(self.type, zone, lambda w: w * factor, reach=REACH, name=name)
        self.plot = plot
        point = AnimationGroup(plot.drop(at, out), plot.label_input(at), plot.label_output(at, out))
        self.play(self.graph.leave(), plot.appear(), point, run_time=min(1.0, beat.share(3)))
        self.play(plot.rise_over_run(at, out, slope), run_time=min(1.7, beat.left))

    def play_output(self, beat: OpenBeat) -> None:
        """Back to the leaf: that is where the number is kept."""
        printing = self.card.morph_to(self.trace.source, only=[PRINT], lit=[PRINT], colour="output")
        kept = AnimationGroup(FadeIn(self.graph), FadeIn(self.graph.marks))
        self.play(printing, self.change(self.plot.leave(), kept), run_time=0.9)
        printed = OutputPanel(self.type, self.trace, self.field_below(self.card.bottom))
        self.play(printed.appear(), run_time=0.6)
        self.wait(beat.until("leaf"))
        self.play(self.graph.pulse(self.graph_data.nodes[0].id), run_time=min(0.8, beat.left))

    def play_mistake(self, beat: OpenBeat) -> None:
        """With two outputs there is no one gradient to start from, until one is given."""
        fix = self.brief.fix
        if self.failed is None or fix is None:
            super().play_mistake(beat)
            return
        wrong, where = self.failed
        top, middle, bottom = self.field.below(self.field.top + HEAD).rows(256, 310, 264, gap=GAP)
        graph = ComputeGraph(self.type, graph_of(fix), middle)
        lines = range(W, where.line + 1)
        shown = self.card.morph_to(
            wrong.source, only=lines, lit=[where.line], colour="mistake", of="mistake", zone=top
        )
        gone = self.clear_but(self.header, self.card)
        head = FadeIn(heading(self.type, self.field.left, self.field.top))
        self.play(shown, self.change(gone, AnimationGroup(head, FadeIn(graph))))
        self.play(self.card.squiggle(where), graph.doubt(graph.order[-1]), run_time=0.6)
        error = OutputPanel(self.type, wrong, bottom, least=bottom.height, scale=0.9)
        self.play(error.appear(), run_time=0.6)
        self.wait(beat.share(5))
        mended = self.card.morph_to(
            fix.source, only=lines, lit=[where.line], colour="output", of="fix"
        )
        fixed = OutputPanel(
            self.type, fix, bottom, label="FIXED · REAL OUTPUT", least=bottom.height, scale=1.6
        )
        self.play(mended, FadeOut(error), run_time=min(0.8, beat.share(3)))
        for step, seconds in beat.each([*graph.flow_back(0), fixed.appear()], turn=0.5):
            self.play(step, run_time=seconds)
