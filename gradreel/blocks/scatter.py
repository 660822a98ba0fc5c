"""Data points and the line that a loop fits to them, through every iteration of the run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from manim import (
    Animation,
    AnimationGroup,
    Create,
    FadeIn,
    LaggedStart,
    Line,
    Succession,
    VGroup,
    VMobject,
)

from gradreel.blocks.iterations import Through, Ticker
from gradreel.blocks.numbers import short
from gradreel.blocks.rounded import Rounded
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import Point, pixel, point, units
from gradreel.stage.type import HALF_CAP, Typesetter
from gradreel.trace.fit import Fit
from gradreel.trace.model import Value

READOUT, AXIS = 48, 42  # pixel ems: the numbers over the plot, the names of the axes
HEAD = 92  # pixels of the readout
APART = 70  # pixels between W's and b's numbers
DOT = 10  # pixels: radius of a data point
SWARMS = 12  # data points come in so many groups, from left to right
MARGIN = 0.06  # of the data's range around it
STICKS, LINE, DOTS = 0, 2, 1  # what lies over what

Numbers = npt.NDArray[np.float64]


class Scatter(Block):
    """Up to some hundred points (`x`, `y` of one size), and `fit`'s line, at first the one before
    the loop. Over the plot stand slope and intercept as they were at first and as they are.

    `names` are those of the axes. Between two iterations the line glides; numbers never do.
    """

    def __init__(
        self,
        type_: Typesetter,
        x: Value,
        y: Value,
        fit: Fit,
        zone: Zone,
        *,
        names: tuple[str, str] = ("X", "y"),
    ) -> None:
        super().__init__()
        self.type, self.fitted, self.now = type_, fit, 0.0
        self.box = Zone(zone.left, zone.top + HEAD, zone.right, zone.bottom)
        self.x, self.y = (np.array(v.numbers, dtype=float) for v in (x, y))
        self.reach = _grown(self.x), _grown(self.y)
        theme = type_.theme
        self.axes = self._axes(names)
        self.swarms = VGroup(*self._swarms()).set_z_index(DOTS)
        self.line = VMobject(stroke_color=theme.colour("forward"), stroke_width=10)
        self.line.set_z_index(LINE)
        self.sticks = VMobject(stroke_color=theme.colour("mistake"), stroke_width=4)
        self.sticks.set_stroke(opacity=0.75).set_z_index(STICKS)
        self.texts, self.numbers = self._readout(zone)
        self.moving = VGroup(self.line, *self.numbers)
        self.add(self.axes, self.swarms, self.texts, self.moving)
        self.turn_to(0)

    def at(self, x: float, y: float) -> Point:
        """The scene point of a point of the plot."""
        (left, right), (low, high) = self.reach
        across, up = (x - left) / (right - left), (y - low) / (high - low)
        return point(
            self.box.left + across * self.box.width, self.box.bottom - up * self.box.height
        )

    def turn_to(self, iteration: float) -> None:
        """The line of an iteration (0 is before the first) and the nearest one's numbers."""
        self.now = iteration
        iterations = range(self.fitted.last + 1)
        slope, intercept = (
            float(np.interp(iteration, iterations, series.values))
            for series in (self.fitted.slope, self.fitted.intercept)
        )
        self.line.set_points_as_corners(self._ends(slope, intercept))
        if self.sticks in self.moving.submobjects:
            self._reach_for(slope * self.x + intercept)
        for ticker in self.numbers:
            ticker.turn_to(round(iteration))

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        """The points from left to right, then the line as it was before the loop."""
        dots = LaggedStart(*(FadeIn(s, scale=0.9) for s in self.swarms), lag_ratio=0.15)
        return Succession(
            AnimationGroup(FadeIn(self.axes), dots, run_time=0.8),
            AnimationGroup(
                Create(self.line), FadeIn(self.texts), *map(FadeIn, self.numbers), run_time=0.6
            ),
        )

    def fit(self, first: int = 0, last: int | None = None) -> Animation:
        """The line goes through all iterations, by default from before the first to the last."""
        last = self.fitted.last if last is None else last
        return Through(self.moving, self.turn_to, first, last, run_time=3.0)

    def line_at(self, iteration: int) -> Animation:
        """The line goes from where it is now to an iteration, 0 for before the first."""
        return Through(self.moving, self.turn_to, self.now, iteration, run_time=0.6)

    def show_misses(self) -> Animation:
        """Sticks from every point to the line; from then on they follow it."""
        self.moving.add(self.sticks)
        self.turn_to(self.now)
        return FadeIn(self.sticks, run_time=0.5)

    # ------------------------------------------------------------------ drawing

    def _ends(self, slope: float, intercept: float) -> list[Point]:
        """Where the line enters and leaves the plot; outside of it, a point on its edge."""
        (left, right), (low, high) = self.reach
        xs = [left, right]
        if slope:
            crossings = sorted((edge - intercept) / slope for edge in (low, high))
            xs = [min(max(left, crossings[0]), right), max(min(right, crossings[1]), left)]
        return [self.at(x, min(max(slope * x + intercept, low), high)) for x in xs]

    def _reach_for(self, heights: Numbers) -> None:
        """Give the sticks their outline: straight cubic curves, one a point."""
        low, high = self.reach[1]
        heights = np.clip(heights, low, high)
        self.sticks.points = np.concatenate(
            [
                np.linspace(self.at(x, y), self.at(x, height), 4)
                for x, y, height in zip(self.x, self.y, heights, strict=True)
            ]
        )

    def _swarms(self) -> list[VMobject]:
        """The points as a few outlines: a hundred mobjects would be slow to draw."""
        paint = self.type.theme.colour("text")
        circle = Rounded(2 * DOT, 2 * DOT, DOT).points
        swarms = []
        for chosen in np.array_split(np.argsort(self.x, kind="stable"), SWARMS):
            swarm = VMobject(stroke_width=0, fill_color=paint, fill_opacity=0.85)
            if len(chosen):
                places = [circle + self.at(self.x[n], self.y[n]) for n in chosen]
                swarm.points = np.concatenate(places)
                swarms.append(swarm)
        return swarms

    def _axes(self, names: Sequence[str]) -> VGroup:
        """Lines at zero, else at the data's edge, with their names at the far ends."""
        (left, right), (low, high) = self.reach
        floor, wall = min(max(0.0, low), high), min(max(0.0, left), right)
        lines = [
            Line(self.at(left, floor), self.at(right, floor), stroke_width=4),
            Line(self.at(wall, low), self.at(wall, high), stroke_width=4),
        ]
        paint = self.type.theme.colour("edge")
        across, up = (self.type.line(n, AXIS, font="code-strong", colour="quiet") for n in names)
        _, y = pixel(self.at(right, floor))
        across.at(self.box.right, min(y, self.box.bottom - 60) + 34, "right")
        x, _ = pixel(self.at(wall, high))
        up.at(max(x - 18, self.box.left + 30), self.box.top + 20, "right")
        return VGroup(*(line.set_color(paint) for line in lines), across, up)

    def _readout(self, zone: Zone) -> tuple[VGroup, list[Ticker]]:
        """`W 0.393 → 1.42` and the same for b, side by side in the middle."""
        both = (self.fitted.slope, self.fitted.intercept)
        heads = [[f"{s.name} ", f"{short(s.values[0])} → "] for s in both]
        longest = [max(map(short, s.values), key=len) for s in both]
        wide = sum(self._wide("".join(h) + n) for h, n in zip(heads, longest, strict=True))
        shrunk = min(1.0, (zone.width - APART) / wide)
        size, y = READOUT * shrunk, zone.top + 30.0
        x = (zone.left + zone.right - wide * shrunk - APART) / 2
        texts, numbers = VGroup(), []
        for series, (name, first), number in zip(both, heads, longest, strict=True):
            head = self.type.row([(name, "code-strong", "text"), (first, "code", "quiet")], size)
            texts.add(head.shift(point(x, y + HALF_CAP * size)))
            x += head.advance / units(1)
            values = [short(v) for v in series.values]
            numbers.append(Ticker(self.type, values, x, y, size=size, colour="forward"))
            x += self._wide(number) * shrunk + APART
        return texts, numbers

    def _wide(self, text: str) -> float:
        return self.type.width(text, READOUT, "code-strong")


def _grown(values: Numbers) -> tuple[float, float]:
    """The values' range with a margin; never empty."""
    low, high = float(values.min()), float(values.max())
    more = MARGIN * (high - low) or 1.0
    return low - more, high + more
