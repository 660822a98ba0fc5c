"""A tensor that fills a room: a matrix as cells with their numbers, one number alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from manim import Animation, ManimColor, VGroup

from gradreel.blocks.cells import GAP, MARGIN, Cell, CellSize, Look, Turn
from gradreel.blocks.matrix import drawn
from gradreel.blocks.numbers import short
from gradreel.blocks.tensor_grid import heat, largest_of
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Number, Value

LARGEST, TALL = 140, 0.8  # pixel em of the numbers at most, also of a cell's height
LAG = 0.3  # of a cell's time, before the next one


class Tile(Block):
    """`value` (0-D to 2-D) in cells over all of `zone`, the numbers as large as they fit."""

    def __init__(self, type_: Typesetter, value: Value, zone: Zone, colour: str) -> None:
        super().__init__()
        self.type, self.zone, self.colour = type_, zone, colour
        rows, columns = drawn(value)
        wide, tall = (zone.width + GAP) / columns - GAP, (zone.height + GAP) / rows - GAP
        longest = max(type_.width(short(n), 1, "code-strong") for n in value.numbers)
        text = min(LARGEST, TALL * tall, (wide - 2 * MARGIN) / longest)
        size = CellSize(wide, tall, text)
        places = [
            (zone.left + column * (wide + GAP) + wide / 2, zone.top + row * (tall + GAP) + tall / 2)
            for row in range(rows)
            for column in range(columns)
        ]
        self.looks = self._looks(value)
        seen = zip(value.numbers, places, self.looks, strict=True)
        self.cells = [Cell(type_, number, *place, size, look) for number, place, look in seen]
        self.grid = VGroup(*self.cells).set_z_index(1)
        self.add(self.grid)

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        """Cell by cell."""
        for cell, look in zip(self.cells, self._unseen(), strict=True):
            cell.wear(look)
        return self._turn(self.looks, run_time=0.6)

    def leave(self) -> Animation:
        """Cell by cell; what left is still there, unseen."""
        return self._turn(self._unseen(), run_time=0.5)

    def change_to(self, value: Value) -> Animation:
        """The numbers roll over to those of another value of the same shape."""
        self.looks = self._looks(value)
        numbers = dict(zip(self.cells, value.numbers, strict=True))
        return self._turn(self.looks, numbers, run_time=0.9)

    def _turn(
        self,
        looks: Sequence[Look],
        numbers: Mapping[Cell, Number] | None = None,
        *,
        run_time: float,
    ) -> Animation:
        new = dict(zip(self.cells, looks, strict=True))
        return Turn(self.grid, new, numbers, lag=LAG, run_time=run_time)

    def _unseen(self) -> list[Look]:
        return [replace(look, shown=0, ink=0) for look in self.looks]

    def _looks(self, value: Value) -> list[Look]:
        """Cells have the heat of their number; a number alone has no cell around it."""
        theme, largest = self.type.theme, largest_of(value)
        ink = ManimColor(theme.colour("text"))
        looks = [
            Look(heat(theme, float(n), largest, self.colour), ink, 0, ink) for n in value.numbers
        ]
        return looks if len(looks) > 1 else [replace(looks[0], shown=0)]
