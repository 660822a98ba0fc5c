"""Short 18: the update as one sentence in three languages: numbers, mathematics, code.

The code stays below; the formula grows out of its words, and above them the real weights take
their step: every cell of the gradient lands on the weight of its place, and the numbers roll.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from manim import Animation, AnimationGroup, FadeOut, Mobject, ReplacementTransform

from gradreel.blocks.cells import stream
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.fence import Fence
from gradreel.blocks.formula import Formula
from gradreel.blocks.hook import Hook
from gradreel.blocks.latex import typst_of
from gradreel.blocks.matrix_row import MatrixRow
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Storyboard

COLOURS = {"theta": "forward", "alpha": "operation", "nabla_theta L": "backward"}
PARTS = "theta arrow.l", "theta -", "alpha", "nabla_theta L"  # each grows out of a word of code


class ManualUpdate(Storyboard):
    @cached_property
    def code(self) -> CodeCard:
        return CodeCard(self.type, self.trace.source, self.foot, only=[3, 4, 5, 7, 8])

    def poster(self) -> list[Mobject]:
        field = self.brief.platform.field
        self.numbers, self.math, self.foot = field.rows(146, 40, 104)
        self.top, _ = field.rows(186, 104)
        self.hook = Hook(self.type, self.brief, self.brief.platform.stage, low=True)
        self.row = self.weights(self.numbers)
        return [self.hook, self.row]

    def weights(self, zone: Zone, empty: Sequence[str] = ()) -> MatrixRow:
        """`W − 0.1 × W.grad` in numbers."""
        rate = self.trace.op("*").inputs[0].name
        columns = [[self.term("W")], [self.term("W.grad", "backward")]]
        return MatrixRow(self.type, columns, zone, signs=[f"−{rate}×"], empty=empty)

    def play_hook(self, beat: OpenBeat) -> None:
        self.play(self.take_step(self.row), run_time=beat.left)

    def take_step(self, row: MatrixRow) -> Animation:
        """The gradient flies onto the weights, and they roll over to what they are then."""
        weights, gradient = row.grids["W"], row.grids["W.grad"]
        after = weights.change_to(self.trace.result_of("-="))
        return AnimationGroup(stream(gradient.cells, weights.cells), after, lag_ratio=0.4)

    def play_code(self, beat: OpenBeat) -> None:
        """Word for word the code becomes the formula."""
        self.heed(self.code)
        self.play(self.open_code(self.row.grids["W"].change_to(self.term("W").value)))
        self.play(self.code.light([5], colour="backward"), run_time=0.4)
        update = AnimationGroup(self.code.light([8]), self.row.frame("W"))
        self.play(update, run_time=beat.until("parameters"))
        source = next(s.text for p in self.brief.short.talk for s in p.spans if s.kind == "math")
        self.formula = Formula(self.type, typst_of(source), self.math, colours=COLOURS)
        self.wait(beat.until("θ"))
        rate, gradient = (argument.name for argument in self.trace.op("*").inputs)
        words = zip(("W", "-=", rate, gradient), PARTS, strict=True)
        for (word, part), seconds in beat.each(words, turn=0.5):
            said = self.code.tokens(self.trace.span_of(word, self.trace.op("-=").span.line))
            self.play(ReplacementTransform(said, self.formula.part(part)), run_time=seconds)
        self.play(self.row.frame("W.grad", colour="backward"), run_time=min(0.6, beat.left))

    def play_forward(self, beat: OpenBeat) -> None:
        """All weights, squared, into one number."""
        columns = [[self.term("W")], [self.term("loss")]]
        self.page = MatrixRow(self.type, columns, self.top, signs=["→"], empty=["loss"])
        weights, loss = self.page.grids["W"], self.page.grids["loss"]
        gone = AnimationGroup(self.row.leave(), FadeOut(self.formula))
        self.play(self.change(gone, AnimationGroup(self.code.light([4]), self.page.appear())))
        squared = weights.change_to(self.trace.result_of("**"), name=self.trace.op("**").text)
        self.play(squared, run_time=beat.share(3))
        summed = AnimationGroup(stream(weights.cells, loss.cells), loss.fill(), lag_ratio=0.6)
        self.play(summed, run_time=min(1.2, beat.left))

    def play_backward(self, beat: OpenBeat) -> None:
        """Inside the fence, where nothing is recorded, the weights take their step."""
        fence = Fence(self.type, self.top)
        row = self.weights(fence.room, empty=["W.grad"])
        light = self.code.light([5], colour="backward")
        self.play(self.change(self.page.leave(), AnimationGroup(light, row.appear())))
        self.play(row.grids["W.grad"].fill(), run_time=0.4)
        self.play(self.code.light([7], colour="untracked"), fence.appear(), run_time=0.8)
        self.wait(beat.until("update"))
        self.play(self.code.light([8]), self.take_step(row), run_time=1.6)
        for names, seconds in beat.each([["W.grad"], ["W", "W.grad"]]):
            self.play(row.frame(*names, colour="backward"), run_time=min(0.6, seconds))
