"""What is shown of a run that computes nothing: its names, the author's steps, or its code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from manim import Animation, Mobject

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.heroes.picture import Picture, Step, nod
from gradreel.blocks.steps import Steps, steps_of
from gradreel.blocks.variables import Variables
from gradreel.model import Brief, Zone
from gradreel.stage.type import Typesetter
from gradreel.trace.bindings import last_bindings
from gradreel.trace.model import Span, Trace

TALL = 210  # pixels of a card and the gap below it


class CardsPicture(Picture):
    """A card a name."""

    goes_back = False

    def __init__(self, type_: Typesetter, run: Trace, zone: Zone) -> None:
        super().__init__(type_, zone)
        self.run = run
        found = last_bindings(run)
        spare = max(0, zone.height - TALL * len(found))
        self.cards = Variables(type_, run, found, zone.inset(0, spare // 2), tallest=TALL - 20)

    @property
    def shown(self) -> Sequence[Mobject]:
        return [self.cards]

    def stir(self) -> Iterable[Step]:
        for card in self.cards:
            yield Step(partial(nod, card))

    def enter(self) -> Animation:
        return self.cards.appear()

    def given(self) -> Iterable[Step]:
        """Each card as its name is given a value."""
        spans: dict[str, Span] = {}
        for step in self.run.steps:
            for write in step.writes:
                spans[write.name] = self.run.statements[step.statement].header
        for name, card in self.cards.cards.items():
            yield Step(partial(nod, card), spans.get(name))

    def glint(self) -> Animation:
        return nod(self.following(list(self.cards)))


class StepsPicture(Picture):
    """What the author says, step by step."""

    goes_back = False

    def __init__(self, type_: Typesetter, brief: Brief, zone: Zone) -> None:
        super().__init__(type_, zone)
        self.steps = Steps(type_, steps_of(brief.short), zone)
        self.count = len(self.steps.cards)

    @property
    def shown(self) -> Sequence[Mobject]:
        return [self.steps]

    def stir(self) -> Iterable[Step]:
        for number in range(self.count):
            yield Step(partial(self.steps.light, number))

    def begin(self) -> Animation:
        return self.steps.light(-1)

    def enter(self) -> Animation:
        return self.steps.appear()

    def given(self) -> Iterable[Step]:
        for number in range(self.count):
            yield Step(partial(self.steps.light, number))

    def glint(self) -> Animation:
        return nod(self.following(self.steps.cards))


class ListingPicture(Picture):
    """The code, where there is nothing else."""

    goes_back = False

    def __init__(self, type_: Typesetter, source: str, zone: Zone) -> None:
        super().__init__(type_, zone)
        self.card = CodeCard(type_, source, zone)

    @property
    def shown(self) -> Sequence[Mobject]:
        return [self.card]

    def begin(self) -> Animation:
        return self.card.light(())
