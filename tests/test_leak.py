"""The leak: words in its gap touch neither line, drops climb it to zero."""

from __future__ import annotations

import pytest
from test_function_plot import TYPE

from gradreel.blocks.leak import DROPS, Leak
from gradreel.model import Zone
from gradreel.stage.space import pixel

FIELD = Zone(60, 350, 1020, 1290)


def leak() -> Leak:
    return Leak(TYPE, FIELD, 0.01, reach=(-3.3, 0.25), heights=(-0.034, 0.002))


def test_the_gap_is_between_both_lines() -> None:
    block = leak()
    gap, relu, _ = block.apart
    assert relu.get_start() == pytest.approx(block.plane.at(-3.3, 0))
    corners = gap.get_vertices()
    assert corners[0] == pytest.approx(relu.get_start())
    assert corners[2] == pytest.approx(block.curve.get_start())


def test_words_have_room_under_relu_and_over_the_far_end_of_the_leak() -> None:
    block, room = leak(), leak().between
    assert room.top > pixel(block.plane.at(0, 0))[1]
    assert (
        pixel(block.plane.at(-3.3, 0))[0] < room.left < room.right < pixel(block.plane.at(0, 0))[0]
    )


def test_drops_climb_from_the_far_left_to_zero() -> None:
    block = leak()
    runs = block.climb().animations
    assert len(runs) == DROPS
    assert runs[0].path.get_start() == pytest.approx(block.plane.at(-3.3, -0.033))
    assert runs[0].path.get_end() == pytest.approx(block.plane.at(0, 0))
