"""A closed box hides what is in it; an open one shows it under its name."""

from __future__ import annotations

from manim import Animation, VMobject

from gradreel.blocks.black_box import BlackBox
from gradreel.blocks.matrix_product import Term
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Value

ZONE, LARGE = Zone(110, 700, 970, 1280), Zone(60, 490, 1020, 1290)
LOGITS = Value((4, 3), "float32", tuple(n / 7 for n in range(12)))
LOSS = Value((), "float32", (1.0820312,))
NAME = "nn.CrossEntropyLoss"


def box(part: VMobject) -> tuple[float, float, float, float]:
    return *pixel(part.get_corner((-1, 1, 0))), *pixel(part.get_corner((1, -1, 0)))


def play(animation: Animation) -> None:
    """To its end, without a scene."""
    animation.begin()
    animation.interpolate(1)
    animation.finish()


def black_box() -> BlackBox:
    terms = Term("logits", LOGITS), Term("loss", LOSS)
    return BlackBox(Typesetter(HOUSE), NAME, *terms, ZONE)


def test_a_closed_box_lies_over_what_is_in_it_and_bears_its_name() -> None:
    block = black_box()
    assert block.front.get_fill_opacity() > 0.9
    assert block.front.z_index > 0
    left, top, right, bottom = box(block.label)
    assert ZONE.left < left < right < ZONE.right
    assert block.walls.top < top < bottom < ZONE.bottom
    assert block.label.z_index > block.front.z_index


def test_what_stands_half_in_its_slot_can_sink_in_and_come_back() -> None:
    block = black_box()
    rows = [box(row)[3] < block.walls.top for row in block.thing.cells[::3]]
    assert rows == [True, True, False, False]
    before = box(block.thing)
    play(block.swallow())
    assert block.walls.top < box(block.thing)[1] < box(block.thing)[3] < block.walls.bottom
    play(block.give_back())
    assert box(block.thing) == before


def test_it_is_as_before_after_its_work() -> None:
    block = black_box()
    before = box(block.front)
    swelling = block.work()
    swelling.begin()
    swelling.interpolate(0.5)
    assert box(block.front)[0] < before[0]
    swelling.interpolate(1)
    swelling.finish()
    assert [round(edge) for edge in box(block.front)] == [round(edge) for edge in before]


def test_what_comes_out_stands_under_the_box_closed_or_open() -> None:
    block = black_box()
    for zone in (ZONE, LARGE):
        assert "".join(line.text for line in block.result) == "loss = 1.08"
        assert block.walls.bottom < box(block.result)[1]
        assert box(block.result)[3] < zone.bottom
        play(block.open(LARGE))


def test_an_open_box_lies_under_what_is_in_it() -> None:
    block = black_box()
    play(block.open(LARGE))
    assert block.front.z_index < 0
    left, top, right, bottom = map(round, box(block.front))
    assert (left, top, right) == (LARGE.left, LARGE.top, LARGE.right)
    assert bottom == block.walls.bottom < block.below.top
    inside = block.inside
    assert LARGE.left < inside.left < inside.right < LARGE.right
    assert box(block.label)[1] > LARGE.top
    assert box(block.label)[3] < inside.top < inside.bottom < bottom
