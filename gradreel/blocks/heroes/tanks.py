"""`.grad` as hero: the graph runs, then gradients are poured into the leaves' tanks, on top of what
is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from manim import Animation, AnimationGroup, FadeIn, FadeOut, LaggedStart, Mobject

from gradreel.blocks.bucket import Buckets, fullest
from gradreel.blocks.heroes.graph import GraphPicture
from gradreel.blocks.heroes.picture import Picture, Step, nod
from gradreel.blocks.numbers import short
from gradreel.hero import Accumulation, Leaves
from gradreel.model import Binding, Zone
from gradreel.stage.glow import Meant
from gradreel.stage.space import UNIT
from gradreel.stage.type import Typesetter
from gradreel.trace.deposits import Deposit
from gradreel.trace.graph import Graph
from gradreel.trace.model import Trace, Value


class TanksPicture(Picture):
    """On the poster one leaf's tank waits for the last gradient; those of several leaves are full.

    In the film the graph comes first. Of several leaves it also runs back before the tanks come.
    """

    def __init__(
        self,
        type_: Typesetter,
        run: Trace,
        graph: Graph,
        hero: Accumulation | Leaves,
        zone: Zone,
    ) -> None:
        super().__init__(type_, zone)
        self.deposits: Sequence[Deposit] = hero.deposits
        self.several = isinstance(hero, Leaves)
        if self.several:
            self.deposits = sorted(hero.deposits, key=lambda deposit: deposit.node or 0)
        self.graph = GraphPicture(type_, run, graph, zone)
        self.tanks = self.made(dict(self.before_last()))
        self.stood = True  # the tanks have the stage, not the graph

    def made(self, held: Mapping[str, Value | None]) -> Buckets:
        """A tank a leaf."""
        grads = {f"{leaf}.grad": value for leaf, value in held.items()}
        most = fullest(*(deposit.after for deposit in self.deposits))
        return Buckets(self.type, grads, self.zone, most=most)

    def before_last(self) -> Iterable[tuple[str, Value | None]]:
        """What the tanks of the poster hold."""
        if self.several:
            return ((deposit.leaf, deposit.after) for deposit in self.deposits)
        before = [None, *(deposit.after for deposit in self.deposits)]
        return [(self.deposits[-1].leaf, before[-2])]

    @property
    def shown(self) -> Sequence[Mobject]:
        return [self.tanks]

    @property
    def fits(self) -> bool:
        numbers = ((tank.number, tank.tank.width) for tank in self.tanks.buckets.values())
        return super().fits and all(n.width * UNIT < wide for n, wide in numbers)

    @property
    def has_graph(self) -> bool:
        return bool(self.graph.data.nodes) and self.graph.fits

    # ------------------------------------------------------------------ coming and going

    def stir(self) -> Iterable[Step]:
        """The last gradient falls; several tanks run dry and are filled by one pulse."""
        if self.several:
            yield Step(self.dry)
            yield Step(self.pulse, longest=2.5)
        else:
            yield Step(partial(self.pour, self.deposits[-1]), longest=2.0)

    def dry(self) -> Animation:
        return self.tanks.none()

    def pulse(self) -> Animation:
        return LaggedStart(*map(self.pour, self.deposits), lag_ratio=0.3)

    def begin(self) -> Animation:
        return self.dry()

    def enter(self) -> Animation:
        """After code alone: the graph, else the tanks as they were before anything came."""
        self.tanks = self.made(dict.fromkeys(deposit.leaf for deposit in self.deposits))
        if not self.has_graph:
            return FadeIn(self.tanks)
        return self.come_graph()

    def come_graph(self) -> Animation:
        self.stood = False
        self.graph.tokens = self.tokens
        return self.graph.enter()

    def hush(self) -> list[Animation]:
        return [] if self.stood else self.graph.hush()

    # ------------------------------------------------------------------ the beats

    def forward(self) -> Iterable[Step]:
        if self.has_graph:
            if self.stood:
                yield Step(self.make_way)
            yield from self.graph.forward()

    def make_way(self) -> Animation:
        return AnimationGroup(FadeOut(self.tanks), self.come_graph(), run_time=0.5)

    def backward(self) -> Iterable[Step]:
        if not self.stood:
            if self.several:
                yield from self.graph.backward()
            yield Step(self.come_tanks)
        for deposit in self.deposits:
            number = deposit.after.scalar if deposit.after is not None else None
            said = short(number) if number is not None else ""
            node = None if self.several else deposit.node
            yield Step(partial(self.pour, deposit), deposit.span, node, said)

    def come_tanks(self) -> Animation:
        self.stood = True
        self.tanks = self.made(dict.fromkeys(deposit.leaf for deposit in self.deposits))
        return AnimationGroup(self.graph.go(), FadeIn(self.tanks), run_time=0.6)

    def pour(self, deposit: Deposit) -> Animation:
        return self.tanks.of(deposit.leaf).take(deposit)

    def glint(self) -> Animation:
        if not self.stood:
            return self.graph.glint()
        return nod(self.following(list(self.tanks.buckets.values())).number, 1.12)

    def meant(self, binding: Binding) -> Iterable[Meant]:
        return () if self.stood else self.graph.meant(binding)
