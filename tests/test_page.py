"""A page of panels: in reading order, of one size, with clear room for pictures; light moves."""

from __future__ import annotations

from itertools import pairwise

import pytest
from manim import Animation, ManimColor, VMobject

from gradreel.blocks.page import Page, Panel
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Value

TYPE = Typesetter(HOUSE)
ZONE = Zone(60, 350, 1020, 934)
PANELS = (
    Panel("Forward", "forward", "Short 17"),
    Panel("Loss", "text", "Short 17"),
    Panel("Backward", "backward", "Short 17"),
    Panel("A title that is long", "output", "Short 18"),
)


def box(block: VMobject) -> tuple[float, float, float, float]:
    left, top = pixel(block.get_corner((-1, 1, 0)))
    right, bottom = pixel(block.get_corner((1, -1, 0)))
    return left, top, right, bottom


def played(animation: Animation) -> None:
    animation.begin()
    animation.interpolate(1)
    animation.finish()


def edge(page: Page, number: int) -> ManimColor:
    return page.frames[number].get_stroke_color()


def test_panels_fill_the_zone_in_reading_order() -> None:
    page = Page(TYPE, PANELS, ZONE)
    (left, top, _, _), (left_2, top_2, right, _), (left_3, top_3, _, bottom), _ = map(
        box, page.frames
    )
    assert (left, top, right, bottom) == pytest.approx(
        (ZONE.left, ZONE.top, ZONE.right, ZONE.bottom), abs=1
    )
    assert left < left_2
    assert top == top_2
    assert left_3 == left
    assert top_3 > top


@pytest.mark.parametrize("count", [1, 3, 4])
def test_titles_stay_in_their_panels_and_off_the_rooms(count: int) -> None:
    page = Page(TYPE, PANELS[-count:], ZONE)
    assert len(page.rooms) == count
    for frame, title, room in zip(page.frames, page.titles, page.rooms, strict=True):
        left, top, right, _ = box(frame)
        for one, two in pairwise(title):
            assert box(one)[2] < box(two)[0]  # number, title and note beside each other
        assert left < box(title)[0]
        assert top < box(title)[1]
        assert box(title)[2] < right
        assert box(title)[3] <= room.top
        assert left < room.left
        assert room.right < right


def test_only_the_lit_panels_have_their_colour() -> None:
    page = Page(TYPE, PANELS, ZONE)
    for lit in ((2,), (0, 3), ()):
        played(page.light(*lit))
        for number, panel in enumerate(PANELS):
            role = panel.colour if number in lit else "edge"
            assert edge(page, number) == ManimColor(HOUSE.colour(role))


def test_what_is_put_into_a_panel_stands_under_its_title_instead_of_what_was_there() -> None:
    page = Page(TYPE, PANELS, ZONE)
    old = page.put(2, Value((2,), "float32", (1.0, 2.0)))
    new = page.put(2, Value((), "float32", (0.638,)))
    family = page.get_family()
    assert new in family
    assert old not in family
    left, top, right, bottom = box(new)
    room = page.rooms[2]
    assert room.left <= left < right <= room.right
    assert room.top <= top < bottom <= room.bottom
    played(new.leave())
    played(page.draw(2))
    assert edge(page, 2) == ManimColor(HOUSE.colour("backward"))
    assert new.cells[0].label is not None
    assert new.cells[0].label.get_fill_opacity() == 1
