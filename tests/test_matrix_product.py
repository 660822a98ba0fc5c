"""A product fills its zone, shows only traced numbers, and folds into one matrix."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from manim import Animation, Scene

from gradreel.blocks.matrix import Matrix
from gradreel.blocks.matrix_product import MatrixProduct, Term
from gradreel.blocks.numbers import short
from gradreel.errors import SceneError
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Value

FIELD = Zone(60, 350, 1020, 1290)
Box = tuple[float, float, float, float]


def term(name: str, array: np.ndarray) -> Term:
    return Term(name, Value(array.shape, "float32", tuple(float(n) for n in array.flat)))


def operands(rows: int, inner: int, columns: int) -> tuple[Term, Term, Term]:
    draw = np.random.default_rng(3)
    x, w = draw.normal(size=(rows, inner)).round(3), draw.normal(size=(inner, columns)).round(3)
    return term("X", x), term("W", w), term("X @ W", x @ w)


def box(part: Matrix) -> Box:
    return *pixel(part.get_corner((-1, 1, 0))), *pixel(part.get_corner((1, -1, 0)))


def play(animation: Animation) -> None:
    """To its end, in a scene that draws nothing."""
    scene = Scene()
    animation._setup_scene(scene)
    animation.begin()
    for step in range(1, 21):
        animation.interpolate(step / 20)
    animation.finish()
    animation.clean_up_from_scene(scene)


def product(shape: tuple[int, int, int], zone: Zone = FIELD, bias: bool = False) -> MatrixProduct:
    x, w, xw = operands(*shape)
    added = term("b", np.array([0.37, 1.46])) if bias else None
    return MatrixProduct(Typesetter(HOUSE), x, w, zone, result=xw, bias=added)


@pytest.mark.parametrize("shape", [(3, 4, 2), (1, 3, 4), (1, 2, 1), (4, 1, 3)])
def test_the_three_matrices_are_inside_the_zone_and_apart(shape: tuple[int, int, int]) -> None:
    block = product(shape)
    assert block.result is not None
    parts = (block.left, block.right, block.result)
    boxes = [box(part) for part in parts]
    for left, top, right, bottom in boxes:
        assert left >= FIELD.left - 14  # a name may be a little wider than its narrow grid
        assert right <= FIELD.right + 14
        assert top >= FIELD.top
        assert bottom <= FIELD.bottom + 1
    for a, b in combinations(boxes, 2):
        assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]
    assert (
        len({round(m.cells[0].box.width, 6) for m in (block.left, block.right, block.result)}) == 1
    )
    assert all(cell.label for cell in block.result.cells)


def test_a_cell_stands_where_its_row_meets_its_column() -> None:
    block = product((3, 4, 2))
    assert block.result is not None
    for row in range(3):
        for column in range(2):
            here = block.result.cell(row, column).box.get_center()
            assert here[1] == pytest.approx(block.left.cell(row, 0).box.get_center()[1], abs=0.01)
            there = block.right.cell(0, column).box.get_center()
            assert here[0] == pytest.approx(there[0], abs=0.01)


def test_a_sweep_fills_every_cell_and_dims_nothing_in_the_end() -> None:
    block = product((3, 4, 2))
    assert block.result is not None
    assert all(cell.look().ink == 0 for cell in block.result.cells)
    play(block.sweep())
    for part in (block.left, block.right, block.result):
        assert all(cell.look().ink == cell.look().shown == 1 for cell in part.cells)


def test_the_bias_turns_the_product_into_the_traced_total() -> None:
    block = product((3, 4, 2), bias=True)
    assert block.result is not None
    total = term("Z", np.arange(6.0).reshape(3, 2))
    play(block.plus(total))
    assert [c.label.text for c in block.result.cells if c.label] == [
        short(n) for n in total.value.numbers
    ]
    with pytest.raises(SceneError, match="no bias"):
        product((3, 4, 2)).plus(total)


def test_two_factors_fold_into_their_traced_product_in_the_middle() -> None:
    w1, w2, both = operands(3, 4, 2)
    block = MatrixProduct(Typesetter(HOUSE), w1, w2, FIELD)
    play(block.fold(both))
    (folded,) = block.marks
    alone = Matrix(Typesetter(HOUSE), both.name, both.value, FIELD)
    assert box(folded) == pytest.approx(box(alone))
    assert block.left.grid.width < 0.01
    with pytest.raises(SceneError, match="no result"):
        block.sweep()


def test_a_vector_on_the_right_stands_upright() -> None:
    x, w = term("X", np.ones((3, 2))), term("w", np.array([0.5, 0.25]))
    out = term("y", np.array([0.75, 0.75, 0.75]))
    block = MatrixProduct(Typesetter(HOUSE), x, w, FIELD, result=out)
    assert block.result is not None
    assert (block.right.rows, block.right.columns) == (2, 1)
    assert (block.result.rows, block.result.columns) == (3, 1)
