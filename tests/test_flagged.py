"""A tensor under its flag: switch and tensor agree, and neither leaves the lane."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gradreel.blocks.flagged import Flagged
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Tensor, Value

LANE = Zone(60, 620, 525, 1290)


def flagged(*, on: bool) -> Flagged:
    tensor = Tensor(1, ("a",), (), "float32", on, True, False, None, None)
    return Flagged(Typesetter(HOUSE), tensor, Value((), "float32", (2.0,)), "parameters", LANE)


@pytest.mark.parametrize(("on", "colour"), [(True, "forward"), (False, "untracked")])
def test_switch_tensor_and_use_say_the_same(on: bool, colour: str) -> None:
    lane = flagged(on=on)
    assert lane.switch.on is on
    for part in (lane.history.tensor[1], lane.label):
        assert part.get_fill_color().to_hex() == HOUSE.colour(colour)


def test_its_parts_stand_under_each_other_in_the_lane() -> None:
    lane = flagged(on=True)
    assert pixel(lane.get_corner((-1, 1, 0))) >= (LANE.left - 1, LANE.top - 1)
    assert pixel(lane.get_right())[0] <= LANE.right + 1
    assert pixel(lane.get_bottom())[1] <= LANE.bottom + 1
    for upper, lower in pairwise(lane):
        assert upper.get_bottom()[1] > lower.get_top()[1]
