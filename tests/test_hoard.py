"""Memory fills the padlock from the bottom up and stays inside it."""

from __future__ import annotations

from itertools import combinations

from manim import Mobject

from gradreel.blocks.hoard import Hoard
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter

STAGE = Zone(60, 412, 1020, 718)


def box(part: Mobject) -> tuple[float, float, float, float]:
    return *pixel(part.get_corner((-1, 1, 0))), *pixel(part.get_corner((1, -1, 0)))


def test_it_is_empty_at_first_and_keeps_to_its_zone() -> None:
    hoard = Hoard(Typesetter(HOUSE), STAGE)
    assert not set(hoard.cells) & set(hoard.get_family())
    left, top, right, bottom = box(hoard)
    assert left >= STAGE.left
    assert right <= STAGE.right
    assert STAGE.top - 1 <= top < STAGE.top + 10
    assert STAGE.bottom - 10 < bottom <= STAGE.bottom + 1


def test_its_cells_fill_it_from_below_without_touching() -> None:
    hoard = Hoard(Typesetter(HOUSE), STAGE)
    cells, (left, top, right, bottom) = [box(cell) for cell in hoard.cells], box(hoard.lock[1])
    assert [cell[1] for cell in cells] == sorted((cell[1] for cell in cells), reverse=True)
    for cell in cells:
        assert left < cell[0] < cell[2] < right
        assert top < cell[1] < cell[3] < bottom
    for a, b in combinations(cells, 2):
        assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]
