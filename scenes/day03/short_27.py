"""Short 27: one matrix, two arrows, and softmax can run along either.

They compete from the poster on. Along the rows every row sums to one; along the columns the rows do
not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from manim import Animation, FadeOut, Indicate, Mobject, ReplacementTransform

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.hook import Hook
from gradreel.blocks.matrix import Matrix
from gradreel.blocks.output_panel import OutputPanel
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Step, Storyboard
from gradreel.trace.graph import graph_of
from gradreel.trace.model import Number

AXIS = 52  # pixel em of what is written at the axes


class SoftmaxDim(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        self.zone, self.strip = self.field.rows(3, 2)
        self.hook = Hook(self.type, self.brief, self.strip, low=True)
        self.logits, self.probs, self.sums = self.graph_data.values
        name = "batch_logits"
        self.matrix = Matrix(self.type, name, self.logits, self.zone, axes=True, axis=AXIS)
        for axis, role in zip(self.matrix.axes, ("mistake", "output"), strict=True):
            axis.set_color(self.type.theme.colour(role))
        return [self.hook, self.matrix]

    def play_hook(self, beat: OpenBeat) -> None:
        steps: dict[str, Step] = {
            "Softmax": self.matrix.light_axis(1, "output"),
            "wrong": lambda: self.matrix.light_axis(0, "mistake"),
        }
        self.tell(beat, steps, longest=1.0)

    def play_code(self, beat: OpenBeat) -> None:
        self.code = CodeCard(self.type, self.trace.source, self.strip, only=range(3, 7), lit=[3, 4])
        self.heed(self.code)
        self.play(self.open_code(self.matrix.light()))
        self.wait(beat.until("2", unsaid=beat.share(2)))
        shape = self.matrix.title[1]
        self.play(Indicate(shape, 1.5, self.type.theme.colour("text")), run_time=beat.left)

    def play_forward(self, beat: OpenBeat) -> None:
        """Which axis is which, softmax along one, and the least and the largest of what it made."""
        matrix = self.matrix
        steps: dict[str, Step] = {
            "(batch, classes)": lambda: matrix.call_axes("batch", "classes"),
            "softmax": lambda: self.code.light([5]),
            "across": lambda: matrix.light_axis(1, "forward"),
            "dim=1": lambda: matrix.call_axes("dim=0", "dim=1", font="code"),
            "probs": lambda: matrix.change_to(self.probs, name="probs"),
            "0.099": lambda: self.light_the(min),
            "0.73": lambda: self.light_the(max),
        }
        self.tell(beat, steps, longest=1.0)

    def light_the(self, extreme: Callable[[tuple[Number, ...]], Number]) -> Animation:
        """The least or the largest number."""
        numbers = self.matrix.numbers
        place = numbers.index(extreme(numbers))
        return self.matrix.light(*divmod(place, self.matrix.columns))

    def play_output(self, beat: OpenBeat) -> None:
        """Every row adds up to one."""
        large = self.matrix
        self.matrix = Matrix(
            self.type, "probs", self.probs, self.zone, axes=True, axis=AXIS, reduces=[1]
        )
        light = self.code.light([6], colour="output", rows=1)
        self.play(ReplacementTransform(large, self.matrix), light, run_time=0.5)
        self.play(self.matrix.reduce(1, self.sums), run_time=min(1.0, beat.share(2)))
        self.panel = OutputPanel(self.type, self.trace, self.code.under())
        self.play(self.panel.appear(), run_time=min(0.6, beat.left))

    def play_mistake(self, beat: OpenBeat) -> None:
        """The same matrix along the other axis: its rows add up to something else."""
        run = self.brief.mistake
        if run is None:
            super().play_mistake(beat)
            return
        logits, probs, sums = graph_of(run).values
        code = self.code.morph_to(
            run.source, only=range(3, 7), lit=[5], colour="mistake", of="mistake"
        )
        back = self.matrix.change_to(logits, name="logits")
        self.play(FadeOut(self.panel), FadeOut(self.matrix.marks), code, back, run_time=0.7)
        self.play(self.matrix.light_axis(0, "mistake"))
        self.wait(beat.until("normalizing"))
        self.play(self.matrix.change_to(probs, "mistake", "probs"))
        self.wait(beat.until("run", unsaid=beat.share(3)))
        light = self.code.light([6], colour="mistake", rows=2)
        self.play(light, self.matrix.reduce(1, sums, wrong=True), run_time=1.0)
        panel = OutputPanel(self.type, run, self.code.under(), colour="mistake")
        self.play(panel.appear(), run_time=min(0.6, beat.left))
