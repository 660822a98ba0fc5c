"""A beam of light runs over something and leaves it as it was."""

from __future__ import annotations

from manim import Rectangle

from gradreel.blocks.beam import beam_back
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter


def test_a_beam_keeps_to_what_it_runs_over_and_leaves_nothing() -> None:
    line = Rectangle(width=6, height=1)
    beam = beam_back(Typesetter(HOUSE), line, "backward")
    beam.begin()
    places = []
    for alpha in (0, 0.5, 0.99):
        beam.interpolate(alpha)
        light = beam.mobject
        assert line.get_left()[0] - 0.01 <= light.get_left()[0]
        assert light.get_right()[0] <= line.get_right()[0] + 0.01
        assert abs(light.height - line.height) < 0.01
        places.append(light.get_x())
    assert places == sorted(places, reverse=True)
    assert beam.is_remover()
