"""The fence of `no_grad`: around all of it, grey inside while shut, colours back when open."""

from __future__ import annotations

from manim import Animation, Square, VGroup

from gradreel.blocks.fence import Fence
from gradreel.model import Zone
from gradreel.stage.space import UNIT, pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter

TYPE = Typesetter(HOUSE)


def played(animation: Animation) -> None:
    animation.begin()
    animation.interpolate(0.5)
    animation.interpolate(1)
    animation.finish()


def square() -> Square:
    return Square(side_length=3, color=HOUSE.colour("forward"), fill_opacity=1)


def test_what_is_inside_is_grey_only_while_it_is_shut() -> None:
    inside = square()
    sky = inside.get_fill_color()
    fence = Fence.around(TYPE, inside)
    played(fence.appear())
    red, green, blue = inside.get_fill_color().to_rgb()
    assert max(red, green, blue) - min(red, green, blue) < 0.2
    played(fence.open())
    assert inside.get_fill_color() == sky
    played(fence.shut())
    assert inside.get_fill_color() != sky


def test_it_stands_around_everything_and_its_label_hides_nothing() -> None:
    inside = VGroup(square(), square().shift((2, 1, 0)))
    fence = Fence.around(TYPE, *inside)
    for axis, sign in ((0, -1), (0, 1), (1, -1), (1, 1)):
        edge = [0.0, 0.0, 0.0]
        edge[axis] = sign
        assert (
            sign * fence.posts.get_edge_center(edge)[axis]
            > sign * (inside.get_edge_center(edge)[axis])
        )
    assert fence.tag.get_bottom()[1] > inside.get_top()[1]


def test_open_gates_leave_the_way_free_and_stay_within_the_fence() -> None:
    zone = Zone(60, 800, 1020, 1290)
    fence = Fence(TYPE, zone)
    shut = fence.gates[0].get_center()
    played(fence.open())
    way = fence.gates[0].get_bottom()[1] - shut[1]
    assert way * UNIT >= fence.gate / 2 - 1
    assert pixel(fence.gates.get_top())[1] > zone.top
    played(fence.shut())
    assert (fence.gates[0].get_center() == shut).all()


def test_a_long_label_fits_on_the_fence() -> None:
    fence = Fence(TYPE, Zone(60, 800, 1020, 1290), label="torch.set_grad_enabled(is_training)")
    assert fence.tag.width < fence.posts.width


def test_what_is_laid_out_in_it_is_clear_of_label_and_gates() -> None:
    fence = Fence(TYPE, Zone(60, 350, 1020, 926))
    assert fence.room.top >= pixel(fence.tag.get_bottom())[1]
    assert fence.room.left > pixel(fence.gates[0].get_right())[0] + 16
    assert fence.room.right < pixel(fence.gates[1].get_left())[0] - 16
    assert fence.room.bottom < pixel(fence.posts.get_bottom())[1]
