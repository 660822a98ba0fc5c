"""ReLU's floor: the target is where it is said to be, and nothing stands on anything else."""

from __future__ import annotations

from itertools import combinations

import pytest
from test_function_plot import apart, box

from gradreel.blocks.floor import Floor
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter

ZONE = Zone(60, 800, 1020, 1160)


def floor() -> Floor:
    block = Floor(Typesetter(HOUSE), ZONE, -0.8, 0.0, -2.0, reach=(-2.6, 2.6))
    block.stand("w")
    block.aim()
    block.pull(4.0)
    block.stop(0.0)
    return block


def test_every_text_stands_clear_inside_the_zone() -> None:
    texts = [part for part in floor().marks if isinstance(part, Line)]
    assert [text.text for text in texts] == ["w = −0.8", "target −2", "4", "✕ 0"]
    assert all(apart(one, other) for one, other in combinations(texts, 2))
    for left, top, right, bottom in map(box, texts):
        assert ZONE.left <= left
        assert ZONE.top <= top
        assert right <= ZONE.right
        assert bottom <= ZONE.bottom


def test_the_target_is_the_lower_edge_and_the_pull_goes_from_there_to_the_floor() -> None:
    block = floor()
    dot, _, aim, _, ray, _, _ = block.marks
    assert dot.get_center() == pytest.approx(block.plane.at(-0.8, 0))
    assert aim.get_left() == pytest.approx(block.plane.at(-2.6, -2))
    assert pixel(aim.get_left())[1] == pytest.approx(ZONE.bottom)
    assert ray.get_start() == pytest.approx(block.plane.at(-0.8, -2))
    assert ray.get_end() == pytest.approx(block.plane.at(-0.8, 0))
