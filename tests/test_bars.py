"""Bars are as long as their traced numbers, which stand at their ends; stacked, they add up."""

from __future__ import annotations

from itertools import combinations

import pytest
from manim import Animation, VMobject
from manim.utils.color import ManimColor

from gradreel.blocks.bars import Bars
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter

ZONE = Zone(60, 800, 1020, 1290)
LOGITS = (2.0, 1.0, 0.1)
PROBS = (0.6590012, 0.24243298, 0.09856589)
LABELS = ("cat", "dog", "bird")


def bars(numbers: tuple[float, ...] = LOGITS) -> Bars:
    return Bars(Typesetter(HOUSE), numbers, [f"{n}" for n in range(len(numbers))], ZONE)


def play(animation: Animation) -> None:
    """To its end, without a scene."""
    animation.begin()
    animation.interpolate(0.4)
    animation.interpolate(1)
    animation.finish()


def box(part: VMobject) -> tuple[float, float, float, float]:
    return *pixel(part.get_corner((-1, 1, 0))), *pixel(part.get_corner((1, -1, 0)))


def seen(block: Bars) -> list[VMobject]:
    return [t for t in (*block.labels, *block.ends) if t.get_fill_opacity() > 0.5]


def check(block: Bars) -> None:
    """Every text and bar is inside the zone, and no text lies on another."""
    for part in (*seen(block), *block.bars):
        left, top, right, bottom = box(part)
        assert left >= ZONE.left - 1
        assert right <= ZONE.right + 1
        assert top >= ZONE.top - 1
        assert bottom <= ZONE.bottom + 1
    for a, b in combinations([box(part) for part in seen(block)], 2):
        assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]


@pytest.mark.parametrize(
    "numbers",
    [LOGITS, PROBS, (1.54, -0.293, -2.18), (-1.0, -2.0), tuple(0.1 + n / 7 for n in range(10))],
)
def test_bars_are_in_proportion_and_all_is_inside_the_zone(numbers: tuple[float, ...]) -> None:
    block = bars(numbers)
    check(block)
    longest = max(abs(n) for n in numbers)
    heights = [bar.height for bar in block.bars]
    for number, height in zip(numbers, heights, strict=True):
        assert height / max(heights) == pytest.approx(abs(number) / longest, abs=0.04)
    for number, bar, end in zip(numbers, block.bars, block.ends, strict=True):
        above = end.get_center()[1] > bar.get_center()[1]
        assert above == (number > 0)


def test_appear_ends_with_the_numbers_at_their_bars() -> None:
    block, settled = bars(), bars()
    play(block.appear())
    for one, other in zip(seen(block), seen(settled), strict=True):
        assert box(one) == pytest.approx(box(other))


def test_probabilities_take_the_place_of_logits_on_a_scale_to_one() -> None:
    block = bars()
    play(block.change_to(PROBS, full=1))
    check(block)
    assert [end.text for end in block.ends] == ["0.659", "0.242", "0.0986"]
    area = ZONE.height - 76 - 72
    assert block.bars[0].height * 120 == pytest.approx(PROBS[0] * area, abs=5)


def test_stacked_probabilities_fill_the_frame_of_one() -> None:
    block = bars(PROBS)
    play(block.stack(1.0000001))
    check(block)
    frame, total = block.marks
    assert total.text == "Σ = 1"
    assert frame.get_stroke_color() == ManimColor(HOUSE.colour("output"))
    lefts = [bar.get_left()[0] for bar in block.bars]
    assert lefts == sorted(lefts)
    assert block.bars[-1].get_right()[0] == pytest.approx(frame.get_right()[0], abs=0.2)


def test_what_does_not_add_up_to_one_is_said() -> None:
    block = bars((0.6, 0.2, 0.007))
    play(block.stack(0.807))
    frame, total = block.marks
    assert total.text == "Σ = 0.807  ≠ 1"
    assert frame.get_stroke_color() == ManimColor(HOUSE.colour("mistake"))
    assert block.bars[-1].get_right()[0] < frame.get_right()[0] - 1


def test_light_and_mark_keep_the_numbers() -> None:
    block = bars()
    play(block.light(1))
    assert [bar.get_fill_opacity() > 0.9 for bar in block.bars] == [False, True, False]
    play(block.light())
    play(block.mark(2, "mistake"))
    assert block.bars[2].get_fill_color() == ManimColor(HOUSE.colour("mistake"))
    assert [end.text for end in block.ends] == ["2", "1", "0.1"]
    assert len(seen(block)) == 6
