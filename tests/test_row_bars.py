"""Bars stand on the rows of their matrix and are as long as their traced numbers."""

from __future__ import annotations

import pytest
from manim import Animation, VMobject

from gradreel.blocks.matrix import Matrix
from gradreel.blocks.row_bars import RowBars
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Value

LEFT, RIGHT = Zone(60, 560, 600, 1110), Zone(640, 560, 1020, 1110)
LOGITS = Value((4, 3), "float32", tuple(n / 7 for n in range(12)))
LOSSES = (0.1689, 2.2532, 0.6196, 1.2865)


def bars() -> RowBars:
    type_ = Typesetter(HOUSE)
    matrix = Matrix(type_, "logits", LOGITS, LEFT)
    return RowBars(type_, "nll_loss", LOSSES, matrix, RIGHT)


def play(animation: Animation) -> None:
    """To its end, without a scene."""
    animation.begin()
    animation.interpolate(0.4)
    animation.interpolate(1)
    animation.finish()


def box(part: VMobject) -> tuple[float, float, float, float]:
    return *pixel(part.get_corner((-1, 1, 0))), *pixel(part.get_corner((1, -1, 0)))


def test_each_row_has_its_bar_and_its_number_within_its_height() -> None:
    block = bars()
    play(block.appear())
    assert [end.text for end in block.ends] == ["0.169", "2.25", "0.62", "1.29"]
    for row, (bar, end) in enumerate(zip(block.bars, block.ends, strict=True)):
        _, top, _, bottom = box(block.matrix.cell(row, 0))
        assert top <= box(end)[1] < box(end)[3] < box(bar)[1] < box(bar)[3] <= bottom
        assert RIGHT.left <= box(bar)[0] < box(bar)[2] <= RIGHT.right + 1
        assert bar.width * 120 == pytest.approx(RIGHT.width * LOSSES[row] / LOSSES[1], abs=1)


def test_they_level_out_on_the_same_scale_under_another_name() -> None:
    block = bars()
    play(block.change_to("mean", [1.082] * 4, "output"))
    assert block.title[0].text == "mean"
    assert [end.text for end in block.ends] == ["1.08"] * 4
    for bar in block.bars:
        assert bar.width * 120 == pytest.approx(RIGHT.width * 1.082 / LOSSES[1], abs=1)
        assert bar.get_fill_color().to_hex().lower() == HOUSE.colour("output").lower()
