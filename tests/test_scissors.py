"""Scissors: an edge is whole until the blades meet, then two halves that do not touch."""

from __future__ import annotations

import numpy as np
import pytest
from manim import RIGHT, UP, Animation, Line, Square
from manim.typing import Vector3D

from gradreel.blocks.scissors import Scissors
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter

TYPE = Typesetter(HOUSE)


def edge(end: Vector3D) -> tuple[Line, Line]:
    """A path, and the line that shows it."""
    return Line((0, 0, 0), end), Line((0, 0, 0), end)


def moments(animation: Animation, *alphas: float) -> None:
    animation.begin()
    for alpha in alphas:
        animation.interpolate(alpha)


@pytest.mark.parametrize("end", [2 * RIGHT, -2 * UP, RIGHT - UP])
def test_the_edge_is_whole_until_the_blades_meet_and_then_in_two(end: Vector3D) -> None:
    path, picture = edge(end)
    cut = Scissors(TYPE).cut(path, picture)
    moments(cut, 0, 0.5)
    assert picture.get_stroke_opacity() == 1
    moments(cut, 0, 0.5, 1)
    assert picture.get_stroke_opacity() == 0
    _, snip = cut.animations
    near, far = snip.animations[1].animations[0].mobject
    assert near.get_start() == pytest.approx(path.get_start())
    assert far[-1].get_end() == pytest.approx(path.get_end(), abs=0.05)
    assert np.linalg.norm(near.get_end() - far[0].get_start()) > 0.1
    assert near.get_stroke_color().to_hex() == HOUSE.colour("forward")
    assert far[0].get_stroke_color().to_hex() == HOUSE.colour("untracked")


@pytest.mark.parametrize("end", [2 * RIGHT, -2 * UP])
def test_the_blades_cross_the_edge_where_it_is_cut(end: Vector3D) -> None:
    path, picture = edge(end)
    scissors = Scissors(TYPE)
    moments(scissors.cut(path, picture), 0, 0.55)
    tips = scissors[0][1].get_vertices()[3]
    pivot = scissors[2].get_center()
    middle = path.get_center()
    assert np.linalg.norm(pivot - middle) < np.linalg.norm(pivot - tips)
    assert abs(np.dot(pivot - middle, path.get_unit_vector())) < 0.01


def test_what_is_beyond_turns_grey_and_the_scissors_are_gone() -> None:
    path, picture = edge(2 * RIGHT)
    beyond = Square(color=HOUSE.colour("operation"), fill_opacity=1)
    scissors = Scissors(TYPE)
    cut = scissors.cut(path, picture, beyond)
    moments(cut, 0, 0.5, 1)
    assert beyond.get_fill_color().to_hex() != HOUSE.colour("operation")
    assert all(p.get_fill_opacity() == 0 for p in scissors.family_members_with_points())
