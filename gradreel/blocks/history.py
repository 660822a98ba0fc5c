"""The history that autograd keeps of a tensor: the ops recorded after it, for the way back."""

from __future__ import annotations

from manim import (
    PI,
    RIGHT,
    Animation,
    AnimationGroup,
    Circle,
    FadeIn,
    LaggedStart,
    Line,
    ShowPassingFlash,
    Triangle,
    VGroup,
)

from gradreel.blocks.compute_graph import Run
from gradreel.blocks.numbers import written
from gradreel.blocks.rounded import Rounded
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Value

# All in widths of an op.
HEAD, TALL = 1.3, 1.7  # width and height of the tensor
LOW, LINK, TIP = 1.15, 0.6, 0.22  # height of an op, length of an edge, of its tip
NAME, OP = 0.6, 0.5  # ems of the texts
STROKE, EDGE = 6, 8  # pixels
EDGES, LIGHT, NODES = 0, 1, 2  # what lies over what


class History(Block):
    """A tensor at the left of `zone`, its name over its value, and `ops` operations that are
    recorded after it, as wide as the zone. They only say `op`: which ones, the tensor cannot know.
    """

    def __init__(
        self,
        type_: Typesetter,
        name: str,
        value: Value,
        zone: Zone,
        *,
        tracked: bool,
        ops: int = 2,
    ) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        self.colour = "forward" if tracked else "untracked"
        self.op = zone.width / (HEAD + (LINK + 1) * ops)
        self.y = centre(zone)[1]
        self.lane = Line(point(self._x(HEAD), self.y), point(zone.right, self.y))
        self.tensor = self._tensor(name, written(value) or "")
        self.links = VGroup(*(self._link(number) for number in range(ops)))
        self.ops = VGroup(*(self._recorded(number) for number in range(ops)))
        self.add(self.tensor, self.links, self.ops)

    # ------------------------------------------------------------------ animations

    def appear(self) -> Animation:
        return FadeIn(self.tensor, scale=0.85, run_time=0.5)

    def compute(self) -> Animation:
        """A value runs through and leaves nothing behind."""
        return Run(self._spark(self.colour), self.lane, back=False)

    def record(self) -> Animation:
        """A value runs through, and each op that it comes by is written down."""
        kept = [
            FadeIn(link, op, shift=0.2 * RIGHT)
            for link, op in zip(self.links, self.ops, strict=True)
        ]
        return AnimationGroup(self.compute(), LaggedStart(*kept, lag_ratio=0.6), run_time=1.2)

    def flow_back(self) -> Animation:
        """The gradient comes back along what was written down."""
        trail = self.lane.copy().reverse_direction().set_z_index(LIGHT)
        trail.set_stroke(self.type.theme.colour("backward"), width=2 * EDGE)
        flash = ShowPassingFlash(trail, time_width=0.9)
        return AnimationGroup(flash, Run(self._spark("backward"), self.lane, back=True))

    # ------------------------------------------------------------------ drawing

    def _x(self, widths: float) -> float:
        return self.zone.left + widths * self.op

    def _box(self, left: float, width: float, height: float, colour: str) -> Rounded:
        """A frame, in widths of an op and from the left."""
        box = Rounded(width * self.op, height * self.op, 0.24 * self.op, stroke=STROKE)
        theme = self.type.theme
        box.set_stroke(theme.colour(colour)).set_fill(theme.colour("panel"), opacity=1)
        return box.move_to(point(self._x(left + width / 2), self.y))

    def _tensor(self, name: str, value: str) -> VGroup:
        x, size = self._x(HEAD / 2), NAME * self.op
        lines = (
            self.type.line(text, size, font="code-strong", colour=colour).at(x, y, "center")
            for text, colour, y in (
                (name, self.colour, self.y - 0.62 * size),
                (value, "text", self.y + 0.68 * size),
            )
        )
        box = self._box(0, HEAD, TALL, self.colour)
        return VGroup(box, *lines).set_z_index(NODES)

    def _recorded(self, number: int) -> VGroup:
        left = HEAD + LINK + number * (1 + LINK)
        text = self.type.line("op", OP * self.op, font="code-strong", colour="operation")
        text.at(self._x(left + 0.5), self.y, "center")
        return VGroup(self._box(left, 1, LOW, "operation"), text).set_z_index(NODES)

    def _link(self, number: int) -> VGroup:
        """An edge and its tip."""
        start, paint = HEAD + number * (1 + LINK), self.type.theme.colour(self.colour)
        end = self._x(start + LINK) - STROKE
        edge = Line(point(self._x(start), self.y), point(end, self.y)).set_stroke(paint, width=EDGE)
        tip = Triangle(stroke_width=0, fill_opacity=1, color=paint).rotate(-PI / 2)
        tip.scale_to_fit_height(units(TIP * self.op)).move_to(point(end, self.y), RIGHT)
        return VGroup(edge, tip).set_z_index(EDGES)

    def _spark(self, colour: str) -> VGroup:
        return spark(self.type, colour, 0.64 * self.op)


def spark(type_: Typesetter, colour: str, size: float = 80) -> VGroup:
    """A light to run along an edge, `size` pixels wide with its glow."""
    paint = type_.theme.colour(colour)
    discs = (
        Circle(radius=units(radius), stroke_width=0, fill_color=paint, fill_opacity=opacity)
        for radius, opacity in ((size / 2, 0.3), (size / 5, 1))
    )
    return VGroup(*discs).set_z_index(LIGHT)
