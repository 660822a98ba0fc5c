"""A box that nobody sees into, with its name on the front, until its front turns to glass."""

from __future__ import annotations

from manim import (
    DOWN,
    UP,
    Animation,
    AnimationGroup,
    ApplyMethod,
    FadeOut,
    Transform,
    VGroup,
    there_and_back,
)

from gradreel.blocks.matrix import Matrix
from gradreel.blocks.panel import panel
from gradreel.blocks.rounded import Rounded
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point
from gradreel.stage.type import Typesetter

NAME, LABEL = 76, 44  # pixel ems of the name on the front, at most, and over the open box
PADDING, HEAD = 36, 84  # pixels between the box and what is in it, and what its label takes
SLOT = 340, 16  # pixels: where things go in at the top and out at the bottom
EDGE = 7  # pixels: the stroke of the box
SWOLLEN = 1.04  # times its size
GLASS, FRONT, SLOTS, WORDS = -1, 4, 5, 6  # what lies over what: things are behind a closed front


class BlackBox(Block):
    """`name` on a closed box with a slot at its top and one at its bottom. `thing` stands in the
    upper one with half of its rows; from there down to its foot the box fills `zone`.
    """

    def __init__(self, type_: Typesetter, name: str, zone: Zone, thing: Matrix) -> None:
        super().__init__()
        zone = zone.below((thing.top + thing.bottom) / 2)
        self.type, self.zone, self.name, self.thing = type_, zone, name, thing
        self.way = thing.get_top()[1] - point(0, zone.top + SLOT[1])[1]
        self.front = self._case(zone, tint=0.08)
        x, y = centre(zone)
        em = min(NAME, (zone.width - 2 * PADDING) / type_.width(name, 1, "code-strong"))
        self.label = type_.line(name, em, font="code-strong").at(x, y, "center")
        self.slots = VGroup(*(self._slot(x, edge) for edge in (zone.top, zone.bottom)))
        self.add(
            self.front.set_z_index(FRONT),
            self.slots.set_z_index(SLOTS),
            self.label.set_z_index(WORDS),
        )

    def swallow(self) -> Animation:
        """The thing sinks into the box."""
        return ApplyMethod(self.thing.shift, self.way * DOWN)

    def give_back(self) -> Animation:
        """It comes up again."""
        return ApplyMethod(self.thing.shift, self.way * UP)

    def work(self) -> Animation:
        """The box swells and settles: something happens in there."""
        return ApplyMethod(self.scale, SWOLLEN, rate_func=there_and_back)

    def open(self, zone: Zone) -> Animation:
        """It grows to `zone`, one can see into it, and its name moves to the upper edge. What is
        shown in it belongs into `inside`."""
        self.zone = zone
        self.front.set_z_index(GLASS)
        label = self.type.line(self.name, LABEL, font="code-strong", colour="operation")
        label.at(zone.left + PADDING, zone.top + HEAD / 2 + 6)
        return AnimationGroup(
            Transform(self.front, self._case(zone, tint=0.03).set_z_index(GLASS)),
            Transform(self.label, label.set_z_index(WORDS)),
            FadeOut(self.slots, run_time=0.2),
            run_time=0.8,
        )

    @property
    def inside(self) -> Zone:
        """The room under the name of the open box."""
        return self.zone.inset(PADDING, PADDING // 2).below(self.zone.top + HEAD)

    def _case(self, zone: Zone, *, tint: float) -> Rounded:
        case = panel(self.type.theme, zone, edge="operation", tint=tint)
        return case.set_stroke(width=EDGE)

    def _slot(self, x: float, y: float) -> Rounded:
        slot = Rounded(*SLOT, SLOT[1] / 2).move_to(point(x, y))
        return slot.set_fill(self.type.theme.colour("ground"), opacity=1).set_stroke(
            self.type.theme.colour("operation"), width=4
        )
