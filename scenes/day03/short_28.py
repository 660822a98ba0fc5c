"""Short 28: a black box that opens.

Logits fall into `nn.CrossEntropyLoss` and a loss comes out. Inside, log_softmax looks along every
row, nll_loss picks the cell of the target, and what the rows cost levels out to the loss.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from manim import AnimationGroup, FadeOut, Mobject, ReplacementTransform

from gradreel.blocks.bars import Bars
from gradreel.blocks.black_box import BlackBox
from gradreel.blocks.cells import stream
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.matrix import Matrix
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.row_bars import RowBars
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Step, Storyboard
from gradreel.trace.model import Trace


class CrossEntropy(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        self.logits, self.targets, self.loss = map(self.term, ("logits", "targets", "loss"))
        self.box = BlackBox(
            self.type, "nn.CrossEntropyLoss", self.logits, self.loss, self.below_hook
        )
        return [self.hook, self.box]

    def play_hook(self, beat: OpenBeat) -> None:
        """The logits go in, the loss comes out."""
        steps: dict[str, Step] = {
            "PyTorch": AnimationGroup(self.box.swallow(), FadeOut(self.box.result)),
            "stable": self.box.work(),
            "version": self.box.emit(),
        }
        self.tell(beat, steps)

    def play_code(self, beat: OpenBeat) -> None:
        self.code = CodeCard(self.type, self.trace.source, self.field, only=range(4, 9), lit=[4])
        self.heed(self.code)
        self.play(self.open_code(self.box.give_back()))
        self.tell(beat, {"on": self.code.light([5]), "raw": self.box.swallow()})

    def play_forward(self, beat: OpenBeat) -> None:
        """The box opens: every row by itself, the target of each, what that costs, the mean."""
        opening = self.box.open(self.code.under(1, gap=30))
        demo = self.brief.demo
        left, middle, *right = self.box.inside.columns(*((14, 5, 8) if demo else (11, 4)))
        self.matrix = Matrix(self.type, "logits", self.logits.value, left)
        size, chosen = self.matrix.size, self.targets.value
        targets = Matrix(self.type, "targets", chosen, middle, upright=True, size=size)
        light = self.code.light([7], rows=1)
        self.play(light, opening, ReplacementTransform(self.box.thing, self.matrix), run_time=0.8)
        aims = [(row, int(target)) for row, target in enumerate(chosen.numbers)]
        steps: dict[str, Step] = {
            "log-softmax": self.matrix.light_axis(1, "operation"),
            **(self.log_probs(demo) if demo else {}),
            "NLL": lambda: AnimationGroup(targets.appear(), self.matrix.pick(*aims)),
            **(self.costs(demo, aims, right[0]) if demo else {}),
            "1.08": self.box.emit(),
        }
        self.tell(beat, steps, longest=1.2)

    def log_probs(self, demo: Trace) -> dict[str, Step]:
        made = demo.result_of("log_softmax")
        return {"log_probs": self.matrix.change_to(made, name="log_softmax")}

    def costs(self, demo: Trace, aims: list[tuple[int, int]], zone: Zone) -> dict[str, Step]:
        """What falls out of the targets' cells, and its mean."""
        losses, mean = demo.result_of("nll_loss"), demo.result_of("mean")
        bars = RowBars(self.type, "nll_loss", losses.numbers, self.matrix, zone)
        picked = [self.matrix.cell(*aim) for aim in aims]
        return {
            "numerically": lambda: AnimationGroup(stream(picked, bars.ends), bars.appear()),
            "loss": lambda: bars.change_to("mean", mean.numbers * len(aims), "output"),
        }

    def play_output(self, _: OpenBeat) -> None:
        panel = OutputPanel(self.type, self.trace, self.box.below)
        light = self.code.light([8], colour="output")
        self.play(self.change(FadeOut(self.box.result), panel.appear()), light)

    def play_mistake(self, beat: OpenBeat) -> None:
        """The gradients of the right run shrivel to those of the wrong one, on the same scale."""
        wrong, right = self.brief.mistake, self.brief.fix
        if wrong is None or right is None:
            super().play_mistake(beat)
            return
        show = partial(self.code.morph_to, only=[7, 8], lit=[7])
        code = show(right.source, colour="output", of="fix")
        hero, strip = self.code.under(3, gap=50).rows(4, 1)
        (full,), (small,) = right.written("logits.grad"), wrong.written("logits.grad")
        names = [f"class {n}" for n in range(len(full.numbers))]
        bars = Bars(self.type, full.numbers, names, hero, colour="backward", name="logits.grad")
        panel = OutputPanel(self.type, wrong, strip, colour="mistake")
        self.play(self.change(self.clear_but(self.header, self.code), bars.appear()), code)
        steps: dict[str, Step] = {
            "softmax": lambda: show(wrong.source, colour="mistake", of="mistake"),
            "(hurts": lambda: bars.compare(small.numbers, "mistake", "after softmax"),
            "Run": lambda: AnimationGroup(self.code.light([8], colour="mistake"), panel.appear()),
        }
        self.tell(beat, steps, longest=1.4)
