"""A tensor as the hero: a large heat grid with its numbers, its name and shape, and its axes."""

from __future__ import annotations

from collections.abc import Sequence

from manim import (
    DR,
    UR,
    Animation,
    AnimationGroup,
    Create,
    Dot,
    FadeIn,
    FadeOut,
    LaggedStart,
    Line,
    ManimColor,
    Polygon,
    Transform,
    VGroup,
)

from gradreel.blocks.cells import (
    FLYING,
    GAP,
    SMALLEST,
    Cell,
    CellSize,
    Flight,
    Look,
    Turn,
    cell_size,
)
from gradreel.blocks.numbers import shape_text
from gradreel.blocks.roll import RollOver
from gradreel.blocks.rounded import Rounded
from gradreel.blocks.tensor_grid import heat, largest_of
from gradreel.errors import SceneError
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point, units
from gradreel.stage.type import HALF_CAP, Typesetter
from gradreel.trace.model import Number, Value

TITLE = 68  # pixels over the grid for name and shape
NAME = 46  # pixel em of the name
AXIS, GUTTER = 60 / 36, 156 / 36  # ems for the arrow over the columns and the one beside the rows
SUM = 76  # pixels between the grid and what it is reduced to
STRONGEST = 0.46  # of a cell's colour: white numbers keep a contrast of 4.5:1
VIVID = 0.85  # of it where there are no numbers
MOST_ROWS, MOST_COLUMNS = 16, 20  # cells drawn of a large tensor; the title says the true shape
LIT, DIM = 7.0, 0.25  # stroke of a lit cell, opacity of the others
FRAMES, SIGNS = 1, 2  # z-indices over the cells


class Matrix(Block):
    """`value` (1-D or 2-D) in the middle of `zone`, as large as it fits.

    `axes` puts `dim=0 ↓` and `dim=1 →` along the sides, in pixel em `axis`; `reduces` keeps room
    for the results of `reduce` over these dims. `upright` draws a 1-D tensor as a column. `empty`
    shows the cells without their numbers until `fill`. Raises `SceneError` for a tensor that cannot
    be drawn.
    """

    def __init__(
        self,
        type_: Typesetter,
        name: str,
        value: Value,
        zone: Zone,
        *,
        colour: str = "forward",
        axes: bool = False,
        axis: float = 36,
        reduces: Sequence[int] = (),
        upright: bool = False,
        empty: bool = False,
        size: CellSize | None = None,
    ) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        self.name, self.value, self.colour = name, value, colour
        self.rows, self.columns = drawn(value, upright=upright)
        self.upright = upright
        self.numbers = self._drawn_numbers()
        self.empty = set(range(self.rows * self.columns)) if empty else set()
        self.blocked: set[int] = set()
        self.lit: set[int] | None = None
        self.rest = DIM
        self.alone = size is None  # else its title must not run into a neighbour's
        self.reduces = {self._along_rows(dim) for dim in reduces}
        rows, columns = self.rows + (False in self.reduces), self.columns + (True in self.reduces)
        self.axis = axis
        above = TITLE + (AXIS * axis if axes else 0)
        aside = GUTTER * axis if axes and len(value.shape) == 2 else 0
        width = aside + (SUM - GAP) * (columns - self.columns)  # all that is not cells
        height = above + (SUM - GAP) * (rows - self.rows)
        self.size = size or cell_size(
            type_,
            self.numbers,
            columns=columns,
            rows=rows,
            width=zone.width - width,
            height=zone.height - height,
        )
        x, y = centre(zone)
        self.left = x - (width + self.size.across(columns)) / 2 + aside
        self.top = y - (height + self.size.down(rows)) / 2 + above
        self.right = self.left + self.size.across(self.columns)
        self.bottom = self.top + self.size.down(self.rows)
        self.cells = [
            Cell(type_, number, *self._middle(i), self.size, self._look(i))
            for i, number in enumerate(self.numbers)
        ]
        self.grid = VGroup(*self.cells)
        self.title = self._title(above)
        self.axes = [self._axis(dim) for dim in range(len(value.shape))] if axes else []
        self.add(self.title, *self.axes, self.grid)
        self.marks = VGroup()  # frames, crosses and sums as they are played
        self.frames = VGroup()

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        """Title and axes, then the cells from the first to the last."""
        words = AnimationGroup(*(FadeIn(part) for part in (self.title, *self.axes)), run_time=0.4)
        lag = min(0.12, 1 / len(self.cells))
        cells = LaggedStart(*(FadeIn(c, scale=0.7) for c in self.cells), lag_ratio=lag)
        return AnimationGroup(words, cells, lag_ratio=0.3, run_time=0.9)

    def leave(self) -> Animation:
        return FadeOut(VGroup(self, self.marks), run_time=0.3)

    def light(
        self, row: int | None = None, column: int | None = None, *, rest: float = DIM
    ) -> Animation:
        """A row, a column, or the one cell of both is lit and the cells of the others step back to
        the opacity `rest`, with grey numbers; with neither, all are as before."""
        everything = range(self.rows * self.columns)
        lit = [
            i
            for i in everything
            if row in (None, i // self.columns) and column in (None, i % self.columns)
        ]
        self.lit = None if row is None and column is None else set(lit)
        self.rest = rest
        return self._relight()

    def pick(self, *cells: tuple[int, int]) -> Animation:
        """These (row, column) are lit and the others step back; `light()` ends it."""
        self.lit, self.rest = {row * self.columns + column for row, column in cells}, DIM
        return self._relight()

    def light_axis(self, dim: int, colour: str = "text") -> Animation:
        """A frame around each row (the last dim) or column (the one before) draws itself along that
        dim: the numbers an operation over `dim` takes together. `light()` takes them away."""
        leaving = self._drop_frames()
        along = self._along_rows(dim)
        self.frames = VGroup(*(self._frame(line, along, colour) for line in self._lines(dim)))
        self.marks.add(self.frames)
        draws = [Create(frame, run_time=0.6) for frame in self.frames]
        moves = [*leaving, LaggedStart(*draws, lag_ratio=0.35)]
        return AnimationGroup(*moves, *self._light_axes(dim % len(self.value.shape), colour))

    def call_axes(self, *names: str, font: str = "strong") -> Animation:
        """The arrows get other names, from dim 0 on, each in the place of the old one."""
        room = self.type.width("dim=0", self.axis, "code")
        turns = []
        for axis, name in zip(self.axes, names, strict=True):
            label, arrow = axis
            em = min(self.axis, room / self.type.width(name, 1, font))
            new = self.type.line(name, em, font=font).move_to(label)
            new.set_fill(arrow[0].get_stroke_color())
            turns.append(RollOver(axis, VGroup(new, arrow.copy())))
        return AnimationGroup(*turns)

    def reduce(self, dim: int, values: Value, *, sign: str = "Σ", wrong: bool = False) -> Animation:
        """Each row (the last dim) or column slides together into its traced result, beside or below
        the grid: green, or vermillion with a cross when `wrong`. Needs `reduces=(dim,)`."""
        along = self._along_rows(dim)
        if along not in self.reduces:
            raise SceneError(
                f"{self.name} has no room to be reduced over dim {dim}",
                fix=f"Make it with reduces=({dim},).",
            )
        moves = []
        for place, (line, number) in enumerate(zip(self._lines(dim), values.numbers, strict=True)):
            result = self._result(place, along, number, sign, wrong=wrong)
            self.marks.add(result)
            target = result[0].get_center()
            fly = [Flight(self.cells[i], target) for i in line]
            moves.append(AnimationGroup(*fly, FadeIn(result, scale=0.8), lag_ratio=0.12))
        return LaggedStart(*moves, lag_ratio=0.3, run_time=1.2)

    def mask(self, where: Sequence[bool]) -> Animation:
        """The cells (row by row) that let nothing through turn grey and get a cross."""
        blocked = {i for i, stops in enumerate(where) if stops}
        signs = VGroup(*(self._cross(self.cells[i]) for i in sorted(blocked - self.blocked)))
        self.blocked |= blocked
        self.marks.add(*signs)
        moves = [FadeIn(sign, scale=2, run_time=0.4) for sign in signs]
        return AnimationGroup(Turn(self.grid, self._looks()), *moves)

    def change_to(
        self, value: Value, colour: str | None = None, name: str | None = None
    ) -> Animation:
        """The numbers roll over to another value of the same shape and the cells take its heat."""
        if value.shape != self.value.shape:
            raise SceneError(f"{self.name} is {self.value.shape}, not {value.shape}")
        self.value, self.colour = value, colour or self.colour
        self.numbers, self.empty = self._drawn_numbers(), set()
        numbers = dict(zip(self.cells, self.numbers, strict=True))
        lag = 3 / len(self.cells)
        turn = Turn(self.grid, self._looks(), numbers, lag=lag, run_time=0.9)
        if name is None and colour is None:
            return turn
        self.name = name or self.name
        return AnimationGroup(turn, RollOver(self.title, self._retitled()))

    def fill(self, *cells: tuple[int, int]) -> Animation:
        """The numbers of these (row, column), or of all cells, come into their empty places."""
        filled = {row * self.columns + column for row, column in cells}
        self.empty -= filled or self.empty
        lag = 0.0 if cells else 3 / len(self.cells)
        return Turn(self.grid, self._looks(), lag=lag, run_time=0.4 if cells else 0.8)

    def tokens(self) -> VGroup:
        """Twins of the cells as they stand, to fly out of the matrix."""
        return VGroup(*(cell.twin().set_z_index(FLYING) for cell in self.cells))

    def cell(self, row: int, column: int) -> Cell:
        return self.cells[row * self.columns + column]

    # ------------------------------------------------------------------ what it is made of

    def _drawn_numbers(self) -> tuple[Number, ...]:
        """The numbers of the drawn cells, row by row."""
        width = self.columns if len(self.value.shape) < 2 else self.value.shape[1]
        return tuple(
            self.value.numbers[row * width + column]
            for row in range(self.rows)
            for column in range(self.columns)
        )

    def _along_rows(self, dim: int) -> bool:
        """Whether `dim` runs along the rows, from left to right."""
        dims = len(self.value.shape)
        return dim % dims == dims - 1 and not self.upright

    def _lines(self, dim: int) -> list[range]:
        """The drawn cells that an operation over `dim` takes together."""
        count = self.rows * self.columns
        if self._along_rows(dim):
            return [range(n, n + self.columns) for n in range(0, count, self.columns)]
        return [range(n, count, self.columns) for n in range(self.columns)]

    def _middle(self, place: int) -> tuple[float, float]:
        row, column = divmod(place, self.columns)
        return (
            self.left + column * (self.size.width + GAP) + self.size.width / 2,
            self.top + row * (self.size.height + GAP) + self.size.height / 2,
        )

    def _relight(self) -> Animation:
        turn = Turn(self.grid, self._looks())
        return AnimationGroup(turn, *self._drop_frames(), *self._light_axes())

    def _looks(self) -> dict[Cell, Look]:
        return {cell: self._look(i) for i, cell in enumerate(self.cells)}

    def _look(self, place: int) -> Look:
        theme = self.type.theme
        number = float(self.numbers[place])
        blocked, empty = place in self.blocked, place in self.empty
        lit = self.lit is not None and place in self.lit
        back = self.lit is not None and not lit and self.rest < 1
        strongest = STRONGEST if self.size.text else VIVID
        fill = heat(theme, number, largest_of(self.value), self.colour, strongest=strongest)
        if blocked or empty:
            fill = ManimColor(theme.colour("panel"))
        return Look(
            fill,
            ManimColor(theme.colour("text" if lit else "edge")),
            LIT if lit else 3,
            ManimColor(theme.colour("untracked" if blocked or back else "text")),
            shown=self.rest if back else 1,
            ink=0 if empty else 1,
        )

    def _title(self, above: float) -> VGroup:
        """Name and shape in the middle over the grid. Over a narrow grid among others they are set
        smaller, and at last the shape is left out."""
        runs = [
            (self.name, "code-strong", self.colour),
            (f"  {shape_text(self.value.shape)}", "code", "quiet"),
        ]
        em = float(NAME)
        if not self.alone:
            room = self.right - self.left + 12
            em = min(NAME, room / self.type.width("".join(text for text, *_ in runs), 1, "code"))
            if em < SMALLEST:
                del runs[1]
                em = min(NAME, room / self.type.width(self.name, 1, "code"))
        title = self.type.row(runs, em)
        x, y = (self.left + self.right) / 2, self.top - above + TITLE / 2 - 8
        left = point(x, y)
        return title.shift((left[0] - title.advance / 2, left[1] - HALF_CAP * units(em), 0))

    def _retitled(self) -> VGroup:
        """The title of what it shows now, where the title is."""
        return self._title(TITLE).move_to(self.title)

    def _axis(self, dim: int) -> VGroup:
        em, colour = self.axis, self.type.theme.colour("quiet")
        label = self.type.line(f"dim={dim}", em, font="code", colour="quiet")
        if self._along_rows(dim):
            y = self.top - 0.95 * em
            label.at(self.left, y)
            start, end = (self.left + 3.6 * em, y), (self.right, y)
        else:
            x = self.left - 0.72 * em
            label.at(x - 0.55 * em, (self.top + self.bottom) / 2, "right")
            start, end = (x, self.top), (x, self.bottom)
        return VGroup(label, _arrow(start, end, colour, em / 7))

    def _light_axes(self, lit: int | None = None, colour: str = "quiet") -> list[Animation]:
        colours = [colour if dim == lit else "quiet" for dim in range(len(self.axes))]
        return [
            Transform(axis, axis.copy().set_color(self.type.theme.colour(role)), run_time=0.4)
            for axis, role in zip(self.axes, colours, strict=True)
        ]

    def _frame(self, line: range, along: bool, colour: str) -> Rounded:
        first, last = (self.cells[i].get_center() for i in (line[0], line[-1]))
        count, size = len(line), self.size
        width = size.across(count) if along else size.width
        height = size.height if along else size.down(count)
        frame = Rounded(width + 4, height + 4, min(16, size.height / 3), stroke=7)
        frame.set_fill(opacity=0).set_stroke(self.type.theme.colour(colour))
        return frame.move_to((first + last) / 2).set_z_index(FRAMES)

    def _drop_frames(self) -> list[Animation]:
        gone: list[Animation] = [FadeOut(frame, run_time=0.3) for frame in self.frames]
        self.marks.remove(self.frames)
        self.frames = VGroup()
        return gone

    def _result(self, place: int, along: bool, number: Number, sign: str, *, wrong: bool) -> VGroup:
        theme, role = self.type.theme, "mistake" if wrong else "output"
        size = self.size
        if along:
            _, y = self._middle(place * self.columns)
            x = self.right + SUM + size.width / 2
            at = self.right + SUM / 2, y
        else:
            x, _ = self._middle(place)
            y = self.bottom + SUM + size.height / 2
            at = x, self.bottom + SUM / 2
        paint = ManimColor(theme.colour(role))
        fill = ManimColor(theme.colour("panel")).interpolate(paint, 0.18)
        cell = Cell(self.type, number, x, y, size, Look(fill, paint, 6, paint))
        parts = VGroup(cell, self.type.line(sign, 42, colour="operation").at(*at, "center"))
        return parts.add(self._cross(cell, "mistake")) if wrong else parts

    def _cross(self, cell: Cell, colour: str = "untracked") -> VGroup:
        """A small cross on a disc over the cell's upper right corner, clear of its number."""
        theme, arm = self.type.theme, units(9)
        middle = cell.box.get_corner((1, 1, 0)) - (units(5), units(5), 0)
        disc = Dot(middle, radius=units(20), color=theme.colour("ground"))
        disc.set_stroke(theme.colour(colour), width=4)
        strokes = [
            Line(middle - arm * slope, middle + arm * slope, stroke_width=5) for slope in (UR, DR)
        ]
        for stroke in strokes:
            stroke.set_color(theme.colour(colour))
        return VGroup(disc, *strokes).set_z_index(SIGNS)


def drawn(value: Value, *, upright: bool = False) -> tuple[int, int]:
    """The rows and columns that are drawn of a tensor."""
    if not value.numbers or len(value.shape) > 2:
        raise SceneError(f"a tensor of shape {shape_text(value.shape)} cannot be drawn as a matrix")
    rows, columns = value.shape if len(value.shape) == 2 else (1, len(value.numbers))
    if upright:
        rows, columns = columns, rows
    return min(rows, MOST_ROWS), min(columns, MOST_COLUMNS)


def _arrow(
    start: tuple[float, float], end: tuple[float, float], colour: str, thick: float
) -> VGroup:
    """A straight arrow between pixels, to the right or down."""
    line = Line(point(*start), point(*end), stroke_width=thick, color=colour)
    along = line.get_unit_vector() * units(4.3 * thick)
    side = along[[1, 0, 2]] * (0.55, -0.55, 0)
    tip = line.get_end()
    head = Polygon(tip, tip - along + side, tip - along - side, stroke_width=0)
    line.put_start_and_end_on(line.get_start(), tip - along * 0.8)
    return VGroup(line, head.set_fill(colour, opacity=1))
