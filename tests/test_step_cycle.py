"""The ring of a training loop: in order, clockwise, one step lit, none that is skipped."""

from __future__ import annotations

from itertools import combinations

import pytest
from manim import Animation, VMobject

from gradreel.blocks.step_cycle import CycleStep, StepCycle
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter

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


def lit(cycle: StepCycle) -> list[int]:
    return [
        number
        for number, pill in enumerate(cycle.pills)
        if pill[0].get_fill_color().to_hex() == HOUSE.colour(STEPS[number].colour)
    ]


def test_only_the_step_that_the_light_reached_is_lit() -> None:
    cycle = StepCycle(TYPE, STEPS, FIELD)
    assert lit(cycle) == [0]
    for step in (1, 4, 0, 0, 3):
        played(cycle.light(step))
        assert lit(cycle) == [step]
    assert cycle.wake.get_end() == pytest.approx(cycle.legs[2].get_end())


def test_the_spark_runs_along_the_ring_at_the_head_of_its_trail() -> None:
    cycle = StepCycle(TYPE, STEPS, FIELD)
    cycle.turn_to(2.5)  # halfway around the right side
    x, y = pixel(cycle.spark.get_center())
    assert x == pytest.approx(pixel(cycle.legs[2].get_right())[0], abs=1)
    assert box(cycle.pills[2])[3] < y < box(cycle.pills[3])[1]
    assert cycle.trail.get_end() == pytest.approx(cycle.spark.get_center())
    assert lit(cycle) == []


def test_the_light_runs_past_a_skipped_step_until_it_is_mended() -> None:
    cycle = StepCycle(TYPE, STEPS, FIELD)
    played(cycle.light(3))
    played(cycle.skip(4))
    left, _, right, _ = box(cycle.strike)
    assert (left, right) == pytest.approx((box(cycle.pills[4])[0], box(cycle.pills[4])[2]), abs=3)
    seen = set()
    run = cycle.run()
    run.begin()
    for moment in range(5):
        run.interpolate(moment / 4)
        seen |= set(lit(cycle))
    assert seen == {0, 1, 2, 3}
    assert lit(cycle) == [3]
    played(cycle.mend())
    assert lit(cycle) == [3]
    played(cycle.light(4))
    assert lit(cycle) == [4]
