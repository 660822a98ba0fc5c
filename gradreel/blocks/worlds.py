"""One switch as tall as the screen, and a world at either end: `torch.set_grad_enabled`."""

from __future__ import annotations

from manim import (
    UP,
    Animation,
    AnimationGroup,
    ArcBetweenPoints,
    DashedVMobject,
    FadeIn,
    FadeOut,
    LaggedStart,
    Transform,
    Triangle,
    VGroup,
    VMobject,
)

from gradreel.blocks.compute_graph import ComputeGraph, Run
from gradreel.blocks.grey import Colours
from gradreel.blocks.history import spark
from gradreel.blocks.panel import panel
from gradreel.blocks.rounded import Rounded
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point, units
from gradreel.stage.type import Typesetter
from gradreel.trace.graph import Graph

ROWS = (1, 1.3, 1)  # heights: a world, the words between, a world
RIM, GAP = 14, 24  # pixels around the knob, and between the parts
SIDE = 2.6  # the graph of a world is so many times as wide as what stands beside it
LEADING, FLAG, REFUSED = 44, 54, 64  # pixels: half a row, ems of the flag and of the cross
SAG = -1.2  # radians of the arc that leads back
BEHIND = -1  # z index: the switch passes behind what is between the worlds


class World(Block):
    """What runs at one end of the switch: its name, the flag, and the graph that is left."""

    def __init__(self, type_: Typesetter, name: str, flag: bool, graph: Graph, zone: Zone) -> None:
        super().__init__()
        self.type, self.zone = type_, zone
        self.colour = "forward" if flag else "text"
        side, stage = zone.inset(GAP, 0).columns(1, SIDE, gap=GAP)
        x, y = centre(side)
        size = type_.fit(name, "title", side.width, font="display")
        title = type_.line(name, size, font="display").at(x, y - LEADING, "center")
        value = type_.line(str(flag), FLAG, font="code-strong", colour=self.colour)
        self.graph = ComputeGraph(type_, graph, stage)
        self.graph.scale_to_fit_width(units(stage.width))
        self.frame = self._framed(awake=True)
        self.inside = VGroup(title, value.at(x, y + LEADING, "center"), self.graph)
        self.colours = Colours(self.inside)
        first, last = (self.graph.nodes[n].frame for n in (0, 1))
        self.way = ArcBetweenPoints(last.get_bottom(), first.get_bottom(), angle=SAG)
        self.back = self._edge_back() if graph.edges[0].differentiable else VGroup()
        self.add(self.frame, self.inside, self.back)

    def turn(self, awake: bool) -> Animation:
        """It gets its colours back, and the edge back, if it has one; or loses both."""
        return AnimationGroup(
            Transform(self.frame, self._framed(awake=awake)),
            self.colours.restore() if awake else self.colours.fade(),
            *map(FadeIn if awake else FadeOut, self.back),
        )

    def send_back(self) -> Animation:
        """A gradient sets out from the result; where no edge leads back it is stopped."""
        if self.back:
            return Run(spark(self.type, "backward"), self.way, back=False)
        start = VMobject().pointwise_become_partial(self.way, 0, 0.4)
        ghost = DashedVMobject(self.way, num_dashes=16)
        ghost.set_stroke(self.type.theme.colour("untracked"), width=6)
        cross = self.type.line("✕", REFUSED, font="code-strong", colour="mistake")
        cross.move_to(self.way.point_from_proportion(0.5))
        run = Run(spark(self.type, "backward"), start, back=False)
        return LaggedStart(AnimationGroup(FadeIn(ghost), run), FadeIn(cross, scale=1.6))

    def _framed(self, *, awake: bool) -> VMobject:
        edge = self.colour if awake else "edge"
        frame = panel(self.type.theme, self.zone, edge=edge, tint=0.12)
        return frame.set_stroke(width=7 if awake else 3)

    def _edge_back(self) -> VGroup:
        amber = self.type.theme.colour("backward")
        tip = Triangle(stroke_width=0, fill_opacity=1, color=amber).scale(0.16)
        line = self.way.copy().set_stroke(amber, width=8)
        return VGroup(line, tip.move_to(self.way.get_end(), UP))


class Worlds(Block):
    """A switch down the left of `zone`, the world of `True` at its upper end and that of `False` at
    its lower; the one where the knob is, at first the upper, is awake.

    `between` is the room from one to the other beside the switch, `across` the same over it.
    """

    def __init__(
        self,
        type_: Typesetter,
        true: tuple[str, Graph],
        false: tuple[str, Graph],
        zone: Zone,
    ) -> None:
        super().__init__()
        self.type, self.zone, self.flag = type_, zone, True
        self.rail, right = zone.columns(1, 7, gap=GAP)
        upper, self.between, lower = right.rows(*ROWS, gap=GAP)
        self.across = zone.rows(*ROWS, gap=GAP)[1]
        self.worlds = {
            True: World(type_, true[0], True, true[1], upper),
            False: World(type_, false[0], False, false[1], lower),
        }
        self.track = Rounded(self.rail.width, self.rail.height, self.rail.width / 2, stroke=5)
        self.track.set_fill(type_.theme.colour("panel")).move_to(point(*centre(self.rail)))
        self.track.set_stroke(type_.theme.colour("untracked")).set_z_index(BEHIND)
        self.knob = self._knob(True)
        asleep = self.worlds[False].turn(False)
        asleep.begin()
        asleep.finish()
        self.add(self.track, self.knob, *self.worlds.values())

    @property
    def here(self) -> World:
        """The world where the knob is."""
        return self.worlds[self.flag]

    def throw(self, flag: bool) -> Animation:
        """The knob slides to that end, and the world there wakes up."""
        changed = self.worlds if flag is not self.flag else {}
        self.flag = flag
        turned = (world.turn(end is flag) for end, world in changed.items())
        return AnimationGroup(Transform(self.knob, self._knob(flag)), *turned)

    def _knob(self, flag: bool) -> VMobject:
        across = self.rail.width
        knob = Rounded(across - 2 * RIM, across - 2 * RIM, across / 2)
        knob.set_fill(self.type.theme.colour("forward" if flag else "untracked"))
        end = self.rail.top + across / 2 if flag else self.rail.bottom - across / 2
        return knob.move_to(point(centre(self.rail)[0], end)).set_z_index(BEHIND)
