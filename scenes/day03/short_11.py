"""Short 11: the leak is so small that it has to be looked for.

At full size leaky ReLU lies on ReLU; then the camera dives to the negative side, a hundred times
closer, and there it is: a slope, and with it a gradient.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from manim import (
    Animation,
    AnimationGroup,
    Create,
    Dot,
    FadeIn,
    FadeOut,
    LaggedStart,
    Mobject,
    Polygon,
    VGroup,
    VMobject,
)

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.compute_graph import Run
from gradreel.blocks.function_plot import FunctionPlot
from gradreel.blocks.hook import Hook
from gradreel.blocks.mistake_card import Words
from gradreel.blocks.numbers import short
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.plane import Range
from gradreel.blocks.sheet import AREAS, DOTS, SLOPES
from gradreel.elementwise import leaky
from gradreel.model import Zone
from gradreel.stage.scene import OpenBeat
from gradreel.stage.space import pixel, units
from gradreel.storyboard import Step, Storyboard

CORNER = (0.0,)
FULL = (-3.4, 2.4), (-0.5, 2.4)  # reach and heights: all of it, and the leak alone
LEAK = (-3.4, 0.3), (-0.036, 0.006)
POSTER = (-3.3, 0.25), (-0.034, 0.002)


class Leak(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        """The hook stands in the gap between ReLU and the leak."""
        field = self.brief.platform.field
        (slope,) = (a.text for a in self.trace.ops[1].inputs if a.name == "negative_slope")
        self.slope = float(slope or 0)
        self.plot = self.curves(field, *POSTER)
        left, top = pixel(self.plot.plane.at(POSTER[0][0], 0))
        words = Zone(round(left) + 30, round(top) + 26, round(left) + 620, field.bottom)
        self.hook = Hook(self.type, self.brief, words)
        return [self.plot, self.plot.marks, self.hook]

    def curves(self, zone: Zone, reach: Range, heights: Range) -> FunctionPlot:
        """Leaky ReLU, ReLU in grey, and the gap between them."""
        curve = leaky(self.slope)
        plot = FunctionPlot(
            self.type, zone, curve, reach=reach, heights=heights, kinks=CORNER, name="leaky"
        )
        plot.add_curve(leaky(0), "untracked", "ReLU")
        plot.marks[0].set_z_index(SLOPES)  # under the leaky curve
        amber = self.type.theme.colour("backward")

        def drawn() -> VMobject:
            corners = (reach[0], 0.0), (0.0, 0.0), (reach[0], curve(reach[0]))
            gap = Polygon(*(plot.plane.at(*corner) for corner in corners), stroke_width=0)
            return gap.set_fill(amber, 0.2)

        plot.marks.add(plot.shape(drawn, AREAS))
        return plot

    # ------------------------------------------------------------------ the beats

    def climb(self, low: float) -> Animation:
        """What a small gradient does: drop after drop up the leak, to zero."""
        way = self.plot.plane.path([(low, leaky(self.slope)(low)), (0.0, 0.0)])
        paint = self.type.theme.colour("backward")
        drops = [VGroup(Dot(radius=units(22), color=paint)).set_z_index(DOTS) for _ in range(4)]
        return LaggedStart(*(Run(drop, way, back=False) for drop in drops), lag_ratio=0.35)

    def play_hook(self, beat: OpenBeat) -> None:
        self.wait(0.1)
        self.play(self.climb(POSTER[0][0]), run_time=beat.left)

    def play_code(self, beat: OpenBeat) -> None:
        """At full size the two curves are one."""
        field = self.brief.platform.field
        self.code = CodeCard(self.type, self.trace.source, field, only=(4, 5), ems=(34, 41))
        self.heed(self.code)
        before = self.plot
        self.plot = self.curves(field.below(self.code.bottom + 80), *FULL)
        leaving = AnimationGroup(FadeOut(before), FadeOut(before.marks))
        self.play(self.open_code(leaving), self.plot.draw(), FadeIn(self.plot.marks), run_time=0.9)
        self.x, self.y = (self.graph_data.nodes[n].numbers for n in range(2))
        said = beat.says_each(map(short, self.x))
        self.play(self.code.light([4]), run_time=min(0.3, beat.left))
        for n, seconds in beat.each(range(len(said)), when=said.__getitem__):
            point = self.plot.drop(self.x[n], self.y[n])
            self.play(point, self.plot.label_input(self.x[n]), run_time=min(0.5, seconds))

    def play_forward(self, beat: OpenBeat) -> None:
        """The dive."""
        self.play(self.code.light([5]), run_time=0.4)
        steps: dict[str, Step] = {"max(alpha*x, x)": self.plot.zoom(*LEAK)}
        for x, y in zip(self.x, self.y, strict=True):
            if y < 0:
                steps[f"output of {x}"] = partial(self.plot.label_output, x, y)
        self.tell(beat, steps, longest=1.6)

    def play_output(self, beat: OpenBeat) -> None:
        under = self.code.zone.below(self.code.bottom_at(1) + 12)
        steps: dict[str, Step] = {
            "small": self.plot.tangent(self.x[1], self.y[1], self.slope),
            "recover": self.climb(float(self.x[0])),
            "It": partial(self.code.light, [5], colour="output", rows=1),
            "prints": OutputPanel(self.type, self.trace, under).appear(),
        }
        self.tell(beat, steps, longest=1.5)

    def play_mistake(self, beat: OpenBeat) -> None:
        """The slope is a knob, and it is what the gradient of every negative input is."""
        if self.brief.mistake is None:
            super().play_mistake(beat)
            return
        wrong, field = self.brief.mistake, self.brief.platform.field
        slopes = [w.text or "" for s in wrong.steps for w in s.writes if w.name == "slope"]
        words = Words(self.type, self.brief.short, field, 0.85)
        stage, strip = field.below(words.bottom + 10).rows(3, 2, gap=-30)
        panel = OutputPanel(self.type, wrong, strip, colour="mistake")
        code = CodeCard(
            self.type, wrong.source, strip, only=(4, 6), lit=(4,), colour="mistake", of="mistake"
        )
        self.heed(code)
        plot = FunctionPlot(
            self.type, stage, leaky(0), reach=(-3.3, 1.0), heights=(-0.65, 0.25), kinks=CORNER
        )
        plot.remove(plot.axes)
        self.play(self.change(self.clear_but(self.header), words.appear()))
        self.play(Create(plot.curve), code.appear(), run_time=0.6)
        steps: dict[str, Animation] = {}
        for word, slope in zip(("negative_slope", "actually", "about"), slopes, strict=False):
            role = "backward" if float(slope) else "mistake"
            steps[word] = plot.add_curve(leaky(float(slope)), role, f"slope {slope}")
        steps["look"] = self.change(FadeOut(code), panel.appear())
        self.tell(beat, steps)
