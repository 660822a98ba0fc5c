"""A box that nobody sees into, with its name on the front, until its front turns to glass."""

from __future__ import annotations

from manim import (
    DOWN,
    UP,
    Animation,
    AnimationGroup,
    ApplyMethod,
    FadeIn,
    FadeOut,
    Transform,
    VGroup,
    there_and_back,
)

from gradreel.blocks.matrix import Matrix
from gradreel.blocks.matrix_product import Term
from gradreel.blocks.numbers import written
from gradreel.blocks.panel import panel
from gradreel.blocks.rounded import Rounded
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point
from gradreel.stage.type import Row, Typesetter

NAME, LABEL = 76, 44  # pixel ems of the name on the front, at most, and over the open box
PADDING, HEAD = 36, 84  # pixels between the box and what is in it, and what its label takes
RESULT = 84  # pixel em of what comes out
SLOT = 340, 16  # pixels: where things go in at the top and out at the bottom
EDGE = 7  # pixels: the stroke of the box
SWOLLEN = 1.04  # times its size
GLASS, FRONT, SLOTS, WORDS = -1, 4, 5, 6  # what lies over what: things are behind a closed front


class BlackBox(Block):
    """`name` on a closed box with a slot at its top and one at its bottom. `into` stands in the
    upper one with half of its rows (`thing`), and `out` comes out below (`result`, in `below`).
    """

    def __init__(self, type_: Typesetter, name: str, into: Term, out: Term, zone: Zone) -> None:
        super().__init__()
        self.type, self.zone, self.name, self.out = type_, zone, name, out
        upper, self.below = zone.rows(5, 1)
        self.thing = Matrix(type_, into.name, into.value, upper.rows(3, 2, gap=0)[0])
        self.walls = upper.below((self.thing.top + self.thing.bottom) / 2)
        self.way = self.thing.get_top()[1] - point(0, self.walls.top + SLOT[1])[1]
        self.front = self._case(self.walls, tint=0.08)
        x, y = centre(self.walls)
        em = min(NAME, (self.walls.width - 2 * PADDING) / type_.width(name, 1, "code-strong"))
        self.label = type_.line(name, em, font="code-strong").at(x, y, "center")
        self.slots = VGroup(*(self._slot(x, edge) for edge in (self.walls.top, self.walls.bottom)))
        self.case = VGroup(
            self.front.set_z_index(FRONT),
            self.slots.set_z_index(SLOTS),
            self.label.set_z_index(WORDS),
        )
        self.result = self._result()
        self.add(self.thing, self.case, self.result)

    def swallow(self) -> Animation:
        """The thing sinks into the box."""
        return ApplyMethod(self.thing.shift, self.way * DOWN)

    def give_back(self) -> Animation:
        """It comes up again, and what came out goes."""
        return AnimationGroup(ApplyMethod(self.thing.shift, self.way * UP), FadeOut(self.result))

    def work(self) -> Animation:
        """The box swells and settles: something happens in there."""
        return ApplyMethod(self.case.scale, SWOLLEN, rate_func=there_and_back)

    def emit(self) -> Animation:
        """What comes out falls out of it."""
        return FadeIn(self.result, shift=0.6 * DOWN)

    def open(self, zone: Zone) -> Animation:
        """It grows and leaves the foot of `zone` to what comes out; one can see into it, and its
        name moves to the upper edge. What is shown in it belongs into `inside`."""
        self.zone = zone
        self.walls, self.below = zone.rows(9, 2)
        self.result = self._result()
        self.front.set_z_index(GLASS)
        label = self.type.line(self.name, LABEL, font="code-strong", colour="operation")
        label.at(self.walls.left + PADDING, self.walls.top + HEAD / 2 + 6)
        return AnimationGroup(
            Transform(self.front, self._case(self.walls, tint=0.03).set_z_index(GLASS)),
            Transform(self.label, label.set_z_index(WORDS)),
            FadeOut(self.slots, run_time=0.2),
            run_time=0.8,
        )

    @property
    def inside(self) -> Zone:
        """The room under the name of the open box."""
        return self.walls.inset(PADDING, PADDING // 2).below(self.walls.top + HEAD)

    def _result(self) -> Row:
        name, value = (f"{self.out.name} = ", "code", "quiet"), written(self.out.value)
        row = self.type.row([name, (f"{value}", "code-strong", "output")], RESULT)
        return row.move_to(point(*centre(self.below)))

    def _case(self, zone: Zone, *, tint: float) -> Rounded:
        case = panel(self.type.theme, zone, edge="operation", tint=tint)
        return case.set_stroke(width=EDGE)

    def _slot(self, x: float, y: float) -> Rounded:
        slot = Rounded(*SLOT, SLOT[1] / 2).move_to(point(x, y))
        return slot.set_fill(self.type.theme.colour("ground"), opacity=1).set_stroke(
            self.type.theme.colour("operation"), width=4
        )
