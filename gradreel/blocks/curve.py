"""What a loop does: a number of the run, iteration by iteration."""

from __future__ import annotations

from dataclasses import dataclass

from manim import Animation, AnimationGroup, Create, Dot, FadeIn, Line, Succession, VGroup, VMobject

from gradreel.blocks.numbers import short
from gradreel.model import Zone
from gradreel.stage.space import point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Trace


@dataclass(frozen=True, slots=True)
class Series:
    """A name's scalar after each iteration of a loop."""

    name: str
    values: tuple[float, ...]


def series_of(trace: Trace) -> tuple[Series, ...]:
    """Every scalar written in a loop of more than two iterations, losses first."""
    found: dict[str, dict[int, float]] = {}
    for step in trace.steps:
        if not step.loop:
            continue
        for write in step.writes:
            number = write.value.scalar if write.value is not None else None
            if number is not None and "." not in write.name:
                found.setdefault(write.name, {})[step.loop[0][1]] = float(number)
    series = [
        Series(name, tuple(by[i] for i in sorted(by))) for name, by in found.items() if len(by) > 2
    ]
    return tuple(sorted(series, key=lambda s: "loss" not in s.name))


class Curve(VGroup):
    """A line that draws itself from the first to the last iteration, with both numbers."""

    def __init__(
        self, type_: Typesetter, series: Series, zone: Zone, *, colour: str = "backward"
    ) -> None:
        super().__init__()
        theme = type_.theme
        self.left, self.right = zone.left + 40, zone.right - 60
        self.top, self.bottom = zone.top + 110, zone.bottom - 70
        low, high = min(0.0, *series.values), max(0.0, *series.values)
        span = (high - low) or 1.0

        def at(i: int) -> tuple[float, float]:
            x = self.left + (self.right - self.left) * i / (len(series.values) - 1)
            return x, self.bottom - (self.bottom - self.top) * (series.values[i] - low) / span

        zero = self.bottom - (self.bottom - self.top) * (0 - low) / span
        axis = Line(point(self.left, zero), point(self.right, zero), stroke_width=4)
        axis.set_color(theme.colour("edge"))
        self.line = VMobject(stroke_color=theme.colour(colour), stroke_width=8)
        self.line.set_points_as_corners([point(*at(i)) for i in range(len(series.values))])
        first, last = at(0), at(len(series.values) - 1)
        self.ends = VGroup(
            Dot(point(*first), radius=units(13), color=theme.colour(colour)),
            Dot(point(*last), radius=units(13), color=theme.colour(colour)),
        )
        size = theme.size("node")
        above = -44 if first[1] > self.top - 20 else 44
        self.start = type_.line(short(series.values[0]), size, font="code-strong", colour=colour)
        self.start.at(max(first[0] - 20, zone.left), first[1] + above)
        self.end = type_.line(short(series.values[-1]), size, font="code-strong", colour=colour)
        self.end.at(last[0] + 20, last[1] - 44, "right")
        name = type_.line(series.name, 52, font="code-strong", colour="text")
        name.at(self.right, zone.top + 30, "right")
        steps = type_.line(
            f"{len(series.values)} iterations", "small", font="label", colour="quiet"
        )
        steps.at(self.right, self.bottom + 44, "right")
        self.axes = VGroup(axis, name, steps)
        self.add(self.axes, self.line, self.ends, self.start, self.end)

    def draw(self) -> Animation:
        return Succession(
            AnimationGroup(
                FadeIn(self.axes), FadeIn(self.ends[0]), FadeIn(self.start), run_time=0.4
            ),
            Create(self.line, run_time=1.6),
            AnimationGroup(FadeIn(self.ends[1], scale=2), FadeIn(self.end), run_time=0.4),
        )
