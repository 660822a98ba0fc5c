"""The ring of a training loop: in order, clockwise, one step lit, its words inside."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from manim import Animation, VMobject

from gradreel.blocks.step_cycle import CycleStep, StepCycle
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter

FIELD, STAGE = Zone(60, 350, 1020, 1290), Zone(60, 800, 1020, 1290)
TYPE = Typesetter(HOUSE)
STEPS = (
    CycleStep("forward"),
    CycleStep("loss", "text"),
    CycleStep("backward", "backward"),
    CycleStep("update", "output"),
    CycleStep("zero grads", "untracked"),
)


def played(animation: Animation) -> None:
    animation.begin()
    animation.interpolate(0.5)
    animation.interpolate(1)
    animation.finish()


def box(block: VMobject) -> tuple[float, float, float, float]:
    left, top = pixel(block.get_corner((-1, 1, 0)))
    right, bottom = pixel(block.get_corner((1, -1, 0)))
    return left, top, right, bottom


@pytest.mark.parametrize("zone", [FIELD, STAGE])
@pytest.mark.parametrize("count", [3, 4, 5, 6])
def test_steps_stand_apart_inside_the_zone_and_leave_the_centre_free(
    zone: Zone, count: int
) -> None:
    cycle = StepCycle(TYPE, (*STEPS, CycleStep("log"))[:count], zone)
    left, top, right, bottom = box(cycle)
    assert left >= zone.left
    assert right <= zone.right
    assert top >= zone.top - 1
    assert bottom <= zone.bottom + 1
    for one, other in combinations(map(box, cycle.pills), 2):
        assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
    for pill in map(box, cycle.pills):
        assert pill[3] < cycle.centre.top or pill[1] > cycle.centre.bottom


def test_each_leg_ends_where_the_next_begins_clockwise() -> None:
    cycle = StepCycle(TYPE, STEPS, FIELD)
    for leg, following in zip(cycle.legs, [*cycle.legs[1:], cycle.legs[0]], strict=True):
        assert leg.get_end() == pytest.approx(following.get_start())
    xs = [x for x, _ in cycle.places]
    assert xs[:3] == sorted(xs[:3])
    assert xs[3] > xs[4]


def test_only_the_step_that_the_light_reached_is_lit() -> None:
    cycle = StepCycle(TYPE, STEPS, FIELD)
    for step in (0, 1, 4, 0):
        played(cycle.light(step))
        lit = [
            number
            for number, pill in enumerate(cycle.pills)
            if pill[0].get_fill_color().to_hex() == HOUSE.colour(STEPS[number].colour)
        ]
        assert lit == [step]
    assert cycle.trail.get_end() == pytest.approx(cycle.legs[4].get_end())


@pytest.mark.parametrize("zone", [FIELD, STAGE])
def test_what_is_said_is_in_the_centre_one_row_under_the_other(zone: Zone) -> None:
    cycle = StepCycle(TYPE, STEPS, zone)
    cycle.say(1, "how wrong?", "((y_pred - y) ** 2).mean()", ("loss", 4.2344))
    rows = [box(row) for row in cycle.said]
    for upper, lower in pairwise(rows):
        assert upper[3] < lower[1]
    for left, top, right, bottom in rows:
        assert left > cycle.centre.left
        assert right < cycle.centre.right
        assert top >= cycle.centre.top
        assert bottom <= cycle.centre.bottom
    shown = [part.text for part in cycle.said.get_family() if isinstance(part, Line)]
    assert shown[-2:] == ["loss = ", "4.23"]
    assert all(p.em * 120 >= 32 for p in cycle.said.get_family() if isinstance(p, Line))
