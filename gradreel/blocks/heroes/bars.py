"""Softmax of a vector as hero: bars of any height become probabilities that fill one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from manim import Animation, Mobject

from gradreel.blocks.bars import Bars
from gradreel.blocks.heroes.picture import Picture, Step, after
from gradreel.blocks.numbers import short
from gradreel.hero import Softmax
from gradreel.model import Zone
from gradreel.stage.type import Typesetter


class BarsPicture(Picture):
    goes_back = False

    def __init__(self, type_: Typesetter, hero: Softmax, zone: Zone) -> None:
        super().__init__(type_, zone)
        self.hero = hero
        self.logits, self.odds = hero.logits.value.numbers, hero.probabilities.value.numbers
        self.names = [f"{place}" for place in range(len(self.logits))]
        self.lit: int | None = None
        self.bars = Bars(type_, self.logits, self.names, zone)

    @property
    def shown(self) -> Sequence[Mobject]:
        return [self.bars]

    def stir(self) -> Iterable[Step]:
        """There and back, as a promise."""
        yield Step(partial(self.bars.change_to, self.odds, full=1))
        yield Step(partial(self.bars.change_to, self.logits))

    def begin(self) -> Animation:
        return self.light(None)

    def enter(self) -> Animation:
        return self.bars.appear()

    def light(self, place: int | None) -> Animation:
        self.lit = place
        return self.bars.light(place)

    def given(self) -> Iterable[Step]:
        for place, number in enumerate(self.logits):
            node = None if place else self.hero.logits.node
            span = self.hero.logits.span
            yield Step(partial(self.light, place), span, node, said=short(number))

    def forward(self) -> Iterable[Step]:
        odds, sums = self.hero.probabilities, self.hero.sums
        yield Step(partial(self.bars.change_to, self.odds, full=1), odds.span, odds.node)
        if sums is not None:
            total = partial(self.bars.stack, sums.value.numbers[0])
            yield Step(total, sums.span, sums.node)
        largest = max(range(len(self.odds)), key=lambda place: self.odds[place])
        yield Step(partial(self.bars.mark, largest), said=short(self.odds[largest]))

    def output(self) -> Iterable[Step]:
        yield Step(partial(self.bars.change_to, self.odds, full=1, colour="output"))

    def glint(self) -> Animation:
        return self.light(after(self.lit, len(self.logits)))
