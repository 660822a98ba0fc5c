"""The switch of a flag: knob, word and code agree, in either position."""

from __future__ import annotations

import pytest
from manim import Animation

from gradreel.blocks.switch import Switch
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter

TYPE = Typesetter(HOUSE)
STAGE = Zone(60, 800, 1020, 1290)


def played(animation: Animation) -> None:
    animation.begin()
    animation.interpolate(0.5)
    animation.interpolate(1)
    animation.finish()


def says(switch: Switch) -> tuple[bool, bool, bool]:
    """What the knob, the words and the code say."""
    _, track, knob, yes, no = switch.picture
    assert yes.get_fill_opacity() != no.get_fill_opacity()
    right = knob.get_x() > track.get_x()
    flag = switch._written(True)[1]
    true = switch.flag[0].points.shape == flag.points.shape
    return right, yes.get_fill_opacity() == 1, true


@pytest.mark.parametrize("on", [True, False])
def test_knob_word_and_code_agree_before_and_after_it_is_thrown(on: bool) -> None:
    switch = Switch(TYPE, "requires_grad", on, STAGE)
    assert says(switch) == (on, on, on)
    played(switch.toggle())
    assert says(switch) == (not on, not on, not on)
    played(switch.toggle())
    assert says(switch) == (on, on, on)


@pytest.mark.parametrize("zone", [STAGE, Zone(60, 350, 1020, 800), Zone(60, 800, 520, 1290)])
def test_it_fills_its_zone_and_stays_in_it(zone: Zone) -> None:
    switch = Switch(TYPE, "requires_grad", True, zone)
    left, top = pixel(switch.get_corner((-1, 1, 0)))
    right, bottom = pixel(switch.get_corner((1, -1, 0)))
    assert left >= zone.left - 1
    assert right <= zone.right + 1
    assert top >= zone.top - 1
    assert bottom <= zone.bottom + 1
    assert right - left > 0.7 * zone.width
