"""Frame by frame, the sparing camera's picture is the one that a full drawing makes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
from manim import Circle, LineJointType, Mobject, Square, Triangle, VGroup, VMobject, tempconfig

from gradreel.stage.camera import SparingCamera

Pixels = npt.NDArray[np.uint8]


@pytest.fixture(autouse=True)
def small() -> Iterator[None]:
    look = {"pixel_width": 270, "pixel_height": 480, "frame_width": 9.0, "frame_height": 16.0}
    with tempconfig(look):
        yield


def camera() -> SparingCamera:
    made = SparingCamera()
    made.set_background(np.full((480, 270, 4), (10, 20, 30, 255), np.uint8))
    return made


def at_once(*mobjects: Mobject) -> Pixels:
    fresh = camera()
    fresh.show(mobjects)
    return fresh.pixel_array


def things() -> list[VMobject]:
    """Some that overlap, with strokes, round and mitred, and see-through."""
    made: list[VMobject] = [
        Square(3, stroke_width=8, fill_opacity=0.5, fill_color="#ff0000").shift([-2, 4, 0]),
        Circle(2, stroke_width=20, fill_opacity=1, fill_color="#00ff00"),
        Triangle(stroke_width=30, fill_opacity=0.3).shift([2, -5, 0]),
        Circle(0.2, fill_opacity=1).shift([3.5, 7, 0]),
    ]
    made[0].joint_type = LineJointType.ROUND
    return made


def test_whatever_changes_it_is_the_picture_of_a_full_drawing() -> None:
    shown, seen = things(), camera()
    square, circle, triangle, dot = shown
    extra = Square(1, fill_opacity=1).shift([0, -7, 0])
    extra.set_z_index(-1)

    def look(*mobjects: Mobject) -> None:
        seen.show(mobjects)
        assert np.array_equal(seen.pixel_array, at_once(*mobjects))

    look(*shown)
    look(*shown)
    for step in range(8):
        dot.shift([-0.7, -1.3, 0])
        square.set_fill(opacity=0.1 * step)
        look(*shown)
    triangle.set_stroke(width=4)
    look(*shown)
    look(circle, square, triangle, dot)  # another order
    look(circle, triangle, dot)  # one is gone
    look(circle, triangle, dot, extra)  # one came, below all
    extra.set_z_index(5)
    circle.points = np.full_like(circle.points, np.nan)
    look(circle, triangle, dot, extra)
    look()


def test_what_is_still_is_looked_at_once_until_it_is_settled_anew() -> None:
    still, moving = things()[:2], things()[2:]
    seen = camera()
    seen.settle(still)
    seen.show(moving)
    first = seen.pixel_array.copy()
    still[0].shift([1, 0, 0])
    seen.show(moving)
    assert np.array_equal(seen.pixel_array, first)
    seen.settle(still)
    seen.show(moving)
    assert np.array_equal(seen.pixel_array, at_once(*still, *moving))


def test_only_the_tiles_around_a_change_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, group = camera(), VGroup(*things())
    seen.show([group])
    drawn: list[tuple[int, int, int, int]] = []
    monkeypatch.setattr(seen, "_draw", drawn.append)
    seen.show([group])
    assert drawn == []
    group[3].shift([0.1, 0, 0])
    seen.show([group])
    ((left, top, right, bottom),) = drawn
    assert left >= 3  # columns of 64 pixels, and the dot is in the upper right corner
    assert top == 0
    assert (right - left) * (bottom - top) <= 4
