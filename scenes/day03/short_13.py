"""Short 13: between two deserts lies the only hill that learning can see.

One curve and its slope from the poster to the output: where the sigmoid is flat the hill is gone,
and a gradient of 0.25 in the middle stands beside two of almost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from manim import Animation, AnimationGroup, FadeOut, LaggedStart, Mobject

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.function_plot import FunctionPlot
from gradreel.blocks.numbers import short
from gradreel.blocks.output_panel import OutputPanel
from gradreel.elementwise import FORMULAS
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Step, Storyboard
from gradreel.trace.model import Trace

sigmoid = FORMULAS["sigmoid"]
REACH = (-7.0, 7.0)
DESERTS = (REACH[0], -3.4), (3.4, REACH[1])
HILL = (0.0, 0.3)  # heights: the slope alone
X, SUM, PRINT = 3, 4, 5  # lines of the snippet
RAW, NORMAL = (-12.0, 108.0), (-2.4, 2.4)  # reach: of data as it comes, and normalized


class VanishingGradient(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        x, y = (self.graph_data.nodes[n].numbers for n in range(2))
        slopes = self.graph_data.passes[0].arrivals[-1].gradient.numbers
        self.points = list(zip(x, y, slopes, strict=True))
        stage = self.field.below(self.hook.bottom + 30)
        self.plot = FunctionPlot(self.type, stage, sigmoid.curve, reach=REACH, slope=sigmoid.slope)
        self.dry()
        return [self.hook, self.plot, self.plot.marks]

    def dry(self) -> Animation:
        """The deserts left and right."""
        return AnimationGroup(*(self.plot.shade_flat(*desert) for desert in DESERTS))

    def play_hook(self, beat: OpenBeat) -> None:
        self.wait(0.1)
        self.play(self.plot.slide(-6, 6), run_time=beat.left)

    def play_code(self, beat: OpenBeat) -> None:
        lines = X, SUM, PRINT
        self.code = CodeCard(self.type, self.trace.source, self.field, only=lines, lit=[X])
        self.heed(self.code)
        self.play(self.open_code(self.plot.fade_slope(), self.plot.clear()), run_time=0.7)
        inputs = [x for x, _, _ in self.points]
        self.as_said(beat, inputs, lambda n: self.plot.label_input(inputs[n]))

    def play_forward(self, beat: OpenBeat) -> None:
        drops = [self.plot.drop(x, y) for x, y, _ in self.points]
        self.play(self.code.light([SUM]), run_time=0.25)
        self.play(AnimationGroup(*drops, lag_ratio=0.2), run_time=0.8)
        self.wait(beat.until("sigmoid") - 0.3)
        x = self.points[-1][0]
        self.play(self.plot.slide(0, float(x)), run_time=min(1.3, beat.share(2)))
        self.play(self.dry(), run_time=min(0.6, beat.left))

    def play_backward(self, beat: OpenBeat) -> None:
        """The slope comes in; then the camera goes down to it."""
        steps: dict[str, Step] = {
            "derivative": self.rise,
            "learning": self.plot.slide(0, float(self.points[0][0])),
            "largest": partial(self.plot.zoom, REACH, HILL),
            short(self.points[1][2]): partial(self.found, 1),
            "smallest": partial(self.found, 0),
            "gradient": partial(self.found, 2),
        }
        self.tell(beat, steps, longest=1.3)

    def rise(self) -> Animation:
        lit = self.code.light([SUM], colour="backward")
        return AnimationGroup(lit, self.plot.draw_slope())

    def found(self, number: int) -> Animation:
        """The gradient of an input."""
        x, _, gradient = self.points[number]
        return self.plot.label_slope(x, gradient)

    def play_output(self, beat: OpenBeat) -> None:
        self.play(self.print_out(), run_time=min(1.0, beat.left))

    def play_mistake(self, beat: OpenBeat) -> None:
        """Raw data lies far out in the desert; normalized, all of it stands on the hill."""
        wrong, mended = self.brief.mistake, self.brief.fix
        if wrong is None or mended is None:
            super().play_mistake(beat)
            return
        stage, strip = self.field_below(self.words.bottom).rows(7, 2, gap=10)
        real = OutputPanel(self.type, wrong, strip, colour="mistake")
        fixed = OutputPanel(self.type, mended, strip, label="FIXED · REAL OUTPUT")
        self.plot = FunctionPlot(
            self.type, stage, sigmoid.curve, reach=RAW, heights=HILL, slope=sigmoid.slope
        )
        desert = self.plot.shade_flat(DESERTS[1][0], RAW[1])
        raw = AnimationGroup(self.plot.appear(), desert, self.placed(wrong), real.appear())
        came = AnimationGroup(self.words.appear(), raw, lag_ratio=0.3)
        self.play(self.change(self.clear_but(self.header), came))
        self.wait(beat.until("into"))
        self.play(self.plot.clear(), self.plot.zoom(NORMAL, HILL), FadeOut(real), run_time=0.6)
        self.play(self.placed(mended), fixed.appear(), run_time=min(0.5, beat.left))

    def placed(self, run: Trace) -> Animation:
        """The inputs of a run, with the gradients it found there."""
        xs, slopes = (run.written(name)[-1].numbers for name in ("x", "x.grad"))
        pairs = list(zip(xs, slopes, strict=True))
        inputs = [self.plot.label_input(x) for x, _ in pairs]
        return LaggedStart(*inputs, *(self.plot.label_slope(*pair) for pair in pairs))
