"""Where hook, hero and code stand in a film of the house storyboard.

The code may have the stage to itself first, or join the hero as a strip, over or under it. Short by
short the arrangements take turns, so that the neighbours of a day differ. A hero that finds no room
gives way to the graph, or to what there is instead of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from gradreel.audition import hero_of
from gradreel.blocks.code_card import PADDING, CodeCard
from gradreel.blocks.heroes.casting import picture_of
from gradreel.blocks.heroes.picture import Picture
from gradreel.blocks.hook import Hook
from gradreel.blocks.output_panel import OutputPanel
from gradreel.hero import (
    Accumulation,
    Activation,
    Bindings,
    Computation,
    Detached,
    Hero,
    Leaves,
    Mismatch,
    Overwritten,
    Plan,
    Products,
    Softmax,
    Training,
    Untracked,
)
from gradreel.model import Brief, Zone
from gradreel.stage.type import Typesetter
from gradreel.trace.bindings import last_bindings
from gradreel.trace.graph import Graph

Where = Literal["first", "over", "under"]  # the code

WHERE: Mapping[type, tuple[Where, ...]] = {
    Activation: ("under", "over"),
    Softmax: ("over", "under"),
    Products: ("under", "over"),
    Mismatch: ("over",),
    Training: ("first",),
    Accumulation: ("over", "under"),
    Leaves: ("first",),
    Untracked: ("under", "over"),
    Detached: ("over", "under"),
    Overwritten: ("over",),
    Computation: ("first", "under", "over"),
    Bindings: ("under", "over"),
    Plan: ("over", "under"),
}

FOCUS, ONE = 3.5, 1.0  # rows of code that stay when it was alone first, and the least
LOWEST, HIGHEST = 270, 430  # pixels of a strip: code, and one row of it with the output beneath
LARGE = 46  # pixel em of code in a strip at most
HEAD = 124  # pixels of one row of such code
APART, TIGHT = 26, 10  # pixels between strip and hero, and between code and output
ABOVE = 60  # pixels between hook and hero
LEAST = 380  # pixels of height without which a hero is none
DEEP = 8  # nodes; more find no room beside code


@dataclass(frozen=True)
class Arrangement:
    """A film's hero, where the code stands to it, and the zones of both; the `stage` is that of
    the poster."""

    type: Typesetter
    brief: Brief
    graph: Graph
    hero: Hero
    where: Where

    # ------------------------------------------------------------------ zones

    @property
    def low(self) -> bool:
        """Whether the hook stands under the hero; where the code comes alone, every other time."""
        return self.where == "under" or (self.where == "first" and self.brief.short.number % 2 == 1)

    @cached_property
    def stage(self) -> Zone:
        field, hook = self.brief.platform.field, self.hook()
        edge = hook.top - ABOVE if self.low else hook.bottom + ABOVE
        if self.where == "under":
            edge = min(edge, field.bottom - self.strip_height - APART)
        elif self.where == "over":
            edge = max(edge, field.top + self.strip_height + APART)
        if self.low:
            return Zone(field.left, field.top, field.right, round(edge))
        return field.below(edge)

    @cached_property
    def strip(self) -> Zone:
        """Where the code is, and at last its output."""
        field = self.brief.platform.field
        if self.where == "under":
            return field.below(self.stage.bottom + APART)
        return Zone(field.left, field.top, field.right, self.stage.top - APART)

    @cached_property
    def strip_height(self) -> float:
        """Room for a row of code with the whole output beneath."""
        field = self.brief.platform.field
        shown = self.brief.trace.outputs or self.brief.trace.end.failure
        panel = self.output(field.below(field.top + HEAD + TIGHT)).bottom - field.top
        return max(LOWEST, panel) if shown else LOWEST

    def room(self, code: CodeCard) -> tuple[float, Zone]:
        """For code that stood alone: the rows of it that stay, and the zone under them."""
        for rows in (FOCUS, ONE):
            zone = self.brief.platform.stage.below(code.bottom_at(rows) + APART)
            picture = self.picture(zone)
            if picture.fits and picture.whole:
                break
        return rows, zone

    # ------------------------------------------------------------------ what stands there

    def hook(self) -> Hook:
        """At the top, or at the bottom, in the middle of where a strip will be."""
        if not self.low:
            return Hook(self.type, self.brief)
        field = self.brief.platform.field
        low = Hook(self.type, self.brief, field, low=True)
        rise = 0
        if self.where == "under":
            rise = max(0, round(self.strip_height - (low.bottom - low.top)) // 2)
        lifted = Zone(field.left, field.top, field.right, field.bottom - rise)
        return Hook(self.type, self.brief, lifted, low=True)

    def picture(self, zone: Zone | None = None) -> Picture:
        return picture_of(self.hero, self.type, self.brief, self.graph, zone or self.stage)

    def code(self) -> CodeCard:
        """All of it in the upper zone, or what it does in the strip, as large as it fits."""
        source = self.brief.short.code.text
        if self.where == "first":
            return CodeCard(self.type, source, self.brief.platform.upper)
        lines = [*_doing(source)]
        ems = float(self.type.theme.size("code-min")), float(LARGE)
        card = CodeCard(self.type, source, self.strip, only=lines, ems=ems)
        rows = (self.strip.height - 2 * PADDING) // card.listing.row_height
        return CodeCard(self.type, source, self.strip, only=lines, ems=ems, most_rows=rows)

    def output(self, zone: Zone) -> OutputPanel:
        """The output from a zone's top down; what is long to say of an error is cut to fit a
        strip."""
        run = self.brief.trace
        panel = OutputPanel(self.type, run, zone)
        for most in (3, 2, 1) if run.end.failure is not None else ():
            if panel.bottom - zone.top > HIGHEST - HEAD - TIGHT:
                panel = OutputPanel(self.type, run, zone, most_lines=most)
        return panel

    @property
    def fits(self) -> bool:
        """Whether everything has room."""
        if self.stage.height < LEAST or not self.picture().fits:
            return False
        if self.where == "first":
            _, zone = self.room(self.code())
            return self.picture(zone).fits
        return self.strip_height <= HIGHEST and self.picture().large


def arrangement_of(type_: Typesetter, brief: Brief, graph: Graph) -> Arrangement:
    """The first in which everything has room, else the last: the simplest hero after the code."""
    *better, last = (
        Arrangement(type_, brief, graph, hero, where)
        for hero in _heroes(brief, graph)
        for where in _turns(hero, brief, graph)
    )
    return next((arranged for arranged in better if arranged.fits), last)


def _heroes(brief: Brief, graph: Graph) -> list[Hero]:
    """The hero, and what else there is to show."""
    hero = hero_of(brief)
    plain = Computation() if graph.nodes else Bindings() if last_bindings(brief.trace) else Plan()
    return [hero] if hero == plain else [hero, plain]


def _turns(hero: Hero, brief: Brief, graph: Graph) -> Iterator[Where]:
    """The arrangements of a hero, whose turn it is first."""
    deep = isinstance(hero, Computation) and len(graph.nodes) > DEEP
    turns = () if deep else WHERE[type(hero)]
    turn = brief.short.number % max(1, len(turns))
    yield from (*turns[turn:], *turns[:turn])
    yield "first"


def _doing(source: str) -> Iterator[int]:
    """The lines that do something; of a plan in comments all that say something."""
    said = [(n, line) for n, line in enumerate(source.splitlines(), start=1) if line.strip()]
    does = [n for n, line in said if not line.lstrip().startswith(("import ", "from ", "#"))]
    yield from does or [n for n, _ in said]
