"""Beside each row of a matrix a bar: what comes of that row."""

from __future__ import annotations

from collections.abc import Sequence

from manim import (
    LEFT,
    Animation,
    AnimationGroup,
    FadeIn,
    GrowFromEdge,
    LaggedStart,
    Transform,
    VGroup,
)

from gradreel.blocks.matrix import NAME, Matrix
from gradreel.blocks.numbers import short
from gradreel.blocks.roll import RollOver
from gradreel.blocks.rounded import Rounded
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import pixel, point
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Number

THICK, LEAST = 40, 8  # pixels: a bar, and how long one of nothing still is
NUMBER = 48  # pixel em
APART = 32  # pixels from the middle of a row up to its number and down to its bar


class RowBars(Block):
    """From the left edge of `zone` on bars in proportion to the traced `numbers`, none negative,
    each with its number over it, on the rows of `matrix`; the largest is as long as the zone is
    wide. Their `name` is on the height of the matrix's title.
    """

    def __init__(
        self, type_: Typesetter, name: str, numbers: Sequence[Number], matrix: Matrix, zone: Zone
    ) -> None:
        super().__init__()
        self.type, self.zone, self.matrix = type_, zone, matrix
        self.full = float(max(numbers))
        self.title = VGroup(self._name(name, "operation"))
        self.bars, self.ends = self._bars(numbers, "forward"), self._ends(numbers)
        self.add(self.title, self.bars, self.ends)

    def appear(self) -> Animation:
        """The bars grow row by row."""
        grow = [
            AnimationGroup(GrowFromEdge(bar, LEFT), FadeIn(end))
            for bar, end in zip(self.bars, self.ends, strict=True)
        ]
        return AnimationGroup(FadeIn(self.title), LaggedStart(*grow, lag_ratio=0.3), run_time=1.2)

    def change_to(self, name: str, numbers: Sequence[Number], colour: str) -> Animation:
        """They take the lengths of other traced numbers on the same scale."""
        return AnimationGroup(
            RollOver(self.title, VGroup(self._name(name, colour))),
            Transform(self.bars, self._bars(numbers, colour)),
            RollOver(self.ends, self._ends(numbers)),
            run_time=0.9,
        )

    # ------------------------------------------------------------------ what it is made of

    def _name(self, name: str, colour: str) -> Line:
        _, y = pixel(self.matrix.title.get_center())
        line = self.type.line(name, NAME, font="code-strong", colour=colour)
        return line.at(self.zone.left, y)

    def _middle(self, row: int) -> float:
        return pixel(self.matrix.cell(row, 0).get_center())[1]

    def _bars(self, numbers: Sequence[Number], colour: str) -> VGroup:
        bars = VGroup()
        for row, number in enumerate(numbers):
            length = max(LEAST, self.zone.width * float(number) / self.full)
            bar = Rounded(length, THICK, min(12, length / 2), stroke=0)
            bar.set_fill(self.type.theme.colour(colour), opacity=1)
            bars.add(bar.move_to(point(self.zone.left, self._middle(row) + APART), LEFT))
        return bars

    def _ends(self, numbers: Sequence[Number]) -> VGroup:
        return VGroup(
            *(
                self.type.line(short(number), NUMBER, font="code-strong").at(
                    self.zone.left, self._middle(row) - APART
                )
                for row, number in enumerate(numbers)
            )
        )
