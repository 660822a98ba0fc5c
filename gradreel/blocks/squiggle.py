"""The wavy line under the characters that raised, as an editor draws it."""

from __future__ import annotations

import numpy as np
from manim import Animation, VMobject

from gradreel.stage.space import Point, point

HALF_WAVE = 9.0  # pixels
AMPLITUDE = 4.5  # pixels
STROKE = 5  # pixels
# Control points of the cubic nearest to half a sine wave: along its length, and above its peak.
ALONG, ABOVE = 0.3642, 4 / 3

Stretch = tuple[float, float, float]  # left, right and y, in master pixels


class Squiggle(VMobject):
    """Nothing to see until `draw`."""

    def __init__(self, colour: str) -> None:
        super().__init__(stroke_width=STROKE, color=colour)
        self.whole = VMobject()

    def draw(self, stretches: list[Stretch]) -> Animation:
        """One wave after the other."""
        self.whole = VMobject()
        if stretches:
            self.whole.points = np.concatenate([_wave(*stretch) for stretch in stretches])
        return _Part(self, self.whole, wipe=False)

    def wipe(self) -> Animation:
        """It runs out as it ran in."""
        gone, self.whole = self.whole, VMobject()
        return _Part(self, gone, wipe=True)


class _Part(Animation):
    """The line grows from its start, or is eaten up from there."""

    def __init__(self, line: Squiggle, whole: VMobject, *, wipe: bool) -> None:
        super().__init__(line, run_time=0.2 if wipe else 0.5)
        self.line, self.whole, self.wipe = line, whole, wipe

    def interpolate_mobject(self, alpha: float) -> None:
        share = self.rate_func(alpha)
        first, last = (share, 1.0) if self.wipe else (0.0, share)
        if first < last and len(self.whole.points):
            self.line.pointwise_become_partial(self.whole, first, last)
        else:
            self.line.clear_points()


def _wave(left: float, right: float, y: float) -> Point:
    """A sine from end to end in whole half waves: four points for each."""
    count = max(2, round((right - left) / HALF_WAVE))
    length = (right - left) / count
    points = []
    for number in range(count):
        start = left + number * length
        side = AMPLITUDE * ABOVE * (1 if number % 2 else -1)
        for share, rise in ((0.0, 0.0), (ALONG, side), (1 - ALONG, side), (1.0, 0.0)):
            points.append(point(start + share * length, y + rise))
    return np.array(points)
