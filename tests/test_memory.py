"""Memory: areas are as the numbers they hold, and a tensor's gradient fills its square."""

from __future__ import annotations

from dataclasses import replace

import pytest
from briefs import brief_of
from manim import Mobject, Scene
from test_matrix_row import play

from gradreel.blocks.memory import Memory
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Step, Value, Write

ZONE = Zone(60, 800, 1020, 1290)
SHAPES = {"X": (100, 100), "X.grad": (100, 100), "W.grad": (100, 4)}


@pytest.fixture
def memory() -> Memory:
    writes = tuple(
        Write(name, "bind", None, None, Value(shape, "float32", None))
        for name, shape in SHAPES.items()
    )
    run = replace(brief_of().trace, steps=(Step(0, 0, (), "", "on", writes, (), ()),))
    return Memory(Typesetter(HOUSE), run, "X", "W", ZONE)


def test_areas_are_as_the_numbers_they_hold(memory: Memory) -> None:
    tensor, gradient, weight = (part[0] for part in memory)
    assert gradient.width == pytest.approx(tensor.width)
    assert (tensor.width / weight.width) ** 2 == pytest.approx(10_000 / 400)


def test_each_says_what_it_is_and_its_shape(memory: Memory) -> None:
    said = [[line.text for line in part if isinstance(line, Line)] for part in memory]
    assert said == [["X", "100×100"], ["X.grad", "100×100"], ["W.grad", "100×4"]]


def test_it_stays_in_its_zone_and_the_squares_apart(memory: Memory) -> None:
    left, top = pixel(memory.get_corner((-1, 1, 0)))
    right, bottom = pixel(memory.get_corner((1, -1, 0)))
    assert left >= ZONE.left - 1
    assert right <= ZONE.right + 1
    assert top >= ZONE.top - 1
    assert bottom <= ZONE.bottom + 1
    assert memory.gradient.get_right()[0] < memory.weight.get_left()[0]


def test_the_gradient_hides_the_names_of_its_tensor_until_it_is_gone(memory: Memory) -> None:
    scene = Scene()
    scene.add(memory.tensor)
    shown: list[set[Mobject]] = []
    for step in (memory.pour(), memory.drain()):
        scene.add_mobjects_from_animations([step])
        play(step, scene)
        shown.append(set(scene.get_mobject_family_members()))
    filled, empty = shown
    assert memory.gradient[0] in filled
    assert memory.tensor[1] not in filled
    assert memory.gradient[0] not in empty
    assert memory.tensor[1] in empty
