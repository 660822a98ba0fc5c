"""Layers: what is right has its check, the rest a cross; each name stands in its own card."""

from __future__ import annotations

from test_function_plot import TYPE, box

from gradreel.blocks.layers import Layers
from gradreel.model import Zone
from gradreel.stage.type import Line

ZONE = Zone(60, 900, 1020, 1240)
NAMES = ("hidden", "hidden layer", "output")


def test_each_layer_says_whether_it_is_right() -> None:
    block = Layers(TYPE, NAMES, ZONE, right=["output"])
    texts = [part for part in block.get_family() if isinstance(part, Line)]
    told = dict(zip((t.text for t in texts[1::2]), (t.text for t in texts[::2]), strict=True))
    assert told == {NAMES[0]: "✕", NAMES[1]: "✕", NAMES[2]: "✓"}


def test_a_long_name_keeps_inside_its_card() -> None:
    for card, sign, title in Layers(TYPE, NAMES, ZONE, right=["output"]):
        left, top, right, bottom = box(card)
        for part in (sign, title):
            one = box(part)
            assert left < one[0] < one[2] < right
            assert top < one[1] < one[3] < bottom
        assert box(sign)[3] < box(title)[1]
