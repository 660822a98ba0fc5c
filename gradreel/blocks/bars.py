"""A distribution as bars: grows from its zero line, turns into another one, adds up to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from manim import (
    Animation,
    AnimationGroup,
    FadeIn,
    FadeOut,
    Line,
    ManimColor,
    VGroup,
    linear,
    smooth,
)

from gradreel.blocks.numbers import short
from gradreel.blocks.roll import Roll
from gradreel.blocks.rounded import Rounded
from gradreel.model import Theme, Zone
from gradreel.stage.block import Block
from gradreel.stage.space import Point, centre, point, units
from gradreel.stage.type import Line as Text
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Number

SLOT, SHARE = 340, 0.7  # pixels a bar has at most, and the part of them that it fills
NUMBER, NUMBERS = 76, (32, 60)  # pixels kept for a number, its least and largest em
LABEL, LABELS = 72, (32, 48)
NAME, NAMED = 92, 0.5  # pixel em of their name at most, and the part of the zone it may take
BETWEEN = 28  # pixels between the texts of a row
LEAST = 8  # pixels: a bar of nothing is still a line
THICK = 210  # pixels: the one bar they are stacked into
SEAM = 6  # pixels between its parts
RADIUS = 16
DIM, BACK = 0.28, ("untracked", "untracked")  # of the bars that step back: opacity and texts
EXACT = 1e-4  # how far from 1 a float32 sum of probabilities may be


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar at a moment: its edges, the middles of its number and of its label, in pixels."""

    edges: tuple[float, float, float, float]  # left, top, right, bottom
    number: tuple[float, float]
    label: tuple[float, float]
    colour: str
    shown: float = 1.0
    number_colour: str = "text"
    label_colour: str = "text"
    number_shown: bool = True
    label_shown: bool = True
    marked: bool = False
    inside: bool = False  # whether its number stands on the bar


@dataclass(frozen=True, slots=True)
class Pose:
    """All bars at a moment, the height of their zero line, the colour of their name, and whether
    both are shown."""

    bars: tuple[Bar, ...]
    zero: float
    colour: str
    standing: bool = True


class Bars(Block):
    """One bar a number, with it at the bar's end and `labels` along the foot of `zone`; negative
    numbers hang below the zero line. The zone's top stands for `full` and its foot for `least`,
    else for the largest and the least number. Their `name` stands in the upper right corner, over
    bars that leave room there.
    """

    def __init__(
        self,
        type_: Typesetter,
        numbers: Sequence[Number],
        labels: Sequence[str],
        zone: Zone,
        *,
        colour: str = "forward",
        full: Number | None = None,
        name: str = "",
    ) -> None:
        super().__init__()
        self.type, self.zone, self.area = type_, zone, zone
        self.name = name
        self.texts = tuple(labels)
        self.numbers = tuple(numbers)
        self.pose = self.drawn = self._standing(colour, full)
        self.bars = VGroup(*(Rounded(1, 1, 0) for _ in self.numbers))
        self.labels: list[Text] = []
        size = self._size(self.texts, LABELS, "strong")
        for bar, text in zip(self.pose.bars, self.texts, strict=True):
            self.labels.append(type_.line(text, size, font="strong").at(*bar.label, "center"))
        self.ends = self._set(self.numbers, self.pose)
        width = self._slot() * len(self.numbers)
        x, _ = centre(zone)
        self.title = self._title()
        self.axis = Line(point(x - width / 2, self.pose.zero), point(x + width / 2, self.pose.zero))
        self.add(self.axis, self.bars, *self.labels, *self.ends, self.title)
        self.marks = VGroup()  # the frame and the sum of `stack`
        self.ghost = VGroup()  # what `compare` leaves standing
        pose = Morph(self, self.pose, self.pose)
        pose.begin()
        pose.interpolate(1)

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        """The bars grow from the zero line."""
        zero = self.pose.zero
        flat = tuple(
            replace(
                bar,
                edges=(bar.edges[0], zero - LEAST / 2, bar.edges[2], zero + LEAST / 2),
                number=(bar.number[0], zero - NUMBER / 2),
                shown=0.0,
                number_shown=False,
                label_shown=False,
            )
            for bar in self.pose.bars
        )
        start = replace(self.pose, bars=flat, standing=False)
        return Morph(self, start, self.pose, introducer=True, lag=0.25)

    def leave(self) -> Animation:
        return FadeOut(VGroup(self, self.marks), run_time=0.3)

    def change_to(
        self,
        numbers: Sequence[Number],
        *,
        colour: str | None = None,
        full: Number | None = None,
        least: Number | None = None,
        zone: Zone | None = None,
        name: str = "",
    ) -> Animation:
        """The bars take the heights of other traced numbers while scale and zero line glide, on the
        way to another `zone` if one is given, and another `name` rolls in. The sum of a stack
        goes."""
        self.numbers = tuple(numbers)
        self.zone = self.area = zone or self.area
        self.name = name or self.name
        pose = self._standing(colour or self.pose.colour, full, least)
        title = self._title() if name or zone else None
        change = self._go(pose, self._set(self.numbers, pose), title, run_time=0.9)
        if not self.marks:
            return change
        stale, self.marks = self.marks, VGroup()
        return AnimationGroup(FadeOut(stale, run_time=0.3), change)

    def light(self, bar: int | None = None) -> Animation:
        """One bar stays and the others step back, with grey texts; with None all are as before."""
        bars = []
        for place, one in enumerate(self.pose.bars):
            stays = bar in (None, place)
            number, label = (_ink(one), "text") if stays else BACK
            number = "text" if one.inside and not stays else number  # grey would not be readable
            shown = 1.0 if stays else DIM
            bars.append(replace(one, shown=shown, number_colour=number, label_colour=label))
        return self._go(replace(self.pose, bars=tuple(bars)), run_time=0.4)

    def mark(self, bar: int, colour: str = "output") -> Animation:
        """A bar, its number and its label take a colour, and the bar a white edge."""
        bars = list(self.pose.bars)
        marked = replace(bars[bar], colour=colour, marked=True)
        bars[bar] = replace(marked, number_colour=_ink(marked))
        return self._go(replace(self.pose, bars=tuple(bars)), run_time=0.5)

    def stack(self, total: Number) -> Animation:
        """The bars lie down end to end inside a frame of length 1, with their traced sum: green if
        it is one, else vermillion with `≠ 1`."""
        zone, right = self.area, abs(float(total) - 1) < EXACT
        unit = zone.width / max(1.0, float(total))
        _, y = centre(zone)
        ends = list(accumulate((max(0.0, float(n)) * unit for n in self.numbers), initial=0.0))
        spans = [(zone.left + a, zone.left + b) for a, b in pairwise(ends)]
        middles = [(left + end) / 2 for left, end in spans]
        inside = [
            _pixels(text) < end - left - 20
            for text, (left, end) in zip(self.ends, spans, strict=True)
        ]
        texts = zip(self.ends, middles, inside, strict=True)
        over = _row([(text, middle) for text, middle, within in texts if not within], zone)
        under = _row(zip(self.labels, middles, strict=True), zone)
        bars = []
        for place, bar in enumerate(self.pose.bars):
            (left, end), within = spans[place], inside[place]
            number, number_shown = over.get(self.ends[place], (middles[place], True))
            label, label_shown = under[self.labels[place]]
            bars.append(
                replace(
                    bar,
                    edges=(left, y - THICK / 2, max(end - SEAM, left + LEAST), y + THICK / 2),
                    number=(number, y if within else y - THICK / 2 - 54),
                    label=(label, y + THICK / 2 + 20 + LABEL / 2),
                    number_colour="ground" if within else "text",
                    label_colour="text",
                    number_shown=number_shown,
                    label_shown=label_shown,
                    shown=1.0,
                    inside=within,
                )
            )
        role = "output" if right else "mistake"
        frame = Rounded(unit + 12, THICK + 24, RADIUS + 8, stroke=6)
        frame.set_fill(opacity=0).set_stroke(self.type.theme.colour(role))
        frame.move_to(point(zone.left + unit / 2 - SEAM / 2, y))
        text = f"Σ = {short(total)}" + ("" if right else "  ≠ 1")
        sum_ = self.type.line(text, 80, font="code-strong", colour=role)
        sum_.at(centre(zone)[0], y - THICK / 2 - 136, "center")
        self.marks.add(frame, sum_)
        pose = replace(self.pose, bars=tuple(bars), standing=False)
        lie = self._go(pose, run_time=0.9)
        return AnimationGroup(lie, FadeIn(self.marks, run_time=0.4), lag_ratio=0.8)

    def compare(self, numbers: Sequence[Number], colour: str, name: str) -> Animation:
        """The bars take the heights of other numbers on the same scale; grey outlines and numbers
        stay where they were (`ghost`)."""
        least, full = min(self.numbers), max(self.numbers)
        quiet = self.type.theme.colour("quiet")
        outlines = self.bars.copy().set_fill(opacity=0).set_stroke(quiet, 4, 0.5)
        self.ghost = VGroup(outlines, *(end.copy().set_fill(quiet) for end in self.ends))
        change = self.change_to(numbers, colour=colour, full=full, least=least, name=name)
        stay = FadeIn(self.ghost, run_time=0.5)
        return AnimationGroup(change, stay, lag_ratio=0.6)

    # ------------------------------------------------------------------ what it is made of

    def _go(
        self,
        pose: Pose,
        numbers: Sequence[Text] = (),
        title: Text | None = None,
        *,
        run_time: float,
    ) -> Animation:
        start, self.pose = self.pose, pose
        return Morph(self, start, pose, numbers, title, run_time=run_time)

    def _title(self) -> Text:
        font = "code-strong"
        room = NAMED * self.area.width
        em = min(NAME, room / max(1, self.type.width(self.name, 1, font)))
        line = self.type.line(self.name, em, font=font)
        return line.at(self.area.right - 20, self.area.top + NAME / 2, "right")

    def _slot(self) -> float:
        return min(SLOT, self.area.width / len(self.numbers))

    def _standing(self, colour: str, full: Number | None, least: Number | None = None) -> Pose:
        """The bars on their zero line, the longest as long as the zone allows."""
        zone, numbers = self.area, [float(n) for n in self.numbers]
        low, high = min(0.0, *numbers, float(least or 0)), max(0.0, *numbers, float(full or 0))
        top = zone.top + (NUMBER if high > 0 else LEAST)
        foot = zone.bottom - LABEL
        bottom = foot - (NUMBER if low < 0 else 0)
        scale = (bottom - top) / ((high - low) or 1.0)
        zero, slot = top + high * scale, self._slot()
        x = centre(zone)[0] - slot * (len(numbers) - 1) / 2
        readable = self._longest([short(n) for n in self.numbers]) * NUMBERS[0] < slot
        bars = []
        for place, number in enumerate(numbers):
            middle, end = x + place * slot, zero - number * scale
            upper, lower = min(end, zero - LEAST / 2), max(end, zero + LEAST / 2)
            half = slot * SHARE / 2
            beyond = lower + NUMBER / 2 if number < 0 else upper - NUMBER / 2
            bars.append(
                Bar(
                    (middle - half, upper, middle + half, lower),
                    (middle, beyond),
                    (middle, foot + LABEL / 2 + 4),
                    colour,
                    number_shown=readable or number == max(numbers),
                )
            )
        return Pose(tuple(bars), zero, colour)

    def _set(self, numbers: Sequence[Number], pose: Pose) -> list[Text]:
        """The numbers where `pose` has them."""
        texts = [short(n) for n in numbers]
        size = self._size(texts, NUMBERS, "code-strong")
        return [
            self.type.line(text, size, font="code-strong").at(*bar.number, "center")
            for text, bar in zip(texts, pose.bars, strict=True)
        ]

    def _size(self, texts: Sequence[str], sizes: tuple[int, int], font: str) -> float:
        least, most = sizes
        return max(least, min(most, (self._slot() - 12) / self._longest(texts, font)))

    def _longest(self, texts: Sequence[str], font: str = "code-strong") -> float:
        """The width of the longest text, in ems."""
        return max(self.type.width(text, 1, font) for text in texts)


class Morph(Animation):
    """Bars go from one pose to another, one after the other by `lag`; their numbers ride on
    them and roll over to `numbers`, if given, and their name to `title`."""

    def __init__(
        self,
        bars: Bars,
        start: Pose,
        end: Pose,
        numbers: Sequence[Text] = (),
        title: Text | None = None,
        *,
        introducer: bool = False,
        lag: float = 0.0,
        run_time: float = 0.8,
    ) -> None:
        super().__init__(bars, introducer=introducer, run_time=run_time, rate_func=linear)
        self.bars, self.start, self.end, self.lag = bars, start, end, lag
        self.to, self.title = numbers, title

    def create_starting_mobject(self) -> Bars:
        return self.bars  # the poses say where it starts

    def begin(self) -> None:
        bars = self.bars
        self.drawn = bars.drawn.bars  # where the texts are now
        self.labels = [label.points.copy() for label in bars.labels]
        self.ends = [end.points.copy() for end in bars.ends]
        self.rolls = [Roll(old, new) for old, new in zip(bars.ends, self.to, strict=False)]
        self.renamed = Roll(bars.title, self.title) if self.title else None
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        bars = self.bars
        theme, count = bars.type.theme, len(self.end.bars)
        span = 1 + self.lag * (count - 1)
        for place, (start, end) in enumerate(zip(self.start.bars, self.end.bars, strict=True)):
            way = smooth(min(1.0, max(0.0, alpha * span - self.lag * place)))
            self._bar(place, start, end, way)
            text = bars.labels[place]
            text.points = self.labels[place] + _ride(start.label, end.label, way)
            text.points -= point(*self.drawn[place].label)
            text.set_fill(
                _paint(theme, start.label_colour, end.label_colour, way),
                opacity=_mixed(start.label_shown, end.label_shown, way),
            )
            self._number(place, start, end, way)
        way = smooth(alpha)
        bars.axis.set_y(point(0, _mixed(self.start.zero, self.end.zero, way))[1])
        bars.drawn = self.end if alpha >= 1 else bars.drawn
        shown = _mixed(self.start.standing, self.end.standing, way)
        bars.axis.set_stroke(theme.colour("quiet"), width=5, opacity=shown)
        ink = self.renamed.at(way) if self.renamed else 1.0
        paint = _paint(theme, self.start.colour, self.end.colour, way)
        bars.title.set_fill(paint, opacity=ink * shown)

    def _bar(self, place: int, start: Bar, end: Bar, way: float) -> None:
        theme, body = self.bars.type.theme, self.bars.bars[place]
        left, top, right, bottom = (
            _mixed(a, b, way) for a, b in zip(start.edges, end.edges, strict=True)
        )
        body.points = Rounded(right - left, bottom - top, RADIUS).points
        body.shift(point((left + right) / 2, (top + bottom) / 2))
        shown = _mixed(start.shown, end.shown, way)
        edge = _mixed(start.marked, end.marked, way)
        body.set_fill(_paint(theme, start.colour, end.colour, way), opacity=shown)
        body.set_stroke(theme.colour("text"), width=7 * edge, opacity=shown * edge)

    def _number(self, place: int, start: Bar, end: Bar, way: float) -> None:
        text, at = self.bars.ends[place], _ride(start.number, end.number, way)
        ink = 1.0
        if self.rolls:
            ink = self.rolls[place].at(way)
            held = self.drawn[place].number if way < 0.5 else end.number
            text.points = text.points + at - point(*held)
        else:
            text.points = self.ends[place] + at - point(*self.drawn[place].number)
        paint = _paint(self.bars.type.theme, start.number_colour, end.number_colour, way)
        shown = _mixed(start.number_shown, end.number_shown, way)
        text.set_fill(paint, opacity=ink * shown)


def _ink(bar: Bar) -> str:
    """The colour of the number of a bar that has not stepped back."""
    return "ground" if bar.inside else bar.colour if bar.marked else "text"


def _ride(start: tuple[float, float], end: tuple[float, float], way: float) -> Point:
    old: Point = point(*start)
    return old + (point(*end) - old) * way


def _mixed(a: float, b: float, way: float) -> float:
    return a + (b - a) * way


def _paint(theme: Theme, a: str, b: str, way: float) -> ManimColor:
    return ManimColor(theme.colour(a)).interpolate(ManimColor(theme.colour(b)), way)


def _pixels(line: Text) -> float:
    return line.advance / units(1)


def _row(texts: Iterable[tuple[Text, float]], zone: Zone) -> dict[Text, tuple[float, bool]]:
    """Where texts stand beside each other, given the middle of what each is about, and whether it
    is shown. Each makes room for the next as far as it still belongs to its own."""
    row, free = {}, float(zone.right)
    for text, middle in reversed(list(texts)):
        half = _pixels(text) / 2
        x = max(min(middle, free - half), zone.left + half)
        shown = x + half <= free and middle - x <= half
        row[text] = x, shown
        free = x - half - BETWEEN if shown else free
    return row
