"""A tensor that was written over as hero: its version counts on, and backward finds another one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from manim import Animation, AnimationGroup, FadeIn, FadeOut, Mobject

from gradreel.blocks.heroes.picture import Picture, Step, nod
from gradreel.blocks.version_counter import VersionCounter
from gradreel.hero import Change, Overwritten
from gradreel.model import Zone
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Span


class VersionPicture(Picture):
    def __init__(self, type_: Typesetter, hero: Overwritten, call: Span | None, zone: Zone) -> None:
        super().__init__(type_, zone)
        self.hero, self.call = hero, call
        self.counter = self.made()

    def made(self) -> VersionCounter:
        hero = self.hero
        name, value = hero.tensor.name, hero.tensor.value
        return VersionCounter(self.type, name, value, self.zone, version=hero.expected)

    @property
    def shown(self) -> Sequence[Mobject]:
        return [self.counter]

    def stir(self) -> Iterable[Step]:
        for change in self.hero.changes:
            yield Step(partial(self.write, change))
        yield Step(self.compare)

    def write(self, change: Change) -> Animation:
        return self.counter.bump(change.text, change.after, change.version)

    def compare(self) -> Animation:
        return self.counter.compare(self.hero.expected, self.hero.found)

    def begin(self) -> Animation:
        """As it was saved."""
        old, self.counter = self.counter, self.made()
        return AnimationGroup(FadeOut(old), FadeIn(self.counter), run_time=0.5)

    def enter(self) -> Animation:
        return self.counter.appear()

    def forward(self) -> Iterable[Step]:
        yield Step(partial(nod, self.counter), self.hero.tensor.span, self.hero.tensor.node)
        for change in self.hero.changes:
            yield Step(partial(self.write, change), change.span, change.node)

    def backward(self) -> Iterable[Step]:
        yield Step(self.compare, self.call)

    def glint(self) -> Animation:
        return nod(self.following([self.counter.digit, *self.counter.numbers]), 1.12)
