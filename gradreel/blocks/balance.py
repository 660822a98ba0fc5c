"""Numbers as weights on a beam with its pivot at zero: what is centred is level, what is not
tips."""

from __future__ import annotations

import math
from collections.abc import Sequence

from manim import Animation, Dot, FadeIn, FadeOut, Line, Triangle, linear

from gradreel.blocks.iterations import Through
from gradreel.blocks.numbers import short
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import Point, centre, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Number

PIVOT = 96  # pixels from the ground to the beam
EDGE = 76  # pixels from the zone's sides to the beam's ends
DROP = 60  # pixels that an end sinks at most
BEYOND = 1.09  # where the numbers of the ends stand, the ends being at 1
BALL, ABOVE = 34, 46  # pixels: a weight's radius, and from its top to the middle of its number
NAME, NUMBER, BOUND = 56, 46, 40  # pixel ems
SWAY = math.radians(2)


class Balance(Block):
    """`values` where they lie between `-bound` and `bound`, the ends of the beam. It tips by their
    mean: half a bound sinks one end as far as it goes."""

    def __init__(
        self,
        type_: Typesetter,
        name: str,
        values: Sequence[Number],
        zone: Zone,
        *,
        bound: Number = 1,
        colour: str = "forward",
    ) -> None:
        super().__init__()
        self.type, self.zone, self.values = type_, zone, [float(v) / float(bound) for v in values]
        self.half = zone.width / 2 - EDGE
        self.middle = centre(zone)[0], float(zone.bottom - PIVOT)
        theme, (x, y) = type_.theme, self.middle
        self.beam = Line(stroke_width=14, color=theme.colour("text"))
        pivot = Triangle(fill_opacity=1, stroke_width=0, color=theme.colour("quiet"))
        pivot.stretch_to_fit_height(units(PIVOT)).stretch_to_fit_width(units(PIVOT * 1.3))
        pivot.move_to(point(x, y + PIVOT / 2))
        paint = theme.colour(colour)
        self.balls = [Dot(radius=units(BALL), color=paint) for _ in values]
        self.numbers = [
            type_.line(short(v), NUMBER, font="code-strong", colour=colour) for v in values
        ]
        ends = (f"−{short(bound)}", short(bound))
        self.ends = [type_.line(end, BOUND, font="code-strong", colour="quiet") for end in ends]
        title = type_.line(name, NAME, font="code-strong", colour=colour)
        title.at(zone.left + EDGE / 2, zone.bottom - 0.6 * NAME)
        self.add(pivot, self.beam, *self.balls, *self.numbers, *self.ends, title)
        mean = sum(self.values) / len(self.values)
        self.rest = math.asin(DROP / self.half) * max(-1.0, min(1.0, 2 * mean))
        self.tip(self.rest)

    def tip(self, angle: float) -> None:
        """The beam at an angle, clockwise in radians, and what lies on it."""
        self.beam.put_start_and_end_on(self._on(-1, angle), self._on(1, angle))
        for ball, number, value in zip(self.balls, self.numbers, self.values, strict=True):
            ball.move_to(self._on(value, angle, BALL))
            number.move_to(ball.get_center() + point(540, 960 - BALL - ABOVE))
        for end, side in zip(self.ends, (-1, 1), strict=True):
            end.move_to(self._on(side * BEYOND, angle))

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        return FadeIn(self, run_time=0.5)

    def leave(self) -> Animation:
        return FadeOut(self, run_time=0.3)

    def weigh(self) -> Animation:
        """Held level, let go, and at rest after a swing or two."""
        self.tip(0.0)
        return Through(self, self._settle, 0, 1, run_time=1.2, rate_func=linear)

    def sway(self) -> Animation:
        """It moves as if somebody had touched it."""
        return Through(self, self._rock, 0, 1, run_time=1.5, rate_func=linear)

    def _settle(self, way: float) -> None:
        left = math.cos(3 * math.pi * way) * (1 - way)  # of the swing
        self.tip(self.rest * (1 - left))

    def _rock(self, way: float) -> None:
        self.tip(self.rest + SWAY * math.sin(2 * math.pi * way))

    def _on(self, value: float, angle: float, above: float = 0) -> Point:
        """The point of the beam at a value, or so many pixels above it."""
        along = value * self.half
        x = self.middle[0] + along * math.cos(angle) + above * math.sin(angle)
        return point(x, self.middle[1] + along * math.sin(angle) - above * math.cos(angle))
