"""Short 06: one giant tank. It holds the 4 of the first pass when the 12 of the second is poured on
top, and it says 16. What comes of it: two balls in one bowl, one of which never comes to rest."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from manim import Animation, LaggedStart, Mobject

from gradreel.blocks.bucket import Bucket, fullest
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.descent import Descent, Walk, walks_of
from gradreel.blocks.hook import Hook
from gradreel.blocks.legend import Legend
from gradreel.blocks.numbers import short
from gradreel.blocks.output_panel import OutputPanel, Verdicts
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Storyboard
from gradreel.trace.deposits import deposits_of, reset_in

SQUARE, CUBE = 1, 2  # nodes of the graph


class Accumulate(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        """The tank after both passes, over the hook."""
        self.first, self.second = deposits_of(self.trace)
        above, self.low = self.field.rows(11, 8)
        self.hook = Hook(self.type, self.brief, self.low, low=True)
        held = self.first.after
        most = fullest(held, self.second.after)
        self.tank = Bucket(self.type, "x.grad", above, most=most, held=held)
        self.tank.fill(self.second)
        return [self.hook, self.tank]

    def play_hook(self, beat: OpenBeat) -> None:
        """Rewound to 4, then 12 falls in and makes it 16."""
        assert self.first.after is not None
        self.play(self.tank.empty(self.first.after), run_time=min(0.8, beat.share(3)))
        self.play(self.tank.take(self.second), run_time=beat.until("them"))

    def play_code(self, beat: OpenBeat) -> None:
        """The code takes the hook's place; no gradient has come yet."""
        self.code = CodeCard(self.type, self.trace.source, self.low, only=(3, 4, 5, 7, 8))
        self.heed(self.code)
        self.play(self.open_code(self.tank.none()))
        self.play(self.code.light([3]), run_time=min(0.4, beat.left))

    def play_forward(self, beat: OpenBeat) -> None:
        said = [SQUARE, *([CUBE] if beat.says_node(CUBE) else [])]
        for node, seconds in beat.each(said, when=beat.says_node):
            self.play(self.compute(node), run_time=seconds)

    def play_backward(self, beat: OpenBeat) -> None:
        """4 falls in; what overwriting would leave is marked; 12 falls in, and it is 16."""
        self.play(self.code.light([4], colour="backward"), run_time=0.4)
        first, second = (partial(self.tank.take, d) for d in (self.first, self.second))
        self.tell(beat, {"gradients": first, "4": self.expect, "goes": second}, longest=1.4)

    def play_output(self, beat: OpenBeat) -> None:
        self.play(self.code.light([8], colour="output", rows=1), run_time=0.5)
        panel = OutputPanel(self.type, self.trace, self.code.under())
        self.play(panel.appear(), run_time=min(0.6, beat.left))

    def play_mistake(self, beat: OpenBeat) -> None:
        """The same descent with and without `zero_()`, over the losses that both computed."""
        wrong, mended = self.brief.mistake, self.brief.fix
        if wrong is None or mended is None:
            super().play_mistake(beat)
            return
        top, plot, low = self.caution().rows(6, 41, 18, gap=20)
        texts = {"✕ never cleared": "mistake", f"✓ {reset_in(mended)}": "output"}
        legend = Legend(self.type, texts, top)
        runs = (mended, "output"), (wrong, "mistake")
        walks = [Walk(walks_of(run, "w", "loss")[0], colour) for run, colour in runs]
        bowl = Descent(self.type, lambda w: (w - 3) ** 2, walks, plot, ("w", "loss"))
        self.play(bowl.draw(), legend.appear(), run_time=0.6)
        self.play(bowl.start(), run_time=0.3)
        self.play(bowl.walk(), run_time=min(3.0, beat.left - 1.2))
        self.play(Verdicts(self.type, wrong, mended, low).appear(), run_time=min(0.6, beat.left))

    # ------------------------------------------------------------------ what happens at the tank

    def compute(self, number: int, colour: str = "forward") -> Animation:
        """Its line is lit, and what a power came out at stands over the tank."""
        node, span = self.graph_data.nodes[number], self.span_of(number)
        name, value = f"{node.label} = ", short(node.numbers[0])
        runs = (name, "code", "operation"), (value, "code-strong", "text")
        light = self.code.light([span.line], colour=colour)
        written = self.tank.write(*runs, tokens=self.code.tokens(span))
        return LaggedStart(light, written, lag_ratio=0.6)

    def expect(self) -> Animation:
        """The second power; and how high the tank would be of nothing but its gradient."""
        gradient = self.second.incoming
        assert gradient is not None
        text = f"✕ overwritten: {short(gradient.numbers[0])}"
        computed = self.compute(CUBE, "backward")
        return LaggedStart(computed, self.tank.mark(gradient, text), lag_ratio=0.7)
