"""The tank of a `.grad`: its level is the gradient, and what it says is what was traced."""

from __future__ import annotations

import pytest
from manim import Animation, VMobject

from gradreel.blocks.bucket import Bucket, Buckets, fullest
from gradreel.blocks.drop import Drop
from gradreel.blocks.liquid import BRIM, GLASS
from gradreel.model import Zone
from gradreel.stage.space import UNIT, pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.deposits import Deposit
from gradreel.trace.model import Value

STAGE = Zone(60, 800, 1020, 1290)
TYPE = Typesetter(HOUSE)


def scalar(number: float) -> Value:
    return Value((), "float32", (number,))


def played(animation: Animation) -> None:
    animation.begin()
    animation.interpolate(0.5)
    animation.interpolate(1)
    animation.finish()


def level(bucket: Bucket) -> float:
    """Pixels of liquid."""
    return float(bucket.liquid.body.height * UNIT)


def texts(block: VMobject) -> list[str]:
    return [part.text for part in block.get_family() if isinstance(part, Line)]


def inside(block: VMobject, zone: Zone) -> bool:
    left, top = pixel(block.get_corner((-1, 1, 0)))
    right, bottom = pixel(block.get_corner((1, -1, 0)))
    return (
        left >= zone.left - 6
        and right <= zone.right + 6
        and top >= zone.top - 6
        and bottom <= zone.bottom + 6
    )


def test_a_second_gradient_adds_up_and_the_sum_is_written() -> None:
    bucket = Bucket(TYPE, "x.grad", STAGE, most=16.0)
    played(bucket.pour(scalar(4.0), scalar(4.0)))
    full = BRIM * bucket.tank.height
    assert level(bucket) == pytest.approx(full * 4 / 16, abs=1)
    assert not texts(bucket.over)  # there was no number to add to
    played(bucket.pour(scalar(12.0), scalar(16.0)))
    assert level(bucket) == pytest.approx(full, abs=1)
    assert "".join(texts(bucket.over)) == "4 + 12 = 16"
    assert inside(bucket, STAGE)


def test_emptied_it_holds_what_the_run_says_and_no_old_sum() -> None:
    bucket = Bucket(TYPE, "x.grad", STAGE, most=4.0, held=scalar(4.0))
    played(bucket.pour(scalar(0.0), scalar(4.0)))
    played(bucket.empty(scalar(0.0)))
    assert level(bucket) == pytest.approx(0, abs=1)
    assert not texts(bucket.over)
    played(bucket.pour(scalar(-3.0), scalar(-3.0)))
    assert "".join(texts(bucket.over)) == "0 − 3 = −3"


def test_negative_liquid_is_told_by_minus_signs_and_zero_by_none() -> None:
    bucket = Bucket(TYPE, "x.grad", STAGE, most=18.0)
    played(bucket.pour(scalar(-18.0), scalar(-18.0)))
    assert len(bucket.liquid.signs.points)
    assert bucket.liquid.signs.get_top()[1] < bucket.liquid.body.get_top()[1]
    played(bucket.pour(scalar(30.0), scalar(12.0)))
    assert not len(bucket.liquid.signs.points)


def test_without_a_gradient_there_are_dashes_and_no_wall() -> None:
    bucket = Bucket(TYPE, "x.grad", STAGE, most=4.0)
    dashes, wall, _ = bucket.vessel
    assert (dashes[0].get_stroke_opacity(), wall.get_stroke_opacity()) == (1, 0)
    played(bucket.pour(scalar(4.0), scalar(4.0)))
    assert (dashes[0].get_stroke_opacity(), wall.get_stroke_opacity()) == (0, 1)
    played(bucket.none())
    assert (dashes[0].get_stroke_opacity(), wall.get_stroke_opacity()) == (1, 0)


def test_a_tank_that_is_kept_stands_there_before_anything_came() -> None:
    bucket = Bucket(TYPE, "y.grad", STAGE, most=1.0, kept=True)
    dashes, wall, _ = bucket.vessel
    assert (dashes[0].get_stroke_opacity(), wall.get_stroke_opacity()) == (0, 1)
    assert bucket.number[0][1].text == "None"
    assert level(bucket) == pytest.approx(0, abs=1)


def test_it_takes_what_a_run_did_to_it() -> None:
    full = scalar(4.0)
    bucket = Bucket(TYPE, "x.grad", STAGE, most=fullest(None, scalar(-3.0), full))
    bucket.fill(Deposit("x", full, full, None, None))
    assert level(bucket) == pytest.approx(BRIM * bucket.tank.height, abs=1)
    played(bucket.take(Deposit("x", None, scalar(0.0), None, None)))
    assert level(bucket) == pytest.approx(0, abs=1)
    played(bucket.take(Deposit("x", None, None, None, None)))
    assert bucket.vessel[0][0].get_stroke_opacity() == 1


def test_what_is_marked_drowns_in_the_next_pour() -> None:
    bucket = Bucket(TYPE, "x.grad", STAGE, most=16.0, held=scalar(4.0))
    played(bucket.mark(scalar(12.0), "overwritten: 12"))
    dashes, label = bucket.marked
    floor = bucket.tank.bottom - GLASS
    high = floor - pixel(dashes.get_center())[1]
    assert high == pytest.approx(BRIM * bucket.tank.height * 12 / 16, abs=2)
    assert inside(label, bucket.tank)
    played(bucket.pour(scalar(12.0), scalar(16.0)))
    assert "overwritten: 12" not in texts(bucket)


def test_what_is_written_over_a_tank_gives_way_to_the_next() -> None:
    bucket = Bucket(TYPE, "x.grad", STAGE, most=4.0)
    played(bucket.write(("x = ", "code", "forward"), ("2", "code-strong", "forward")))
    assert "".join(texts(bucket.over)) == "x = 2"
    assert pixel(bucket.over.get_bottom())[1] < bucket.tank.top
    played(bucket.pour(scalar(4.0), scalar(4.0)))
    assert not texts(bucket.over)


def test_what_evaporates_leaves_nothing_behind() -> None:
    bucket = Bucket(TYPE, "y.grad", STAGE, most=1.0)
    played(bucket.evaporate(scalar(1.0)))
    assert level(bucket) == pytest.approx(0, abs=1)
    assert bucket.held is None


def test_tanks_side_by_side_are_on_one_scale_and_apart() -> None:
    grads = {"x.grad": scalar(-18.0), "w.grad": scalar(-12.0), "b.grad": scalar(-6.0)}
    row = Buckets(TYPE, dict.fromkeys(grads), STAGE, most=-18.0)
    for name, value in grads.items():
        row.of(name.removesuffix(".grad")).fill(Deposit("", value, value, None, None))
    x, w, b = row.buckets.values()
    assert level(x) == pytest.approx(1.5 * level(w), abs=2) == pytest.approx(3 * level(b), abs=3)
    assert x.get_right()[0] < w.get_left()[0]
    assert w.get_right()[0] < b.get_left()[0]
    assert inside(row, STAGE)
    played(row.none())
    assert [level(bucket) for bucket in (x, w, b)] == pytest.approx([0, 0, 0], abs=1)


def test_a_drop_with_a_long_number_stays_a_readable_drop() -> None:
    shape, line = Drop(TYPE, "−0.00665", 540, STAGE.top)
    assert line.width < shape.width
    assert inside(shape, STAGE)
    assert line.em * UNIT >= 32


def test_the_number_says_what_is_held() -> None:
    bucket = Bucket(TYPE, "x.grad", STAGE, most=4.0)
    played(bucket.pour(scalar(4.0), scalar(4.0)))
    _, shown = bucket.number[0]
    assert shown.text == "4"
    assert shown.typeset_width == pytest.approx(shown.width, rel=0.01)
