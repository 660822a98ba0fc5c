"""Short 12: the code as a press: a whole number line goes in, what comes out fits between 0 and 1.

Numbers like that are probabilities, which is what an output needs; press ten times, and of the
gradient that goes back nothing is left.
"""

from __future__ import annotations

from collections.abc import Iterable

from manim import AnimationGroup, FadeIn, FadeOut, Mobject

from gradreel.blocks.bars import Bars
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.depth import Depth
from gradreel.blocks.hook import Hook
from gradreel.blocks.layers import Layers
from gradreel.blocks.number_line import NumberLine
from gradreel.blocks.numbers import short
from gradreel.blocks.output_panel import OutputPanel
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Storyboard

BOUNDS = (0, 1)
LOGITS, PRINT = 3, 4  # lines of the snippet
LOOP, PRESSED = range(4, 9), 6  # lines of the mistake: ten layers, and what each does
LAYERS = ["hidden", "hidden", "hidden", "output"]
PRESS = 4  # z index: over the lanes that go through it


class Press(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        self.hook = Hook(self.type, self.brief, self.field, low=True)
        self.logits, self.made = (self.graph_data.nodes[n].numbers for n in range(2))
        self.line = NumberLine(self.type, self.logits, self.field.rows(5, 4)[0])
        self.line.squash(self.made, BOUNDS)
        return [self.hook, self.line, self.line.marks]

    def play_hook(self, beat: OpenBeat) -> None:
        self.wait(0.1)
        while beat.left > 1:
            self.play(self.line.surge(), run_time=min(1.5, beat.left))

    def play_code(self, beat: OpenBeat) -> None:
        """The numbers stand above the press."""
        _, middle, _ = self.field.rows(6, 3, 6)
        lines = LOGITS, PRINT
        self.code = CodeCard(self.type, self.trace.source, middle, only=lines, lit=[LOGITS])
        self.code.lay_over(PRESS)
        self.heed(self.code)
        leaving = self.line.leave()
        self.line = NumberLine(self.type, self.logits, self.field)
        self.play(self.open_code(leaving), FadeIn(self.line.inputs.line), run_time=0.8)
        self.as_said(beat, self.logits, self.line.arrive)

    def play_forward(self, beat: OpenBeat) -> None:
        self.play(self.code.light([PRINT]), run_time=0.3)
        self.tell(beat, {"maps": self.line.squash(self.made, BOUNDS)}, longest=2.0)

    def play_output(self, beat: OpenBeat) -> None:
        below = self.field_below(self.code.bottom)
        labels = [short(x) for x in self.logits]
        bars = Bars(self.type, self.made, labels, below, full=BOUNDS[1])
        layers = Layers(self.type, LAYERS, below.inset(0, 50), right=LAYERS[-1:])
        box = below.inset(0, 60)
        panel = OutputPanel(self.type, self.trace, box, least=box.height)
        printed = AnimationGroup(self.code.light([PRINT], colour="output"), panel.appear())
        self.play(self.change(self.line.halve(), bars.appear()))
        steps = {
            "probabilities": bars.mark(len(self.made) - 1),
            "avoid": self.change(bars.leave(), layers.appear()),
            "here": self.change(layers.leave(), printed),
        }
        self.tell(beat, steps, longest=1.1)

    def play_mistake(self, beat: OpenBeat) -> None:
        """The gradient goes down through ten layers, and each takes most of it."""
        wrong = self.brief.mistake
        if wrong is None:
            super().play_mistake(beat)
            return
        behind = [visit.arriving[0] for visit in wrong.backwards[0].visits[1:]]
        gradients = [gradient.numbers[0] for gradient in behind if gradient is not None]
        names = [f"layer {n}" for n in range(len(gradients), 0, -1)]
        stage = self.caution()
        depth = Depth(self.type, names, gradients, stage, full=gradients[0])
        code = self.wrong_code(stage.inset(0, 150), LOOP, [PRESSED])
        result = OutputPanel(self.type, wrong, self.field, colour="mistake")
        self.heed(code)
        self.play(code.appear(), run_time=0.6)
        steps = {
            "seeing": self.change(FadeOut(code), depth.appear()),
            "slow": depth.sink(),
            "Run": self.change(FadeOut(self.words), result.appear()),
        }
        self.tell(beat, steps, longest=2.6)
