"""What a loop does: numbers of the run, iteration by iteration, each a line in one plot."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from manim import (
    Animation,
    AnimationGroup,
    Create,
    DashedLine,
    Dot,
    FadeIn,
    FadeOut,
    Line,
    Succession,
    VGroup,
    VMobject,
)

from gradreel.blocks.iterations import Through, Ticker
from gradreel.blocks.numbers import short
from gradreel.errors import SceneError
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import Point, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Number
from gradreel.trace.series import Series

NAME, VALUE, START, SMALL = 40, 48, 42, 34  # pixel ems
LEGEND, ROW = 112, 54  # pixels: height of a name over its number, and of a number alone
NAME_ROOM = 250  # pixels a name may be wide
GUTTER = 34  # pixels between the plot and its numbers
HEAD, FOOT = 62, 76  # pixels above and below the plot
GAP = 10  # stroke of the line from a series to its target
DECADES = 3  # a plot that spans more has a logarithmic scale
AXES, LINES, DOTS = 0, 1, 2  # what lies over what


@dataclass(frozen=True, slots=True)
class Scale:
    """Values -> shares of the plot's height, 0 at the bottom."""

    low: float
    high: float
    log: bool

    def part(self, value: float) -> float:
        if not self.log:
            return (value - self.low) / (self.high - self.low)
        span = math.log(self.high / self.low)
        return math.log(max(value, self.low) / self.low) / span


def scale_of(values: Iterable[float]) -> Scale:
    """From zero, or by decades where positive numbers span more than `DECADES` of them; a zero
    then lies on the floor."""
    finite = [v for v in values if math.isfinite(v)] or [0.0]
    positive = [v for v in finite if v > 0]
    if min(finite) >= 0 and positive and max(positive) / min(positive) > 10**DECADES:
        return Scale(min(positive), max(positive), log=True)
    low, high = min(0.0, *finite), max(0.0, *finite)
    return Scale(low, high if high > low else low + 1.0, log=False)


class Curves(Block):
    """Several series in one plot, each in its colour role; name and number stand at their ends.

    Their values are numbered from 0 here, whatever iteration they begin with. Those that are not
    finite are left out of a line, not out of its numbers.
    """

    def __init__(
        self, type_: Typesetter, series: Sequence[Series], zone: Zone, *, colours: Sequence[str]
    ) -> None:
        super().__init__()
        self.type, self.zone, self.series, self.colours = type_, zone, series, colours
        targets = [float(s.target) for s in series if s.target is not None]
        self.scale_y = scale_of([*(v for s in series for v in s.values), *targets])
        self.count = max(len(s.values) for s in series)
        self.top, self.bottom = zone.top + HEAD, zone.bottom - FOOT
        first = [self._wide(short(s.values[0]), START) for s in series]
        first += [self._wide(_target(t), SMALL) for t in targets]
        final = [self._wide(short(v), VALUE) for s in series for v in s.values]
        final += [min(NAME_ROOM, self._wide(s.name, NAME)) for s in series]
        self.left, self.right = zone.left + max(first) + GUTTER, zone.right - max(final) - GUTTER
        self.axes = VGroup(self._axis(), self._foot(), *self._at_left(), *self._names())
        self.lines = VGroup(*(self._line(colour) for colour in colours))
        self.dots = VGroup(*(self._dot(colour) for colour in colours))
        self.numbers = self._numbers()
        self.axes.set_z_index(AXES)
        self.lines.set_z_index(LINES)
        self.dots.set_z_index(DOTS)
        self.moving = VGroup(self.lines, self.dots, *self.numbers)
        self.cursor = Line(stroke_width=4, color=type_.theme.colour("text"))
        self.beads, self.label = self.dots.copy(), self._label()
        self.marker = VGroup(self.cursor, self.beads, self.label)
        self.marked: int | None = None
        self.gaps = VGroup()
        self.add(self.axes, self.moving)
        self.turn_to(self.count - 1)

    def at(self, number: int, iteration: float) -> Point:
        """The scene point of a series at a value from 0; between two it lies between them."""
        values = self.series[number].values
        early = min(int(iteration), len(values) - 1)
        late = min(early + 1, len(values) - 1)
        low, high = self._height(values[early]), self._height(values[late])
        part = min(iteration, late) - early
        return point(self._across(early + part), low + (high - low) * part)

    def turn_to(self, iteration: float) -> None:
        """The lines as far as an iteration, and the nearest iteration's numbers."""
        for number, values in enumerate(s.values for s in self.series):
            end = min(iteration, len(values) - 1.0)
            passed = [*range(int(end) + 1), end]
            seen = [i for i in passed if all(map(math.isfinite, values[int(i) : math.ceil(i) + 1]))]
            corners = [self.at(number, i) for i in seen]
            if corners:
                self.lines[number].set_points_as_corners(corners)
                self.dots[number].move_to(corners[-1])
        self._count(iteration)

    # ------------------------------------------------------------------ animations

    def draw(self) -> Animation:
        """Axes and first numbers, then the lines from the first to the last iteration."""
        return Succession(self.appear(), self.run())

    def appear(self) -> Animation:
        """Axes, names and the first iteration's numbers."""
        self.turn_to(0)
        return AnimationGroup(FadeIn(self.axes), FadeIn(self.moving), run_time=0.4)

    def run(self, first: float = 0, last: float | None = None) -> Animation:
        """The lines grow from one iteration to another, their numbers with them."""
        last = self.count - 1 if last is None else last
        return Through(self.moving, self.turn_to, first, last, run_time=2.0)

    def mark(self, iteration: int) -> Animation:
        """A vertical line at a value from 0, which comes or moves there; all numbers are of its
        iteration."""
        before, self.marked = self.marked, iteration
        if before is not None:
            parts = VGroup(self.marker, *self.numbers)
            return Through(parts, self._mark, before, iteration, run_time=0.6)
        self.add(self.marker)
        self._place_marker(iteration)
        count = Through(VGroup(*self.numbers), self._count, self.count - 1, iteration)
        return AnimationGroup(FadeIn(self.marker), count, run_time=0.5)

    def gap(self, number: int, iteration: int) -> Animation:
        """How far a series is from its target at an iteration: a vermillion line grows there."""
        start, target = self.at(number, iteration), self.series[number].target
        if target is None:
            raise SceneError(f"{self.series[number].name} has no target")
        end = point(self._across(iteration), self._height(target))
        gap = Line(start, end, stroke_width=GAP, color=self.type.theme.colour("mistake"))
        self.gaps.add(gap)
        return Create(gap, run_time=0.6)

    def close(self) -> Animation:
        """The gaps go."""
        gone, self.gaps = self.gaps, VGroup()
        return FadeOut(gone, run_time=0.4)

    def _mark(self, iteration: float) -> None:
        self._place_marker(iteration)
        self._count(iteration)

    def _count(self, iteration: float) -> None:
        """The numbers of the nearest iteration."""
        for series, ticker in zip(self.series, self.numbers, strict=True):
            ticker.turn_to(min(round(iteration), len(series.values) - 1))

    def _place_marker(self, iteration: float) -> None:
        x = self._across(iteration)
        self.cursor.put_start_and_end_on(point(x, self.top), point(x, self.bottom))
        for number, bead in enumerate(self.beads):
            values = self.series[number].values
            finite = math.isfinite(values[min(round(iteration), len(values) - 1)])
            bead.move_to(self.at(number, iteration)).set_opacity(1 if finite else 0)
        self.label.turn_to(round(iteration))
        half = self.label.room / 2
        self.label.shift(point(min(max(x, self.left + half), self.right - half), 960))

    # ------------------------------------------------------------------ drawing

    def _across(self, iteration: float) -> float:
        return self.left + (self.right - self.left) * iteration / max(1, self.count - 1)

    def _height(self, value: float) -> float:
        """The pixel row of a value; the floor for one that is not finite."""
        if not math.isfinite(value):
            return self.bottom
        return self.bottom - (self.bottom - self.top) * self.scale_y.part(value)

    def _wide(self, text: str, size: float) -> float:
        return self.type.width(text, size, "code-strong")

    def _axis(self) -> Line:
        floor = self.bottom if self.scale_y.log else self._height(0)
        axis = Line(point(self.left, floor), point(self.right, floor), stroke_width=4)
        return axis.set_color(self.type.theme.colour("edge"))

    def _foot(self) -> VMobject:
        count = self.count - 1 + self.series[0].start
        text = f"{count} iterations" + (", log scale" if self.scale_y.log else "")
        foot = self.type.line(text, SMALL, font="label", colour="quiet")
        return foot.at(self.right, self.bottom + FOOT / 2 + 6, "right")

    def _at_left(self) -> list[VMobject]:
        """First values and targets, each once, and the dashed lines of the targets."""
        entries: dict[tuple[str, float], tuple[float, str]] = {}
        dashes: list[VMobject] = []
        for series, colour in zip(self.series, self.colours, strict=True):
            wanted = [(short(series.values[0]), START, series.values[0])]
            if series.target is not None:
                y = self._height(series.target)
                dashed = DashedLine(point(self.left, y), point(self.right, y), dash_length=0.14)
                dashes.append(dashed.set_stroke(self.type.theme.colour(colour), 4, opacity=0.6))
                wanted.append((_target(series.target), SMALL, float(series.target)))
            for text, size, value in wanted:
                shared = (text, size) in entries
                entries[text, size] = self._height(value), "text" if shared else colour
        ys = spread([y for y, _ in entries.values()], ROW, self.zone.top, self.zone.bottom)
        texts = [
            self.type.line(text, size, font="code-strong", colour=colour).at(
                self.left - GUTTER, y, "right"
            )
            for ((text, size), (_, colour)), y in zip(entries.items(), ys, strict=True)
        ]
        return [*dashes, *texts]

    @property
    def _legend(self) -> list[float]:
        """The pixel rows in the middle of each name and its number."""
        ends = [[v for v in s.values if math.isfinite(v)] or [0.0] for s in self.series]
        wanted = [self._height(values[-1]) for values in ends]
        return spread(wanted, LEGEND, self.zone.top, self.zone.bottom)

    def _names(self) -> list[VMobject]:
        return [
            self.type.line(
                series.name,
                NAME * min(1.0, NAME_ROOM / self._wide(series.name, NAME)),
                font="code-strong",
                colour="text",
            ).at(self.right + GUTTER, y - LEGEND / 4)
            for series, y in zip(self.series, self._legend, strict=True)
        ]

    def _numbers(self) -> list[Ticker]:
        return [
            Ticker(
                self.type,
                [short(v) for v in series.values],
                self.right + GUTTER,
                y + LEGEND / 4 - 4,
                size=VALUE,
                colour=colour,
            )
            for series, colour, y in zip(self.series, self.colours, self._legend, strict=True)
        ]

    def _label(self) -> Ticker:
        texts = [f"iteration {n + self.series[0].start}" for n in range(self.count)]
        return Ticker(self.type, texts, 540, self.top - 32, "center", size=SMALL, font="label")

    def _line(self, colour: str) -> VMobject:
        return VMobject(stroke_color=self.type.theme.colour(colour), stroke_width=8)

    def _dot(self, colour: str) -> Dot:
        return Dot(radius=units(14), color=self.type.theme.colour(colour))


class Curve(Curves):
    """One series."""

    def __init__(
        self, type_: Typesetter, series: Series, zone: Zone, *, colour: str = "backward"
    ) -> None:
        super().__init__(type_, (series,), zone, colours=(colour,))


def spread(wanted: Sequence[float], height: float, top: float, bottom: float) -> list[float]:
    """Middles of rows of one height between two pixel rows, as near to where they are wanted as
    goes without overlap; in the order they were given."""
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    places = [min(max(wanted[n], top + height / 2), bottom - height / 2) for n in order]
    for n in range(1, len(places)):
        places[n] = max(places[n], places[n - 1] + height)
    for n in range(len(places) - 1, -1, -1):
        room = bottom - height / 2 if n == len(places) - 1 else places[n + 1] - height
        places[n] = min(places[n], room)
    return [place for _, place in sorted(zip(order, places, strict=True))]


def _target(value: Number) -> str:
    return f"target {short(value)}"
