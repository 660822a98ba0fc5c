"""A net shows its traced numbers and weights, and collapses into the traced product."""

from __future__ import annotations

from itertools import combinations

import pytest
from manim import Animation, VMobject

from gradreel.blocks.matrix import Matrix
from gradreel.blocks.network import HEIGHT, Network
from gradreel.blocks.numbers import short
from gradreel.model import Zone
from gradreel.stage.space import pixel, units
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Value

ZONE = Zone(60, 700, 1020, 1290)
X = Value((1, 3), "float32", (1.54, -0.293, -2.18))
HIDDEN = Value((1, 4), "float32", (0.233, 0.406, -4.43, 3.13))
Y = Value((1, 2), "float32", (11.4, 0.805))
W1 = Value(
    (3, 4), "float32", (0.57, -1.08, -1.4, 0.4, 0.84, -0.72, -0.4, -0.6, 0.18, -0.86, 1.1, 2)
)
W2 = Value((4, 2), "float32", (0.12, -0.57, 0.37, -0.89, -1.51, 0.37, 1.46, 0.94))
PRODUCT = Value((3, 2), "float32", (2.36, 0.51, -0.43, -0.54, -3.52, 0.062))


def net() -> Network:
    return Network(Typesetter(HOUSE), (X, HIDDEN, Y), (W1, W2), ZONE)


def play(animation: Animation) -> None:
    """To its end, without a scene."""
    animation.begin()
    animation.interpolate(0.4)
    animation.interpolate(1)
    animation.finish()


def seen(block: Network) -> list[str]:
    lines = [part for part in block.get_family() if isinstance(part, Line)]
    return [line.text for line in lines if line.get_fill_opacity() > 0.5]


def box(part: VMobject) -> tuple[float, float, float, float]:
    return *pixel(part.get_corner((-1, 1, 0))), *pixel(part.get_corner((1, -1, 0)))


@pytest.mark.parametrize("zone", [ZONE, Zone(60, 620, 530, 1100)])
def test_every_number_is_in_its_neuron_inside_the_zone(zone: Zone) -> None:
    block = Network(Typesetter(HOUSE), (X, HIDDEN, Y), (W1, W2), zone)
    values = [number for value in (X, HIDDEN, Y) for number in value.numbers]
    assert seen(block) == [short(number) for number in values]
    neurons = [neuron for row in block.rows for neuron in row]
    for neuron in neurons:
        body, number = map(box, neuron)
        assert body[0] <= number[0]
        assert number[2] <= body[2]
        assert zone.left - 4 <= body[0]
        assert body[2] <= zone.right + 4
        assert zone.top - 4 <= body[1]
        assert body[3] <= zone.bottom + 4
    for a, b in combinations(map(box, neurons), 2):
        assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]


def test_weights_are_as_thick_as_they_are_large() -> None:
    block = net()
    widths = {
        (i, h): strand[0].get_stroke_width()
        for (i, h, _), strand in zip(block.ways, block.strands, strict=True)
    }
    assert max(widths, key=lambda way: widths[way]) == (2, 3)
    assert min(widths, key=lambda way: widths[way]) == (2, 0)


def test_a_collapsed_net_is_flat_and_has_the_product_for_weights() -> None:
    block = net()
    play(block.collapse(PRODUCT))
    assert seen(block) == ["1.54", "−0.293", "−2.18", "11.4", "0.805"]
    lines = {
        (tuple(s[0].get_start().round(6)), tuple(s[1].get_end().round(6))) for s in block.strands
    }
    assert len(lines) == len(PRODUCT.numbers)
    for strand in block.strands:  # straight
        middle = (strand[0].get_start() + strand[1].get_end()) / 2
        assert strand[0].get_end() == pytest.approx(middle)
    tall = block.rows[0].get_y() - block.rows[2].get_y()
    assert tall == pytest.approx(units(ZONE.height - HEIGHT) / 2)


def test_with_an_activation_it_is_deep_again_without_numbers_nobody_computed() -> None:
    block = net()
    play(block.collapse(PRODUCT))
    play(block.activate(PRODUCT))
    play(block.resist(PRODUCT))
    assert seen(block) == [*["1.54", "−0.293", "−2.18"], *"ƒƒƒƒ"]
    assert block.rows[0].get_y() - block.rows[2].get_y() == pytest.approx(
        units(ZONE.height - HEIGHT)
    )


def test_the_inputs_stand_where_the_cells_of_their_vector_will() -> None:
    block = net()
    x = Matrix(block.type, "x", X, ZONE)
    play(block.hand_over(x))
    spots = [box(cell) for cell in x.cells]
    assert spots == sorted(spots)
    assert [box(neuron) for neuron in block.rows[0]] == [pytest.approx(spot) for spot in spots]
