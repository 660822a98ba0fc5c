"""A call of the code as a key: it can be read, fills its place, and goes down when pressed."""

from __future__ import annotations

import pytest
from manim import Animation, VGroup, VMobject

from gradreel.blocks.key import Key
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter

TYPE = Typesetter(HOUSE)
WIDE, SQUARE, TALL = (
    Zone(60, 350, 1020, 470),
    Zone(570, 700, 1020, 1150),
    Zone(570, 700, 1020, 1290),
)


def box(part: VMobject) -> tuple[float, float, float, float]:
    left, top = pixel(part.get_corner((-1, 1, 0)))
    right, bottom = pixel(part.get_corner((1, -1, 0)))
    return left, top, right, bottom


def middle(part: VMobject) -> float:
    """The master pixel row of it."""
    return pixel(part.get_center())[1]


def half(animation: Animation) -> None:
    animation.begin()
    animation.interpolate(0.5)


def end(animation: Animation) -> None:
    animation.interpolate(1)
    animation.finish()


@pytest.mark.parametrize("zone", [WIDE, TALL])
def test_it_is_as_wide_as_its_zone_and_stays_in_it(zone: Zone) -> None:
    left, top, right, bottom = box(Key(TYPE, "loss.backward()", zone))
    assert (left, right) == pytest.approx((zone.left, zone.right), abs=1)
    assert top >= zone.top - 1
    assert bottom <= zone.bottom + 1


@pytest.mark.parametrize("zone", [SQUARE, TALL])
def test_it_is_round_where_there_is_room(zone: Zone) -> None:
    key = Key(TYPE, "x.grad.zero_()", zone, word="RESET")
    assert key.face.width == pytest.approx(key.face.height)
    assert middle(key) == pytest.approx((zone.top + zone.bottom) / 2, abs=1)


@pytest.mark.parametrize("zone", [WIDE, SQUARE])
def test_what_stands_on_it_stays_on_its_face(zone: Zone) -> None:
    key = Key(TYPE, "x.grad.zero_()", zone, word="RESET")
    face, word, label = map(box, key.top)
    for left, top, right, bottom in (word, label):
        assert face[0] < left
        assert right < face[2]
        assert face[1] < top
        assert bottom < face[3]
    assert word[3] < label[1]


def test_pressed_it_goes_down_and_comes_up_again() -> None:
    key = Key(TYPE, "loss.backward()", WIDE)
    up = middle(key.top)
    press = key.press()
    half(press)
    assert middle(key.top) == pytest.approx(up + key.travel, abs=1)
    end(press)
    assert middle(key.top) == pytest.approx(up, abs=1)


def test_its_tokens_land_on_it_and_are_gone() -> None:
    key = Key(TYPE, "loss.backward()", WIDE)
    tokens = VGroup(TYPE.line("loss", 41, font="code"), TYPE.line(".backward()", 41, font="code"))
    call = key.call(tokens)
    half(call)
    end(call)
    assert middle(tokens) == pytest.approx(middle(key.face), abs=1)
    assert all(token.get_fill_opacity() == 0 for token in tokens)
