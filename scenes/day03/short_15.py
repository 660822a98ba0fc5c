"""Short 15: three logits, then three probabilities, then one bar of length 1.

The bars are the hero from the first frame to the last: softmax reshapes them, and laid end to end
they fill exactly one. Along the wrong dim they do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from manim import FadeOut, Mobject

from gradreel.blocks.bars import Bars
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.output_panel import OutputPanel
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Storyboard
from gradreel.trace.graph import graph_of
from gradreel.trace.model import Number, Trace


class Softmax(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        self.logits, self.probs, self.total = self.first_row(self.trace)
        names = [f"class {n}" for n in range(len(self.logits))]
        self.bars = Bars(self.type, self.logits, names, self.below_hook, name="logits")
        return [self.hook, self.bars]

    def first_row(self, run: Trace) -> tuple[tuple[Number, ...], tuple[Number, ...], Number]:
        """Logits, what softmax made of them and its sum; of a batch the first row."""
        logits, probs, sums = graph_of(run).values
        classes = logits.shape[-1]
        return logits.numbers[:classes], probs.numbers[:classes], sums.numbers[0]

    def play_hook(self, beat: OpenBeat) -> None:
        for place, _ in beat.each(range(len(self.logits)), turn=beat.until("into") / 3):
            self.play(self.bars.light(place), run_time=0.4)
        self.play(self.bars.change_to(self.probs, full=1, name="probs"), run_time=beat.left)

    def play_code(self, beat: OpenBeat) -> None:
        stage, strip = self.field.inset(30, 0).rows(8, 5)
        self.code = CodeCard(self.type, self.trace.source, strip, only=range(3, 6), lit=[3])
        self.heed(self.code)
        self.play(self.open_code(self.bars.change_to(self.logits, zone=stage, name="logits")))
        lights = (partial(self.bars.light, place) for place in range(3))
        self.tell(beat, dict(zip(("2", "1", "0.1"), lights, strict=True)), longest=0.3)

    def play_forward(self, beat: OpenBeat) -> None:
        """Softmax, its sum, the largest."""
        self.play(
            self.code.light([4]),
            self.bars.change_to(self.probs, full=1, name="probs"),
            run_time=beat.until("sum"),
        )
        steps = {
            "sum": lambda: self.bars.stack(self.total),
            "largest": lambda: self.bars.light(0),
            "0.659": lambda: self.bars.mark(0),
        }
        self.tell(beat, steps, longest=0.9)

    def play_output(self, beat: OpenBeat) -> None:
        panel = OutputPanel(self.type, self.trace, self.code.under(1))
        stand = self.bars.change_to(self.probs, full=1, colour="output")
        self.play(stand, self.code.light([5], colour="output", rows=1))
        self.wait(beat.until("here", unsaid=beat.share(2)))
        self.play(panel.appear())
        self.panel = panel

    def play_mistake(self, beat: OpenBeat) -> None:
        """A row of the batch, softmaxed along the wrong dim, does not fit into one."""
        wrong, fixed = self.brief.mistake, self.brief.fix
        if wrong is None or fixed is None:
            super().play_mistake(beat)
            return
        logits, probs, total = self.first_row(wrong)
        code = self.code.morph_to(
            wrong.source, only=range(3, 6), lit=[5], colour="mistake", of="mistake"
        )
        back = self.bars.change_to(logits, colour="forward", name="row 0")
        self.play(FadeOut(self.panel), code, back, run_time=1.0)
        self.wait(min(beat.until("batch, classes"), beat.share(4)))
        self.play(self.bars.change_to(probs, full=1))
        self.wait(min(beat.until("run", unsaid=beat.left), beat.share(6)))
        self.play(self.bars.stack(total), self.code.light([5], rows=2, colour="mistake"))
        panel = OutputPanel(self.type, wrong, self.code.under(), colour="mistake")
        self.play(panel.appear(), self.bars.mark(len(probs) - 1, "mistake"))
        self.wait(beat.until("fixed", unsaid=beat.share(4)))
        _, probs, total = self.first_row(fixed)
        code = self.code.morph_to(
            fixed.source, only=range(3, 6), lit=[5], rows=2, colour="output", of="fix"
        )
        morph = self.bars.change_to(probs, full=1, colour="output")
        self.play(FadeOut(panel), code, morph, run_time=0.7)
        panel = OutputPanel(self.type, fixed, self.code.under(), label="FIXED · REAL OUTPUT")
        self.play(self.bars.stack(total), panel.appear(), run_time=min(0.7, beat.left))
