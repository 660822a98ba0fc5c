"""Short 11: the leak is so small that it has to be looked for.

At full size leaky ReLU lies on ReLU; then the camera dives to the negative side, a hundred times
closer, and there it is: a slope, and with it a gradient.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from manim import FadeOut, Mobject

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.function_plot import FunctionPlot
from gradreel.blocks.hook import Hook
from gradreel.blocks.leak import Leak
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.plane import Range
from gradreel.elementwise import leaky
from gradreel.stage.scene import OpenBeat
from gradreel.storyboard import Step, Storyboard

POSTER = (-3.3, 0.25), (-0.034, 0.002)  # reach and heights: the leak beside the hook,
FULL = (-3.4, 2.4), (-0.5, 2.4)  # all of the function,
CLOSE = (-3.4, 0.3), (-0.036, 0.006)  # the leak alone,
KNOB = (-3.3, 1.0), (-0.65, 0.25)  # and room for other slopes
X, PRINT = 4, 5  # lines of the snippet
LOOP = (4, 6)  # lines of the mistake: over the slopes, and what each is used for
CLEAR = 80  # pixels between the code and the plot: the output has to fit in between


class LeakyRelu(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        """The hook stands in the gap between ReLU and the leak."""
        self.x, self.y = (self.graph_data.nodes[n].numbers for n in range(2))
        (slope,) = (a.text for a in self.trace.ops[1].inputs if a.name == "negative_slope")
        self.slope = float(slope or 0)
        self.leak = self.seen(*POSTER, top=self.field.top)
        self.hook = Hook(self.type, self.brief, self.leak.between)
        return [self.leak, self.hook]

    def seen(self, reach: Range, heights: Range, *, top: float) -> Leak:
        zone = self.field.below(top)
        return Leak(self.type, zone, self.slope, reach=reach, heights=heights)

    def play_hook(self, beat: OpenBeat) -> None:
        self.wait(0.1)
        self.play(self.leak.climb(), run_time=beat.left)

    def play_code(self, beat: OpenBeat) -> None:
        """At full size the two curves are one."""
        source, lines = self.trace.source, (X, PRINT)
        self.code = CodeCard(self.type, source, self.field, only=lines, lit=[X], ems=(34, 41))
        self.heed(self.code)
        before, self.leak = self.leak, self.seen(*FULL, top=self.code.bottom + CLEAR)
        self.play(self.open_code(FadeOut(before)), self.leak.draw(), run_time=0.9)
        self.as_said(beat, self.x, lambda n: self.leak.put(self.x[n], self.y[n]))

    def play_forward(self, beat: OpenBeat) -> None:
        """The dive."""
        self.play(self.code.light([PRINT]), run_time=0.4)
        steps: dict[str, Step] = {"max(alpha*x, x)": self.leak.zoom(*CLOSE)}
        for x, y in zip(self.x, self.y, strict=True):
            if y < 0:
                steps[f"output of {x}"] = partial(self.leak.label_output, x, y)
        self.tell(beat, steps, longest=1.6)

    def play_output(self, beat: OpenBeat) -> None:
        panel = OutputPanel(self.type, self.trace, self.code.under(1))
        steps: dict[str, Step] = {
            "small": self.leak.tangent(self.x[1], self.y[1], self.slope),
            "recover": self.leak.climb(),
            "It": partial(self.code.light, [PRINT], colour="output", rows=1),
            "prints": panel.appear(),
        }
        self.tell(beat, steps, longest=1.5)

    def play_mistake(self, beat: OpenBeat) -> None:
        """The slope is a knob, and it is what the gradient of every negative input is."""
        wrong = self.brief.mistake
        if wrong is None:
            super().play_mistake(beat)
            return
        slopes = [w.text or "" for s in wrong.steps for w in s.writes if w.name == "slope"]
        stage, strip = self.caution(scale=0.85).rows(3, 2, gap=-30)
        code = self.wrong_code(strip, LOOP, LOOP[:1])
        panel = OutputPanel(self.type, wrong, strip, colour="mistake")
        reach, heights = KNOB
        plot = FunctionPlot(self.type, stage, leaky(0), reach=reach, heights=heights, kinks=(0.0,))
        self.heed(code)
        self.play(plot.draw(), code.appear(), run_time=0.6)
        steps: dict[str, Step] = {}
        for word, slope in zip(("negative_slope", "actually", "about"), slopes, strict=False):
            role = "backward" if float(slope) else "mistake"
            steps[word] = plot.add_curve(leaky(float(slope)), role, f"slope {slope}")
        steps["look"] = self.change(FadeOut(code), panel.appear())
        self.tell(beat, steps)
