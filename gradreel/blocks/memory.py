"""What gradients take in memory: a tensor's is as large as the tensor."""

from __future__ import annotations

from math import prod, sqrt

from manim import (
    DOWN,
    UP,
    Animation,
    AnimationGroup,
    Create,
    FadeIn,
    FadeOut,
    ReplacementTransform,
    VGroup,
)

from gradreel.blocks.numbers import shape_text
from gradreel.blocks.rounded import Rounded
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Trace, Value

NAME, SHAPE = 76, 56  # pixel ems
LIFT = 140  # pixels: a small square above its name
STROKE = 6


class Memory(Block):
    """A tensor of a run as a square as high as `zone`, and its gradient filling it; beside it the
    gradient of a weight. The areas are as the numbers they hold."""

    def __init__(self, type_: Typesetter, run: Trace, data: str, weight: str, zone: Zone) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        held = {w.name: w.value for step in run.steps for w in step.writes if w.value is not None}
        self.side, self.most = zone.height - STROKE, prod(held[data].shape)
        left, right = zone.left + zone.height / 2, (zone.left + zone.height + zone.right) / 2
        self.tensor = self._square(data, held[data], left, "forward")
        self.tensor[0].set_fill(opacity=0)
        self.gradient = self._square(f"{data}.grad", held[f"{data}.grad"], left, "backward")
        self.gradient[1:].set_fill(type_.theme.colour("ground"))
        name = f"{weight}.grad"
        self.weight = self._square(name, held[name], right, "backward", lift=LIFT)
        self.add(self.tensor, self.gradient, self.weight)

    def appear(self) -> Animation:
        """The tensor, without its size."""
        return AnimationGroup(Create(self.tensor[0]), FadeIn(self.tensor[1]))

    def tell_size(self) -> Animation:
        return FadeIn(self.tensor[2], shift=0.2 * UP)

    def pour(self) -> Animation:
        """The gradient rises in the square of its tensor: it is as large."""
        flat = self.gradient[0].copy().stretch(0.02, 1, about_edge=DOWN)
        rise = ReplacementTransform(flat, self.gradient[0])
        texts = FadeIn(self.gradient[1:], shift=0.3 * UP)
        return AnimationGroup(rise, FadeOut(self.tensor[1:]), texts)

    def compare(self) -> Animation:
        """The gradient of the weight comes beside it."""
        return FadeIn(self.weight, scale=0.8)

    def drain(self) -> Animation:
        """The gradient of the tensor is gone."""
        return AnimationGroup(FadeOut(self.gradient, scale=0.9), FadeIn(self.tensor[1:]))

    def _square(self, name: str, value: Value, x: float, colour: str, *, lift: float = 0) -> VGroup:
        """The square, so many pixels above the middle of its name and shape."""
        side = self.side * sqrt(prod(value.shape) / self.most)
        paint, y = self.type.theme.colour(colour), centre(self.zone)[1]
        square = Rounded(side, side, side / 30, stroke=STROKE).set_stroke(paint).set_fill(paint)
        texts = ((name, NAME, y - 50), (shape_text(value.shape), SHAPE, y + 50))
        lines = (
            self.type.line(text, size, font="code-strong", colour=colour).at(x, at, "center")
            for text, size, at in texts
        )
        return VGroup(square.move_to(point(x, y - lift)), *lines)
