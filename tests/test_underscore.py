"""The underscore completes its word to the zone's edge, and can strike out something else."""

from __future__ import annotations

import numpy as np
import pytest
from manim import Animation

from gradreel.blocks.underscore import Underscore
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter

TYPE = Typesetter(HOUSE)


def play(animation: Animation) -> None:
    animation.begin()
    animation.interpolate(0.5)
    animation.interpolate(1)
    animation.finish()


@pytest.mark.parametrize("name", ["add_()", "relu_()", "masked_fill_()"])
@pytest.mark.parametrize("zone", [Zone(60, 760, 1020, 1290), Zone(60, 1050, 525, 1290)])
def test_word_and_underscore_fill_the_zone_one_after_the_other(name: str, zone: Zone) -> None:
    block = Underscore(TYPE, name, zone)
    assert block.word.text == name.removesuffix("_()")
    assert pixel(block.get_right())[0] == pytest.approx(zone.right, abs=1)
    assert zone.left <= pixel(block.get_left())[0] < zone.left + 30
    assert block.word.get_right()[0] < block.bar.get_left()[0]
    assert pixel(block.get_bottom())[1] <= zone.bottom


def test_it_strikes_something_through_and_breathes_in_between() -> None:
    block = Underscore(TYPE, "add_()", Zone(60, 760, 1020, 1290))
    before = block.bar.points.copy()
    play(block.breathe())
    np.testing.assert_allclose(block.bar.points, before, atol=1e-6)
    victim = TYPE.line("gradients.", 110, font="display").at(60, 500)
    play(block.strike(victim))
    np.testing.assert_allclose(block.bar.get_center(), victim.get_center(), atol=1e-6)
    assert block.bar.width > victim.width
