"""A race of lines to their targets, with the number of iterations as its clock."""

from __future__ import annotations

from collections.abc import Sequence

from manim import Animation, Succession, VGroup, linear

from gradreel.blocks.clear import clear_spot, ink
from gradreel.blocks.curve import Curves
from gradreel.blocks.iterations import Through, Ticker
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.type import Typesetter
from gradreel.trace.series import Series

CLOCK, UNIT = 140, 40  # pixel ems of the clock and of what it counts
HIGH = 0.8 * CLOCK  # pixels that the clock takes
# Pixels from the plot's edge to the clock's middle, and from there down to what it counts.
LOW, BELOW = 158, 84
TOP, ASIDE, ABOVE = 86, 16, -122


class Race(Block):
    """Curves (see there) over all of `zone`, at first at their ends. The clock stands where they
    leave room: low on the right, or else at the upper left."""

    def __init__(
        self,
        type_: Typesetter,
        series: Sequence[Series],
        zone: Zone,
        *,
        colours: Sequence[str],
        unit: str,
    ) -> None:
        super().__init__()
        self.zone = zone
        self.curves = curves = Curves(type_, series, zone, colours=colours)
        self.last = curves.count - 1
        width = max(
            type_.width(str(self.last), CLOCK, "code-strong"), type_.width(unit, UNIT, "strong")
        )
        low = curves.right - width / 2, curves.bottom - LOW
        high = curves.left + ASIDE + width / 2, curves.top + TOP
        drawn = ink([curves.lines, curves.axes])
        spot = clear_spot((low, high), width, HIGH, drawn, zone)
        (x, y), away = spot, BELOW if spot == low else ABOVE
        side, x = ("right", x + width / 2) if spot == low else ("left", x - width / 2)
        epochs = [str(n) for n in range(curves.count)]
        self.clock = Ticker(type_, epochs, x, y, side, size=CLOCK)
        self.unit = type_.line(unit, UNIT, font="strong", colour="quiet").at(x, y + away, side)
        self.add(curves, self.clock, self.unit)
        self.turn_to(self.last)

    def turn_to(self, iteration: float) -> None:
        """The lines as far as an iteration, and its number."""
        self.curves.turn_to(iteration)
        self.clock.turn_to(round(iteration))

    def run(self, first: float, last: float) -> Animation:
        """Lines and clock, from one iteration to another."""
        moving = VGroup(self.curves.moving, self.clock)
        return Through(moving, self.turn_to, first, last, run_time=2.0, rate_func=linear)

    def rerun(self, last: float) -> Animation:
        """From an iteration quickly back to the start, and to it once more."""
        back = self.run(last, 0).set_run_time(0.6)
        return Succession(back, self.run(0, last))
