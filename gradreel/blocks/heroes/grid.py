"""Softmax of a batch as hero: along one dim the cells turn into probabilities and add up to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from manim import Animation, AnimationGroup, Mobject

from gradreel.blocks.heroes.picture import Picture, Step, after
from gradreel.blocks.matrix import Matrix
from gradreel.hero import Softmax
from gradreel.model import Zone
from gradreel.stage.type import Typesetter


class GridPicture(Picture):
    goes_back = False

    def __init__(self, type_: Typesetter, hero: Softmax, zone: Zone) -> None:
        super().__init__(type_, zone)
        self.hero = hero
        self.lit: int | None = None
        reduces = [hero.dim] if hero.sums is not None else []
        logits = hero.logits
        self.grid = Matrix(type_, logits.name, logits.value, zone, axes=True, reduces=reduces)

    @property
    def shown(self) -> Sequence[Mobject]:
        return [self.grid]

    @property
    def fits(self) -> bool:
        return self.grid.size.text > 0 and super().fits

    @property
    def stretches(self) -> int:
        """How many rows, or columns, are turned into probabilities."""
        return self.grid.rows if self.hero.dim == 1 else self.grid.columns

    def stir(self) -> Iterable[Step]:
        for _ in range(self.stretches + 1):
            yield Step(self.glint)

    def begin(self) -> Animation:
        return self.light(None)

    def enter(self) -> Animation:
        return self.grid.appear()

    def light(self, place: int | None) -> Animation:
        """One of the stretches, or all of them as before."""
        self.lit = place
        return self.grid.light(row=place) if self.hero.dim == 1 else self.grid.light(column=place)

    def given(self) -> Iterable[Step]:
        for place in range(self.stretches):
            node = None if place else self.hero.logits.node
            yield Step(partial(self.light, place), self.hero.logits.span, node)

    def forward(self) -> Iterable[Step]:
        made, sums, dim = self.hero.probabilities, self.hero.sums, self.hero.dim
        yield Step(self.frame, made.span, made.node)
        yield Step(partial(self.grid.change_to, made.value, name=made.name), made.span)
        if sums is not None:
            yield Step(partial(self.grid.reduce, dim, sums.value), sums.span, sums.node)

    def frame(self) -> Animation:
        """What softmax takes together."""
        frames = self.grid.light_axis(self.hero.dim)
        return AnimationGroup(self.light(None), frames, lag_ratio=0.5)

    def glint(self) -> Animation:
        return self.light(after(self.lit, self.stretches))
