"""Functions and a slope over one axis, a tangent that slides, and marks where the run was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isclose

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
    Polygon,
    Rectangle,
    Succession,
    VGroup,
    VMobject,
    smooth,
)

from gradreel.blocks.clear import Spot, around
from gradreel.blocks.numbers import short
from gradreel.blocks.plane import Branch, Function, Plane, Range, fitting
from gradreel.blocks.sheet import AREAS, BANDS, CURVES, DOTS, SLOPES, TANGENTS, At, Sheet
from gradreel.errors import SceneError
from gradreel.model import Zone
from gradreel.stage.space import UNIT, pixel, units
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Number

EDGE = 30  # pixels around the curves: half a dot, and room to breathe
INPUTS, GRADIENTS = 52, 114  # pixels below the curves: the rows of numbers
ROW = 30  # pixels from the middle of a row of numbers to its lower edge
RUNS = 190, 150, 110, 80, 50  # pixels: how far along a tangent's triangle goes, if it can
NAMED_AT = (0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.6, 0.4, 0.5)  # shares of the width


class FunctionPlot(Sheet):
    """`function` in forward blue, over its `slope` in amber if given, on one scale.

    The curves are formulas; every dot, stem and number put on them comes from a trace. `heights`
    fit the curves unless given. `kinks` are the x at which a curve has a corner or jumps. Below the
    curves is room for a row of inputs, and for a row of gradients if there is a slope.
    """

    def __init__(
        self,
        type_: Typesetter,
        zone: Zone,
        function: Function,
        *,
        reach: Range,
        heights: Range | None = None,
        slope: Function | None = None,
        kinks: Sequence[float] = (),
        name: str = "",
    ) -> None:
        rows = (INPUTS if slope is None else GRADIENTS) + ROW
        frame = Zone(zone.left + EDGE, zone.top + EDGE, zone.right - EDGE, zone.bottom - rows)
        functions = [function] if slope is None else [function, slope]
        plane = Plane(frame, reach, heights or fitting(functions, reach, kinks))
        super().__init__(type_, zone, plane)
        self.function, self.slope, self.kinks = function, slope, kinks
        self.axes = self.shape(self._axes, AREAS)
        self.hill = VGroup()
        if slope is not None:
            paint = type_.theme.colour("backward")
            area = self.shape(
                lambda: self.plane.area(slope, kinks).set_fill(paint, opacity=0.16), AREAS
            )
            self.hill.add(area, self._curve(slope, "backward", SLOPES))
        self.curve = self._curve(function, "forward", CURVES)
        self.tag = VGroup(*self._tag(function, "forward", name))
        self.add(self.axes, self.hill, self.curve, self.tag)

    # ------------------------------------------------------------------ the curves

    def appear(self) -> Animation:
        return FadeIn(self, run_time=0.6)

    def draw(self) -> Animation:
        """The curve draws itself from left to right, without its slope."""
        self.remove(self.hill)
        axes, curve = FadeIn(self.axes, run_time=0.4), Create(self.curve, run_time=1.0)
        return AnimationGroup(axes, curve, *(FadeIn(t, run_time=1.0) for t in self.tag))

    def draw_slope(self) -> Animation:
        self.add(self.hill)
        shade, line = self.hill
        return AnimationGroup(Create(line, run_time=0.9), FadeIn(shade, run_time=0.9))

    def fade_slope(self) -> Animation:
        """The slope steps back until it has been explained."""
        return FadeOut(self.hill)

    def add_curve(self, function: Function, colour: str, name: str = "") -> Animation:
        """Another function draws itself over the first, its name beside it."""
        curve = self._curve(function, colour, CURVES)
        tags = self._tag(function, colour, name)
        self.marks.add(curve, *tags)
        return AnimationGroup(
            Create(curve, run_time=1.0), *(FadeIn(tag, run_time=1.0) for tag in tags)
        )

    def highlight_zero(self) -> Animation:
        """The line of zero lights up."""
        halo = self.shape(lambda: self._level(34, 0.18), AREAS)
        core = self.shape(lambda: self._level(7, 1.0), AREAS)
        self.marks.add(halo, core)
        return AnimationGroup(Create(halo), Create(core), run_time=0.8)

    def shade_flat(self, low: float, high: float) -> Animation:
        """A stretch of the curve where nothing changes."""
        band = self.shape(lambda: self._band(low, high), BANDS)
        self.marks.add(band)
        return FadeIn(band)

    # ------------------------------------------------------------------ the run

    def slide(self, start: float, end: float) -> Slide:
        """A tangent gliding along the curve, with a light on the slope below it."""
        return Slide(self, start, end)

    def drop(self, x: Number, y: Number) -> Animation:
        """A traced input lands on the axis and rises to its traced output on the curve."""
        dot = self._dot(x, y, "text", 17)
        if np.linalg.norm(self.plane.at(x, y) - self.plane.at(x, self.plane.base)) < units(25):
            return FadeIn(dot, scale=2.5)
        stem = self.shape(lambda: self._stem(x, y), AREAS, (x, y))
        self.marks.add(stem)
        return AnimationGroup(Create(stem), FadeIn(dot, scale=2.5), lag_ratio=0.4)

    def land(self, x: Number, y: Number) -> Animation:
        """A traced input and its traced output, with their numbers."""
        return AnimationGroup(self.drop(x, y), self.label_input(x), self.label_output(x, y))

    def put(self, x: Number, y: Number) -> Animation:
        """A traced input with its number, and its point of the curve."""
        return AnimationGroup(self.drop(x, y), self.label_input(x))

    def tangent(
        self, x: Number, y: Number, slope: Number, *, out_of: VMobject | None = None
    ) -> Animation:
        """The tangent at a traced point, how far it rises for how far it runs, and its traced
        slope. With `out_of`, that is what becomes the slope: it flies there from where it is."""
        theme, at = self.type.theme, (x, y)
        white, amber = theme.colour("text"), theme.colour("backward")
        line = self.shape(
            lambda: self.plane.line(x, y, slope, 330).set_stroke(white, 7), TANGENTS, at
        )
        legs = self.shape(
            lambda: self.plane.path(self._legs(x, y, slope)).set_stroke(amber, 8), TANGENTS, at
        )
        inside = self.shape(
            lambda: self._filled(self._legs(x, y, slope)).set_fill(amber, opacity=0.2), AREAS, at
        )
        dot = self._dot(x, y, "text", 19)
        number = self.label(
            short(slope),
            68,
            "backward",
            lambda text: self._by_leg(text, *self._legs(x, y, slope)[1:]),
            at,
        )
        self.marks.add(line, legs, inside, number)
        return Succession(
            AnimationGroup(Create(line), FadeIn(dot, scale=2), run_time=0.5),
            AnimationGroup(
                *(Create(legs, run_time=0.5), FadeIn(inside, run_time=0.5)),
                _arrival(number, out_of),
            ),
        )

    def rise_over_run(self, x: Number, y: Number, slope: Number) -> Animation:
        """Of a line through zero: how far it ran to a traced point, how far it rose to it, and the
        one over the other, which is its traced slope. Raises `SceneError` if it is not."""
        if not isclose(slope * x, y, rel_tol=1e-5):
            raise SceneError(f"{short(y)} / {short(x)} is not {short(slope)}")
        corners: Branch = [(0, 0), (x, 0), (x, y)]
        amber, at = self.type.theme.colour("backward"), (x, y)

        def leg(first: At, last: At) -> VMobject:
            return self.shape(
                lambda: self.plane.path([first, last]).set_stroke(amber, 10), TANGENTS, at
            )

        run, rise = leg(*corners[:2]), leg(*corners[1:])
        inside = self.shape(lambda: self._filled(corners).set_fill(amber, opacity=0.2), AREAS, at)
        number = self.label(
            f"{short(y)} / {short(x)} = {short(slope)}",
            60,
            "backward",
            lambda text: self._by_leg(text, *corners[1:]),
            at,
        )
        self.marks.add(run, rise, inside, number)
        return Succession(
            Create(run, run_time=0.6),
            Create(rise, run_time=0.6),
            AnimationGroup(FadeIn(inside), FadeIn(number, scale=1.3), run_time=0.5),
        )

    def label_input(self, x: Number) -> Animation:
        """The input's number under the curves."""
        return FadeIn(self._below(x, (x, self.plane.base), short(x), INPUTS, "forward"))

    def label_output(self, x: Number, y: Number) -> Animation:
        """The traced output beside its point of the curve."""
        label = self.label(short(y), 46, "forward", lambda text: self._beside(text, x, y), (x, y))
        self.marks.add(label)
        return FadeIn(label)

    def label_slope(self, x: Number, gradient: Number) -> Animation:
        """The traced gradient: an amber dot on the slope, its number under the input's."""
        dot = self._dot(x, gradient, "backward", 15)
        ring = self.shape(lambda: self._ring(x, gradient), DOTS, (x, gradient))
        self.marks.add(ring)
        label = self._below(x, (x, gradient), short(gradient), GRADIENTS, "backward")
        return FadeIn(VGroup(dot, ring, label), scale=1.4)

    # ------------------------------------------------------------------ drawing

    def _axes(self) -> VMobject:
        """The lines of zero that are in sight."""
        (low, high), (bottom, top) = self.plane.reach, self.plane.heights
        lines: list[Branch] = []
        if bottom <= 0 <= top:
            lines.append([(x, 0.0) for x in np.linspace(low, high, 60).tolist()])
        if low < 0 < high:
            lines.append([(0.0, y) for y in np.linspace(bottom, top, 40).tolist()])
        return self.plane.path(*lines).set_stroke(self.type.theme.colour("edge"), 4)

    def _level(self, width: float, opacity: float) -> VMobject:
        ends = [(x, self.plane.base) for x in self.plane.reach]
        return self.plane.path(ends).set_stroke(self.type.theme.colour("text"), width, opacity)

    def _curve(self, function: Function, colour: str, z: int) -> VMobject:
        paint, width = self.type.theme.colour(colour), 9 if z == CURVES else 7
        return self.shape(
            lambda: self.plane.graph(function, self.kinks).set_stroke(paint, width), z
        )

    def _tag(self, function: Function, colour: str, name: str) -> list[Line]:
        """The name of a curve beside it, where it touches nothing."""

        def spots(text: Line) -> Iterator[Spot]:
            (low, high), zone, base = self.plane.reach, self.plane.zone, self.plane.base
            tall, half = text.height * UNIT / 2, text.width * UNIT / 2
            points = [(x, function(x)) for x in (low + (high - low) * s for s in NAMED_AT)]
            seen = [p for p in points if self.plane.shows(*p)]
            far = 0.25 * (self.plane.heights[1] - self.plane.heights[0])
            seen.sort(key=lambda p: abs(p[1] - base) < far)  # marks gather where it is near
            for x, y in seen:
                across, down = pixel(self.plane.at(x, y))
                for gap in (34, 60, 90):
                    out = (tall + gap) * (1 if y < base else -1)
                    yield from ((across, down + out), (across - half - gap, down + out / 2))
                    yield across + half + gap, down + out / 2
            yield zone.left, zone.top

        return [self.label(name, 46, colour, spots)] if name else []

    def _dot(self, x: Number, y: Number, colour: str, radius: float) -> VMobject:
        paint = self.type.theme.colour(colour)
        dot = self.shape(
            lambda: Dot(self.plane.at(x, y), radius=units(radius), color=paint), DOTS, (x, y)
        )
        self.marks.add(dot)
        return dot

    def _ring(self, x: Number, y: Number) -> VMobject:
        paint = self.type.theme.colour("backward")
        return Circle(radius=units(30), stroke_width=5, color=paint).move_to(self.plane.at(x, y))

    def _stem(self, x: Number, y: Number) -> VMobject:
        stem = DashedLine(self.plane.at(x, self.plane.base), self.plane.at(x, y), dash_length=0.09)
        return stem.set_stroke(self.type.theme.colour("forward"), width=4, opacity=0.8)

    def _band(self, low: float, high: float) -> VMobject:
        bottom, top = self.plane.heights
        left, right = self.plane.at(low, top), self.plane.at(high, bottom)
        band = Rectangle(width=right[0] - left[0], height=left[1] - right[1], stroke_width=0)
        band.set_fill(self.type.theme.colour("mistake"), opacity=0.13)
        return band.move_to((left + right) / 2)

    def _legs(self, x: Number, y: Number, slope: Number) -> Branch:
        """Along, then up: to the right of the point, or up to it where the right has no room."""
        (low, high), run = self.plane.reach, 0.0
        for pixels in RUNS:
            run = pixels / self.plane.zone.width * (high - low)
            for begin in (x, x - run):
                first, last = (y + slope * (u - x) for u in (begin, begin + run))
                if self.plane.shows(begin, first) and self.plane.shows(begin + run, last):
                    return [(begin, first), (begin + run, first), (begin + run, last)]
        return [(x, y), (x + run, y), (x + run, y + slope * run)]

    def _filled(self, corners: Branch) -> Polygon:
        return Polygon(*(self.plane.at(*corner) for corner in corners), stroke_width=0)

    def _by_leg(self, text: Line, corner: At, end: At) -> Iterator[Spot]:
        """Beside the leg of a triangle that rises from `corner` to `end`."""
        across, down = pixel(self.plane.at(corner[0], (corner[1] + end[1]) / 2))
        width, height = text.width * UNIT, text.height * UNIT
        yield across + width / 2 + 30, down
        yield from around(across, down, width, height)

    def _beside(self, text: Line, x: Number, y: Number) -> Iterator[Spot]:
        size = text.width * UNIT, text.height * UNIT
        return around(*pixel(self.plane.at(x, y)), *size, up=y >= self.plane.base)

    def _below(
        self, x: Number, at: tuple[float, float], text: str, row: float, colour: str
    ) -> Line:
        """A number under x, a little to the side where another one stands."""

        def spots(_: Line) -> Iterator[Spot]:
            across, _down = pixel(self.plane.at(x, self.plane.base))
            for shift in range(0, 200, 10):
                yield across + shift, self.plane.zone.bottom + row
                yield across - shift, self.plane.zone.bottom + row

        label = self.label(text, 46, colour, spots, at, self.zone)
        self.marks.add(label)
        return label


class Slide(Animation):
    """A tangent of constant length moving along the curve; its slope is the picture."""

    REACH = 130  # pixels to each side of the touching point

    def __init__(self, plot: FunctionPlot, start: float, end: float) -> None:
        self.plot, self.start, self.end = plot, start, end
        theme = plot.type.theme
        self.tangent = VMobject(stroke_color=theme.colour("text"), stroke_width=7)
        self.touch = Dot(radius=units(15), color=theme.colour("text"))
        self.below = Dot(radius=units(15), color=theme.colour("backward"))
        group = VGroup(self.tangent, self.touch).set_z_index(DOTS)
        if plot.slope is not None:
            group.add(self.below.set_z_index(DOTS))
        super().__init__(group, introducer=True, remover=True, rate_func=smooth)
        self.interpolate_mobject(0)

    def interpolate_mobject(self, alpha: float) -> None:
        plot, plane = self.plot, self.plot.plane
        x = self.start + (self.end - self.start) * self.rate_func(alpha)
        y, steep = plot.function(x), _steepness(plot, x)
        self.tangent.points = plane.line(x, y, steep, self.REACH).points
        self.touch.move_to(plane.at(x, y))
        self.below.move_to(plane.at(x, steep))


def _arrival(number: Line, out_of: VMobject | None) -> Animation:
    """A number comes, out of what already shows it if there is such a thing."""
    if out_of is None:
        return FadeIn(number, scale=1.3, run_time=0.5)
    flight = out_of.animate.move_to(number).build()
    return Succession(
        AnimationGroup(flight, run_time=0.7),
        AnimationGroup(FadeOut(out_of), FadeIn(number), run_time=0.4),
    )


def _steepness(plot: FunctionPlot, x: float) -> float:
    if plot.slope is not None:
        return plot.slope(x)
    step = 1e-6 * (plot.plane.reach[1] - plot.plane.reach[0])
    return (plot.function(x + step) - plot.function(x - step)) / (2 * step)
