"""The name of an op that writes in place, whose underscore has outgrown it."""

from __future__ import annotations

from manim import Animation, ApplyMethod, Transform, VMobject, there_and_back

from gradreel.blocks.rounded import Rounded
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.space import centre, point, units
from gradreel.stage.type import HALF_CAP, Typesetter

WORD = 0.62  # of the zone's width; the underscore has the rest
APART, TALL, ROUND = 0.06, 0.17, 0.05  # ems: before the bar, its height, its corners
STRIKE, OVER = 13, 30  # pixels: how thick it strikes something through, and how far beyond it


class Underscore(Block):
    """`add_` across the middle of `zone`."""

    def __init__(self, type_: Typesetter, name: str, zone: Zone) -> None:
        super().__init__()
        word = name.rstrip("_()")
        em = min(zone.height, WORD * zone.width / type_.width(word, 1, "code-strong"))
        y = centre(zone)[1]
        self.word = type_.line(word, em, font="code-strong").at(zone.left, y)
        left = zone.left + self.word.advance / units(1) + APART * em
        self.bar = Rounded(zone.right - left, TALL * em, ROUND * em)
        self.bar.set_fill(type_.theme.colour("mistake"))
        self.bar.move_to(point((left + zone.right) / 2, y + (HALF_CAP + TALL / 2) * em))
        self.add(self.word, self.bar)

    def breathe(self) -> Animation:
        """The underscore swells and is as before."""
        return ApplyMethod(self.bar.stretch, 1.6, 1, rate_func=there_and_back)

    def strike(self, victim: VMobject) -> Animation:
        """It leaves its name and strikes something through."""
        stroke = Rounded(victim.width / units(1) + OVER, STRIKE, STRIKE / 2).move_to(victim)
        return Transform(self.bar, stroke.set_fill(self.bar.get_fill_color()))
