"""What colours stand for: side by side, in their own colours, small enough for the zone."""

from __future__ import annotations

from manim import ManimColor

from gradreel.blocks.legend import Legend
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter

ZONE = Zone(60, 600, 1020, 680)


def test_each_text_has_its_colour_and_its_column() -> None:
    texts = {"✕ never cleared": "mistake", "✓ parameter.grad.zero_()": "output"}
    wrong, right = Legend(Typesetter(HOUSE), texts, ZONE)
    assert wrong.get_fill_color() == ManimColor(HOUSE.colour("mistake"))
    assert right.get_fill_color() == ManimColor(HOUSE.colour("output"))
    assert wrong.get_right()[0] < right.get_left()[0]
    assert pixel(right.get_right())[0] <= ZONE.right
