"""Matrix products as hero: one after the other, cell by cell; or two factors that do not fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import product

from manim import Animation, AnimationGroup, FadeIn, FadeOut, Mobject, Succession

from gradreel.blocks.heroes.picture import Picture, Step, after
from gradreel.blocks.matrix import Matrix
from gradreel.blocks.matrix_product import MatrixProduct, Term
from gradreel.blocks.matrix_row import MatrixRow
from gradreel.hero import Mismatch, Named, Products
from gradreel.model import Zone
from gradreel.stage.type import Typesetter

SLOW = 2  # cells whose sum is written out
MOST = 4  # cells that are looked at while the hook is said


class ProductPicture(Picture):
    goes_back = False

    def __init__(self, type_: Typesetter, hero: Products, zone: Zone) -> None:
        super().__init__(type_, zone)
        self.hero = hero
        self.lit: int | None = None  # the cell of the result that is looked at
        self.product = self.made(0)
        self.fill_all()

    def fill_all(self) -> None:
        """The result is there at once."""
        assert self.product.result is not None
        filled = self.product.result.fill()
        filled.begin()
        filled.interpolate(1)

    def made(self, number: int) -> MatrixProduct:
        left, right, result = map(_term, self.hero.terms[number])
        return MatrixProduct(self.type, left, right, self.zone, result=result)

    @property
    def shown(self) -> Sequence[Mobject]:
        return [self.product]

    @property
    def fits(self) -> bool:
        made = [self.product, *(self.made(n) for n in range(1, len(self.hero.terms)))]
        return all(each.plan.size.text > 0 for each in made) and super().fits

    def stir(self) -> Iterable[Step]:
        result = self.hero.terms[0][2].value
        for _ in range(min(MOST, len(result.numbers)) + 1):
            yield Step(self.glint)

    def begin(self) -> Animation:
        """The result is empty again."""
        old, self.product = self.product, self.made(0)
        return AnimationGroup(FadeOut(old), FadeIn(self.product), run_time=0.5)

    def enter(self) -> Animation:
        return self.product.appear()

    def given(self) -> Iterable[Step]:
        left, right, _ = self.hero.terms[0]
        yield Step(partial(row_by_row, self.product.left), left.span, left.node)
        yield Step(partial(row_by_row, self.product.right), right.span, right.node)

    def forward(self) -> Iterable[Step]:
        for number, (_, _, result) in enumerate(self.hero.terms):
            if number:
                yield Step(partial(self.turn_to, number), result.span, result.node)
            rows = range(result.value.shape[0])
            columns = range(result.value.shape[1] if len(result.value.shape) == 2 else 1)
            cells = list(product(rows, columns))
            node = None if number else result.node
            for cell in cells[:SLOW]:
                yield Step(partial(self.fill, cell), result.span, node)
                node = None
            if cells[SLOW:]:
                yield Step(partial(self.rest, cells[SLOW:]), result.span, longest=2.5)

    def turn_to(self, number: int) -> Animation:
        """Another product takes the place."""
        old, self.product = self.product, self.made(number)
        return AnimationGroup(old.leave(), self.product.appear(), lag_ratio=0.5)

    def fill(self, cell: tuple[int, int]) -> Animation:
        return self.product.fill(*cell)

    def rest(self, cells: list[tuple[int, int]]) -> Animation:
        """The other cells in a run, then all of it in peace."""
        return Succession(*(self.product.fill(*cell, note=False) for cell in cells), self.calm())

    def calm(self) -> Animation:
        parts = (self.product.left, self.product.right, self.product.result)
        return AnimationGroup(*(part.light() for part in parts if part is not None))

    def glint(self) -> Animation:
        """A row and a column, and the cell they make."""
        result = self.product.result
        assert result is not None
        self.lit = after(self.lit, result.rows * result.columns)
        if self.lit is None:
            return self.calm()
        row, column = divmod(self.lit, result.columns)
        return AnimationGroup(
            self.product.left.light(row=row),
            self.product.right.light(column=column),
            result.light(row, column),
        )


class MismatchPicture(Picture):
    """A row of one is longer than a column of the other: there is no product."""

    goes_back = False

    def __init__(self, type_: Typesetter, hero: Mismatch, zone: Zone) -> None:
        super().__init__(type_, zone)
        self.hero = hero
        self.lit: int | None = None  # the row that is held against a column
        terms = [[_term(hero.left)], [_term(hero.right)]]
        self.row = MatrixRow(type_, terms, zone, signs=("@",))
        self.left, self.right = (self.row.grids[t.name] for t in (hero.left, hero.right))

    @property
    def shown(self) -> Sequence[Mobject]:
        return [self.row]

    @property
    def fits(self) -> bool:
        return self.left.size.text > 0 and super().fits

    def stir(self) -> Iterable[Step]:
        for _ in range(self.left.rows + 1):
            yield Step(self.glint)

    def across(self, row: int | None) -> Animation:
        """What a product would multiply, or all as before."""
        self.lit = row
        column = row % self.right.columns if row is not None else None
        return AnimationGroup(self.left.light(row=row), self.right.light(column=column))

    def begin(self) -> Animation:
        return self.across(None)

    def enter(self) -> Animation:
        return self.row.appear()

    def given(self) -> Iterable[Step]:
        for named, matrix in ((self.hero.left, self.left), (self.hero.right, self.right)):
            yield Step(partial(row_by_row, matrix), named.span)

    def output(self) -> Iterable[Step]:
        yield Step(partial(self.across, 0), self.hero.span)
        names = self.hero.left.name, self.hero.right.name
        yield Step(partial(self.row.frame, *names, colour="mistake"), self.hero.span)

    def glint(self) -> Animation:
        return self.across(after(self.lit, self.left.rows))


def row_by_row(matrix: Matrix) -> Animation:
    """It is read from the top down."""
    return Succession(*(matrix.light(row=n) for n in range(matrix.rows)), matrix.light())


def _term(named: Named) -> Term:
    return Term(named.name, named.value)
