"""The tag and the short's title, small and steady at the top of every film."""

from __future__ import annotations

from manim import UP, Animation, FadeIn, LaggedStart, VGroup

from gradreel.model import Brief
from gradreel.stage.block import Block
from gradreel.stage.prose import Piece, set_prose
from gradreel.stage.space import units
from gradreel.stage.type import Typesetter

ONE_LINE = 46  # pixel em down to which a title is kept on one line
TRACKING = 3.2  # pixels between the tag's capitals


class Header(Block):
    def __init__(self, type_: Typesetter, brief: Brief) -> None:
        super().__init__()
        zone = brief.platform.header
        pieces = [Piece(w, "display", "text") for w in brief.short.title.split()]
        one_line = type_.width(brief.short.title, ONE_LINE, "display") <= zone.width
        self.tag = tag(type_, brief, zone.left, zone.top + (16 if one_line else 8))
        title = set_prose(
            type_,
            pieces,
            zone.left,
            zone.top + (46 if one_line else 30),
            zone.width,
            size=type_.theme.size("title") if one_line else ONE_LINE,
            least=40,
            most_lines=1 if one_line else 2,
            leading=1.1 if one_line else 1.02,
        )
        self.title = VGroup(*title.lines)
        self.add(self.tag, self.title)

    def appear(self) -> Animation:
        return LaggedStart(FadeIn(self.tag), FadeIn(self.title, shift=0.1 * UP), lag_ratio=0.2)


def tag(type_: Typesetter, brief: Brief, left: float, y: float) -> VGroup:
    """`DAY 03 • SHORT 13`, letterspaced, capitals centred on y."""
    group = VGroup()
    x = left
    for text, colour in (
        (f"DAY {brief.day:02d}", "forward"),
        ("•", "backward"),
        (f"SHORT {brief.short.number:02d}", "forward"),
    ):
        for letter in text:
            drawn = type_.line(letter, "tag", font="strong", colour=colour).at(x, y)
            group.add(drawn)
            x += drawn.advance / units(1) + TRACKING
        x += 12
    return group
