"""The common mistake as what becomes of code that has just worked."""

from __future__ import annotations

from collections.abc import Iterator

from manim import Animation, AnimationGroup

from gradreel.blocks.code_card import CodeCard
from gradreel.blocks.mistake_card import Words
from gradreel.blocks.output_panel import OutputPanel
from gradreel.model import Binding, Brief, Zone
from gradreel.stage.block import Block
from gradreel.stage.glow import Meant
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Span, Trace

SCALE = 0.8  # of the author's words
GAP = 24  # pixels between them, the code, and the error


class Undoing(Block):
    """The author's words over some lines of the snippet; then `undo`, and `fail` as `wrong` did at
    `where`."""

    def __init__(
        self, type_: Typesetter, brief: Brief, wrong: Trace, where: Span, zone: Zone, lines: range
    ) -> None:
        super().__init__()
        self.type, self.zone, self.wrong, self.where = type_, zone, wrong, where
        self.start = lines.start
        self.words = Words(type_, brief.short, zone, SCALE)
        self.code = CodeCard(
            type_, brief.trace.source, zone.below(self.words.bottom + GAP), only=lines
        )
        self.add(self.words, self.code)

    @property
    def under(self) -> Zone:
        """What the code leaves of the zone."""
        return self.zone.below(self.code.bottom + GAP)

    def appear(self) -> Animation:
        return AnimationGroup(self.words.appear(), self.code.appear())

    def undo(self) -> Animation:
        """The code becomes the wrong code, up to where it raises."""
        lines = range(self.start, self.where.line + 1)
        return self.code.morph_to(self.wrong.source, only=lines, colour="mistake", of="mistake")

    def fail(self, *, scale: float = 1) -> Animation:
        """What raised is underlined, and the error fills what is left; its text has at most `scale`
        times the usual size."""
        zone = self.under
        panel = OutputPanel(self.type, self.wrong, zone, least=zone.height, scale=scale)
        return AnimationGroup(self.code.squiggle(self.where), panel.appear(), run_time=0.6)

    def meant(self, binding: Binding) -> Iterator[Meant]:
        yield from self.code.meant(binding)
