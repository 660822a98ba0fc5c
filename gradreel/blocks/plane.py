"""The part of a plane that a plot shows, and curves cut to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from manim import Polygon, VMobject

from gradreel.model import Zone
from gradreel.stage.space import Point, point, units

Function = Callable[[float], float]
Range = tuple[float, float]
Branch = list[tuple[float, float]]
SAMPLES = 160
BESIDE = 1e-9  # of the reach: how near to a kink a curve is sampled on both sides
THIRDS = np.linspace(0, 1, 4)[:, None]  # where a straight piece of a cubic curve has its points
JUMP = 1e-4  # a step at a kink that is a jump, not a corner


@dataclass(frozen=True, slots=True)
class Plane:
    """`zone`, in pixels, shows the x of `reach` from left to right and the y of `heights` from
    the bottom up."""

    zone: Zone
    reach: Range
    heights: Range

    def at(self, x: float, y: float) -> Point:
        """The scene point of a point of the plane."""
        (low, high), (bottom, top), zone = self.reach, self.heights, self.zone
        across = (x - low) / (high - low)
        up = (y - bottom) / (top - bottom)
        return point(zone.left + across * zone.width, zone.bottom - up * zone.height)

    def shows(self, x: float, y: float) -> bool:
        (low, high), (bottom, top) = self.reach, self.heights
        return low <= x <= high and bottom <= y <= top

    @property
    def base(self) -> float:
        """The height that stems and areas stand on: zero, or the edge nearest to it."""
        return self._within(0.0)

    def towards(self, other: Plane, way: float) -> Plane:
        """The plane a share of the way to another. Spans grow by the same factor in equal times,
        so that a zoom over decades is as steady as a small one."""
        reach = _between(self.reach, other.reach, way)
        return Plane(self.zone, reach, _between(self.heights, other.heights, way))

    def graph(self, function: Function, kinks: Sequence[float] = ()) -> VMobject:
        """The curve where it is inside, its corners sharp and with a gap where it jumps."""
        return self.path(*sampled(function, self.reach, kinks))

    def line(self, x: float, y: float, slope: float, reach: float) -> VMobject:
        """A straight line through a point, at most `reach` pixels to each side of it."""
        step = self.at(x + 1, y + slope) - self.at(x, y)
        half = units(reach) / float(np.linalg.norm(step))
        low, high = max(x - half, self.reach[0]), min(x + half, self.reach[1])
        return self.path([(u, y + slope * (u - x)) for u in np.linspace(low, high, 40).tolist()])

    def path(self, *branches: Branch) -> VMobject:
        """Straight lines from point to point, cut to the heights. Many short ones keep text away
        better than a long one (see `clear`)."""
        pieces = [
            (self.at(*piece[0]), self.at(*piece[1]))
            for branch in branches
            for ends in pairwise(branch)
            if (piece := self._inside(*ends)) is not None
        ]
        line = VMobject()
        if pieces:
            starts, ends = np.swapaxes(np.array(pieces), 0, 1)[:, :, None]
            line.points = (starts + (ends - starts) * THIRDS).reshape(-1, 3)
        return line

    def area(self, function: Function, kinks: Sequence[float] = ()) -> Polygon:
        """What lies between the curve and zero."""
        points = [p for branch in sampled(function, self.reach, kinks) for p in branch]
        outline = [self.at(x, self._within(y)) for x, y in points]
        ends = [self.at(x, self.base) for x in reversed(self.reach)]
        return Polygon(*outline, *ends, stroke_width=0)

    def _within(self, y: float) -> float:
        return min(max(y, self.heights[0]), self.heights[1])

    def _inside(
        self, a: tuple[float, float], b: tuple[float, float]
    ) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """The part of a straight line that is neither too low nor too high."""
        (x, y), (dx, dy) = a, (b[0] - a[0], b[1] - a[1])
        enter, leave = 0.0, 1.0
        if dy:
            first, last = sorted((edge - y) / dy for edge in self.heights)
            enter, leave = max(enter, first), min(leave, last)
        elif self._within(y) != y:
            return None
        if enter >= leave:
            return None
        return (x + enter * dx, y + enter * dy), (x + leave * dx, y + leave * dy)


def sampled(function: Function, reach: Range, kinks: Sequence[float] = ()) -> list[Branch]:
    """Points of a curve from left to right; a new branch begins where it jumps at a kink."""
    low, high = reach
    beside = BESIDE * (high - low)
    inside = sorted(k for k in kinks if low < k < high)
    branches: list[Branch] = []
    for left, right in pairwise([low, *inside, high]):
        xs = np.linspace(left, right, max(2, round(SAMPLES * (right - left) / (high - low))))
        xs[0] += beside * (left in inside)
        xs[-1] -= beside * (right in inside)
        branch = [(x, function(x)) for x in xs.tolist()]
        if branches and abs(branches[-1][-1][1] - branch[0][1]) < JUMP:
            branches[-1] += branch
        else:
            branches.append(branch)
    return branches


def fitting(functions: Sequence[Function], reach: Range, kinks: Sequence[float] = ()) -> Range:
    """The heights that show all of the curves and zero."""
    ys = [y for f in functions for branch in sampled(f, reach, kinks) for _, y in branch]
    return min(0.0, *ys), max(0.0, *ys)


def _between(start: Range, end: Range, way: float) -> Range:
    first, last = start[1] - start[0], end[1] - end[0]
    share = way
    if not np.isclose(first, last):
        share = (first * (last / first) ** way - first) / (last - first)
    low, high = (a + (b - a) * share for a, b in zip(start, end, strict=True))
    return low, high
