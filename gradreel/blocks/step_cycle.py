"""The steps that a training loop repeats, around a ring; a light runs from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from manim import (
    PI,
    Animation,
    Circle,
    Create,
    FadeOut,
    Line,
    Triangle,
    VGroup,
    VMobject,
    angle_of_vector,
    bezier,
    linear,
    smooth,
)

from gradreel.blocks.iterations import Through
from gradreel.blocks.rounded import QUARTER, Rounded
from gradreel.model import Theme, Zone
from gradreel.stage.block import Block
from gradreel.stage.space import Point, centre, point, units
from gradreel.stage.type import Typesetter

PILL = 100  # pixels: height of a step
PADDING, APART = 40, 16  # beside its name, both sides together, and between two steps
ARROW = 30
BEND = 50  # radius of the ring's corners
ROOM = 30  # between the ring and the centre
DENSE = 12  # pixels, about, between the corners of the light's way
NEAR = 0.1  # of the way between two steps: as near as the light is when a step is lit
STRIKE = 12  # stroke through a step that is left out
SPARK, SPARKLE = (34, 15), (0.3, 1.0)  # the light: radii in pixels and opacities, outside first
RAIL, TRAIL, STEP, TEXT, OUT = 0, 1, 2, 3, 4  # what lies over what


@dataclass(frozen=True, slots=True)
class CycleStep:
    """A step of the loop, and the colour role of what happens in it."""

    name: str
    colour: str = "forward"


class StepCycle(Block):
    """A ring along the edges of `zone`, clockwise from the top left: half of the steps on its
    upper side, the others on its lower. `centre` is free. The first step is lit."""

    def __init__(self, type_: Typesetter, steps: Sequence[CycleStep], zone: Zone) -> None:
        super().__init__()
        self.type, self.steps, self.zone = type_, tuple(steps), zone
        self.centre = zone.inset(ROOM + 10, PILL + ROOM)
        upper = (len(self.steps) + 1) // 2
        room = (zone.width - 2 * BEND) / upper - APART - PADDING
        self.size = min(type_.fit(s.name, "title", room, font="strong") for s in self.steps)
        names = (type_.width(s.name, self.size, "strong") for s in self.steps)
        self.wide = max(names) + PADDING  # pixels: every step, so that arrows stand between
        self.places = self._places(upper)
        self.legs = [self._leg(n) for n in range(len(self.steps))]
        self.ways = [_corners(leg) for leg in self.legs]
        self.rails = VGroup(*self.legs).set_z_index(RAIL)
        roomy = [leg for leg in self.legs if leg.get_arc_length() > units(self.wide + ARROW * 3)]
        self.arrows = VGroup(*map(self._arrow, roomy)).set_z_index(TRAIL)
        self.pills = [self._pill(n) for n in range(len(self.steps))]
        self.stops = list(range(len(self.steps)))  # the steps that the light comes to
        self.wake, self.trail = VMobject(stroke_width=10), VMobject(stroke_width=10)
        self.spark = VGroup(*(Circle(radius=units(r), stroke_width=0) for r in SPARK))
        light = VGroup(self.wake, self.trail, self.spark).set_z_index(TRAIL)
        self.moving = VGroup(light, *self.pills)
        self.strike = VMobject()
        self.add(self.rails, self.arrows, self.moving)
        self.turn_to(0)

    def turn_to(self, moment: float) -> None:
        """Where the light is, in stops from the first one on: 2.5 is halfway between the third and
        the fourth. The way it came is lit until it leaves, then the way ahead as far as it is."""
        self.now = moment
        number, part = divmod(moment, 1)
        before, step, after = (self.stops[(int(number) + n) % len(self.stops)] for n in (-1, 0, 1))
        way = smooth(part)
        for n, pill in enumerate(self.pills):
            pill.light(on=way < NEAR if n == step else n == after and way > 1 - NEAR)
        self.wake.set_points(self._way(before, step).points)
        self.wake.set_stroke(self._paint(step), opacity=max(0.0, 1 - 3 * way) if moment else 0)
        self.trail.pointwise_become_partial(self._way(step, after), 0, way)
        self.trail.set_stroke(self._paint(after), opacity=1 if part else 0)
        self.spark.move_to(self.trail.get_end())
        for circle, opacity in zip(self.spark, SPARKLE, strict=True):
            circle.set_fill(self._paint(after), opacity=opacity if part else 0)

    # ------------------------------------------------------------------ animations

    def light(self, step: int) -> Animation:
        """The light runs along the ring to a step, which lights; the one before goes out."""
        here = round(self.now)
        ahead = (self.stops.index(step) - here) % len(self.stops)
        return self._run(here, here + ahead, run_time=0.5)

    def run(self, laps: int = 1) -> Animation:
        """The light runs around so many times, and is where it was."""
        here = round(self.now)
        return self._run(here, here + laps * len(self.stops), run_time=2.0 * laps)

    def skip(self, step: int) -> Animation:
        """A step where the light is not is struck out; from then on the light runs past it."""
        self._stop_at([stop for stop in self.stops if stop != step])
        self.strike = self._strike(step)
        return Create(self.strike, run_time=0.3)

    def mend(self) -> Animation:
        """No step is skipped any more."""
        self._stop_at(list(range(len(self.steps))))
        return FadeOut(self.strike, run_time=0.3)

    def _stop_at(self, stops: list[int]) -> None:
        lit = self.stops[round(self.now) % len(self.stops)]
        self.stops, self.now = stops, len(stops) + stops.index(lit)

    def _run(self, first: float, last: float, *, run_time: float) -> Animation:
        return Through(self.moving, self.turn_to, first, last, run_time=run_time, rate_func=linear)

    # ------------------------------------------------------------------ drawing

    def _places(self, upper: int) -> list[tuple[float, float]]:
        """The middles of the steps, in master pixels."""
        zone = self.zone
        lower = len(self.steps) - upper
        row = zone.inset(BEND, PILL // 2)
        above = [(centre(c)[0], float(row.top)) for c in row.columns(*[1.0] * upper, gap=0)]
        below = [(centre(c)[0], float(row.bottom)) for c in row.columns(*[1.0] * lower, gap=0)]
        return [*above, *reversed(below)]

    def _leg(self, step: int) -> VMobject:
        """The ring from a step to the next: straight, or around the right or left side."""
        (x, y), (to_x, to_y) = self.places[step], self.places[(step + 1) % len(self.places)]
        leg = VMobject().start_new_path(point(x, y))
        if y != to_y:
            side = self.zone.right - 0.6 * ARROW if to_y > y else self.zone.left + 0.6 * ARROW
            out, down = (1, 1) if to_y > y else (-1, -1)
            k = BEND * (1 - QUARTER)
            leg.add_line_to(point(side - out * BEND, y))
            leg.add_cubic_bezier_curve_to(
                point(side - out * k, y), point(side, y + down * k), point(side, y + down * BEND)
            )
            leg.add_line_to(point(side, to_y - down * BEND))
            leg.add_cubic_bezier_curve_to(
                point(side, to_y - down * k),
                point(side - out * k, to_y),
                point(side - out * BEND, to_y),
            )
        leg.add_line_to(point(to_x, to_y))
        return leg.set_stroke(self.type.theme.colour("edge"), width=10)

    def _arrow(self, leg: VMobject) -> Triangle:
        """Which way the ring runs, in the middle of a leg."""
        arrow = Triangle(stroke_width=0, fill_opacity=1, color=self.type.theme.colour("quiet"))
        arrow.scale_to_fit_height(units(ARROW)).rotate(-PI / 2)
        before, middle = leg.point_from_proportion(0.49), leg.point_from_proportion(0.5)
        return arrow.rotate(angle_of_vector(middle - before)).move_to(middle)

    def _pill(self, step: int) -> _Pill:
        x, y = self.places[step]
        name, role = self.steps[step].name, self.steps[step].colour
        box = Rounded(self.wide, PILL, PILL / 2, stroke=5).move_to(point(x, y))
        text = self.type.line(name, self.size, font="strong").at(x, y, "center")
        return _Pill(box.set_z_index(STEP), text.set_z_index(TEXT), role, self.type.theme)

    def _strike(self, step: int) -> Line:
        pill = self.pills[step]
        strike = Line(pill.get_left(), pill.get_right(), stroke_width=STRIKE)
        return strike.set_color(self.type.theme.colour("mistake")).set_z_index(OUT)

    def _way(self, start: int, end: int) -> VMobject:
        """The ring from one step to another."""
        count = len(self.ways)
        ways = [self.ways[(start + n) % count] for n in range((end - start) % count)]
        return VMobject().set_points_as_corners(np.concatenate(ways))

    def _paint(self, step: int) -> str:
        return self.type.theme.colour(self.steps[step].colour)


class _Pill(VGroup):
    """A step: its colour around it and in its name, or all over it when it is lit."""

    def __init__(self, box: VMobject, text: VMobject, role: str, theme: Theme) -> None:
        super().__init__(box, text)
        self.paint, self.panel, self.ground = map(theme.colour, (role, "panel", "ground"))
        box.set_stroke(self.paint)

    def light(self, *, on: bool) -> None:
        box, text = self
        box.set_fill(self.paint if on else self.panel)
        text.set_fill(self.ground if on else self.paint)


def _corners(leg: VMobject) -> list[Point]:
    """A leg as straight lines of one length, so that a part of them is as much of the way."""
    corners = []
    for curve in leg.get_cubic_bezier_tuples():
        count = max(1, round(np.linalg.norm(curve[3] - curve[0]) / units(DENSE)))
        corners += [bezier(curve)(n / count) for n in range(count)]
    return [*corners, leg.get_end()]
