"""The hook: the author's first sentence, huge. Frame 0 shows it whole; it is the poster."""

from __future__ import annotations

from manim import UP, Animation, FadeOut, VGroup

from gradreel.blocks.header import tag
from gradreel.model import Brief
from gradreel.stage.prose import pieces_of, set_prose
from gradreel.stage.type import Typesetter


class Hook(VGroup):
    """Sits at the top of the content; `bottom` is the master pixel under its last line."""

    def __init__(self, type_: Typesetter, brief: Brief) -> None:
        super().__init__()
        zone = brief.platform.header
        theme = type_.theme
        top = zone.top + 84
        self.setting = set_prose(
            type_,
            pieces_of(brief.short.hook),
            zone.left - 4,
            top,
            zone.width,
            size=theme.size("hook"),
            least=theme.size("hook-min"),
            most_lines=3,
            leading=1.08,
        )
        self.lines = VGroup(*self.setting.lines)
        self.bottom = top + self.setting.height
        self.add(tag(type_, brief, zone.left, zone.top + 36), self.lines)

    def leave(self) -> Animation:
        return FadeOut(self, shift=0.5 * UP, run_time=0.4)
