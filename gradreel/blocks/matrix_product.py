"""Two matrices and their product: as in a textbook or side by side, filled and folded into one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from manim import (
    UP,
    Animation,
    AnimationGroup,
    ApplyMethod,
    FadeIn,
    FadeOut,
    LaggedStart,
    Succession,
    VGroup,
    smooth,
    there_and_back_with_pause,
)

from gradreel.blocks.cells import FLYING, GAP, SMALLEST, CellSize, Flight, cell_size
from gradreel.blocks.matrix import TITLE, Matrix, drawn
from gradreel.blocks.numbers import short
from gradreel.errors import SceneError
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Value

SIGN = 84  # pixels between matrices for `@`, `=` and `+`
APART = 30  # pixels between the matrices of the textbook layout
HEADING = 100  # pixels for `A @ B` in the empty quarter of the textbook layout
READING = 1.2  # seconds that a written sum stays


@dataclass(frozen=True, slots=True)
class Term:
    """A traced tensor of the product and how it is called."""

    name: str
    value: Value
    colour: str = "forward"


@dataclass(frozen=True, slots=True)
class Plan:
    """A way to lay the terms out: one cell size, where each grid begins (x, y), and the signs."""

    size: CellSize
    corners: tuple[tuple[float, float], ...]
    signs: tuple[tuple[str, float, float, float], ...]  # text, x, y, pixel em
    note: Zone | None = None  # room for the sum that makes one cell

    @property
    def worth(self) -> tuple[float, float]:
        return self.size.text, self.size.width * self.size.height


class MatrixProduct(Block):
    """`left @ right`, and their traced `result` if it is given, all with cells of one size, filling
    `zone`: the textbook's crossing or a row, whichever gives larger numbers. `bias` keeps room for
    a vector that `plus` adds. A 1-D `right` stands upright.
    """

    def __init__(
        self,
        type_: Typesetter,
        left: Term,
        right: Term,
        zone: Zone,
        *,
        result: Term | None = None,
        bias: Term | None = None,
    ) -> None:
        super().__init__()
        self.type, self.zone, self.area = type_, zone, zone
        self.terms = [term for term in (left, right, result, bias) if term is not None]
        upright = len(right.value.shape) == 1
        rows, inner = drawn(left.value)
        _, columns = drawn(right.value, upright=upright)
        shape = rows, inner, columns
        plans = [self._in_a_row(*shape, has_result=result is not None, has_bias=bias is not None)]
        if result is not None:
            plans.append(self._crossing(*shape, has_bias=bias is not None))
        self.plan = max(plans, key=lambda plan: plan.worth)

        self.left = self._matrix(0, left)
        self.right = self._matrix(1, right, upright=upright)
        stands = result is not None and upright and len(result.value.shape) == 1
        self.result = self._matrix(2, result, empty=True, upright=stands) if result else None
        self.bias = self._matrix(3, bias) if bias else None
        self.signs = VGroup(
            *(
                type_.line(sign, em, font="code-strong", colour="operation").at(x, y, "center")
                for sign, x, y, em in self.plan.signs
            )
        )
        self.added = VGroup()
        if self.bias is not None:  # its name stands before it, as what is added
            self.bias.remove(self.bias.title)
            name = type_.line(f"+ {self.bias.name}", 46, font="code-strong", colour="operation")
            x, y = self.bias.left - 20, (self.bias.top + self.bias.bottom) / 2
            self.added.add(self.bias, name.at(x, y, "right"))
        self.marks = VGroup()  # the bias once it is there, and what was folded
        self.add(self.left, self.signs, self.right, *([self.result] if self.result else []))

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        """The factors, then the empty places of the result."""
        moves = [self.left.appear(), FadeIn(self.signs), self.right.appear()]
        if self.result is not None:
            moves.append(self.result.appear())
        return LaggedStart(*moves, lag_ratio=0.25, run_time=1.2)

    def fill(self, row: int, column: int, *, note: bool = True) -> Animation:
        """One cell of the result: its row and its column light up, the products that are summed are
        written out where there is room, and the number comes."""
        result = self._expect_result()
        lit = AnimationGroup(
            self.left.light(row=row),
            self.right.light(column=column),
            result.light(row, column, rest=1),
        )
        steps = Succession(lit, result.fill((row, column)))
        words = self._sum(row, column)
        if not note or words is None:
            return steps
        glimpse = FadeIn(words, rate_func=there_and_back_with_pause, remover=True, run_time=READING)
        return AnimationGroup(glimpse, steps)

    def sweep(self, slow: int = 2) -> Animation:
        """Cell by cell: the first few with their sums, then the rest in a run."""
        result = self._expect_result()
        cells = list(product(range(result.rows), range(result.columns)))
        steps = [self.fill(*cell) for cell in cells[:slow]]
        for cell in cells[slow:]:
            step = self.fill(*cell, note=False)
            step.run_time = 0.3
            steps.append(step)
        calm = AnimationGroup(self.left.light(), self.right.light(), result.light())
        return Succession(*steps, calm)

    def plus(self, total: Term) -> Animation:
        """The bias comes, a copy of it drops into every row of the result, and the numbers roll
        over to the traced `total`."""
        result = self._expect_result()
        if self.bias is None:
            raise SceneError("the product has no bias", fix="Give it bias=Term(...).")
        self.marks.add(self.added)
        drops = [
            Flight(cell, result.cell(row, column).get_center())
            for row in reversed(range(result.rows))
            for column, cell in enumerate(self.bias.cells)
        ]
        change = result.change_to(total.value, total.colour, total.name)
        return Succession(
            FadeIn(self.added, shift=0.3 * UP, run_time=0.5),
            AnimationGroup(LaggedStart(*drops, lag_ratio=0.1), change, lag_ratio=0.4),
        )

    def fold(self, one: Term) -> Animation:
        """The factors slide together and fold into one matrix, their traced product, which then
        stands alone in the zone, in `marks`."""
        folded = Matrix(self.type, one.name, one.value, self.area, colour=one.colour)
        middle, y, _ = point(*centre(self.area))
        here, there = self.left.grid, self.right.grid
        gone = VGroup(self.signs, self.marks, *([self.result] if self.result else []))
        start = middle - (here.width + units(GAP) + there.width) / 2
        seam = start + here.width + units(GAP)
        together = AnimationGroup(
            ApplyMethod(self.left.shift, (start, y, 0) - here.get_left()),
            ApplyMethod(self.right.shift, (seam, y, 0) - there.get_left()),
            FadeOut(gone),
            run_time=0.7,
        )
        thin = AnimationGroup(Fold(self.left, middle), Fold(self.right, middle))
        self.marks = VGroup(folded)
        return Succession(together, thin, Fold(folded, middle, opens=True))

    def leave(self) -> Animation:
        return FadeOut(VGroup(self, self.marks), run_time=0.3)

    # ------------------------------------------------------------------ layouts

    def _matrix(
        self, place: int, term: Term, *, upright: bool = False, empty: bool = False
    ) -> Matrix:
        size, (x, y) = self.plan.size, self.plan.corners[place]
        rows, columns = drawn(term.value, upright=upright)
        right, bottom = x + size.across(columns), y + size.down(rows)
        return Matrix(
            self.type,
            term.name,
            term.value,
            Zone(round(x), round(y - TITLE), round(right), round(bottom)),
            colour=term.colour,
            upright=upright,
            empty=empty,
            size=size,
        )

    def _numbers(self) -> Iterator[float]:
        return (number for term in self.terms for number in term.value.numbers)

    def _bias_name(self) -> list[str]:
        return [term.name for term in self.terms[3:]]

    def _in_a_row(
        self, rows: int, inner: int, columns: int, *, has_result: bool, has_bias: bool
    ) -> Plan:
        """A @ B, or A @ B = C with the bias under C; all on one middle line."""
        zone, parts = self.area, [(rows, inner), (inner, columns)]
        if has_result:
            parts.append((rows, columns))
        tallest = max(rows + 1 if has_bias else rows, inner)
        size = cell_size(
            self.type,
            self._numbers(),
            columns=sum(wide for _, wide in parts),
            rows=tallest,
            width=zone.width - (len(parts) - 1) * (SIGN - GAP),
            height=zone.height - TITLE - (APART if has_bias else 0),
        )
        width = sum(size.across(wide) for _, wide in parts) + (len(parts) - 1) * SIGN
        x, y = centre(zone)
        x, y = x - width / 2, y + TITLE / 2 - (size.height / 2 if has_bias else 0)
        corners, signs = [], []
        for sign, (tall, wide) in zip(("@", "=", ""), parts, strict=False):
            corners.append((x, y - size.down(tall) / 2))
            x += size.across(wide) + SIGN
            signs.append((sign, x - SIGN / 2, y, 56.0))
        if has_bias:
            corners.append((corners[-1][0], y + size.down(rows) / 2 + APART))
        return Plan(size, tuple(corners), tuple(signs[:-1]))

    def _crossing(self, rows: int, inner: int, columns: int, *, has_bias: bool) -> Plan:
        """A left, B above on the right, C where the rows of A meet the columns of B."""
        zone = self.area
        size = cell_size(
            self.type,
            self._numbers(),
            columns=inner + columns,
            rows=inner + rows + has_bias,
            width=zone.width - (APART - GAP),
            height=zone.height - 2 * TITLE + GAP - (APART - GAP if has_bias else 0),
        )
        width = size.across(inner) + APART + size.across(columns)
        above, below = size.down(inner), size.down(rows)
        height = 2 * TITLE + above + below + (APART + size.height if has_bias else 0)
        x, y = centre(zone)
        left, top = x - width / 2, y - height / 2 + TITLE
        right, middle = left + size.across(inner) + APART, top + above + TITLE
        corners = [(left, middle), (right, top), (right, middle)]
        if has_bias:
            corners.append((right, middle + below + APART))
        note = Zone(round(left), round(top), round(right - APART), round(top + above))
        text = " + ".join([" @ ".join(t.name for t in self.terms[:2]), *self._bias_name()])
        em = min(72.0, note.width / self.type.width(text, 1, "code-strong"))
        if note.height < HEADING + (inner + 1) * 1.4 * SMALLEST or em < 40:
            return Plan(size, tuple(corners), (), note)
        heading = (text, (note.left + note.right) / 2, top + HEADING / 2 - 10, em)
        return Plan(size, tuple(corners), (heading,), note.below(top + HEADING))

    def _sum(self, row: int, column: int) -> VGroup | None:
        """`1.54 × −0.857` for each pair that is multiplied, and the number they add up to; None
        where that could not be read."""
        result, room = self._expect_result(), self.plan.note
        if room is None:
            return None
        ours = self.left.numbers[row * self.left.columns :][: self.left.columns]
        theirs = self.right.numbers[column :: self.right.columns]
        texts = [f"{short(a)} × {short(b)}" for a, b in zip(ours, theirs, strict=True)]
        texts.append(f"Σ = {short(result.numbers[row * result.columns + column])}")
        height = min(62.0, room.height / len(texts))
        longest = max(self.type.width(text, 1, "code-strong") for text in texts)
        size = min(46.0, height * 0.75, room.width / longest)
        if size < SMALLEST:
            return None
        x, y = centre(room)
        y -= height * (len(texts) - 1) / 2
        colours = ["text"] * len(ours) + [result.colour]
        return VGroup(
            *(
                self.type.line(text, size, font="code-strong", colour=colour)
                .at(x, y + place * height, "center")
                .set_z_index(FLYING)
                for place, (text, colour) in enumerate(zip(texts, colours, strict=True))
            )
        )

    def _expect_result(self) -> Matrix:
        if self.result is None:
            raise SceneError("the product has no result", fix="Give it result=Term(...).")
        return self.result


class Fold(Animation):
    """A matrix is pressed to nothing against the upright line `x` (in units), or opens from it."""

    def __init__(self, matrix: Matrix, x: float, *, opens: bool = False) -> None:
        super().__init__(
            matrix, introducer=opens, remover=not opens, run_time=0.4, rate_func=smooth
        )
        self.x, self.opens = x, opens

    def begin(self) -> None:
        parts = self.mobject.family_members_with_points()
        self.parts = [(part, part.points.copy()) for part in parts]
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        way = self.rate_func(alpha)
        share = way if self.opens else 1 - way
        for part, points in self.parts:
            part.points = points * (share, 1, 1) + (self.x * (1 - share), 0, 0)
        if share == 0 and not self.opens:
            self.mobject.set_opacity(0)  # else its strokes would stay as a line
