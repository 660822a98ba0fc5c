"""Short 21: a fence around the squaring. A value gets in; the gradient that would go back bounces
off the gate: no edge was kept for it."""

from __future__ import annotations

from collections.abc import Iterable

from manim import Animation, AnimationGroup, FadeIn, FadeOut, Mobject, Succession

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.fenced import Fenced
from gradreel.blocks.hook import Hook
from gradreel.blocks.output_panel import OutputPanel
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Step, Storyboard
from gradreel.trace.graph import graph_of
from gradreel.trace.model import Trace


class NoGrad(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        self.above, self.below = self.field.rows(1.45, 1)
        self.hook = Hook(self.type, self.brief, self.below, low=True)
        self.yard = Fenced(self.type, self.graph_data, self.above)
        self.yard.catch()
        return [self.hook, self.yard]

    def play_hook(self, beat: OpenBeat) -> None:
        steps = {"When": self.yard.fall_back(), "don’t": self.yard.throw_back()}
        self.tell(beat, steps, longest=1.6)

    def play_code(self, beat: OpenBeat) -> None:
        self.code = CodeCard(self.type, self.brief.short.code.text, self.below)
        caught, self.yard = self.yard, Fenced(self.type, self.graph_data, self.above)
        self.heed(self.code, self.yard.graph)
        steps: dict[str, Step] = {
            "Inference": self.open_code(FadeOut(caught.trail)),
            "faster": caught.let_in(),
            "less": caught.let_in(),
            "Wrap": lambda: AnimationGroup(
                FadeOut(caught.graph, caught.fence), self.code.light([4, 5])
            ),
            "torch.no_grad()": self.fence_in,
            "x": lambda: AnimationGroup(
                self.code.light([3]), FadeIn(self.yard.input, scale=0.85), run_time=0.5
            ),
        }
        self.tell(beat, steps, longest=1.0)

    def fence_in(self) -> Animation:
        """The fence is drawn, and its sign comes out of the code."""
        header = next(s.header for s in self.trace.statements if s.kind == "With")
        sign = self.code.fly(header, self.yard.fence.tag)
        return AnimationGroup(sign, self.yard.fence.appear(), lag_ratio=0.2)

    def play_forward(self, beat: OpenBeat) -> None:
        yard, span = self.yard, self.span_of(1)
        squared = AnimationGroup(self.code.fly(span, yard.inside), FadeIn(yard.inside, scale=0.9))
        steps: dict[str, Step] = {
            "y": AnimationGroup(self.code.light([5]), yard.let_in(), FadeIn(yard.edge)),
            "out": Succession(squared, yard.grey()),
            "graph": yard.throw_back(),
        }
        self.tell(beat, steps, longest=1.2)

    def play_output(self, beat: OpenBeat) -> None:
        steps = {
            "Wrap": lambda: self.code.light([4, 5]),
            "prints": lambda: self.print_out(scale=1.6),
        }
        self.tell(beat, steps)

    def play_mistake(self, beat: OpenBeat) -> None:
        """Without the fence there is a way back; with it, none."""
        wrong, fixed = self.brief.mistake, self.brief.fix
        if wrong is None or fixed is None:
            super().play_mistake(beat)
            return
        upper, lower = self.field_below(self.words.bottom).rows(6, 5)
        code = CodeCard(
            self.type, wrong.source, upper, only=[4], lit=[4], colour="mistake", of="mistake"
        )
        real = OutputPanel(self.type, wrong, code.under(), colour="mistake")
        yard = Fenced(self.type, graph_of(wrong), lower, values=False)
        self.heed(code)
        steps: dict[str, Step] = {
            "Forgetting": self.change(self.clear_but(self.header), self.words.appear()),
            "during": AnimationGroup(code.appear(), FadeIn(yard.graph)),
            "memory": yard.graph.sweep(back=True),
            "prints": real.appear(),
            "Fixed": lambda: AnimationGroup(
                FadeOut(real), self.mended(code, fixed), yard.fence.appear(), yard.grey()
            ),
        }
        self.tell(beat, steps, longest=1.2)

    def mended(self, code: CodeCard, run: Trace) -> Animation:
        """The code gets its wrapper, and under it stands what it really printed then."""
        turned = code.morph_to(run.source, only=[4, 5], colour="output", of="fix")
        panel = OutputPanel(self.type, run, code.under(), label="FIXED · REAL OUTPUT")
        return AnimationGroup(turned, panel.appear())
