"""Short 09: a straight line with a hinge at zero.

What goes in comes out, until the negative arm swings up and lies flat: that is all ReLU does, and
why its output can never come down to a target below that floor.
"""

from __future__ import annotations

from collections.abc import Iterable

from manim import (
    UP,
    Animation,
    AnimationGroup,
    Create,
    DashedLine,
    Dot,
    FadeIn,
    LaggedStart,
    Mobject,
    Transform,
    VGroup,
    VMobject,
    there_and_back,
)

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.compute_graph import Run
from gradreel.blocks.function_plot import FunctionPlot
from gradreel.blocks.hook import Hook
from gradreel.blocks.mistake_card import Words
from gradreel.blocks.numbers import short
from gradreel.blocks.output_panel import OutputPanel
from gradreel.blocks.sheet import CURVES, DOTS
from gradreel.elementwise import Function, leaky
from gradreel.stage.scene import OpenBeat
from gradreel.stage.space import pixel, units
from gradreel.stage.type import Line
from gradreel.storyboard import Storyboard
from gradreel.trace.graph import graph_of

REACH, HINGE = (-2.6, 2.6), (0.0,)
WIDE, NEAR = (-2.4, 2.2), (-1.2, 2.4)  # heights with the open arm in sight, and without
OPEN, SHUT = 1.0, 0.0  # slopes of the negative arm
BALL, OVER = 46, -92  # pixels: radius of an input, and from it down to its output


class Hinge(Storyboard):
    def poster(self) -> Iterable[Mobject]:
        field = self.brief.platform.field
        self.hook = Hook(self.type, self.brief, field, low=True)
        self.stage, self.strip = field.rows(3, 1)
        self.plot = FunctionPlot(
            self.type, self.stage, leaky(SHUT), reach=REACH, heights=NEAR, kinks=HINGE
        )
        self.plot.remove(self.plot.axes)  # the floor comes with the hinge
        self.inputs, self.outputs = (self.graph_data.nodes[n].numbers for n in range(2))
        self.arm: Function = leaky(SHUT)
        self.balls = VGroup(*map(self.ball, self.inputs))
        return [self.hook, self.plot, self.balls]

    # ------------------------------------------------------------------ the beats

    def play_hook(self, beat: OpenBeat) -> None:
        """The inputs fall onto the curve, one after the other."""
        self.play(LaggedStart(*map(hop, self.balls), lag_ratio=0.3), run_time=beat.left)

    def play_code(self, beat: OpenBeat) -> None:
        self.code = CodeCard(self.type, self.trace.source, self.strip, only=(3, 4), lit=(3,))
        self.heed(self.code)
        said = beat.says_each(map(short, self.inputs))
        self.play(self.open_code(self.plot.zoom(REACH, WIDE)), run_time=0.6)
        self.play(self.swing(OPEN), self.plot.highlight_zero(), run_time=min(0.5, beat.left))
        for n, seconds in beat.each(range(len(said)), when=said.__getitem__):
            self.play(hop(self.balls[n]), run_time=min(0.5, seconds))

    def play_forward(self, beat: OpenBeat) -> None:
        self.play(self.code.light([4]), run_time=min(0.4, beat.until("max")))
        self.play(self.swing(SHUT), run_time=0.9)
        self.play(self.plot.zoom(REACH, NEAR), run_time=0.7)
        said = beat.says_each(map(short, self.outputs))
        for n, seconds in beat.each(range(len(said)), when=said.__getitem__):
            result = self.tag(self.inputs[n], short(self.outputs[n]), "text", OVER)
            self.play(FadeIn(result, scale=1.4), run_time=min(0.4, seconds))

    def play_output(self, beat: OpenBeat) -> None:
        """Data runs along all of it, the gradient back down the ramp, nowhere weaker."""
        top = float(max(self.outputs))
        ramp = self.amber((top, top), (0, 0))
        sparks = [Run(self.spark("backward"), ramp, back=False) for _ in range(3)]
        under = self.stage.below(pixel(self.plot.plane.at(0, 0))[1] + BALL + 40)
        panel = OutputPanel(self.type, self.trace, under)
        steps = {
            "simple": Run(self.spark("forward"), self.plot.curve, back=False),
            "vanishing": AnimationGroup(Create(ramp), LaggedStart(*sparks, lag_ratio=0.4)),
            "prints": AnimationGroup(self.code.light([4], colour="output"), panel.appear()),
        }
        self.tell(beat, steps, longest=1.5)

    def play_mistake(self, beat: OpenBeat) -> None:
        """The target lies below the floor: what pulls the output down ends there."""
        if self.brief.mistake is None:
            super().play_mistake(beat)
            return
        run, field = graph_of(self.brief.mistake), self.brief.platform.field
        w, out, gap = (float(node.numbers[0]) for node in run.nodes[:3])
        pull, passed = (a.gradient.numbers[0] for a in run.passes[0].arrivals[-2:])
        target = out - gap
        words = Words(self.type, self.brief.short, field, 0.9)
        code = CodeCard(
            self.type, self.brief.mistake.source, field.below(words.bottom + 20), only=[4],
            lit=[4], colour="mistake", of="mistake",
        )  # fmt: skip
        stage, strip = field.below(code.bottom).rows(2, 1, gap=-50)  # no row of inputs
        self.plot = FunctionPlot(
            self.type, stage, leaky(SHUT), reach=REACH, heights=(target, -0.5 * target), kinks=HINGE
        )
        panel = OutputPanel(
            self.type, self.brief.mistake, strip.below(strip.top + 40), colour="mistake"
        )
        aim = DashedLine(*(self.plot.plane.at(x, target) for x in REACH), dash_length=0.2)
        aim.set_stroke(self.type.theme.colour("output"), 7)
        ray, white = self.amber((w, target), (w, out)), self.type.theme.colour("text")
        stuck = Dot(self.plot.plane.at(w, out), units(28), color=white).set_z_index(DOTS)

        self.heed(code)
        self.play(self.change(self.clear_but(self.header), words.appear()))
        floor = self.plot.highlight_zero()
        self.play(Create(self.plot.curve), floor, code.appear(), run_time=0.6)
        name = self.tag(2.25 * w, f"w = {short(w)}", "forward", OVER)
        self.play(FadeIn(stuck, scale=2), FadeIn(name), run_time=0.4)
        wanted = self.tag(-w, f"target {short(target)}", "output", OVER, target)
        coming = self.tag(0.7 * w, short(pull), "backward", 0, target / 2)
        nothing = self.tag(0.3 * w, f"✕ {short(passed)}", "mistake", OVER)
        spark = Run(self.spark("backward"), ray, back=False)
        steps = {
            "need": AnimationGroup(Create(aim), FadeIn(wanted)),
            "negative": AnimationGroup(spark, Create(ray), FadeIn(coming)),
            "prints": AnimationGroup(panel.appear(), FadeIn(nothing, scale=1.6)),
        }
        self.tell(beat, steps)

    # ------------------------------------------------------------------ what stands on the plot

    def swing(self, slope: float) -> Animation:
        """The negative arm turns on its hinge, and what is on it rides along."""
        self.arm, plane = leaky(slope), self.plot.plane
        bent = plane.graph(self.arm, HINGE).match_style(self.plot.curve)
        rides = [
            Transform(ball, ball.copy().move_to(plane.at(x, self.arm(x))))
            for ball, x in zip(self.balls, self.inputs, strict=True)
        ]
        return AnimationGroup(Transform(self.plot.curve, bent), *rides)

    def ball(self, x: float) -> VMobject:
        """An input on the curve."""
        white = self.type.theme.colour("text")

        def drawn() -> VGroup:
            at = self.plot.plane.at(x, self.arm(x))
            number = self.type.line(short(x), 52, font="code-strong", colour="ground")
            return VGroup(Dot(at, radius=units(BALL), color=white), number.move_to(at))

        return self.plot.shape(drawn, DOTS, (x, self.arm(x)))

    def tag(self, x: float, text: str, role: str, down: float, y: float | None = None) -> Line:
        """A text so many pixels below the curve at x, or below another height there."""

        def spots(_: Line) -> Iterable[tuple[float, float]]:
            across, at = pixel(self.plot.plane.at(x, self.arm(x) if y is None else y))
            yield across, at + down

        label = self.plot.label(text, 62, role, spots, zone=self.plot.zone)
        self.plot.marks.add(label)
        return label

    def amber(self, *corners: tuple[float, float]) -> VMobject:
        """The way a gradient takes."""
        way = self.plot.plane.path(list(corners))
        return way.set_stroke(self.type.theme.colour("backward"), 12).set_z_index(CURVES)

    def spark(self, role: str) -> VGroup:
        return VGroup(Dot(radius=units(24), color=self.type.theme.colour(role))).set_z_index(CURVES)


def hop(ball: VMobject) -> Animation:
    """It falls onto the curve once more."""
    return Transform(ball, ball.copy().shift(0.9 * UP), rate_func=there_and_back)
