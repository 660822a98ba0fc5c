"""A text gives way to the next one, as on a counter: the old leaves upwards, the new comes from
below. No number in between is ever shown, since none was computed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Animation, VGroup

from gradreel.stage.type import Line

TRAVEL = 0.5  # of the line's em, up and again from below


class Roll:
    """Takes `line` to the outline of `to`; both are placed. `at` shows the moment `alpha` of it."""

    def __init__(self, line: Line, to: Line) -> None:
        self.line, self.to = line, to
        self.old = line.points.copy()

    def at(self, alpha: float) -> float:
        """Moves the outline; returns how much of it is to be seen, 0 to 1."""
        leaving = alpha < 0.5
        way = 2 * alpha if leaving else 2 - 2 * alpha
        shift = np.array([0, TRAVEL * self.line.em * way * (1 if leaving else -1), 0])
        self.line.points = (self.old if leaving else self.to.points) + shift
        if not leaving:
            line, to = self.line, self.to
            line.text, line.em = to.text, to.em
            line.advance, line.typeset_width = to.advance, to.typeset_width
        return 1 - way


class RollOver(Animation):
    """The lines of a group roll over to those of another of as many, each in its new colour."""

    def __init__(self, lines: VGroup, to: VGroup, run_time: float = 0.5) -> None:
        super().__init__(lines, run_time=run_time)
        self.pairs: Sequence[tuple[Line, Line]] = [
            (old, new)
            for old, new in zip(lines, to, strict=True)
            if isinstance(old, Line) and isinstance(new, Line)
        ]

    def begin(self) -> None:
        self.rolls = [Roll(old, new) for old, new in self.pairs]
        self.colours = [old.get_fill_color() for old, _ in self.pairs]
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        way = self.rate_func(alpha)
        for roll, colour in zip(self.rolls, self.colours, strict=True):
            ink = roll.at(way)
            paint = colour if way < 0.5 else roll.to.get_fill_color()
            roll.line.set_fill(paint, opacity=ink)
