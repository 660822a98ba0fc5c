"""Short 17: the training pipeline as a belt of heat grids, from twelve numbers down to one.

The belt runs while its code is lit, then its stations are looked at large, and in the end every
parameter stands beside a gradient of its own shape.
"""

from __future__ import annotations

from functools import cached_property

from manim import LEFT, RIGHT, Animation, AnimationGroup, FadeIn, FadeOut, LaggedStart, Mobject
from manim.typing import Vector3D

from gradreel.blocks.cells import stream
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.matrix import Matrix
from gradreel.blocks.matrix_product import Term
from gradreel.blocks.matrix_row import MatrixRow
from gradreel.blocks.output_panel import OutputPanel
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import GAP, Storyboard

HELD = ("W.grad", "b.grad")


class TrainingPipeline(Storyboard):
    @cached_property
    def code(self) -> CodeCard:
        return CodeCard(self.type, self.trace.source, self.field, most_rows=5)

    def poster(self) -> list[Mobject]:
        zone = self.brief.platform.stage.below(self.hook.bottom + GAP)
        x, w, a, loss = map(self.term, ("X", "W", "A", "loss"))
        columns = [[x], [w, Term("+ b", self.term("b").value)], [a], [loss]]
        self.belt = MatrixRow(self.type, columns, zone, signs=("@", "→", "→"))
        self.belt.frame("W", "+ b", colour="backward")
        return [self.hook, self.belt, self.belt.frames]

    def play_hook(self, beat: OpenBeat) -> None:
        self.play(self.belt.frame(), self.run_belt(), run_time=beat.share(2))
        for names, seconds in beat.each([("loss",), ("A",), ("W", "+ b")]):
            self.play(self.belt.frame(*names, colour="backward"), run_time=min(0.4, seconds))

    def run_belt(self) -> Animation:
        rest = self.belt.feed(["A"], "loss")
        return LaggedStart(self.belt.feed(["X", "W", "+ b"], "A"), rest, lag_ratio=0.7)

    def play_code(self, beat: OpenBeat) -> None:
        """The forward pass: the belt runs while its lines are lit."""
        self.heed(self.code)
        self.play(self.open_code(self.belt.frame()))
        self.play(self.code.light([7, 8]), run_time=0.4)
        self.play(self.run_belt(), run_time=min(1.6, beat.left))

    def play_forward(self, beat: OpenBeat) -> None:
        """What relu lets through is compared with the target, cell by cell, into one number."""
        above, below = self.code.under(2).rows(9, 5, gap=20)
        columns = [[self.term("Z")], [self.term("target")]]
        self.page = MatrixRow(self.type, columns, above, signs=["−"])
        self.loss = Matrix(self.type, "loss", self.term("loss").value, below)
        made, passed = self.page.grids["Z"], self.term("A")
        self.play(self.code.light([8], rows=2), self.pull(LEFT, self.page, self.belt))
        blocked = made.mask([not number for number in passed.value.numbers])
        relu = AnimationGroup(made.change_to(passed.value, name=passed.name), blocked)
        self.play(relu, run_time=beat.until("to"))
        self.play(self.code.light([9, 10]), self.page.frame("target"), run_time=0.6)
        summed = stream([*made.cells, *self.page.grids["target"].cells], self.loss.cells)
        self.play(LaggedStart(summed, self.loss.appear(), lag_ratio=0.3), run_time=beat.left)

    def play_backward(self, beat: OpenBeat) -> None:
        """The gradient comes back through the open cells, into grids shaped like the parameters."""
        made, nodes = self.page.grids["Z"], {n.id: n.label for n in self.graph_data.nodes}
        arrived = {nodes[a.node]: a.gradient for a in self.graph_data.passes[0].arrivals}
        self.play(self.code.light([11], colour="backward"), self.page.frame(), run_time=0.4)
        back = stream(self.loss.cells * len(made.cells), made.cells)
        turn = made.change_to(arrived["Z"], "backward", "∂loss/∂Z")
        self.play(AnimationGroup(back, turn, lag_ratio=0.4), run_time=beat.until("parameters"))
        held = [self.term(name, "backward") for name in HELD]
        columns = [[self.term("W"), self.term("b")], held]
        self.pairs = MatrixRow(self.type, columns, self.code.under(4), empty=HELD)
        self.play(self.pull(RIGHT, self.pairs, self.page, made.marks, self.loss))
        fill = AnimationGroup(*(self.pairs.grids[name].fill() for name in HELD))
        same = self.pairs.frame("W", "W.grad", colour="backward")
        for step, seconds in beat.each([fill, same]):
            self.play(step, run_time=min(0.9, seconds))

    def pull(self, way: Vector3D, new: Mobject, *old: Mobject) -> Animation:
        """The belt moves on to the next station, or back."""
        return self.change(FadeOut(*old, shift=3 * way), FadeIn(new, shift=3 * way))

    def play_output(self, beat: OpenBeat) -> None:
        panel = OutputPanel(self.type, self.trace, self.code.under(1))
        self.play(self.code.light([13], colour="output", rows=1), panel.appear(), run_time=0.6)
        for name, seconds in beat.each(HELD):
            self.play(self.pairs.frame(name, colour="output"), run_time=min(0.6, seconds))
