"""Tensors side by side, one above the other where they belong together, with signs between them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from manim import Animation, AnimationGroup, Create, FadeIn, FadeOut, LaggedStart, VGroup

from gradreel.blocks.cells import GAP, CellSize, cell_size, stream
from gradreel.blocks.matrix import FRAMES, TITLE, Matrix, drawn
from gradreel.blocks.matrix_product import Term
from gradreel.blocks.rounded import Rounded
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point
from gradreel.stage.type import Typesetter

SIGN, ROOM = 72, 20  # pixel em of a sign, and pixels to either side of it
APART, STACKED = 60, 16  # pixels between columns without one, and over a lower title
RIM = 8  # pixels between a grid and the frame around it


class MatrixRow(Block):
    """`columns` of tensors, from the left, all with cells of one size that fills `zone`: with
    numbers where they can be read. `signs` stand between the columns, "" for none. The grids
    named in `empty` have no numbers until they are filled.

    A tensor is found by its name in `grids`; its own animations are those of `Matrix`.
    """

    def __init__(
        self,
        type_: Typesetter,
        columns: Sequence[Sequence[Term]],
        zone: Zone,
        *,
        signs: Sequence[str] = (),
        empty: Collection[str] = (),
    ) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        signs = signs or [""] * (len(columns) - 1)
        gaps = [self._gap(sign) for sign in signs]
        size = self._cell(columns, sum(gaps))
        widths = [size.across(max(_wide(term) for term in column)) for column in columns]
        x, y = centre(zone)
        x -= (sum(widths) + sum(gaps)) / 2
        self.grids: dict[str, Matrix] = {}
        self.signs = VGroup()
        for place, (column, width) in enumerate(zip(columns, widths, strict=True)):
            self._stack(column, x + width / 2, y, size, empty)
            x += width
            if place < len(gaps):
                self._put_sign(signs[place], x + gaps[place] / 2, y + TITLE / 2)
                x += gaps[place]
        self.frames = VGroup()  # on stage as they are played
        self.add(*self.grids.values(), self.signs)

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        """From the left to the right."""
        moves = [FadeIn(self.signs), *(grid.appear() for grid in self.grids.values())]
        return LaggedStart(*moves, lag_ratio=0.25, run_time=1.0)

    def leave(self) -> Animation:
        marks = (grid.marks for grid in self.grids.values())
        return FadeOut(VGroup(self, self.frames, *marks), run_time=0.3)

    def feed(self, sources: Iterable[str], target: str) -> Animation:
        """Every cell of the sources flies to a cell of the target: it is made of them."""
        cells = chain.from_iterable(self.grids[name].cells for name in sources)
        return stream(cells, self.grids[target].cells)

    def frame(self, *names: str, colour: str = "text") -> Animation:
        """A frame draws itself around each of these, at once; the frames there were go."""
        old, self.frames = self.frames, VGroup(*(self._frame(name, colour) for name in names))
        gone = [FadeOut(frame, run_time=0.3) for frame in old]
        return AnimationGroup(*gone, *(Create(frame, run_time=0.6) for frame in self.frames))

    # ------------------------------------------------------------------ layout

    def _gap(self, sign: str) -> float:
        return self.type.width(sign, SIGN, "code-strong") + 2 * ROOM if sign else APART

    def _put_sign(self, sign: str, x: float, y: float) -> None:
        if sign:
            line = self.type.line(sign, SIGN, font="code-strong", colour="operation")
            self.signs.add(line.at(x, y, "center"))

    def _cell(self, columns: Sequence[Sequence[Term]], signs: float) -> CellSize:
        """The largest cell of which all columns have room side by side, and each its rows."""
        zone = self.zone
        numbers = [n for term in chain.from_iterable(columns) for n in term.value.numbers]
        across = sum(max(_wide(term) for term in column) for column in columns)
        sizes = [
            cell_size(
                self.type,
                numbers,
                columns=across,
                rows=sum(_tall(term) for term in column),
                width=zone.width - signs + (len(columns) - 1) * GAP,
                height=zone.height - TITLE - (len(column) - 1) * (TITLE + STACKED - GAP),
            )
            for column in columns
        ]
        return min(sizes, key=lambda size: size.height)

    def _stack(
        self, column: Sequence[Term], x: float, y: float, size: CellSize, empty: Collection[str]
    ) -> None:
        """Tensors one above the other, around the pixel (x, y)."""
        height = sum(TITLE + STACKED + size.down(_tall(term)) for term in column) - STACKED
        top = y - height / 2
        for term in column:
            bottom = top + TITLE + size.down(_tall(term))
            half = size.across(_wide(term)) / 2
            place = Zone(round(x - half), round(top), round(x + half), round(bottom))
            self.grids[term.name] = Matrix(
                self.type,
                term.name,
                term.value,
                place,
                colour=term.colour,
                empty=term.name in empty,
                size=size,
            )
            top = bottom + STACKED

    def _frame(self, name: str, colour: str) -> Rounded:
        grid = self.grids[name]
        width, height = grid.right - grid.left, grid.bottom - grid.top
        frame = Rounded(width + 2 * RIM, height + 2 * RIM, 20, stroke=8)
        frame.set_fill(opacity=0).set_stroke(self.type.theme.colour(colour))
        middle = point((grid.left + grid.right) / 2, (grid.top + grid.bottom) / 2)
        return frame.move_to(middle).set_z_index(FRAMES)


def _tall(term: Term) -> int:
    return drawn(term.value)[0]


def _wide(term: Term) -> int:
    return drawn(term.value)[1]
