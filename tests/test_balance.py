"""A beam with its pivot at zero: centred numbers hold it level, the others tip it."""

from __future__ import annotations

import pytest
from manim import Animation

from gradreel.blocks.balance import Balance
from gradreel.model import Zone
from gradreel.stage.space import UNIT, pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter

ZONE = Zone(60, 1000, 1020, 1290)
TANH, SIGMOID = (-0.964, 0.0, 0.964), (0.119, 0.5, 0.881)


def balance(values: tuple[float, ...]) -> Balance:
    return Balance(Typesetter(HOUSE), "sigmoid", values, ZONE)


def slope(block: Balance) -> float:
    """How much lower the right end is, in pixels."""
    return float((block.beam.get_start() - block.beam.get_end())[1] * UNIT)


def played(animation: Animation, until: float = 1) -> None:
    animation.begin()
    animation.interpolate(until)


def test_it_tips_by_the_mean() -> None:
    assert slope(balance(TANH)) == pytest.approx(0)
    assert slope(balance(SIGMOID)) > 100
    assert slope(balance((-0.1, -0.2))) < -10


def test_weights_lie_where_their_numbers_are() -> None:
    block = balance(TANH)
    places = [pixel(ball.get_center())[0] for ball in block.balls]
    middle, half = (ZONE.left + ZONE.right) / 2, block.half
    assert places == pytest.approx([middle + value * half for value in TANH])
    assert [number.text for number in block.numbers] == ["−0.964", "0", "0.964"]


def test_let_go_it_swings_and_comes_to_rest() -> None:
    block = balance(SIGMOID)
    rest = slope(block)
    played(block.weigh(), 0)
    assert slope(block) == pytest.approx(0)
    played(block.weigh(), 0.4)
    assert slope(block) > rest
    played(block.weigh())
    assert slope(block) == pytest.approx(rest)


def test_it_keeps_to_its_zone_also_when_it_sways() -> None:
    block = balance(SIGMOID)
    for moment in (0, 0.25, 0.75, 1):
        played(block.sway(), moment)
        left, top = pixel(block.get_corner((-1, 1, 0)))
        right, bottom = pixel(block.get_corner((1, -1, 0)))
        assert ZONE.left <= left
        assert right <= ZONE.right
        assert ZONE.top <= top
        assert bottom <= ZONE.bottom + 1
