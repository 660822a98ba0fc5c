"""ReLU as a straight line with a hinge at zero, and the inputs that stand on it."""

from __future__ import annotations

from collections.abc import Sequence

from manim import (
    UP,
    Animation,
    AnimationGroup,
    Create,
    Dot,
    FadeIn,
    LaggedStart,
    Transform,
    VGroup,
    VMobject,
    there_and_back,
)

from gradreel.blocks.function_plot import FunctionPlot
from gradreel.blocks.numbers import short
from gradreel.blocks.plane import Range
from gradreel.blocks.sheet import CURVES, DOTS
from gradreel.elementwise import leaky
from gradreel.model import Zone
from gradreel.stage.space import pixel, units
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Number

OPEN, SHUT = 1.0, 0.0  # slopes of the arm left of the hinge
BALL, NUMBER = 46, 52  # pixels: radius of an input, and the em of its number
OVER = -92  # pixels from an input down to its output
CLEAR = 40  # pixels under the balls that stand on the floor
HOP = 0.9  # units that a ball falls


class Hinge(FunctionPlot):
    """The traced `inputs` are balls on the line, and ride along when its arm swings; `outputs` are
    what came out of them. The floor is not seen before it is lit."""

    def __init__(
        self,
        type_: Typesetter,
        zone: Zone,
        inputs: Sequence[Number],
        outputs: Sequence[Number],
        *,
        reach: Range,
        heights: Range,
    ) -> None:
        self.arm = SHUT
        super().__init__(type_, zone, self._line, reach=reach, heights=heights, kinks=(0.0,))
        self.remove(self.axes)
        self.inputs, self.outputs = inputs, outputs
        self.balls = VGroup(*map(self._ball, inputs))
        self.add(self.balls)

    @property
    def under(self) -> Zone:
        """What is left of the zone under what stands on the floor."""
        return self.zone.below(pixel(self.plane.at(0, 0))[1] + BALL + CLEAR)

    # ------------------------------------------------------------------ animations

    def hop(self, place: int) -> Animation:
        """An input falls onto the line once more."""
        ball = self.balls[place]
        return Transform(ball, ball.copy().shift(HOP * UP), rate_func=there_and_back)

    def hops(self) -> Animation:
        """All of them, one after the other."""
        return LaggedStart(*map(self.hop, range(len(self.balls))), lag_ratio=0.3)

    def open(self) -> Animation:
        """The arm swings down until the line is straight: what goes in comes out."""
        return self._swing(OPEN)

    def shut(self) -> Animation:
        """The arm swings up and lies flat, and with it what is negative."""
        return self._swing(SHUT)

    def come_out(self, place: int) -> Animation:
        """The output of an input stands over it."""
        at, y = self._at(self.inputs[place]), self.outputs[place]
        return FadeIn(self.pin(short(y), "text", at, down=OVER), scale=1.4)

    def pass_through(self) -> Animation:
        """Data runs along all of the line."""
        return self.lights(self.curve, "forward", z=CURVES)

    def pass_back(self) -> Animation:
        """The gradient runs down the ramp, nowhere weaker."""
        top, paint = self._at(max(self.inputs)), self.type.theme.colour("backward")
        ramp = self.shape(lambda: self.plane.path([top, (0, 0)]).set_stroke(paint, 12), CURVES)
        self.marks.add(ramp)
        return AnimationGroup(Create(ramp), self.lights(ramp, "backward", count=3, z=CURVES))

    # ------------------------------------------------------------------ drawing

    def _line(self, x: float) -> float:
        return leaky(self.arm)(x)

    def _at(self, x: Number) -> tuple[float, float]:
        return float(x), self._line(float(x))

    def _swing(self, slope: float) -> Animation:
        self.arm = slope
        return self.follow(self.curve, *self.balls)

    def _ball(self, x: Number) -> VMobject:
        white, number = self.type.theme.colour("text"), short(x)

        def drawn() -> VGroup:
            at = self.plane.at(*self._at(x))
            text = self.type.line(number, NUMBER, font="code-strong", colour="ground")
            return VGroup(Dot(at, radius=units(BALL), color=white), text.move_to(at))

        return self.shape(drawn, DOTS, self._at(x))
