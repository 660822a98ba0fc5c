"""The cells of a drawn tensor: how large they can be, how one looks, and how looks change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import cycle

from manim import Animation, LaggedStart, ManimColor, VGroup, VMobject, linear, smooth

from gradreel.blocks.numbers import short
from gradreel.blocks.roll import Roll
from gradreel.blocks.rounded import Rounded
from gradreel.stage.space import Point, pixel, point, units
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Number

GAP = 6  # pixels between cells
TALLEST, WIDEST, FLATTEST = 150, 300, 3.0  # pixels, pixels, width over height
SMALLEST, LARGEST = 32, 58  # pixel ems of the numbers
LONE = 1.6  # times as large as those of a grid may a cell be that has the zone to itself
FLYING = 3  # z-index over all cells and their marks
VEIL = 0.5  # opacity of a flying box: the numbers under its way stay readable
MARGIN = 5  # pixels beside a number


@dataclass(frozen=True, slots=True)
class CellSize:
    """Pixels, and the pixel em of the numbers, 0 where they would be too small to read."""

    width: float
    height: float
    text: float

    def across(self, columns: int) -> float:
        return columns * (self.width + GAP) - GAP

    def down(self, rows: int) -> float:
        return rows * (self.height + GAP) - GAP


def cell_size(
    type_: Typesetter,
    numbers: Iterable[Number],
    *,
    columns: int,
    rows: int,
    width: float,
    height: float,
) -> CellSize:
    """The largest cell of which so many columns and rows fit into `width` and `height` pixels."""
    most = LONE if columns == rows == 1 else 1
    wide = min(most * WIDEST, (width + GAP) / columns - GAP)
    tall = min(most * TALLEST, (height + GAP) / rows - GAP, wide)
    longest = max(type_.width(short(n), 1, "code-strong") for n in numbers)
    text = min(most * LARGEST, tall * 0.5, (wide - 2 * MARGIN) / longest)
    if text < SMALLEST and tall >= 1.15 * SMALLEST:  # a flat cell still holds a readable number
        text = min(SMALLEST, (wide - 2 * MARGIN) / longest)
    if text < SMALLEST:
        side = min(tall, wide)
        return CellSize(min(wide, 1.4 * side), side, 0)
    return CellSize(min(wide, FLATTEST * tall), tall, text)


@dataclass(frozen=True, slots=True)
class Look:
    """`shown` is the opacity of the box, `ink` that of the number."""

    fill: ManimColor
    edge: ManimColor
    stroke: float
    text: ManimColor
    shown: float = 1.0
    ink: float = 1.0


class Cell(VGroup):
    """A rounded box around pixel (x, y) with its number in it, if there is room."""

    def __init__(
        self, type_: Typesetter, number: Number, x: float, y: float, size: CellSize, look: Look
    ) -> None:
        super().__init__()
        self.type, self.number, self.size = type_, number, size
        self.box = Rounded(size.width, size.height, min(14, size.height / 4))
        self.box.move_to(point(x, y))
        self.label = self.line(number)
        self.add(self.box, *([self.label] if self.label else []))
        self.wear(look)

    def line(self, number: Number) -> Line | None:
        """The number set in the middle of the cell, wherever that is and however it was scaled."""
        if not self.size.text:
            return None
        text, scale = short(number), self.box.width / units(self.size.width)
        room = self.size.width - 2 * MARGIN
        em = scale * min(self.size.text, room / self.type.width(text, 1, "code-strong"))
        line = self.type.line(text, em, font="code-strong")
        return line.at(*pixel(self.box.get_center()), "center")

    def twin(self) -> Cell:
        """Another one where this one stands now. (A copy would copy the block around it, too.)"""
        place = pixel(self.box.get_center())
        return Cell(self.type, self.number, *place, self.size, self.look())

    def wear(self, look: Look, ink: float = 1.0) -> None:
        self.box.set_fill(look.fill, opacity=look.shown)
        self.box.set_stroke(look.edge, width=look.stroke, opacity=look.shown)
        if self.label:
            self.label.set_fill(look.text, opacity=look.ink * ink)

    def look(self) -> Look:
        """What is seen now."""
        box, label = self.box, self.label
        return Look(
            box.get_fill_color(),
            box.get_stroke_color() or box.get_fill_color(),
            box.get_stroke_width(),
            (label or box).get_fill_color(),
            box.get_fill_opacity(),
            label.get_fill_opacity() if label else 1.0,
        )


class Turn(Animation):
    """Cells take on new looks, one after the other by `lag`, and some a new number."""

    def __init__(
        self,
        cells: VGroup,
        looks: Mapping[Cell, Look],
        numbers: Mapping[Cell, Number] | None = None,
        *,
        lag: float = 0.0,
        run_time: float = 0.4,
    ) -> None:
        super().__init__(cells, run_time=run_time, rate_func=linear)
        self.cells = cells
        self.looks, self.numbers, self.lag = looks, numbers or {}, lag

    def begin(self) -> None:
        self.starts = [(cell, cell.look(), look) for cell, look in self.looks.items()]
        self.rolls: dict[Cell, Roll] = {}
        for cell, number in self.numbers.items():
            to = cell.line(number)
            cell.number = number
            if cell.label and to:
                self.rolls[cell] = Roll(cell.label, to)
        super().begin()

    def create_starting_mobject(self) -> VGroup:
        return self.cells  # looks are kept instead of a copy

    def interpolate_mobject(self, alpha: float) -> None:
        span = 1 + self.lag * (len(self.starts) - 1)
        for place, (cell, start, end) in enumerate(self.starts):
            way = smooth(min(1.0, max(0.0, alpha * span - self.lag * place)))
            roll = self.rolls.get(cell)
            cell.wear(_between(start, end, way), roll.at(way) if roll else 1.0)


class Flight(Animation):
    """A twin of a cell flies to `target` and dissolves there; unseen before its turn comes."""

    def __init__(self, cell: Cell, target: Point, run_time: float = 0.6) -> None:
        self.twin, self.look = cell.twin(), cell.look()
        self.start, self.target = self.twin.get_center(), target
        twin = self.twin.set_z_index(FLYING)
        super().__init__(twin, introducer=True, remover=True, run_time=run_time)

    def interpolate_mobject(self, alpha: float) -> None:
        way = self.rate_func(alpha)
        seen = min(1.0, 8 * alpha, 3 * (1 - way))
        self.twin.move_to(self.start + (self.target - self.start) * way)
        self.twin.wear(replace(self.look, shown=VEIL * seen), ink=seen)


def stream(cells: Iterable[Cell], into: Iterable[VMobject]) -> Animation:
    """Every cell flies to one of the things, in turn, which it is part of from there on."""
    pairs = zip(cells, cycle(into), strict=False)
    flights = [Flight(cell, thing.get_center()) for cell, thing in pairs]
    return LaggedStart(*flights, lag_ratio=1.5 / len(flights), run_time=1.0)


def _between(start: Look, end: Look, way: float) -> Look:
    def mixed(a: float, b: float) -> float:
        return a + (b - a) * way

    return Look(
        start.fill.interpolate(end.fill, way),
        start.edge.interpolate(end.edge, way),
        mixed(start.stroke, end.stroke),
        start.text.interpolate(end.text, way),
        mixed(start.shown, end.shown),
        mixed(start.ink, end.ink),
    )
