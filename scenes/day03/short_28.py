"""Short 28: a black box that opens.

Logits fall into `nn.CrossEntropyLoss` and a loss comes out. Inside, log_softmax looks along every
row, nll_loss picks the cell of the target, and what the rows cost levels out to the loss.
"""

from __future__ import annotations

from collections.abc import Iterable

from manim import DOWN, AnimationGroup, FadeIn, FadeOut, Mobject, ReplacementTransform

from gradreel.blocks.bars import Bars
from gradreel.blocks.black_box import BlackBox
from gradreel.blocks.cells import stream
from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.matrix import Matrix
from gradreel.blocks.numbers import written
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.row_bars import RowBars
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.stage.space import centre, point
from gradreel.stage.type import Row
from gradreel.storyboard import Step, Storyboard
from gradreel.trace.model import Trace

LOSS = 84  # pixel em


class CrossEntropy(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        self.logits, self.targets, self.loss = self.graph_data.values
        upper, self.below = self.below_hook.rows(5, 1)
        slot, _ = upper.rows(3, 2, gap=0)
        self.matrix = Matrix(self.type, "logits", self.logits, slot)
        self.box = BlackBox(self.type, "nn.CrossEntropyLoss", upper, self.matrix)
        self.out = self.coming_out()
        return [self.hook, self.matrix, self.box, self.out]

    def coming_out(self) -> Row:
        runs = [("loss = ", "code", "quiet"), (f"{written(self.loss)}", "code-strong", "output")]
        return self.type.row(runs, LOSS).move_to(point(*centre(self.below)))

    def play_hook(self, beat: OpenBeat) -> None:
        """The logits go in, the loss comes out."""
        steps: dict[str, Step] = {
            "PyTorch": AnimationGroup(self.box.swallow(), FadeOut(self.out)),
            "stable": self.box.work(),
            "version": FadeIn(self.out, shift=0.6 * DOWN),
        }
        self.tell(beat, steps)

    def play_code(self, beat: OpenBeat) -> None:
        self.code = CodeCard(self.type, self.trace.source, self.field, only=range(4, 9), lit=[4])
        self.heed(self.code)
        self.play(self.open_code(FadeOut(self.out), self.box.give_back()))
        self.tell(beat, {"on": self.code.light([5]), "raw": self.box.swallow()})

    def play_forward(self, beat: OpenBeat) -> None:
        """The box opens: every row by itself, the target of each, what that costs, the mean."""
        large, self.below = self.code.under(1, gap=30).rows(9, 2)
        opening = self.box.open(large)
        demo = self.brief.demo
        left, middle, *right = self.box.inside.columns(*((14, 5, 8) if demo else (11, 4)))
        closed, self.matrix = self.matrix, Matrix(self.type, "logits", self.logits, left)
        size = self.matrix.size
        targets = Matrix(self.type, "targets", self.targets, middle, upright=True, size=size)
        light = self.code.light([7], rows=1)
        self.play(light, opening, ReplacementTransform(closed, self.matrix), run_time=0.8)
        self.out = self.coming_out()
        aims = [(row, int(target)) for row, target in enumerate(self.targets.numbers)]
        steps: dict[str, Step] = {
            "log-softmax": self.matrix.light_axis(1, "operation"),
            **(self.log_probs(demo) if demo else {}),
            "NLL": lambda: AnimationGroup(targets.appear(), self.matrix.pick(*aims)),
            **(self.costs(demo, aims, right[0]) if demo else {}),
            "1.08": FadeIn(self.out, shift=0.6 * DOWN),
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
        panel = OutputPanel(self.type, self.trace, self.below)
        light = self.code.light([8], colour="output")
        self.play(self.change(FadeOut(self.out), panel.appear()), light)

    def play_mistake(self, beat: OpenBeat) -> None:
        """The gradients of the right run shrivel to those of the wrong one, on the same scale."""
        wrong, right = self.brief.mistake, self.brief.fix
        if wrong is None or right is None:
            super().play_mistake(beat)
            return
        lines = [7, 8]
        code = self.code.morph_to(right.source, only=lines, lit=[7], colour="output", of="fix")
        hero, strip = self.code.under(3, gap=50).rows(4, 1)
        (full,), (small,) = right.written("logits.grad"), wrong.written("logits.grad")
        names = [f"class {n}" for n in range(len(full.numbers))]
        bars = Bars(self.type, full.numbers, names, hero, colour="backward", name="logits.grad")
        self.play(self.change(self.clear_but(self.header, self.code), bars.appear()), code)
        self.wait(beat.until("softmax"))
        self.play(
            self.code.morph_to(wrong.source, only=lines, lit=[7], colour="mistake", of="mistake")
        )
        self.wait(beat.until("hurts"))
        self.add(bars.ghost())
        fall = bars.change_to(
            small.numbers,
            colour="mistake",
            full=max(full.numbers),
            least=min(full.numbers),
            name="after softmax",
        )
        self.play(fall, run_time=1.4)
        self.wait(beat.until("run"))
        panel = OutputPanel(self.type, wrong, strip, colour="mistake")
        self.play(self.code.light([8], colour="mistake"), panel.appear(), run_time=0.6)
