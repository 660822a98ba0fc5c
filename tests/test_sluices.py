"""Sluices: what is zero stands before a gate that is shut, the rest goes through."""

from __future__ import annotations

import pytest
from manim import Animation, VMobject

from gradreel.blocks.sluices import Pose, Sluice, Sluices
from gradreel.model import Zone
from gradreel.stage.space import UNIT, pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter

ZONE, OTHER = Zone(60, 500, 1020, 1000), Zone(60, 800, 1020, 1290)
TYPE = Typesetter(HOUSE)


def sluices() -> Sluices:
    return Sluices(
        TYPE, ZONE, values=(-2.0, 2.0), made=(0.0, 2.0), came=(1.0, 1.0), kept=(0.0, 0.5)
    )


def played(animation: Animation) -> None:
    animation.begin()
    animation.interpolate(0.5)
    animation.interpolate(1)
    animation.finish()


def texts(block: VMobject) -> list[str]:
    """What can be read."""
    return [p.text for p in block.get_family() if isinstance(p, Line) and p.get_fill_opacity() > 0]


def height(water: VMobject) -> float:
    return float(water.height * UNIT)


def test_a_value_of_which_nothing_is_made_stops_at_the_gate() -> None:
    shut, open_ = sluices().channels
    full = shut.pose.bottom - shut.pose.top
    for channel, reached in ((shut, full / 2), (open_, full)):
        assert height(channel.blue) == pytest.approx(0)
        played(channel.pour())
        assert height(channel.blue) == pytest.approx(reached)
    assert texts(shut) == ["−2", "0"]
    assert shut.leaves[0].get_end()[0] == pytest.approx(shut.leaves[1].get_end()[0])
    assert open_.leaves[0].get_end()[0] < open_.leaves[1].get_end()[0] - 1


def test_a_gradient_gets_as_far_as_it_is_kept() -> None:
    shut, open_ = sluices().channels
    for channel in (shut, open_):
        played(channel.rise())
    assert height(open_.amber) == pytest.approx(2 * height(shut.amber))
    assert texts(shut) == ["✕", "−2", "1", "0"]
    assert texts(open_) == ["2", "1", "0.5"]


def test_all_of_them_pour_and_rise() -> None:
    block, alone = sluices(), sluices()
    played(block.pour())
    played(block.rise())
    for channel in alone.channels:
        played(channel.pour())
        played(channel.rise())
    assert texts(block) == texts(alone)
    assert [height(c.amber) for c in block.channels] == [height(c.amber) for c in alone.channels]


def test_flooded_is_what_rising_leads_to_and_shut_is_the_start() -> None:
    block = sluices().flooded()
    assert "✕" in texts(block.channels[0])
    played(block.shut())
    assert texts(block) == ["−2", "2"]
    assert height(block.channels[1].amber) == pytest.approx(0)


def test_in_another_zone_everything_is_as_it_was() -> None:
    block = sluices().flooded()
    was = texts(block)
    played(block.move_into(OTHER))
    assert texts(block) == was
    for part in block.get_family():
        if len(part.points):
            across, down = pixel(part.get_center())
            assert OTHER.left <= across <= OTHER.right
            assert OTHER.top <= down <= OTHER.bottom


def test_the_sum_stands_between_and_behind_what_was_made() -> None:
    block = sluices()
    played(block.total(2.0))
    *signs, result = block.marks
    assert [sign.text for sign in signs] == ["+"]
    assert result.text == "= 2"
    left, right = (channel.made for channel in block.channels)
    assert left.get_right()[0] < signs[0].get_left()[0]
    assert signs[0].get_right()[0] < right.get_left()[0]
    assert right.get_right()[0] < result.get_left()[0]


def test_long_numbers_keep_inside_their_channel() -> None:
    channel = Sluice(TYPE, Zone(60, 500, 260, 800), -0.6575, 1.5, 1.0, 0.000448)
    room = channel.pose.right - channel.pose.left
    for part in channel.get_family():
        if isinstance(part, Line):
            assert part.width * UNIT < room
    start, end = Pose.within(ZONE), Pose.within(OTHER)
    assert start.towards(end, 1) == end
