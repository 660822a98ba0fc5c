"""Liquid in a tank: a level that rises, sinks and sloshes, with minus signs in it when negative."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from manim import Animation, ManimColor, VGroup, VMobject, smooth

from gradreel.model import Theme, Zone
from gradreel.stage.space import Point, centre, point, units

CORNER = 46  # pixels: radius of the tank's floor
GLASS = 8  # pixels: the wall
BRIM = 0.84  # of the tank's height that a full tank is filled to
ACROSS, UP = 92, 58  # pixels between minus signs
CLEAR = 56  # pixels above and below the tank's middle without them
SLOSH = 16  # pixels
DARK = 0.42  # how much darker negative liquid is


class Liquid(VGroup):
    """Inside the walls of `tank`; `share` is how full it is, -1 to 1."""

    def __init__(self, theme: Theme, tank: Zone, share: float) -> None:
        super().__init__()
        self.tank = tank
        self.amber, self.ground, self.text = (
            ManimColor(theme.colour(role)) for role in ("backward", "ground", "text")
        )
        self.body = VMobject(stroke_width=0)
        self.surface = VMobject(stroke_width=GLASS)
        self.signs = VMobject(stroke_width=7)
        self.add(self.body, self.surface, self.signs)
        self.fill(share)

    def flow(self, start: float, end: float) -> Animation:
        """It goes from one share to another and sloshes until it is still."""
        return _Flow(self, start, end)

    def fill(self, share: float, wave: float = 0.0) -> None:
        """Show so much of it, the surface `wave` pixels out of the level."""
        negative = share < 0
        level = self.level(share)
        sides = self._sides(level)
        surface = self._waves(sides[-1], wave)
        self.body.set_points_as_corners([*sides, *surface, *self._mirrored(sides), sides[0]])
        self.body.set_fill(
            self.amber.interpolate(self.ground, DARK if negative else 0.1), opacity=1
        )
        self.surface.set_points_as_corners(surface)
        self.surface.set_stroke(self.amber.interpolate(self.text, 0.35), opacity=1 if level else 0)
        self.signs.clear_points()
        if negative:
            for x, y in self._minus_signs(level - abs(wave)):
                self.signs.start_new_path(point(x - 17, y)).add_line_to(point(x + 17, y))
        self.signs.set_stroke(self.amber, opacity=0.75)

    def level(self, share: float) -> float:
        """Pixels of liquid."""
        return min(1.0, abs(share)) * BRIM * self.tank.height

    # ------------------------------------------------------------------ drawing

    def _sides(self, level: float) -> list[Point]:
        """The right edge of so much liquid, from the floor up: inside the wall and its bend."""
        bend = CORNER - GLASS / 2
        half = self.tank.width / 2 - GLASS
        sides = []
        for height in np.linspace(0, level, 24):
            sunk = max(0.0, 1 - height / bend)
            sides.append(self._inside(half - bend * (1 - math.sqrt(1 - sunk**2)), height))
        return sides

    def _waves(self, edge: Point, wave: float) -> list[Point]:
        """The surface, from the right edge to the left."""
        x, y, _ = edge
        middle = self._inside(0, 0)[0]
        return [
            np.array(
                [middle + (x - middle) * w, y + units(wave) * math.sin(2.5 * math.pi * w), 0.0]
            )
            for w in np.linspace(1, -1, 40)
        ]

    def _mirrored(self, sides: list[Point]) -> list[Point]:
        """The left edge, from the surface down."""
        middle = self._inside(0, 0)[0]
        return [np.array([2 * middle - x, y, 0.0]) for x, y, _ in reversed(sides)]

    def _inside(self, across: float, up: float) -> Point:
        """So many pixels right of the middle of the tank's floor, and above it."""
        return point(centre(self.tank)[0] + across, self.tank.bottom - GLASS - up)

    def _minus_signs(self, level: float) -> Iterator[tuple[float, float]]:
        """Where they float, row by row from the floor, in pixels; none beside the number, where
        it would be read as its own."""
        tank = self.tank
        for row in range(max(0, math.ceil((level - 52) / UP))):
            y = tank.bottom - GLASS - 34 - row * UP
            if abs(y - centre(tank)[1]) < CLEAR:
                continue
            first = tank.left + 56 + ACROSS / 2 * (row % 2)
            for x in np.arange(first, tank.right - 50, ACROSS):
                yield float(x), y


class _Flow(Animation):
    def __init__(self, liquid: Liquid, start: float, end: float) -> None:
        self.liquid, self.start, self.end = liquid, start, end
        super().__init__(liquid, rate_func=smooth)

    def interpolate_mobject(self, alpha: float) -> None:
        share = self.start + (self.end - self.start) * self.rate_func(alpha)
        wave = SLOSH * (1 - alpha) * math.sin(3 * math.pi * alpha)
        self.liquid.fill(share, wave * min(1.0, 5 * abs(share)))
