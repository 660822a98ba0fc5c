"""Curves: lines of a loop's numbers, with what the run had at their ends."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from manim import VMobject

from gradreel.blocks.curve import Curve, Curves, scale_of, spread
from gradreel.errors import SceneError
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.series import Series

TYPE = Typesetter(HOUSE)
ZONE = Zone(60, 800, 1020, 1290)
MISTAKE = Series("mistake", (9.0, 1.44, 1.74, 9.29, 8.68, 1.16))
FIX = Series("fix", (9.0, 1.44, 0.23, 0.0369, 0.0059, 0.000944))


def texts(block: Curves) -> list[str]:
    return [part.text for part in block.get_family() if isinstance(part, Line)]


def box(part: VMobject) -> tuple[float, float, float, float]:
    left, top = pixel(part.get_corner((-1, 1, 0)))
    right, bottom = pixel(part.get_corner((1, -1, 0)))
    return left, top, right, bottom


def apart(one: VMobject, other: VMobject) -> bool:
    a, b = box(one), box(other)
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def played(block: Curves, iteration: int) -> None:
    animation = block.mark(iteration)
    animation.begin()
    animation.finish()


@pytest.mark.parametrize(
    "series",
    [
        (MISTAKE, FIX),
        (Series("W", (0.43, 1.42), 2), Series("b", (-0.19, 0.6), 1)),
        (Series("lr = 1.1", (9, 9190.0)), Series("lr = 0.0001", (9, 8.93)), Series("c", (9, 0.0))),
        (Series("w", (1.8, 1.56), 3), Series("v", (1.8, 1.56), 3), Series("u", (1.8, 1.56), 3)),
        (Series("a_very_long_name_of_a_loss", (1.0, math.inf, math.nan)),),
        (Series("negative", (-3.0, -1.0, -2.0)),),
    ],
)
def test_texts_neither_overlap_nor_leave_the_zone(series: tuple[Series, ...]) -> None:
    block = Curves(TYPE, series, ZONE, colours=["mistake", "output", "untracked"][: len(series)])
    for iteration in range(block.count):
        played(block, iteration)
        words = [p for p in block.get_family() if isinstance(p, Line)]
        words += [*block.numbers, block.label]
        for one, other in combinations(words, 2):
            assert apart(one, other), (one.text, other.text)
        for part in block.family_members_with_points():
            left, top, right, bottom = box(part)
            assert ZONE.left - 1 <= left
            assert right <= ZONE.right + 1
            assert ZONE.top - 1 <= top
            assert bottom <= ZONE.bottom + 1
    assert block.right - block.left > 300  # the plot itself is not squeezed out


def test_a_value_from_before_the_loop_is_no_iteration() -> None:
    block = Curve(TYPE, Series("W", (0.39, 0.43, 0.46), start=0), ZONE)
    assert "2 iterations" in texts(block)
    played(block, 0)
    assert block.label.text == "iteration 0"


def test_equal_first_values_are_written_once() -> None:
    block = Curves(TYPE, (MISTAKE, FIX), ZONE, colours=("mistake", "output"))
    assert texts(block).count("9") == 1


def test_decades_are_drawn_to_a_logarithmic_scale_that_says_so() -> None:
    block = Curves(TYPE, (MISTAKE, FIX), ZONE, colours=("mistake", "output"))
    assert "6 iterations, log scale" in texts(block)
    heights = [block.at(1, i)[1] for i in (1, 2, 3)]
    ratios = [math.log(a / b) for a, b in ((1.44, 0.23), (0.23, 0.0369))]
    assert (heights[0] - heights[1]) / (heights[1] - heights[2]) == pytest.approx(
        ratios[0] / ratios[1]
    )
    assert "6 iterations" in texts(Curve(TYPE, MISTAKE, ZONE))


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), min_size=1))
def test_every_finite_value_has_its_place_in_the_plot(values: list[float]) -> None:
    scale = scale_of(values)
    parts = [scale.part(v) for v in values if math.isfinite(v)]
    assert all(-1e-9 <= part <= 1 + 1e-9 for part in parts)


def test_the_line_grows_with_the_run_s_numbers() -> None:
    block = Curve(TYPE, MISTAKE, ZONE)
    animation = block.run()
    animation.begin()
    shown = []
    for alpha in np.linspace(0, 1, 31):
        animation.interpolate(alpha)
        shown.append(block.numbers[0].text)
    assert list(dict.fromkeys(shown)) == ["9", "1.44", "1.74", "9.29", "8.68", "1.16"]
    assert np.allclose(block.lines[0].get_end(), block.at(0, 5))


def test_a_mark_stands_on_the_lines_with_that_iteration_s_numbers() -> None:
    block = Curves(TYPE, (MISTAKE, FIX), ZONE, colours=("mistake", "output"))
    for iteration in (3, 1):
        played(block, iteration)
        assert block.label.text == f"iteration {iteration + 1}"
        for number, bead in enumerate(block.beads):
            assert np.allclose(bead.get_center(), block.at(number, iteration))
    assert [n.text for n in block.numbers] == ["1.44", "1.44"]


def test_a_value_that_is_no_number_ends_its_line_and_is_written() -> None:
    block = Curve(TYPE, Series("loss", (1.0, 2.0, math.nan, math.nan)), ZONE)
    assert np.allclose(block.lines[0].get_end(), block.at(0, 1))
    assert block.numbers[0].text == "nan"


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=6))
def test_rows_are_spread_in_their_order_without_overlap(wanted: list[float]) -> None:
    places = spread(wanted, 100, 0, 1000)
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    rows = [places[n] for n in order]
    assert all(b - a >= 100 - 1e-6 for a, b in pairwise(rows))
    assert rows[0] >= 50 - 1e-6
    assert rows[-1] <= 950 + 1e-6


def test_a_gap_reaches_from_a_line_to_its_target() -> None:
    series = Series("W", (0.4, 1.0, 1.4), 2), Series("b", (-0.2, 0.3, 0.6))
    block = Curves(TYPE, series, ZONE, colours=("forward", "text"))
    block.gap(0, 1)
    (gap,) = block.gaps
    assert gap.get_start() == pytest.approx(block.at(0, 1))
    x, y = pixel(gap.get_end())
    assert x == pytest.approx(pixel(block.at(0, 1))[0])
    assert y == pytest.approx(block.top)  # 2 is the highest
    with pytest.raises(SceneError, match="b has no target"):
        block.gap(1, 1)
    block.close()
    assert len(block.gaps) == 0
