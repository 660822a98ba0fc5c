"""Frame by frame, what the painter keeps up to date is the picture that a full drawing makes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
from manim import (
    Camera,
    Circle,
    LineJointType,
    Mobject,
    Square,
    Triangle,
    VGroup,
    VMobject,
    tempconfig,
)

from gradreel.stage.camera import ObservingCamera, Picture
from gradreel.stage.painter import Painter

Pixels = npt.NDArray[np.uint8]


@pytest.fixture(autouse=True)
def small() -> Iterator[None]:
    look = {"pixel_width": 270, "pixel_height": 480, "frame_width": 9.0, "frame_height": 16.0}
    with tempconfig(look):
        yield


class Film:
    """A camera, and a painter of what it sees."""

    def __init__(self) -> None:
        self.camera = ObservingCamera()
        self.camera.set_background(np.full((480, 270, 4), (10, 20, 30, 255), np.uint8))
        self.painter = Painter(self.camera)

    def show(self, *mobjects: Mobject) -> Pixels:
        self.camera.look(mobjects)
        self.painter.paint(self.camera.picture)
        return self.painter.pixels


def at_once(*mobjects: Mobject) -> Pixels:
    return Film().show(*mobjects)


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
    shown, seen = things(), Film()
    square, circle, triangle, dot = shown
    extra = Square(1, fill_opacity=1).shift([0, -7, 0])
    extra.set_z_index(-1)

    def look(*mobjects: Mobject) -> None:
        assert np.array_equal(seen.show(*mobjects), at_once(*mobjects))

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
    seen = Film()
    seen.camera.settle(still)
    first = seen.show(*moving).copy()
    still[0].shift([1, 0, 0])
    assert np.array_equal(seen.show(*moving), first)
    seen.camera.settle(still)
    assert np.array_equal(seen.show(*moving), at_once(*still, *moving))


def test_only_the_tiles_around_a_change_are_drawn() -> None:
    seen, group = Film(), VGroup(*things())
    seen.show(group)
    picture = seen.camera.picture
    seen.show(group)
    assert seen.camera.picture is picture
    group[3].shift([0.1, 0, 0])
    seen.camera.look([group])
    (part,) = seen.painter.paint(seen.camera.picture)
    rows, columns = part
    assert columns.start >= 3 * 64  # the dot is in the upper right corner
    assert rows.start == 0
    assert (columns.stop - columns.start) * (rows.stop - rows.start) <= 4 * 64 * 64


def test_a_cleared_painter_does_not_depend_on_what_came_before() -> None:
    seen, shown = Film(), things()
    pictures: list[tuple[Picture, Pixels]] = []
    for step in range(5):
        shown[step % 4].shift([0.5, -1, 0]).set_fill("#1188ff", opacity=0.2 * step)
        seen.camera.look(shown)
        pictures.append((seen.camera.picture, at_once(*shown).copy()))
    for number in (0, 3, 4, 1):
        picture, pixels = pictures[number]
        seen.painter.clear()
        seen.painter.paint(picture)
        assert np.array_equal(seen.painter.pixels, pixels)


def digest(*mobjects: Mobject) -> bytes:
    seen = Film()
    seen.show(*mobjects)
    return seen.camera.picture.digest


def test_pictures_of_one_digest_look_alike_and_others_do_not() -> None:
    first = digest(*things())
    assert digest(*things()) == first
    changes = (
        lambda m: m.shift([1e-9, 0, 0]),
        lambda m: m.set_fill(opacity=0.51),
        lambda m: m.set_fill(["#ff0000", "#00ff00"]),
        lambda m: m.set_stroke(width=9),
        lambda m: m.set_stroke("#123456", width=2, background=True),
        lambda m: setattr(m, "joint_type", LineJointType.BEVEL),
    )
    seen = {first}
    for change in changes:
        shown = things()
        change(shown[0])
        seen.add(digest(*shown))
    seen.add(digest(*things()[::-1]))
    seen.add(digest(*things()[1:]))
    assert len(seen) == len(changes) + 3


def test_gradients_are_painted_as_manim_paints_them() -> None:
    square = Square(4, fill_opacity=1, stroke_width=12)
    square.set_fill(["#ff0000", "#00ff00", "#0000ff"]).set_stroke(["#ffffff", "#ff00ff"])
    square.set_sheen_direction([1, 1, 0])
    painted = at_once(square)
    manims = Camera()
    manims.set_background(np.full((480, 270, 4), (10, 20, 30, 255), np.uint8))
    manims.reset()
    manims.capture_mobjects([square])
    assert np.array_equal(painted, manims.pixel_array)
