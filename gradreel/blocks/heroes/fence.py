"""Operations inside `torch.no_grad()`: they run, a fence closes around them, they turn grey."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from manim import Animation, AnimationGroup, FadeOut, Mobject, VGroup

from gradreel.blocks.fence import ROOM, TAG, Fence
from gradreel.blocks.graph_layout import Box
from gradreel.blocks.heroes.graph import GraphPicture
from gradreel.blocks.heroes.picture import Step
from gradreel.hero import Untracked
from gradreel.model import Zone
from gradreel.stage.type import Typesetter
from gradreel.trace.graph import Graph
from gradreel.trace.model import Trace

SIGN = 40  # the least pixel em of the words on the fence


class FencePicture(GraphPicture):
    def __init__(
        self, type_: Typesetter, run: Trace, graph: Graph, hero: Untracked, zone: Zone
    ) -> None:
        super().__init__(type_, run, graph, zone)
        self.hero = hero
        nodes = {n: view for n, view in self.graph.nodes.items() if n in hero.nodes}
        self.inside = VGroup(
            *(edge.picture for edge in self.graph.edges.values() if edge.edge.target in nodes),
            *(view.body for view in nodes.values()),
        )
        self.fence = self.built([view.box for view in nodes.values()])
        self.tint(grey=True)

    def room(self, zone: Zone) -> Zone:
        return Zone(
            zone.left + 2 * ROOM, zone.top + TAG + ROOM, zone.right - 2 * ROOM, zone.bottom - ROOM
        )

    def built(self, inside: list[Box]) -> Fence:
        """Around the operations alone if nothing else stands between them and the words have room,
        else along the zone."""
        others = [v.box for n, v in self.graph.nodes.items() if n not in self.hero.nodes]
        zone = Zone(
            round(min(b.x - b.width / 2 for b in inside)) - ROOM,
            round(min(b.y - b.height / 2 for b in inside)) - ROOM - TAG,
            round(max(b.x + b.width / 2 for b in inside)) + ROOM,
            round(max(b.y + b.height / 2 for b in inside)) + ROOM,
        )
        words = self.type.width(self.hero.label, SIGN, "code-strong") + 3 * ROOM
        if words > zone.width or any(_reaches(box, zone) for box in others):
            zone = self.zone
        return Fence(self.type, zone, label=self.hero.label, inside=self.inside)

    def tint(self, *, grey: bool) -> None:
        """What is inside has its colours, or none, at once."""
        colours = self.fence.inside
        (colours.fade() if grey else colours.restore()).interpolate(1)

    @property
    def shown(self) -> Sequence[Mobject]:
        return [self.graph, self.fence]

    @property
    def large(self) -> bool:
        return True  # the fence is

    def begin(self) -> Animation:
        return AnimationGroup(super().begin(), FadeOut(self.fence), run_time=0.5)

    def say(self, *, back: bool) -> list[Animation]:
        """Its sign stands where the graph alone would say it."""
        del back
        return []

    def forward(self) -> Iterable[Step]:
        self.tint(grey=False)
        yield from super().forward()
        yield Step(self.fence.appear, self.hero.span)


def _reaches(box: Box, zone: Zone) -> bool:
    return (
        box.x + box.width / 2 > zone.left
        and box.x - box.width / 2 < zone.right
        and box.y + box.height / 2 > zone.top
        and box.y - box.height / 2 < zone.bottom
    )
