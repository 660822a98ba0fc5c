"""A function and its derivative, with a tangent that slides, and marks where the run really was."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import (
    Animation,
    AnimationGroup,
    Circle,
    Create,
    DashedLine,
    Dot,
    FadeIn,
    FadeOut,
    Line,
    Polygon,
    Rectangle,
    VGroup,
    VMobject,
    smooth,
)

from gradreel.blocks.numbers import short
from gradreel.model import Zone
from gradreel.stage.space import Point, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Number

Function = Callable[[float], float]
SAMPLES = 140
INPUTS, GRADIENTS = 52, 114  # pixels below the axis: the rows of numbers


class FunctionPlot(VGroup):
    """`function` in forward blue over its `slope` in amber, on one scale; both run over `reach`.

    The curves are the formulas; every dot, stem and number put on them comes from a trace.
    """

    def __init__(
        self,
        type_: Typesetter,
        zone: Zone,
        function: Function,
        slope: Function,
        reach: tuple[float, float],
        heights: tuple[float, float] = (0.0, 1.0),
    ) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        self.function, self.slope, self.reach, self.heights = function, slope, reach, heights
        theme = type_.theme
        xs = np.linspace(*reach, SAMPLES)
        self.axis = Line(self.at(reach[0], 0), self.at(reach[1], 0), stroke_width=4)
        self.axis.set_color(theme.colour("edge"))
        self.curve = _through([self.at(x, function(x)) for x in xs])
        self.curve.set_stroke(theme.colour("forward"), width=9)
        self.hill = _through([self.at(x, slope(x)) for x in xs])
        self.hill.set_stroke(theme.colour("backward"), width=7)
        outline = [self.at(x, slope(x)) for x in xs]
        self.shade = Polygon(*outline, self.at(reach[1], 0), self.at(reach[0], 0), stroke_width=0)
        self.shade.set_fill(theme.colour("backward"), opacity=0.16)
        self.add(self.axis, self.shade, self.hill, self.curve)
        self.marks = VGroup()  # dots, stems and numbers as they are played

    def at(self, x: float, y: float) -> Point:
        """The scene point of a point of the plot."""
        (low, high), (bottom, top), zone = self.reach, self.heights, self.zone
        across = (x - low) / (high - low)
        up = (y - bottom) / (top - bottom)
        return point(zone.left + across * zone.width, zone.bottom - up * zone.height)

    # ------------------------------------------------------------------ animations

    def draw_slope(self) -> Animation:
        return AnimationGroup(Create(self.hill, run_time=0.9), FadeIn(self.shade, run_time=0.9))

    def fade_slope(self) -> Animation:
        """The slope steps back until it has been explained."""
        return FadeOut(VGroup(self.hill, self.shade))

    def slide(self, start: float, end: float) -> Slide:
        """A tangent gliding along the curve with a light on the slope below it."""
        return Slide(self, start, end)

    def drop(self, x: Number, y: Number) -> Animation:
        """A traced input lands on the axis and rises to its traced output on the curve."""
        theme = self.type.theme
        dot = Dot(self.at(x, y), radius=units(17), color=theme.colour("text")).set_z_index(3)
        stem = DashedLine(self.at(x, 0), self.at(x, y), dash_length=0.09)
        stem.set_stroke(theme.colour("forward"), width=4, opacity=0.8)
        self.marks.add(stem, dot)
        if abs(y) < 0.02 * (self.heights[1] - self.heights[0]):
            return FadeIn(dot, scale=2.5)
        return AnimationGroup(Create(stem), FadeIn(dot, scale=2.5), lag_ratio=0.4)

    def label_input(self, x: Number) -> Animation:
        """The input's number under the axis."""
        low = self.zone.bottom + INPUTS
        label = self.type.line(short(x), "node", font="code-strong", colour="forward")
        label.at(self._column(x), low, "center")
        self.marks.add(label)
        return FadeIn(label)

    def label_slope(self, x: Number, gradient: Number) -> Animation:
        """The traced gradient: an amber dot on the slope, its number under the input's."""
        theme = self.type.theme
        dot = Dot(self.at(x, gradient), radius=units(15), color=theme.colour("backward"))
        ring = Circle(radius=units(30), stroke_width=5, color=theme.colour("backward"))
        ring.move_to(dot)
        label = self.type.line(short(gradient), 46, font="code-strong", colour="backward")
        label.at(self._column(x), self.zone.bottom + GRADIENTS, "center")
        parts = VGroup(dot.set_z_index(3), ring.set_z_index(3), label)
        self.marks.add(parts)
        return FadeIn(parts, scale=1.4)

    def shade_flat(self, low: float, high: float) -> Animation:
        """A stretch of the curve where nothing changes."""
        left, right = self.at(low, self.heights[1]), self.at(high, self.heights[0])
        band = Rectangle(width=right[0] - left[0], height=left[1] - right[1], stroke_width=0)
        band.set_fill(self.type.theme.colour("mistake"), opacity=0.13)
        band.move_to((left + right) / 2)
        self.marks.add(band)
        return FadeIn(band)

    def _column(self, x: Number) -> float:
        """The pixel column for a number under x, kept inside the zone."""
        (low, high), zone = self.reach, self.zone
        across = zone.left + (float(x) - low) / (high - low) * zone.width
        return min(max(across, zone.left + 60), zone.right - 60)


class Slide(Animation):
    """A tangent of constant length moving along the curve; its slope is the picture."""

    REACH = 130  # pixels to each side of the touching point

    def __init__(self, plot: FunctionPlot, start: float, end: float) -> None:
        self.plot, self.start, self.end = plot, start, end
        theme = plot.type.theme
        tangent = VMobject(stroke_color=theme.colour("text"), stroke_width=7)
        touch = Dot(radius=units(15), color=theme.colour("text"))
        below = Dot(radius=units(15), color=theme.colour("backward"))
        group = VGroup(tangent, touch, below).set_z_index(2)
        self.parts = tangent, touch, below
        super().__init__(group, introducer=True, remover=True, rate_func=smooth)
        self.interpolate_mobject(0)

    def interpolate_mobject(self, alpha: float) -> None:
        x = self.start + (self.end - self.start) * self.rate_func(alpha)
        plot = self.plot
        here = plot.at(x, plot.function(x))
        along = plot.at(x + 1, plot.function(x) + plot.slope(x)) - here
        along *= units(self.REACH) / float(np.linalg.norm(along))
        tangent, touch, below = self.parts
        tangent.set_points_as_corners([here - along, here + along])
        touch.move_to(here)
        below.move_to(plot.at(x, plot.slope(x)))


def _through(points: list[Point]) -> VMobject:
    line = VMobject()
    line.set_points_smoothly(points)
    return line
