"""Two linear layers as a net of neurons, and how they collapse into one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from manim import (
    ORIGIN,
    Animation,
    AnimationGroup,
    Dot,
    FadeIn,
    FadeOut,
    ManimColor,
    MoveAlongPath,
    ReplacementTransform,
    VGroup,
    VMobject,
    smooth,
)

from gradreel.blocks.matrix import Matrix
from gradreel.blocks.numbers import short
from gradreel.blocks.rounded import Rounded
from gradreel.blocks.tensor_grid import largest_of
from gradreel.model import Theme, Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, pixel, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Number, Value

HEIGHT, WIDTH, APART = 84, 190, 8  # pixels: a neuron, how wide it is at most, and between two
NUMBER, MARGIN = 50, 7  # pixel em of its number, pixels beside it
THIN, THICK = 4.0, 15.0  # pixels: the strokes of a weight of nothing and of the largest
FLAT = 0.5  # of its height that is left of the net when two layers have become one
GIVES = 0.4  # of the way that a net goes which cannot collapse
SPARK = 12  # pixels: radius of what runs along the weights
STRANDS, SPARKS, NEURONS = range(3)  # what lies over what


@dataclass(frozen=True, slots=True)
class Look:
    """How a weight is drawn."""

    colour: ManimColor
    width: float

    def toward(self, other: Look, way: float) -> Look:
        width = self.width + (other.width - self.width) * way
        return Look(self.colour.interpolate(other.colour, way), width)


class Network(Block):
    """Inputs at the top of `zone`, hidden neurons, outputs at the bottom: the traced numbers of
    `neurons`. Between them the two layers' `weights`, as thick as they are large and grey where
    they are negative.
    """

    def __init__(
        self,
        type_: Typesetter,
        neurons: tuple[Value, Value, Value],
        weights: tuple[Value, Value],
        zone: Zone,
    ) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        self.rows = [self._row(value) for value in neurons]
        # A strand for every way from an input over a hidden neuron to an output: those that share
        # a weight lie on each other until the layers collapse.
        self.ways = list(product(*(range(len(row)) for row in self.rows)))
        upper, lower = (looks(type_.theme, value) for value in weights)
        self.looks = [(upper[i, h], lower[h, j]) for i, h, j in self.ways]
        self.strands = VGroup(*(VGroup(VMobject(), VMobject()) for _ in self.ways))
        self.add(self.strands.set_z_index(STRANDS))
        for row in self.rows:
            self.add(row.set_z_index(NEURONS))
        self.pose(0, self.looks)

    # ------------------------------------------------------------------ animations

    def flow(self) -> Animation:
        """Sparks run from the inputs along every weight to the outputs."""
        runs = []
        for strand in self.strands:
            path = VMobject().set_points_as_corners(
                [strand[0].get_start(), strand[0].get_end(), strand[1].get_end()]
            )
            spark = Dot(radius=units(SPARK), color=self.type.theme.colour("text"))
            spark.move_to(path.get_start()).set_z_index(SPARKS)
            runs.append(MoveAlongPath(spark, path, introducer=True, remover=True))
        return AnimationGroup(*runs, run_time=1.0)

    def hand_over(self, vector: Matrix) -> Animation:
        """The inputs become the cells of their row `vector`, and the rest of the net goes."""
        inputs, *rest = self.rows
        gone = FadeOut(VGroup(self.strands, *rest), run_time=0.3)
        return AnimationGroup(gone, ReplacementTransform(inputs, vector.grid), FadeIn(vector.title))

    def collapse(self, product: Value) -> Animation:
        """The hidden neurons vanish: all strands between an input and an output fall into one, a
        weight of the traced `product` of both layers, and the net becomes flat."""
        return Bend(self, product, smooth)

    def activate(self, product: Value) -> Animation:
        """The collapsed net is deep again, with an activation for its hidden neurons. What that
        makes was never computed: their numbers and the outputs' are gone."""
        violet = self.type.theme.colour("operation")
        for neuron in self.rows[1]:
            body, number = neuron
            sign = self.type.line("ƒ", NUMBER, font="code-strong", colour="operation")
            neuron.remove(number).add(sign.move_to(body).set_z_index(NEURONS))
            body.set_stroke(violet, 10)
        return Bend(self, product, rise, gone=VGroup(*(number for _, number in self.rows[2])))

    def resist(self, product: Value) -> Animation:
        """It gives a little as if it were to collapse, and springs back."""
        return Bend(self, product, spring)

    # ------------------------------------------------------------------ what it is made of

    def pose(self, way: float, goals: Sequence[tuple[Look, Look]]) -> None:
        """Show it `way` of a collapse into strands that look like `goals`, one per strand."""
        tall = (self.zone.height - HEIGHT) / 2
        half = tall * (1 - way * (1 - FLAT))
        _, y = centre(self.zone)
        places = [
            [point(x, y + side * half) for x in self._across(len(row))]
            for row, side in zip(self.rows, (-1, 0, 1), strict=True)
        ]
        for row, spots in zip(self.rows, places, strict=True):
            for neuron, spot in zip(row, spots, strict=True):
                neuron.move_to(spot)
        self.rows[1].set_opacity(1 - way)
        parts = zip(self.ways, self.strands, self.looks, goals, strict=True)
        for (i, h, j), strand, look, goal in parts:
            start, end = places[0][i], places[2][j]
            bend = places[1][h] * (1 - way) + (start + end) / 2 * way
            stretches = ((start, bend), (bend, end))
            for piece, ends, old, new in zip(strand, stretches, look, goal, strict=True):
                seen = old.toward(new, way)
                piece.set_points_as_corners(ends).set_stroke(seen.colour, seen.width)

    def _across(self, count: int) -> list[float]:
        """The middles of so many neurons side by side."""
        room = self.zone.width / count
        return [self.zone.left + room * (place + 0.5) for place in range(count)]

    def _row(self, value: Value) -> VGroup:
        theme, texts = self.type.theme, [short(number) for number in value.numbers]
        wide = min(WIDTH, self.zone.width / len(texts) - APART)
        longest = max(self.type.width(text, 1, "code-strong") for text in texts)
        em = min(NUMBER, (wide - 2 * MARGIN) / longest)
        neurons = VGroup()
        for text in texts:
            body = Rounded(wide, HEIGHT, HEIGHT / 2, stroke=6)
            body.set_fill(theme.colour("panel")).set_stroke(theme.colour("forward"))
            number = self.type.line(text, em, font="code-strong").at(*pixel(ORIGIN), "center")
            neurons.add(VGroup(body, number))
        return neurons


class Bend(Animation):
    """Between two layers and their `product`: `way` says how far it is collapsed at a time."""

    def __init__(
        self,
        network: Network,
        product: Value,
        way: Callable[[float], float],
        *,
        gone: VGroup | None = None,
    ) -> None:
        self.network, self.gone = network, gone
        one = looks(network.type.theme, product)
        self.goals = [(one[i, j], one[i, j]) for i, _, j in network.ways]
        super().__init__(network, run_time=1.0, rate_func=way)

    def create_starting_mobject(self) -> Network:
        return self.network  # the looks say where it starts

    def interpolate_mobject(self, alpha: float) -> None:
        self.network.pose(self.rate_func(alpha), self.goals)
        if self.gone is not None:
            self.gone.set_opacity(1 - alpha)


def rise(time: float) -> float:
    return 1 - float(smooth(time))


def spring(time: float) -> float:
    """Some of the way and back, each time less."""
    return GIVES * abs(math.sin(3 * math.pi * time)) * (1 - time)


def looks(theme: Theme, weights: Value) -> dict[tuple[int, int], Look]:
    """How each weight (row, column) is drawn."""
    rows, columns = weights.shape
    largest = largest_of(weights)

    def look(number: Number) -> Look:
        role = "forward" if float(number) > 0 else "untracked"
        share = abs(float(number)) / largest
        paint = ManimColor(theme.colour("panel")).interpolate(
            ManimColor(theme.colour(role)), 0.35 + 0.65 * share
        )
        return Look(paint, THIN + (THICK - THIN) * share)

    return {
        (row, column): look(weights.numbers[row * columns + column])
        for row in range(rows)
        for column in range(columns)
    }
