"""The hook: the author's first sentence, huge. Frame 0 shows it whole; it is the poster."""

from __future__ import annotations

from manim import UP, Animation, FadeOut, VGroup

from gradreel.blocks.header import tag
from gradreel.model import Brief, Zone
from gradreel.stage.block import Block
from gradreel.stage.prose import pieces_of, set_prose
from gradreel.stage.space import units
from gradreel.stage.type import Typesetter

HEAD = 84  # pixels from the header's top to the words, when they stand under the tag


class Hook(Block):
    """Under the tag, or in a `zone` of its own: from its top down, or with `low` up from its
    bottom. `top` and `bottom` are the master pixels above its first and under its last line."""

    def __init__(
        self, type_: Typesetter, brief: Brief, zone: Zone | None = None, *, low: bool = False
    ) -> None:
        super().__init__()
        header = brief.platform.header
        zone = zone or Zone(header.left - 4, header.top + HEAD, header.right - 4, header.bottom)
        theme = type_.theme
        self.setting = set_prose(
            type_,
            pieces_of(brief.short.hook),
            zone.left,
            zone.top,
            zone.width,
            size=theme.size("hook"),
            least=theme.size("hook-min"),
            most_lines=3,
            leading=1.08,
        )
        self.lines = VGroup(*self.setting.lines)
        self.top = float(zone.bottom - self.setting.height if low else zone.top)
        self.bottom = self.top + self.setting.height
        self.lines.shift((0, units(zone.top - self.top), 0))
        self.add(tag(type_, brief, header.left, header.top + 36), self.lines)

    def leave(self) -> Animation:
        return FadeOut(self, shift=0.5 * UP, run_time=0.4)
