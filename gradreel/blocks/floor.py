"""ReLU's floor: an output that stands on it, and a target below that it cannot come down to."""

from __future__ import annotations

from manim import Animation, AnimationGroup, Create, DashedLine, Dot, FadeIn, VMobject

from gradreel.blocks.function_plot import INPUTS, ROW, FunctionPlot
from gradreel.blocks.numbers import short
from gradreel.blocks.plane import Range
from gradreel.blocks.sheet import AREAS, CURVES, DOTS
from gradreel.elementwise import leaky
from gradreel.model import Zone
from gradreel.stage.space import units
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Number

DASH = 0.2  # units
RADIUS = 28  # pixels of what stands on the floor
OVER, UNDER = -92, 62  # pixels from the floor, or from the target, down to a text beside it


class Floor(FunctionPlot):
    """The zone reaches from half as far above the floor as the `target` is below it, down to the
    target. `x` is what went in, `y` what came out."""

    def __init__(
        self, type_: Typesetter, zone: Zone, x: Number, y: Number, target: Number, *, reach: Range
    ) -> None:
        room = Zone(zone.left, zone.top, zone.right, zone.bottom + INPUTS + ROW)  # no row of inputs
        heights = float(target), -0.5 * float(target)
        super().__init__(type_, room, leaky(0), reach=reach, heights=heights, kinks=(0.0,))
        self.zone = zone
        self.remove(self.axes)
        self.at, self.goal = (float(x), float(y)), float(target)

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        """The line draws itself, and the floor lights up."""
        return AnimationGroup(Create(self.curve), self.highlight_zero(), run_time=0.6)

    def stand(self, name: str) -> Animation:
        """The output on the floor, and beside it the input that put it there."""
        white = self.type.theme.colour("text")
        dot = self.shape(lambda: Dot(self.plane.at(*self.at), units(RADIUS), color=white), DOTS)
        self.marks.add(dot)
        label = self.pin(f"{name} = {short(self.at[0])}", "forward", self.at, side=-1, down=UNDER)
        return AnimationGroup(FadeIn(dot, scale=2), FadeIn(label), run_time=0.4)

    def aim(self) -> Animation:
        """Where the output should be."""
        line = self.shape(self._dashes, AREAS)
        self.marks.add(line)
        text = f"target {short(self.goal)}"
        label = self.pin(text, "output", (0.0, self.goal), side=1, down=OVER)
        return AnimationGroup(Create(line), FadeIn(label))

    def pull(self, gradient: Number) -> Animation:
        """The gradient comes up from the target as far as the floor."""
        x, y = self.at
        paint = self.type.theme.colour("backward")
        way = [(x, self.goal), (x, y)]
        ray = self.shape(lambda: self.plane.path(way).set_stroke(paint, 12), CURVES)
        self.marks.add(ray)
        middle = x, (self.goal + y) / 2
        number = self.pin(short(gradient), "backward", middle, side=1)
        return AnimationGroup(self.lights(ray, "backward", z=CURVES), Create(ray), FadeIn(number))

    def stop(self, passed: Number) -> Animation:
        """What of it comes through."""
        label = self.pin(f"✕ {short(passed)}", "mistake", self.at, down=OVER)
        return FadeIn(label, scale=1.6)

    # ------------------------------------------------------------------ drawing

    def _dashes(self) -> VMobject:
        ends = (self.plane.at(x, self.goal) for x in self.plane.reach)
        line = DashedLine(*ends, dash_length=DASH)
        return line.set_stroke(self.type.theme.colour("output"), 7)
