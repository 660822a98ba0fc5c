"""Bars are as long as their traced numbers, which stand at their ends; stacked, they add up."""

from __future__ import annotations

from itertools import combinations

import pytest
from manim import Animation, VMobject
from manim.utils.color import ManimColor

from gradreel.blocks.bars import Bars
from gradreel.model import Zone
from gradreel.stage.space import pixel, units
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


def test_what_a_stack_says_of_its_bars_is_readable_when_one_of_them_is_lit() -> None:
    block = bars()
    play(block.change_to(PROBS, full=1))
    play(block.stack(1.0000001))
    play(block.light(0))
    play(block.mark(0))
    lit, dim = (ManimColor(end.get_fill_color()) for end in block.ends[:2])
    assert lit == ManimColor(HOUSE.colour("ground"))  # on the bright bar
    assert dim == ManimColor(HOUSE.colour("text"))  # on the faint one


def test_bars_get_up_from_a_stack_without_its_sum() -> None:
    block = bars()
    play(block.stack(3.1))
    stale = block.marks
    play(block.change_to(PROBS, full=1))
    play(block.stack(1.0000001))
    assert not set(stale) & set(block.marks)
    assert [part.text for part in block.marks if hasattr(part, "text")] == ["Σ = 1"]


def test_bars_go_to_another_zone() -> None:
    block = bars()
    lower = Zone(60, 1300, 1020, 1700)
    play(block.change_to(PROBS, zone=lower))
    assert all(box(part)[1] >= lower.top - 1 for part in (*seen(block), *block.bars))
    assert block.zone == lower


def test_other_numbers_can_keep_the_scale_of_the_first() -> None:
    block = bars((0.96, -0.98, 0.02))
    zero = block.pose.zero
    play(block.change_to((0.029, -0.023, -0.006), full=0.96, least=-0.98))
    assert block.pose.zero == pytest.approx(zero)
    assert max(bar.height for bar in block.bars) < units(30)


def test_their_name_stands_in_the_corner_and_goes_while_they_lie() -> None:
    block = Bars(Typesetter(HOUSE), LOGITS, LABELS, ZONE, name="logits")
    play(block.appear())
    play(block.change_to(PROBS, full=1, colour="output", name="probs"))
    left, top, right, bottom = box(block.title)
    assert block.title.text == "probs"
    assert block.title.get_fill_color() == ManimColor(HOUSE.colour("output"))
    assert ZONE.left < left < right <= ZONE.right
    assert ZONE.top <= top < bottom < box(block.ends[-1])[1]
    play(block.stack(1.0000001))
    assert block.title.get_fill_opacity() == 0
    play(block.change_to(PROBS, full=1))
    assert block.title.get_fill_opacity() == 1


def test_the_texts_of_a_stack_make_room_for_each_other() -> None:
    block = Bars(Typesetter(HOUSE), PROBS, ["class 0", "class 1", "class 2"], ZONE)
    play(block.stack(1.0000001))
    check(block)
    assert all(label in seen(block) for label in block.labels)


def test_what_is_compared_keeps_its_scale_and_its_outlines() -> None:
    block = bars()
    before = box(block.bars[0])
    play(block.compare(PROBS, "mistake", "probs"))
    outlines, *numbers = block.ghost
    assert box(outlines[0]) == pytest.approx(before)
    assert [number.text for number in numbers] == ["2", "1", "0.1"]
    assert box(block.bars[0])[1] > before[1] + 100
