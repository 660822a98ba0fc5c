"""Short 04: the graph fills the film. It grows out of one line of code at the bottom, light walks
it in reverse and finds autograd's own nodes; and each pass of a loop builds another one."""

from __future__ import annotations

from collections.abc import Iterable

from manim import Animation, AnimationGroup, FadeIn, FadeOut, LaggedStart, Mobject

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.blocks.hook import Hook
from gradreel.blocks.mistake_card import HEAD, heading
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.rounds import Rounds
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Storyboard
from gradreel.trace.graph import GraphNode
from gradreel.trace.rounds import rounds_of

X, Y, PRINT = 3, 4, 5  # lines of the snippet
LOOP, MULTIPLY = range(4, 8), 7  # and of the mistake
UNSAID = -1  # a node that the voice never names
LARGE = 66  # pixel em of the line that everything grows out of
GAP = 30  # pixels between what stands one under the other


class EveryOp(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        self.hook = Hook(self.type, self.brief, self.field, low=True)
        top, bottom = self.brief.platform.header.bottom, round(self.hook.top)
        above = Zone(self.field.left, top - GAP, self.field.right, bottom - GAP)
        self.whole = ComputeGraph(self.type, self.graph_data, above)
        return [self.hook, self.whole]

    def play_hook(self, beat: OpenBeat) -> None:
        pulses = [self.whole.pulse(node.id) for node in self.graph_data.nodes]
        self.play(LaggedStart(*pulses, lag_ratio=0.5), run_time=beat.share(2))
        self.play(self.whole.sweep(back=False), run_time=beat.left)

    def play_code(self, beat: OpenBeat) -> None:
        stage, self.strip = self.field.rows(3, 1, gap=GAP)
        ems = self.type.theme.size("code-min"), LARGE
        self.card = CodeCard(self.type, self.trace.source, self.strip, only=(X, Y, PRINT), ems=ems)
        self.graph = ComputeGraph(self.type, self.graph_data, stage)
        self.heed(self.card, self.graph)
        gone = AnimationGroup(self.hook.leave(), self.whole.leave())
        came = AnimationGroup(self.header.appear(), self.card.appear())
        self.play(self.change(gone, came), run_time=min(0.9, beat.share(2)))
        x = self.graph_data.nodes[0]
        self.graph.enlarge(x.id)
        self.play(self.card.light([X]), self.grown(x), run_time=min(1.0, beat.left))

    def play_forward(self, beat: OpenBeat) -> None:
        """The line grows, and every part of it becomes a node."""
        larger = self.card.morph_to(self.trace.source, only=[Y])
        self.play(larger, self.graph.settle(), run_time=0.6)
        _, *made = self.graph_data.nodes
        told = [*((node.id, self.grown(node)) for node in made), (UNSAID, self.named(made[-1]))]
        for (_, step), seconds in beat.each(told, when=lambda t: beat.says_node(t[0])):
            self.play(step, run_time=seconds)

    def play_output(self, beat: OpenBeat) -> None:
        *before, y = self.graph_data.nodes
        walk = [self.graph.pulse(y.id), *(self.named(node) for node in reversed(before))]
        back = self.graph.sweep(back=True)
        self.play(back, LaggedStart(*walk, lag_ratio=0.6), run_time=min(3.0, beat.share(2)))
        printing = self.card.morph_to(self.trace.source, only=[PRINT], colour="output")
        self.play(printing, run_time=min(0.6, beat.share(3)))
        self.wait(beat.share(4))
        printed = OutputPanel(self.type, self.trace, self.strip, least=self.strip.height).appear()
        remembered = self.graph.pulse(y.id)
        self.play(FadeOut(self.card), printed, remembered, run_time=min(0.8, beat.left))

    def play_mistake(self, beat: OpenBeat) -> None:
        """Three rounds of one loop, three graphs."""
        wrong = self.brief.mistake
        if wrong is None:
            super().play_mistake(beat)
            return
        stage, strip = self.field.rows(2.2, 1, gap=GAP)
        code = CodeCard(self.type, wrong.source, strip, only=LOOP, of="mistake")
        self.heed(code)
        rounds = Rounds(self.type, rounds_of(wrong), stage.below(stage.top + HEAD))
        head = FadeIn(heading(self.type, stage.left, stage.top))
        came = AnimationGroup(head, code.appear(), rounds.start())
        self.play(self.change(self.clear_but(self.header), came))
        for built, seconds in beat.each(rounds.build(), turn=min(1.2, beat.share(4))):
            self.play(code.light([MULTIPLY]), built, run_time=seconds)
        printed = OutputPanel(self.type, wrong, strip, least=strip.height).appear()
        self.play(FadeOut(code), printed, rounds.pulse(), run_time=min(0.8, beat.left))

    # ------------------------------------------------------------------ pieces

    def grown(self, node: GraphNode) -> Animation:
        return self.graph.grow(node.id, self.card.tokens(node.span))

    def named(self, node: GraphNode) -> Animation:
        """Autograd's own name for a node hangs on it."""
        return self.graph.hang(node.id, self.trace.function_of(node.tensor), "backward")
