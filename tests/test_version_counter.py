"""The odometer of a tensor: it shows what it is given, and an alarm only where versions differ."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from manim import Animation, AnimationGroup, Dot, VMobject

from gradreel.blocks.version_counter import VersionCounter
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Value

STAGE = Zone(60, 800, 1020, 1290)
TYPE = Typesetter(HOUSE)
BEFORE, AFTER = Value((2,), "float32", (0.0, 2.0)), Value((2,), "float32", (1.0, 3.0))


def played(animation: Animation) -> None:
    animation.begin()
    animation.interpolate(0.5)
    animation.interpolate(1)
    animation.finish()


def texts(block: VMobject) -> list[str]:
    return [part.text for part in block.get_family() if isinstance(part, Line)]


def same_outline(shown: VMobject, text: VMobject) -> bool:
    return bool(shown.points.shape == text.points.shape and (shown.points == text.points).all())


def test_an_in_place_write_changes_the_numbers_and_the_digit() -> None:
    counter = VersionCounter(TYPE, "y", BEFORE, STAGE)
    assert same_outline(counter.digit[0], counter._digit(0))
    played(counter.bump("y.add_(1)", AFTER, 1))
    assert same_outline(counter.digit[0], counter._digit(1))
    for wheel, text in zip(counter.numbers, counter._texts(AFTER), strict=True):
        assert same_outline(wheel[0], text)
    assert texts(counter.marks) == ["y.add_(1)"]


@pytest.mark.parametrize(("found", "sign", "role"), [(0, "✓", "output"), (1, "≠", "mistake")])
def test_versions_are_compared_with_a_sign_and_a_colour(found: int, sign: str, role: str) -> None:
    counter = VersionCounter(TYPE, "y", BEFORE, STAGE)
    played(counter.compare(0, found))
    assert texts(counter.marks) == ["saved", "0", "found", str(found), sign]
    assert counter.frame.get_stroke_color().to_hex() == HOUSE.colour(role)


@pytest.mark.parametrize("count", [1, 2, 4, 6])
def test_all_stays_in_the_zone_and_apart(count: int) -> None:
    value = Value((count,), "float32", tuple(-0.125 * n for n in range(1, count + 1)))
    counter = VersionCounter(TYPE, "activation", value, STAGE)
    counter.compare(0, 1)
    left, top = pixel(counter.get_corner((-1, 1, 0)))
    right, bottom = pixel(counter.get_corner((1, -1, 0)))
    assert left >= STAGE.left - 1
    assert right <= STAGE.right + 1
    assert top >= STAGE.top - 1
    assert bottom <= STAGE.bottom + 1
    for one, other in combinations([*(n[0] for n in counter.numbers), counter.digit[0]], 2):
        assert one.get_right()[0] < other.get_left()[0]


def test_numbers_handed_on_stay_on_the_counter_and_leave_nothing_behind() -> None:
    counter = VersionCounter(TYPE, "y", BEFORE, STAGE)
    goals = [Dot((2, 0, 0)), Dot((3, 0, 0))]
    handed = counter.hand_on(goals)
    played(handed)
    assert isinstance(handed, AnimationGroup)
    for flight, goal in zip(handed.animations, goals, strict=True):
        assert flight.remover
        np.testing.assert_allclose(flight.mobject.get_center(), goal.get_center())
    for number, text in zip(counter.numbers, counter._texts(BEFORE), strict=True):
        assert same_outline(number[0], text)
